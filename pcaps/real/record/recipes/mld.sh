# shellcheck shell=bash disable=SC2034,SC2154  # record.sh and testbed.sh read this
# MLDv2; neighbour discovery's groups, which the VM's kernel joins by itself, are memberships too.
needs=""
takes=16
truth="multicast_membership"

record() {
    ip -n "$prefix-edge" link set br0 type bridge mcast_mld_version 2
    enable_ipv6 edge br0 fd00:10::fe
    attach_to_bridge p1
    sleep 1
    start_capture "$name" p1
    enable_ipv6 vm v0 fd00:10::20
    sleep 2
    start_multicast_host v0
    multicast join ff0e::101
    sleep 1.2
    witness_mdb
    multicast join-source ff3e::102 fd00:10::9
    sleep 1.2
    witness_mdb
    multicast exclude ff0e::103 fd00:10::33
    sleep 1.2
    witness_mdb
    multicast include ff0e::103 fd00:10::9
    sleep "$last_member_time"
    witness_mdb
    sleep 5
    multicast leave ff0e::101
    sleep "$last_member_time"
    witness_mdb
}
