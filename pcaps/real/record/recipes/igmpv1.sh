# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# IGMPv1: joins; the leave is silence, which the bridge takes for one when the membership's time is over.
needs=""
takes=24
truth="multicast_membership"

record() {
    begin_igmp 1
    multicast leave 239.2.2.2
    sleep "$last_member_time"
    witness_mdb
    sleep 16
    witness_mdb
}
