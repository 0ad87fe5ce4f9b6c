# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# IGMPv3 on a port with fast leave: the bridge asks nobody, and what is left is gone at once.
needs=""
takes=9
truth="multicast_membership"

record() {
    ip -n "$prefix-vm" addr add 10.0.0.20/24 dev v0
    attach_to_bridge p1
    inside edge bridge link set dev p1 fastleave on || fail "cannot have fast leave"
    touch "$work/fast_leave"
    start_capture "$name" p1
    start_multicast_host v0
    linger 2 0.3
    multicast join 239.1.1.1
    multicast join 239.1.1.2
    multicast join-source 232.5.5.3 10.0.0.9
    sleep 0.7
    witness_mdb
    multicast leave 239.1.1.1
    sleep 0.2
    witness_mdb
    multicast leave-source 232.5.5.3 10.0.0.9
    sleep 0.2
    witness_mdb
    sleep 2
    witness_mdb
}
