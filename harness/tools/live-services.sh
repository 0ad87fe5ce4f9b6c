#!/bin/bash
# live-services.sh DIMP: real programs are served by two dimp bridges (as root): a supplicant authenticates at hostapd's
# RADIUS server, a DHCP client gets its lease of dnsmasq, the VM's own IP stack talks to the server, with checksums left to
# cards that are not there. Then the VM's interface is plugged in elsewhere, its DI follows, and nobody says anything
# anew. Prints what failed and "N passed, N failed".
set -u
dimp=$(realpath "$1")
here=$(realpath "${0%/*}")
prefix=wire-$$
vm=52:54:00:c7:3e:ce
station=52:54:00:00:0c:0c
vsi=$(printf '01%.0s' {1..37})
passed=0
failed=0

lack() {
	echo "${0##*/}: $1" >&2
	exit 1
}

clean_up() {
	local one
	trap '' INT TERM
	for one in v a b s; do
		ip netns pids "$prefix-$one" 2>/dev/null | xargs -r kill 2>/dev/null
		ip netns del "$prefix-$one" 2>/dev/null
	done
	wait
	rm -rf "$work"
}

# is WHAT ACTUAL EXPECTED
is() {
	[ "$2" = "$3" ] && passed=$((passed + 1)) && return
	failed=$((failed + 1))
	echo "$1: $2, expected $3"
}

inside() {
	local where=$1
	shift
	ip netns exec "$prefix-$where" "$@"
}

# start LOG WHERE COMMAND...
start() {
	local log=$1 where=$2
	shift 2
	ip netns exec "$prefix-$where" "$@" >"$log.log" 2>&1 &
}

# await WHAT LOG REGEX: ten seconds at the most.
await() {
	local turn
	for ((turn = 0; turn < 200; turn++)); do
		grep -Eqs -- "$3" "$2.log" && passed=$((passed + 1)) && return
		sleep 0.05
	done
	failed=$((failed + 1))
	echo "$1: waited in vain for $3"
	tail -n 5 "$2.log"
}

# plug WHERE IF WHERE IF [MAC]: a cable.
plug() {
	ip link add "$2" netns "$prefix-$1" ${5:+address "$5"} type veth peer name "$4" netns "$prefix-$3" ||
		lack "cannot make a veth pair"
	ip -n "$prefix-$1" link set "$2" up
	ip -n "$prefix-$3" link set "$4" up
}

# reaches: whether the VM's IP stack reaches the server's; the first packet may look for the way.
reaches() { inside v ping -c 3 -i 0.2 -W 1 192.0.2.1 2>&1 | grep -Eq '[23] received' && echo yes || echo no; }

# bridge_file NAME ADDRESS IP HERE MORE: the file of a bridge. $other is its peer.
bridge_file() {
	cat <<END
name: edge-$1
key: $1.key
address: $2
log: json
ports:
  vm: {interface: vm, kind: station, vlan: 42}
  core: {interface: core, kind: uplink}
$5
vms:
  vm1: {vsi: "$vsi", mac: "$vm", vlan: 42, port: vm, here: $4, requires: [dot1x, dhcp]}
peers:
  $other
  server: {key: "$(cat s.pub)", mac: "$station", role: station}
radius: {address: $3, server: 192.0.2.1, server_mac: "$server_mac", secret: secret}
END
}

[ "$(id -u)" = 0 ] || lack "needs root, for network namespaces"
for tool in ip hostapd wpa_supplicant dnsmasq udhcpc ping; do
	command -v $tool >/dev/null || lack "install $tool"
done
work=$(mktemp -d)
trap clean_up EXIT
trap 'exit 1' INT TERM
cd "$work" || exit 1
for one in v a b s; do
	ip netns add "$prefix-$one" || lack "cannot make a network namespace"
	inside "$one" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	ip -n "$prefix-$one" link set lo up
done
for one in a b s; do
	(umask 077 && "$dimp" genkey -q >$one.key)
	"$dimp" pubkey <$one.key >$one.pub
done
echo 'lab-secret' >secret

# The VM's interface v0 is plugged in at wa or wb by a hub, without losing its carrier.
plug v wa a vm
plug v wb b vm
plug a core b core
plug s s0 a net
server_mac=$(inside s cat /sys/class/net/s0/address)
ip -n "$prefix-s" address add 192.0.2.1/24 dev s0
ip -n "$prefix-v" link add hub type bridge stp_state 0 forward_delay 0 mcast_snooping 0 group_fwd_mask 8
ip -n "$prefix-v" link set hub up
plug v v0 v v1 $vm
for one in v1 wa; do ip -n "$prefix-v" link set $one master hub; done
ip -n "$prefix-v" link set wb address $station

