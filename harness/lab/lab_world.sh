# shellcheck shell=bash
# The lab's network namespaces and programs; to be sourced with $dimp's folder in $build, a way's folder in $way, and its logs
# in $logs.
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
record=$lab/../../pcaps/real/record
# shellcheck source=pcaps/real/record/namespace_world.sh
. "$record/namespace_world.sh"
vm_mac=52:54:00:c7:3e:ce
# Ways may say other ones, to which meters speak.
vm_address=10.9.0.50
server_address=10.9.0.1
group=239.1.1.1
prefix=lab-$$
# What the VM's programs use: its NIC, or the controlled port on it where it has MACsec.
nic=v0

# wait_that COMMAND...: until it succeeds, five seconds at the most, else it fails.
wait_that() {
    local deadline=$((SECONDS + 5))
    until "$@" 2>/dev/null; do
        [ "$SECONDS" -le "$deadline" ] || { tail -qn 3 "$way"/*.log >&2; fail "waited in vain for: $*"; }
        sleep 0.05
    done
}

# The shell would tell of each program that is killed.
remove_world() {
    local name
    {
        for name in "${namespaces[@]}"; do remove_namespace "$name"; done
        wait
    } 2>/dev/null
    namespaces=()
}

# vsi NUMBER: of that VM.
vsi() { printf "0$1%.0s" {1..37}; }

# mac NUMBER: that VM's address.
mac() { printf '52:54:00:c7:3e:%02x' $((0xcd + $1)); }

# Into the core, edge-b's through the middlebox if there is one.
plug_uplinks() {
    ip -n "$prefix-core" link set ca master br0
    [ -n "${middlebox:-}" ] || { ip -n "$prefix-core" link set cb master br0; return; }
    make_wire core x1 '' core x2 ''
    ip -n "$prefix-core" link set x2 master br0
    start middlebox core "$build/lab_cable" "$way/middlebox.sock" if:x1 if:cb
    wait_that test -S "$way/middlebox.sock"
    # x1 is where the cable ends; what is put there comes out of x2, in the bridge.
}

# order ORDER...: to the middlebox.
order() { echo -n "$*" | socat -u - "UNIX-SENDTO:$way/middlebox.sock"; }

# make_world QUERY-CENTISECONDS [0]: everything but the bridges that are tried; nobody speaks yet. With 0 the core does not snoop.
make_world() {
    local name number=1 query=$1 snooping=${2:-1}
    for name in core edge-a edge-b server source vm; do make_namespace "$name"; done
    ip -n "$prefix-core" link add br0 address 52:54:00:09:00:fe type bridge stp_state 0 forward_delay 0 \
        mcast_snooping "$snooping" mcast_igmp_version 3 mcast_query_use_ifaddr 1 \
        mcast_query_interval "$query" mcast_query_response_interval 100 \
        mcast_startup_query_count 2 mcast_startup_query_interval 50 mcast_membership_interval $((3 * query)) ||
        fail "cannot make a bridge"
    # After the others: until a response interval is over, that of this moment, all groups go everywhere.
    ip -n "$prefix-core" link set br0 type bridge mcast_querier 1
    ip -n "$prefix-core" addr add 10.9.0.254/24 dev br0
    for name in edge-a edge-b; do
        make_wire "$name" h1 52:54:00:09:0$number:01 "$name" p1 52:54:00:09:0$number:02
        make_wire "$name" u1 52:54:00:09:0$number:03 core "c${name#edge-}" ''
        number=$((number + 1))
    done
    plug_uplinks
    make_wire server s0 52:54:00:09:00:01 core cs ''
    make_wire source m0 52:54:00:09:00:09 core cm ''
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
    for name in edge-a edge-b; do wait_that test -S "$way/$name.sock"; done
    wait_that inside vm ip link set v0 address $vm_mac
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

# way_to NUMBER bridge|station: how that edge's bridge, or the station behind it, is reached, as a row of peers says it.
way_to() {
    case ${carrier:-ethernet}-$2 in
    ethernet-bridge) echo "mac: \"52:54:00:09:0$1:0a\"" ;;
    ethernet-station) echo "mac: \"52:54:00:09:0$1:01\"" ;;
    udp-bridge) echo "address: 10.8.0.$1:34997" ;;
    udp-station) echo "address: 10.8.0.1$1:34997" ;;
    esac
}

# make_dimp_bridges HERE-AT-B REQUIREMENTS [MKA-AT-A MKA-AT-B]: dimp bridge in both places, which gates, snoops and
# authenticates the VM by itself. HERE-AT-B says whether edge-b, too, takes it for a VM whose DI is to be learned: then nothing
# has to move there. A way may say $carrier (udp), $di (a file of DI that the VM has at edge-a), $rules (of both bridges), and
# $more_ports, $more_vms and $more_peers, functions that print rows for the edge of that number and, the second, with such a
# HERE.
make_dimp_bridges() {
    local name other number=1 here=true mka=${3:-} di=${di:-}
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
$([ "${carrier:-}" != udp ] || printf '%s\n' 'binding: udp' "listen: 10.8.0.$number:34997")
bridge: {snoops_ports: true${rules:+, $rules}}
ports:
  vm: {interface: p1, kind: station, vlan: 42}
  up: {interface: u1, kind: uplink, vlan: 42}
$(${more_ports:-true} $number)
vms:
  vm1: {vsi: "$(vsi 1)", mac: "$vm_mac", vlan: 42, port: vm, here: $here, requires: $2${mka:+, mka: $mka}${di:+, di: $di}}
$(${more_vms:-true} "$here")
radius: {address: 10.9.0.$((number + 1)), server: 10.9.0.1, server_mac: "52:54:00:09:00:01", secret: radius.secret}
peers:
  $other: {key: "$(cat "$way/$other.pub")", $(way_to $((3 - number)) bridge)}
  server: {key: "$(cat "$way/server-${name#edge-}.pub")", $(way_to $number station), role: station}
$(${more_peers:-true} $number)
CONF
        start "$name" "$name" "$build/dimp" bridge --control "$way/$name.control" \
            --keylog "$way/$name.keys" "$way/$name.yaml"
        wait_for 5 "$way/$name.log" '"started"'
        here=$1 mka=${4:-} di=
        number=$((number + 1))
    done
    # The querier asks now, so that both know behind which port it is.
    for here in 0 1; do ip -n "$prefix-core" link set br0 type bridge mcast_querier $here; done
    sleep 1.2
}

# The VM's end of MACsec: wpa_supplicant's KaY, with the shim and the data plane of the recordings for its SecY.
start_macsec() {
    local ckn=64696d702d6c6162 cak=3c1d88a0f4627be95a0e41d7b86c2f13
    build_secy_shim "$record" "$way"
    configure_kay "$way/kay.conf" "$way/kay" 128 "mka_cak=$cak" "mka_ckn=$ckn"
    : >"$way/secy.calls"
    start dataplane vm /usr/bin/python3 "$record/secy_dataplane.py" v0 ms0 "$way/secy.calls"
    wait_for 10 "$way/dataplane.log" ready
    start kay vm env LD_PRELOAD="$way/secy_shim.so" SECY_LOG="$way/secy.calls" SECY_INTERFACE=ms0 \
        wpa_supplicant -d -D macsec_linux -i v0 -c "$way/kay.conf"
    wait_for 20 "$way/secy.calls" encoding_sa
    sleep 1
}

start_radius_server() {
    echo '"vm1" MD5 "vm1-secret"' >"$way/radius_users"
    configure_radius_server "$way" 10.9.0.0/24 lab-secret
    start radius server hostapd -d "$way/radius.conf"
}

bridge_address() { inside "$1" ip -4 -o addr show dev br0 | awk '{ sub("/.*", "", $4); print $4 }'; }

# start_authenticator PLACE: hostapd at the locked port; who is authorised gets a forwarding entry there.
start_authenticator() {
    # shellcheck disable=SC2046  # a word a line
    configure_authenticator "$way/$1.conf" "$way/$1-hostapd" $(ask_radius_server "$(bridge_address "$1")" "$1" 10.9.0.1 lab-secret)
    start "$1-hostapd" "$1" hostapd -d "$way/$1.conf"
    wait_for 5 "$way/$1-hostapd.log" AP-ENABLED
    start "$1-doorman" "$1" hostapd_cli -p "$way/$1-hostapd" -i p1 -a "$lab/lab_doorman.sh"
}

start_supplicant() {
    configure_supplicant "$way" eap=MD5 'identity="vm1"' 'password="vm1-secret"'
    start supplicant vm wpa_supplicant -D wired -i v0 -c "$way/supplicant.conf"
    wait_for 15 "$way/supplicant.log" CTRL-EVENT-EAP-SUCCESS
}

# The VM's address comes by DHCP.
start_dhcp() {
    configure_dnsmasq "$way" dhcp-range=10.9.0.50,10.9.0.99,255.255.255.0,1h "dhcp-host=$vm_mac,$vm_address"
    start dnsmasq server dnsmasq -k -C "$way/dnsmasq.conf"
    wait_for 5 "$way/dnsmasq.log" 'DHCP, IP range'
    start udhcpc vm env CLIENT_EVENTS="$way/dhcp.events" \
        udhcpc -f -i $nic -s "$record/udhcpc_event.sh" -t 8 -T 1
    dhcp_client=$started
    wait_for 12 "$way/dhcp.events" "\"bound\",\"address\":\"$vm_address\""
    inside vm ip route add 224.0.0.0/4 dev $nic
}

# receive NAME WHERE KIND ADDRESS PORT [OPTION...]: a meter's receiver.
receive() {
    local name=$1 where=$2
    shift 2
    start "$name" "$where" "$lab/lab_meter.py" receive "${@:1:3}" "$way/$name.meter.json" "${@:4}"
    receivers+=("$started")
}

# Meters: receivers first. feed: a group to the VM; down, up: datagrams to and from it; tcp: a stream to it.
start_meters() {
    local meter=$lab/lab_meter.py
    receivers=()
    receive feed vm group $group 5001 --interface $nic
    receive down vm udp $vm_address 5002
    receive tcp vm tcp $vm_address 5003
    receive up server udp $server_address 5004
    sleep 0.5
    start feed-source source "$meter" send group $group 5001 --interface m0
    start down-source server "$meter" send udp $vm_address 5002
    start tcp-source server "$meter" send tcp $vm_address 5003
    start up-source vm "$meter" send udp $server_address 5004
}

# What the VM itself says to keep its services: after the move it is counted.
start_witness() {
    start witness vm tcpdump -Z root -l -tt --immediate-mode -n -Q out -i $nic \
        'ether proto 0x888e or udp dst port 67 or udp dst port 547 or igmp or (ip6 and ip6[6] == 0)'
    witness=$started
    wait_for 5 "$way/witness.log" 'listening on'
}

stop_meters() {
    local name
    # First, for a receiver that ends takes leave of its group.
    stop "$witness" "${receivers[@]}"
    for name in ${witnessed:-EAPOL:eap DHCP:dhcp igmp:igmp}; do
        awk -v after="$(sed 's/.*"run_epoch": \([0-9.]*\).*/\1/' "$way/move.json")" -v kind="${name%:*}" \
            '$1 + 0 > after + 0 && index($0, kind) { count++ } END { print count + 0 }' \
            "$way/witness.log" >"$way/${name#*:}.note"
    done
    for name in feed down tcp up; do
        [ -s "$way/$name.meter.json" ] || fail "the meter of $name has told nothing"
    done
}

# move STOP-MS [BEFORE [AFTER]]
move() {
    "$lab/lab_move.py" "$way/edge-a.sock" "$way/edge-b.sock" $vm_mac "$1" "$prefix-vm" "${@:2}" \
        >"$way/move.json" || fail "the VM did not move"
}
