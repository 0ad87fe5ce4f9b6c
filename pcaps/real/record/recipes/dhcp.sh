# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# Discover, offer, request, acknowledgement; renewal; release.
needs="dnsmasq udhcpc"
takes=8
truth="dhcp_binding dhcp_client"
is_quick=yes

record() {
    attach_to_bridge p1
    start_capture "$name" p1
    start_dhcp_server 10.0.0.100 10.0.0.199
    start_dhcp_client v0
    wait_client bound
    witness_lease
    linger 4 1
    kill -USR1 "$client"
    wait_client renew
    witness_lease
    linger 2 0.5
    kill -USR2 "$client"
    wait_client deconfig 2
    witness_lease
    sleep 0.5
}
