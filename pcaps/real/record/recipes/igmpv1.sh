# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# IGMPv1: joins; the leave is silence, which the bridge takes for one when the membership's time is over.
needs=""
takes=24
truth="multicast_membership"

record() {
    inside vm sysctl -qw net.ipv4.conf.all.force_igmp_version=1
    ip -n "$prefix-edge" link set br0 type bridge mcast_igmp_version 2
    ip -n "$prefix-vm" addr add 10.0.0.20/24 dev v0
    attach_to_bridge p1
    start_capture "$name" p1
    start_multicast_host v0
    sleep 1
    multicast join 239.1.1.1
    multicast join 239.2.2.2
    sleep 0.7
    witness_mdb
    multicast leave 239.2.2.2
    sleep "$last_member_time"
    witness_mdb
    sleep 16
    witness_mdb
}
