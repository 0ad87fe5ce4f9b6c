# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# MLDv1: joins, queries answered, done.
needs=""
takes=17
truth="multicast_membership"

record() {
    inside vm sysctl -qw net.ipv6.conf.all.force_mld_version=1 net.ipv6.conf.default.force_mld_version=1
    enable_ipv6 edge br0 fd00:10::fe
    attach_to_bridge p1
    sleep 1
    start_capture "$name" p1
    enable_ipv6 vm v0 fd00:10::20
    sleep 2
    start_multicast_host v0
    multicast join ff0e::101
    multicast join ff0e::102
    sleep 1.2
    witness_mdb
    sleep 6
    witness_mdb
    multicast leave ff0e::102
    sleep "$last_member_time"
    witness_mdb
    sleep 2
    witness_mdb
}
