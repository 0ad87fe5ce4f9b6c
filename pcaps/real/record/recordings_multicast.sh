# shellcheck shell=bash disable=SC2154  # testbed.sh reads this and owns the variables
# IGMP and MLD: the VM's kernel joins and leaves; the kernel bridge queries, and its mdb is what it
# believes.

start_multicast_host() {
    mkfifo "$work/multicast.commands"
    # Opened for reading too, so that opening does not wait for the host.
    exec 7<>"$work/multicast.commands"
    : >"$work/log/multicast.log"
    ip netns exec "$prefix-vm" /usr/bin/python3 "$here/multicast_host.py" "$1" \
        <"$work/multicast.commands" >"$work/log/multicast.log" 2>&1 7>&- &
    multicast_commands=0
}

# multicast COMMAND: see multicast_host.py; the recording fails when the kernel refuses.
multicast() {
    multicast_commands=$((multicast_commands + 1))
    echo "$*" >&7
    wait_for 5 "$work/log/multicast.log" ': ok$' "$multicast_commands"
}

witness_mdb() {
    witness mdb 'bridge mdb' edge bridge -d -s -j mdb show dev br0
}

# A leave or a blocked source takes effect after the last-member queries go unanswered (1 s here).
last_member_time=1.8

record_igmp() {
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
    if [ "$pace" = full ]; then record_igmp_changes; fi
    multicast leave 239.1.1.1
    sleep "$last_member_time"
    witness_mdb
}

record_igmp_changes() {
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

# enable_ipv6 WHERE INTERFACE ADDRESS: without duplicate detection, so that it is there at once.
enable_ipv6() {
    local settings="net.ipv6.conf.$2"
    inside "$1" sysctl -qw "$settings.accept_dad=0" "$settings.router_solicitations=0" \
        "$settings.addr_gen_mode=0" "$settings.disable_ipv6=0"
    ip -n "$prefix-$1" addr add "$3/64" dev "$2" nodad || fail "cannot give $2 an IPv6 address"
}

# MLDv2; neighbour discovery's groups, which the VM's kernel joins by itself, are memberships too.
record_mld() {
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

record_igmpv2() {
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
