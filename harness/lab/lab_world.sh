# shellcheck shell=bash
# The lab's network namespaces and programs; to be sourced with $dimp's folder in $build and a way's folder in $way.
#
#   vm [v0, a TAP] == lab_cable == [h1 - p1] edge-a [u1] -- [ca] core [br0 10.9.0.254, querier]
#                                  [h1 - p1] edge-b [u1] -- [cb]      -- [cs - s0 10.9.0.1] server
#                                                                     -- [cm - m0 10.9.0.9] source
#
# With middlebox=yes edge-b's uplink leads through a second cable, which does as order() says.
#
# p1 and u1 are ports of the bridge that is tried, edge-a and edge-b its places; h1 is where a server's end of the cable
# is plugged. The TAP is open in the cable of the server where the VM is.

lab=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
vm_mac=52:54:00:c7:3e:ce
vm_address=10.9.0.50
group=239.1.1.1
vsi=$(printf '01%.0s' {1..37})
prefix=lab-$$
namespaces=(core edge-a edge-b server source vm)
# What the VM's programs use: its NIC, or the controlled port on it where it has MACsec.
nic=v0

fail() {
    echo "lab: $*" >&2
    [ -z "${KEEP_LOGS:-}" ] || cp -r "$work" "$KEEP_LOGS"
    exit 1
}

inside() {
    local where=$1
    shift
    ip netns exec "$prefix-$where" "$@"
}

# start NAME WHERE COMMAND...: in the background, its own process: $started.
start() {
    local log=$way/$1.log where=$2
    shift 2
    : >"$log"
    ip netns exec "$prefix-$where" "$@" >"$log" 2>&1 &
    started=$!
}

stop() {
    local pid
    for pid; do
        kill "$pid" 2>/dev/null
        wait "$pid" 2>/dev/null
    done
}

# await SECONDS FILE REGEX: until the file has such a line, else it fails.
await() {
    local deadline=$((SECONDS + $1))
    until grep -Eqs -- "$3" "$2"; do
        [ "$SECONDS" -le "$deadline" ] || { tail -n 5 "$2" >&2; fail "$(basename "$way"): waited in vain for '$3' in $(basename "$2")"; }
        sleep 0.05
    done
}

