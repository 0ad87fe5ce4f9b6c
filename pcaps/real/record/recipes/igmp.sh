# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# IGMPv3: any source, one source, two (ALLOW), one (BLOCK), EXCLUDE, EXCLUDE to INCLUDE, join, leave.
needs=""
takes=17
truth="multicast_membership"
is_quick=yes

make_changes() {
    multicast join-source 232.5.5.3 10.0.0.10
    sleep 0.7
    witness_mdb
    multicast leave-source 232.5.5.3 10.0.0.10
    sleep "$last_member_time"
    witness_mdb
    multicast include 239.1.1.3 10.0.0.9
    sleep "$last_member_time"
    witness_mdb
    sleep 5
    multicast join 239.1.1.7
    sleep 0.7
    witness_mdb
}

record() {
    ip -n "$prefix-vm" addr add 10.0.0.20/24 dev v0
    attach_to_bridge p1
    start_capture "$name" p1
    start_multicast_host v0
    linger 2 0.3
    multicast join 239.1.1.1
    sleep 0.7
    witness_mdb
    multicast join-source 232.5.5.3 10.0.0.9
    sleep 0.7
    witness_mdb
    multicast exclude 239.1.1.3 10.0.0.33
    sleep 0.7
    witness_mdb
    if [ "$pace" = full ]; then make_changes; fi
    multicast leave 239.1.1.1
    sleep "$last_member_time"
    witness_mdb
}
