# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# IGMPv2: joins, queries answered, leave.
needs=""
takes=14
truth="multicast_membership"

record() {
    inside vm sysctl -qw net.ipv4.conf.all.force_igmp_version=2
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
    sleep 6
    witness_mdb
    multicast leave 239.2.2.2
    sleep "$last_member_time"
    witness_mdb
    sleep 4
    witness_mdb
}
