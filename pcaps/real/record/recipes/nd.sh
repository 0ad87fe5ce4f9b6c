# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# Neighbour discovery: the VM probes for its link-local address and two more, one of which another host
# has; that host then probes for one that the VM has, and the VM defends it.
needs=""
takes=12
truth="nd_address"
is_quick=yes

record() {
    enable_ipv6 source m0 fd00:10::9
    ip -n "$prefix-source" addr add fd00:10::99/64 dev m0 nodad
    attach_to_bridge p1
    sleep 1
    start_capture "$name" p1
    enable_discovery vm v0
    sleep 2.5
    witness_addresses
    ip -n "$prefix-vm" addr add fd00:10::20/64 dev v0
    sleep 2.5
    witness_addresses
    ip -n "$prefix-vm" addr add fd00:10::99/64 dev v0
    sleep 2.5
    witness_addresses
    inside source sysctl -qw net.ipv6.conf.m0.accept_dad=1
    ip -n "$prefix-source" addr add fd00:10::20/64 dev m0
    sleep 1.5
    ip -n "$prefix-source" addr del fd00:10::20/64 dev m0
    witness_addresses
}
