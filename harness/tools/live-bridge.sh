#!/bin/bash
# live-bridge.sh DIMP [SCRIPT ARGUMENT...]: two bridges and a station on veth pairs between network namespaces (as root).
# live_bridge.py, or the script, in the namespace of VM and network, says what came of it. Prints what failed and "N passed,
# N failed".
set -u
dimp=$(realpath "$1")
here=$(realpath "${0%/*}")
prefix=wire-$$

lack() {
	echo "${0##*/}: $1" >&2
	exit 1
}

clean_up() {
	local one
	trap '' INT TERM
	for one in t a b h; do
		ip netns pids "$prefix-$one" 2>/dev/null | xargs -r kill 2>/dev/null
		ip netns del "$prefix-$one" 2>/dev/null
	done
	rm -rf "$work"
}

[ "$(id -u)" = 0 ] || lack "needs root, for network namespaces"
command -v ip >/dev/null || lack "install iproute2"
work=$(mktemp -d)
# Whoever a bridge becomes reads its file there.
chmod 755 "$work"
trap clean_up EXIT
trap 'exit 1' INT TERM
for one in t a b; do
	ip netns add "$prefix-$one" || lack "cannot make a network namespace"
	ip netns exec "$prefix-$one" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	ip -n "$prefix-$one" link set lo up
done

cd "$work" || exit 1
PYTHONDONTWRITEBYTECODE=1 ip netns exec "$prefix-t" /usr/bin/python3 "$here/${2:-live_bridge.py}" "$dimp" "$prefix" "${@:3}"
