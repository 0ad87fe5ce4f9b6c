# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# Two queriers: the VM's bridge has the lower address and wins; then it is silent, and the other one asks again.
needs=""
takes=26
truth="multicast_router multicast_querier"

# be_querier ADDRESS: a bridge in the VM asks, every 3 s.
be_querier() {
    ip -n "$prefix-vm" link add brq address "$vm_mac" type bridge stp_state 0 forward_delay 0 \
        mcast_snooping 1 mcast_querier 1 mcast_igmp_version 3 mcast_query_use_ifaddr 1 \
        mcast_query_interval 300 mcast_query_response_interval 100 mcast_startup_query_count 2 \
        mcast_startup_query_interval 100 mcast_querier_interval 700 || fail "cannot make a querier"
    ip -n "$prefix-vm" link set v0 master brq
    ip -n "$prefix-vm" addr add "$1/24" dev brq
    ip -n "$prefix-vm" link set brq up
}

record() {
    # Another querier counts for 7 s: robustness 2, every 3 s, half of the response time of 1 s.
    ip -n "$prefix-edge" link set br0 type bridge mcast_querier_interval 650
    attach_to_bridge p1
    start_capture "$name" p1
    linger 2 0.3
    be_querier 10.0.0.5
    sleep 4
    witness_querier
    sleep 4
    witness_querier
    ip -n "$prefix-vm" link set brq type bridge mcast_querier 0
    sleep 10
    witness_querier
}
