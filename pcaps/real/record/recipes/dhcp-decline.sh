# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# Another host already holds the address: the client's ARP check finds it, and the client declines.
needs="dnsmasq udhcpc"
takes=3
truth="dhcp_binding dhcp_client dhcp_declined"

record() {
    attach_to_bridge p1
    ip -n "$prefix-source" addr add 10.0.0.150/24 dev m0
    start_capture "$name" p1
    start_dhcp_server 10.0.0.100 10.0.0.199 --dhcp-host="$vm_mac,10.0.0.150"
    start_dhcp_client v0 -a500 -A 2
    wait_for 10 "$work/log/dnsmasq.log" DHCPDECLINE
    witness declined 'dnsmasq log' server grep DHCPDECLINE "$work/log/dnsmasq.log"
    witness_lease
    wait_client bound
    witness_lease
}
