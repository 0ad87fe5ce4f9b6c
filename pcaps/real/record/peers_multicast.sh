# shellcheck shell=bash disable=SC2034,SC2154  # testbed.sh reads this and owns the variables
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

# begin_igmp VERSION: a VM with hosts of an older version at a bridge of version 2, and the capture.
begin_igmp() {
    inside vm sysctl -qw "net.ipv4.conf.all.force_igmp_version=$1"
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

# Router ports, and who the bridge takes for querier.
witness_querier() {
    witness routers 'bridge mdb' edge bridge -d -s -j mdb show dev br0
    witness querier 'IFLA_BR_MCAST_QUERIER_STATE' edge /usr/bin/python3 "$here/bridge_querier.py" br0
}

# A leave or a blocked source takes effect after the last-member queries go unanswered (1 s here).
last_member_time=1.8

# enable_ipv6 WHERE INTERFACE ADDRESS: without duplicate detection, so that it is there at once.
enable_ipv6() {
    local settings="net.ipv6.conf.$2"
    inside "$1" sysctl -qw "$settings.accept_dad=0" "$settings.router_solicitations=0" \
        "$settings.addr_gen_mode=0" "$settings.disable_ipv6=0"
    ip -n "$prefix-$1" addr add "$3/64" dev "$2" nodad || fail "cannot give $2 an IPv6 address"
}
