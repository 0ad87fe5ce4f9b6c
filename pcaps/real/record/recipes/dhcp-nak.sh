# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# The server forgets its leases and its range moves: the client's renewal is refused, and it starts
# anew.
needs="dnsmasq udhcpc"
takes=4
truth="dhcp_binding dhcp_client"

record() {
    attach_to_bridge p1
    start_capture "$name" p1
    start_dhcp_server 10.0.0.100 10.0.0.199
    start_dhcp_client v0
    wait_client bound
    witness_lease
    stop "$server"
    rm -f "$work/leases"
    start_dhcp_server 10.0.0.210 10.0.0.220
    kill -USR1 "$client"
    wait_client nak
    wait_client bound 2
    witness_lease
}
