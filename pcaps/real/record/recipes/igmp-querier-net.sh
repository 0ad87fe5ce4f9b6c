# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# Two queriers: the VM's bridge has the higher address and yields as soon as it hears the other one.
needs=""
takes=14
truth="multicast_router multicast_querier"

record() {
    ip -n "$prefix-edge" link set br0 type bridge mcast_querier_interval 650
    attach_to_bridge p1
    start_capture "$name" p1
    ip -n "$prefix-vm" link add brq address "$vm_mac" type bridge stp_state 0 forward_delay 0 \
        mcast_snooping 1 mcast_querier 1 mcast_igmp_version 3 mcast_query_use_ifaddr 1 \
        mcast_query_interval 300 mcast_query_response_interval 100 mcast_startup_query_count 2 \
        mcast_startup_query_interval 100 mcast_querier_interval 1500 || fail "cannot make a querier"
    ip -n "$prefix-vm" addr add 10.0.0.255/16 dev brq
    ip -n "$prefix-vm" link set brq up
    ip -n "$prefix-vm" link set v0 master brq
    sleep 3
    linger 1 0.3
    witness_querier
    sleep 6
    witness_querier
}