echo '"vm1" MD5 "vm1-secret"' >radius_users
echo '192.0.2.0/24 lab-secret' >radius_clients
printf '%s\n' driver=none "radius_server_clients=$work/radius_clients" radius_server_auth_port=1812 eap_server=1 \
	"eap_user_file=$work/radius_users" >radius.conf
printf '%s\n' ap_scan=0 'network={' key_mgmt=IEEE8021X eap=MD5 'identity="vm1"' 'password="vm1-secret"' eapol_flags=0 '}' \
	>wpa.conf
other="edge-b: {key: \"$(cat b.pub)\", mac: 02:00:00:00:00:0b}" \
	bridge_file a 02:00:00:00:00:0a 192.0.2.2 true '  net: {interface: net, kind: host, vlan: 42}' >a.yaml
other="edge-a: {key: \"$(cat a.pub)\", mac: 02:00:00:00:00:0a}" \
	bridge_file b 02:00:00:00:00:0b 192.0.2.3 false '' >b.yaml
start a a "$dimp" bridge a.yaml
start b b "$dimp" bridge b.yaml
start radius s hostapd -dd radius.conf
start dnsmasq s dnsmasq -k --port=0 --interface=s0 --bind-interfaces --no-resolv --no-hosts --no-ping --user=root \
	--log-dhcp --log-facility=- --pid-file=dnsmasq.pid --dhcp-authoritative --dhcp-leasefile=leases \
	--dhcp-range=192.0.2.50,192.0.2.99,255.255.255.0,1h
await 'bridge a' a '"port".*"vm".*"up"'
await 'bridge a' a '"port".*"net".*"up"'

inside v ip address add 192.0.2.200/24 dev v0
is 'before it authenticated the VM reaches the server' "$(reaches)" no
ip -n "$prefix-v" address flush dev v0
start supplicant v wpa_supplicant -D wired -i v0 -c wpa.conf
await 'the supplicant' supplicant CTRL-EVENT-EAP-SUCCESS
start udhcpc v env "CLIENT_EVENTS=$work/dhcp.log" udhcpc -f -i v0 -s "$here/../../pcaps/real/record/udhcpc_event.sh" -t 8 -T 1
await 'the DHCP client' dhcp bound
is 'with its lease the VM reaches the server' "$(reaches)" yes
inside v ip address add 192.0.2.201/24 dev v0
is 'from another address it does' "$(inside v ping -c 2 -W 1 -I 192.0.2.201 192.0.2.1 2>&1 | grep -c ' 0 received')" 1
ip -n "$prefix-v" address del 192.0.2.201/24 dev v0

# The move: its interface is plugged in at b, and b asks for its DI.
asked=$(grep -c 'Access-Request' radius.log)
leases=$(grep -c DHCP dnsmasq.log)
answered=$(grep -c CTRL-EVENT-EAP-STARTED supplicant.log)
is 'what is counted is in the logs' "$((asked > 0 && leases > 0 && answered > 0))" 1
ip -n "$prefix-v" link set wa nomaster
inside v "$dimp" station --json --key s.key --interface wb --vsi "$vsi" --source "$(cat a.pub)" --filter "$vm/42" \
	--seconds 8 "02:00:00:00:00:0b,$(cat b.pub)" >station.log 2>&1
is "the station's exit code" $? 0
ip -n "$prefix-v" link set wb master hub
is 'after the move the VM reaches the server' "$(reaches)" yes
sleep 1
is 'the RADIUS server was asked again' "$(grep -c 'Access-Request' radius.log)" "$asked"
is 'the supplicant began again' "$(grep -c CTRL-EVENT-EAP-STARTED supplicant.log)" "$answered"
is 'the DHCP server was asked again' "$(grep -c DHCP dnsmasq.log)" "$leases"
is 'hosts got datagrams with wrong checksums' "$(inside s cat /proc/net/snmp | awk '/^Udp: [0-9]/ { print $8 }')" 0
[ $failed = 0 ] || tail -n 12 a.log b.log supplicant.log station.log
echo "$passed passed, $failed failed"
[ $failed = 0 ]
