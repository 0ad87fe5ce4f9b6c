# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# The server is away when the lease is to be renewed: it is rebound by broadcast after T2.
needs="dnsmasq dhclient"
takes=14
truth="dhcp_binding dhcp_client"

record() {
    attach_to_bridge p1
    start_capture "$name" p1
    start_dhcp_server 10.0.0.100 10.0.0.199 --dhcp-option=option:T1,3 --dhcp-option=option:T2,6
    start_dhclient -4
    wait_client bound
    witness_lease
    stop "$server"
    sleep 6.2
    start_dhcp_server 10.0.0.100 10.0.0.199
    wait_client renew
    witness_lease
    release_with_dhclient -4
    sleep 0.3
    witness_lease
}
