#!/bin/bash
# live_forwarding.sh: frames a second that `dimp bridge` forwards from a VM's port to a host's, beside the kernel's bridge on
# the same veth pairs (as root). BUILD is the folder of what was built. The sender sends as fast as it can: what is lost is
# what the bridge could not take.
set -eu
build=$(realpath "${BUILD:-build}")
prefix=wire-$$
seconds=${SECONDS_EACH:-1}
sizes='60 512 1514'
vsi=$(printf '01%.0s' {1..37})
work=$(mktemp -d)

clean_up() {
	local one
	for one in t a; do
		ip netns pids "$prefix-$one" 2>/dev/null | xargs -r kill 2>/dev/null || :
		ip netns del "$prefix-$one" 2>/dev/null || :
	done
	rm -rf "$work"
}
[ "$(id -u)" = 0 ] || { echo "${0##*/}: needs root, for network namespaces" >&2; exit 3; }
trap clean_up EXIT
trap 'exit 1' INT TERM
for one in t a; do
	ip netns add "$prefix-$one"
	ip netns exec "$prefix-$one" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
done
for pair in from:vm to:net; do
	ip link add "${pair%:*}" netns "$prefix-t" type veth peer name "${pair#*:}" netns "$prefix-a"
	ip -n "$prefix-t" link set "${pair%:*}" up
	ip -n "$prefix-a" link set "${pair#*:}" up
done
sleep 1.5

# measure NAME: a line of what came out for each size.
measure() {
	local size counts
	for size in $sizes; do
		counts=$(ip netns exec "$prefix-t" "$build/bench/live_forwarding" from to "$size" "$seconds")
		echo "$1 $size $counts" >>rates
	done
}

measure_kernel() {
	ip -n "$prefix-a" link add br0 type bridge stp_state 0 forward_delay 0
	for one in vm net; do ip -n "$prefix-a" link set $one master br0; done
	ip -n "$prefix-a" link set br0 up
	sleep 0.5
	measure kernel
	ip -n "$prefix-a" link del br0
}

# measure_bridge VMS: dimp bridge, with so many VMs at the port; the one that sends is the last of the file.
measure_bridge() {
	local other tries
	for ((other = 1; other < $1; other++)); do
		printf '  other%d: {vsi: "%070x%04x", mac: "02:00:00:01:%02x:%02x", vlan: 42, port: vm, here: true}\n' \
			$other 1 $other $((other / 256)) $((other % 256))
	done >others
	{ cat a.head others && echo "  vm1: {vsi: \"$vsi\", mac: 52:54:00:00:01:01, vlan: 42, port: vm, here: true}"; } >a.yaml
	ip netns exec "$prefix-a" "$build/dimp" bridge a.yaml >a.log 2>&1 &
	bridge=$!
	for ((tries = 0; tries < 100; tries++)); do ! grep -q ' started ' a.log || break; sleep 0.1; done
	sleep 0.3
	measure "$1"
	kill $bridge
	wait $bridge || { cat a.log >&2; exit 1; }
}

cd "$work"
(umask 077 && "$build/dimp" genkey -q >a.key)
cat >a.head <<END
name: edge-a
key: a.key
address: 02:00:00:00:00:0a
ports:
  vm: {interface: vm, kind: station, vlan: 42}
  net: {interface: net, kind: host, vlan: 42}
vms:
END
: >rates
for ((round = 0; round < ${REPEATS:-3}; round++)); do
	measure_kernel
	for vms in 1 100 1000; do measure_bridge $vms; done
done

# rate WHO SIZE COLUMN: the median of the repeats; 3: sent a second, 4: received.
rate() {
	awk -v who="$1" -v size="$2" -v column="$3" '$1 == who && $2 == size { print $column }' rates | sort -n |
		awk '{ all[NR] = $1 } END { print all[int((NR + 1) / 2)] }'
}
echo 'frames a second, medians of what came out (and was sent); the ratio is to the kernel'"'"'s bridge'
for size in $sizes; do
	printf '%5d octets: kernel %7d (%d)' "$size" "$(rate kernel "$size" 4)" "$(rate kernel "$size" 3)"
	for vms in 1 100 1000; do
		printf ', %d VMs %7d (%d) %s' $vms "$(rate $vms "$size" 4)" "$(rate $vms "$size" 3)" \
			"$(awk -v one="$(rate $vms "$size" 4)" -v other="$(rate kernel "$size" 4)" 'BEGIN { printf "%.2f", one / other }')"
	done
	echo
done
