# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# IGMPv2: joins, queries answered, leave.
needs=""
takes=14
truth="multicast_membership"

record() {
    begin_igmp 2
    sleep 6
    witness_mdb
    multicast leave 239.2.2.2
    sleep "$last_member_time"
    witness_mdb
    sleep 4
    witness_mdb
}
