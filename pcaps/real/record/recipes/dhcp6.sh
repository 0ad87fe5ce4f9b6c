# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# DHCPv6, an address and a delegated prefix: solicit, advertise, request, reply; renewal; the server is
# away at T1, so they are rebound; release.
needs="dhcpd dhclient"
takes=16
truth="dhcp6_client dhcp6_binding"

record() {
    begin_dhcp6
    start_dhclient -6 -N -P
    wait_client bound6 2
    witness_lease6
    wait_client bound6 4
    witness_lease6
    stop "$server"
    sleep 6.5
    start_dhcp6_server
    wait_client bound6 6
    witness_lease6
    release_with_dhclient -6 -N -P
    sleep 0.3
    witness_lease6
}