# await_that COMMAND...: until it succeeds, five seconds at the most, else it fails.
await_that() {
    local deadline=$((SECONDS + 5))
    until "$@" 2>/dev/null; do
        [ "$SECONDS" -le "$deadline" ] || { tail -qn 3 "$way"/*.log >&2; fail "$(basename "$way"): waited in vain for: $*"; }
        sleep 0.05
    done
}

# Whatever still lives in a namespace of this lab was started by it. The shell would tell of each that is killed.
remove_world() {
    local name pid
    {
        for name in "${namespaces[@]}"; do
            for pid in $(ip netns pids "$prefix-$name"); do kill -9 "$pid"; done
            ip netns del "$prefix-$name"
        done
        wait
    } 2>/dev/null
}

# make_wire WHERE IF WHERE IF [MAC MAC]: without offloads, which leave checksums unfinished.
make_wire() {
    local side
    ip link add "$2" netns "$prefix-$1" ${5:+address "$5"} type veth \
        peer name "$4" netns "$prefix-$3" ${6:+address "$6"} || fail "cannot make a veth pair"
    for side in "$1 $2" "$3 $4"; do
        # shellcheck disable=SC2086  # two words on purpose
        set -- $side
        inside "$1" ethtool -K "$2" tx off rx off gro off gso off tso off >/dev/null 2>&1
        ip -n "$prefix-$1" link set "$2" up
    done
}

# Into the core, edge-b's through the middlebox if there is one.
plug_uplinks() {
    ip -n "$prefix-core" link set ca master br0
    [ -n "${middlebox:-}" ] || { ip -n "$prefix-core" link set cb master br0; return; }
    make_wire core x1 core x2
    ip -n "$prefix-core" link set x2 master br0
    start middlebox core "$build/lab_cable" "$way/middlebox.sock" if:x1 if:cb
    await_that test -S "$way/middlebox.sock"
    # x1 is where the cable ends; what is put there comes out of x2, in the bridge.
}

# order ORDER...: to the middlebox.
order() { echo -n "$*" | socat -u - "UNIX-SENDTO:$way/middlebox.sock"; }

# make_world QUERY-CENTISECONDS [0]: everything but the bridges that are tried; nobody speaks yet. With 0 the core does not snoop.
make_world() {
    local name number=1 query=$1 snooping=${2:-1}
    for name in "${namespaces[@]}"; do
        ip netns add "$prefix-$name" || fail "cannot make a network namespace"
        inside "$name" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
        ip -n "$prefix-$name" link set lo up
    done
    ip -n "$prefix-core" link add br0 address 52:54:00:09:00:fe type bridge stp_state 0 forward_delay 0 \
        mcast_snooping "$snooping" mcast_igmp_version 3 mcast_query_use_ifaddr 1 \
        mcast_query_interval "$query" mcast_query_response_interval 100 \
        mcast_startup_query_count 2 mcast_startup_query_interval 50 mcast_membership_interval $((3 * query)) ||
        fail "cannot make a bridge"
    # After the others: until a response interval is over, that of this moment, all groups go everywhere.
    ip -n "$prefix-core" link set br0 type bridge mcast_querier 1
    ip -n "$prefix-core" addr add 10.9.0.254/24 dev br0
    for name in edge-a edge-b; do
        make_wire "$name" h1 "$name" p1 52:54:00:09:0$number:01 52:54:00:09:0$number:02
        make_wire "$name" u1 core "c${name#edge-}" 52:54:00:09:0$number:03
        number=$((number + 1))
    done
    plug_uplinks
    make_wire server s0 core cs 52:54:00:09:00:01
    make_wire source m0 core cm 52:54:00:09:00:09
    for name in cs cm; do ip -n "$prefix-core" link set $name master br0; done
    ip -n "$prefix-core" link set br0 up
    ip -n "$prefix-server" addr add 10.9.0.1/24 dev s0
    ip -n "$prefix-source" addr add 10.9.0.9/24 dev m0
    ip -n "$prefix-source" route add 224.0.0.0/4 dev m0
    for name in edge-b edge-a; do
        # shellcheck disable=SC2046  # a word or none
        start "cable-$name" "$name" "$build/lab_cable" "$way/$name.sock" if:h1 \
            $([ $name = edge-b ] || echo "tap:$prefix-vm:v0")
    done
    for name in edge-a edge-b; do await_that test -S "$way/$name.sock"; done
    await_that inside vm ip link set v0 address $vm_mac
}

# make_linux_bridges locked|open SNOOPING: Linux's own in both places, with an address for their authenticators.
make_linux_bridges() {
    local name number=2
    for name in edge-a edge-b; do
        ip -n "$prefix-$name" link add br0 type bridge stp_state 0 forward_delay 0 mcast_snooping "$2"
        ip -n "$prefix-$name" link set p1 master br0
        ip -n "$prefix-$name" link set u1 master br0
        ip -n "$prefix-$name" addr add 10.9.0.$number/24 dev br0
        ip -n "$prefix-$name" link set br0 up
        [ "$1" = open ] || inside $name bridge link set dev p1 learning off locked on || fail "no locked ports here"
        number=$((number + 1))
    done
}

# make_dimp_bridges HERE-AT-B REQUIREMENTS [MKA-AT-A MKA-AT-B]: dimp bridge in both places, which gates, snoops and
# authenticates the VM by itself. HERE-AT-B says whether edge-b, too, takes it for a VM whose DI is to be learned: then nothing
# has to move there.
make_dimp_bridges() {
    local name other number=1 here=true mka=${3:-}
    echo lab-secret >"$way/radius.secret"
    for name in edge-a edge-b server-a server-b; do
        (umask 077 && "$build/dimp" genkey -q >"$way/$name.key")
        "$build/dimp" pubkey <"$way/$name.key" >"$way/$name.pub"
    done
    for name in edge-a edge-b; do
        other=edge-a
        [ $name = edge-b ] || other=edge-b
        cat >"$way/$name.yaml" <<CONF
name: $name
key: $name.key
address: "52:54:00:09:0$number:0a"
log: json
standing: true
bridge: {snoops_ports: true}
ports:
  vm: {interface: p1, kind: station, vlan: 42}
  up: {interface: u1, kind: uplink, vlan: 42}
vms:
  vm1: {vsi: "$vsi", mac: "$vm_mac", vlan: 42, port: vm, here: $here, requires: $2${mka:+, mka: $mka}}
radius: {address: 10.9.0.$((number + 1)), server: 10.9.0.1, server_mac: "52:54:00:09:00:01", secret: radius.secret}
peers:
  $other: {key: "$(cat "$way/$other.pub")", mac: "52:54:00:09:0$((3 - number)):0a"}
  server: {key: "$(cat "$way/server-${name#edge-}.pub")", mac: "52:54:00:09:0$number:01", role: station}
CONF
        start "$name" "$name" "$build/dimp" bridge --control "$way/$name.control" \
            --keylog "$way/$name.keys" "$way/$name.yaml"
        await 5 "$way/$name.log" '"started"'
        here=$1 mka=${4:-}
        number=$((number + 1))
    done
    # The querier asks now, so that both know behind which port it is.
    for here in 0 1; do ip -n "$prefix-core" link set br0 type bridge mcast_querier $here; done
    sleep 1.2
}

# The VM's end of MACsec: wpa_supplicant's KaY, with the shim and the data plane of the recordings for its SecY.
start_macsec() {
    local record=$lab/../../pcaps/real/record ckn=64696d702d6c6162 cak=3c1d88a0f4627be95a0e41d7b86c2f13
    # shellcheck disable=SC2046  # several words on purpose
    "${CC:-cc}" -std=c11 -shared -fPIC -O2 -o "$way/secy_shim.so" "$record/secy_shim.c" \
        $(pkg-config --cflags --libs libnl-genl-3.0 libnl-route-3.0) || fail "the shim does not compile"
    cat >"$way/kay.conf" <<CONF
ctrl_interface=$way/kay
ap_scan=0
eapol_version=3
network={
key_mgmt=NONE
eapol_flags=0
macsec_policy=1
macsec_replay_protect=1
macsec_replay_window=0
mka_cak=$cak
mka_ckn=$ckn
mka_priority=128
}
CONF
    : >"$way/secy.calls"
    start dataplane vm /usr/bin/python3 "$record/secy_dataplane.py" v0 ms0 "$way/secy.calls"
    await 10 "$way/dataplane.log" ready
    start kay vm env LD_PRELOAD="$way/secy_shim.so" SECY_LOG="$way/secy.calls" SECY_INTERFACE=ms0 \
        wpa_supplicant -d -D macsec_linux -i v0 -c "$way/kay.conf"
    await 20 "$way/secy.calls" encoding_sa
    sleep 1
}

start_radius_server() {
    echo '"vm1" MD5 "vm1-secret"' >"$way/radius_users"
    echo '10.9.0.0/24 lab-secret' >"$way/radius_clients"
    cat >"$way/radius.conf" <<CONF
driver=none
radius_server_clients=$way/radius_clients
radius_server_auth_port=1812
eap_server=1
eap_user_file=$way/radius_users
CONF
    start radius server hostapd -d "$way/radius.conf"
}

# start_authenticator PLACE: hostapd at the locked port; who is authorised gets a forwarding entry there.
start_authenticator() {
    cat >"$way/$1.conf" <<CONF
interface=p1
driver=wired
ieee8021x=1
eapol_version=2
use_pae_group_addr=1
ctrl_interface=$way/$1-hostapd
own_ip_addr=$(inside "$1" ip -4 -o addr show dev br0 | awk '{ sub("/.*", "", $4); print $4 }')
nas_identifier=$1
auth_server_addr=10.9.0.1
auth_server_port=1812
auth_server_shared_secret=lab-secret
CONF
    start "$1-hostapd" "$1" hostapd -d "$way/$1.conf"
    await 5 "$way/$1-hostapd.log" AP-ENABLED
    start "$1-doorman" "$1" hostapd_cli -p "$way/$1-hostapd" -i p1 -a "$lab/lab_doorman.sh"
}

start_supplicant() {
    cat >"$way/wpa.conf" <<CONF
ctrl_interface=$way/supplicant
ap_scan=0
network={
  key_mgmt=IEEE8021X
  eap=MD5
  identity="vm1"
  password="vm1-secret"
  eapol_flags=0
}
CONF
    start supplicant vm wpa_supplicant -D wired -i v0 -c "$way/wpa.conf"
    await 15 "$way/supplicant.log" CTRL-EVENT-EAP-SUCCESS
}

# The VM's address comes by DHCP.
start_dhcp() {
    cat >"$way/dnsmasq.conf" <<CONF
port=0
interface=s0
bind-interfaces
no-resolv
no-hosts
no-ping
user=root
log-dhcp
log-facility=-
pid-file=$way/dnsmasq.pid
dhcp-authoritative
dhcp-leasefile=$way/leases
dhcp-range=10.9.0.50,10.9.0.99,255.255.255.0,1h
dhcp-host=$vm_mac,$vm_address
CONF
    start dnsmasq server dnsmasq -k -C "$way/dnsmasq.conf"
    await 5 "$way/dnsmasq.log" 'DHCP, IP range'
    start udhcpc vm env CLIENT_EVENTS="$way/dhcp.events" \
        udhcpc -f -i $nic -s "$lab/../../pcaps/real/record/udhcpc_event.sh" -t 8 -T 1
    await 12 "$way/dhcp.events" "\"bound\",\"address\":\"$vm_address\""
    inside vm ip route add 224.0.0.0/4 dev $nic
}

# Meters: receivers first. feed: a group to the VM; down, up: datagrams to and from it; tcp: a stream to it.
start_meters() {
    local meter=$lab/lab_meter.py
    receivers=()
    start feed vm "$meter" receive group $group 5001 "$way/feed.meter.json" --interface-address $vm_address
    receivers+=("$started")
    start down vm "$meter" receive udp $vm_address 5002 "$way/down.meter.json"
    receivers+=("$started")
    start tcp vm "$meter" receive tcp $vm_address 5003 "$way/tcp.meter.json"
    receivers+=("$started")
    start up server "$meter" receive udp 10.9.0.1 5004 "$way/up.meter.json"
    receivers+=("$started")
    sleep 0.5
    start feed-source source "$meter" send group $group 5001 --interface-address 10.9.0.9
    start down-source server "$meter" send udp $vm_address 5002
    start tcp-source server "$meter" send tcp $vm_address 5003
    start up-source vm "$meter" send udp 10.9.0.1 5004
}

# What the VM itself says to keep its services: after the move it is counted.
start_witness() {
    start witness vm tcpdump -Z root -l -tt --immediate-mode -n -Q out -i $nic \
        'ether proto 0x888e or udp dst port 67 or igmp'
    witness=$started
    await 5 "$way/witness.log" 'listening on'
}

stop_meters() {
    local name
    # First, for a receiver that ends takes leave of its group.
    stop "$witness" "${receivers[@]}"
    for name in EAPOL:eap DHCP:dhcp igmp:igmp; do
        awk -v after="$(sed 's/.*"run_epoch": \([0-9.]*\).*/\1/' "$way/move.json")" -v kind="${name%:*}" \
            '$1 + 0 > after + 0 && index($0, kind) { count++ } END { print count + 0 }' \
            "$way/witness.log" >"$way/${name#*:}.note"
    done
    for name in feed down tcp up; do
        [ -s "$way/$name.meter.json" ] || fail "$(basename "$way"): the meter of $name has told nothing"
    done
}

# move STOP-MS [BEFORE [AFTER]]
move() {
    "$lab/lab_move.py" "$way/edge-a.sock" "$way/edge-b.sock" $vm_mac "$1" "$prefix-vm" "${@:2}" \
        >"$way/move.json" || fail "$(basename "$way"): the VM did not move"
}
