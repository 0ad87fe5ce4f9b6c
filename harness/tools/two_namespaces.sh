# To be sourced, as root, with $prefix set: two network namespaces, "$prefix-a" and "$prefix-b", a folder $work, and an
# end at which all of it goes, with the jobs that were started.
work=$(mktemp -d)

clean_up() {
	local one pid
	trap '' INT TERM
	for pid in $(jobs -p); do kill "$pid" 2>/dev/null; done
	wait 2>/dev/null
	for one in a b; do ip netns del "$prefix-$one" 2>/dev/null; done
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

# lack WHAT: ends for want of it.
lack() {
	echo "${0##*/}: $1" >&2
	exit 1
}

# make_wire A B: the namespaces anew, and a cable between the interfaces of these names.
make_wire() {
	local one
	for one in a b; do
		ip netns del "$prefix-$one" 2>/dev/null
		ip netns add "$prefix-$one" || lack "cannot make a network namespace"
		ip netns exec "$prefix-$one" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv6.conf.default.disable_ipv6=1
		ip -n "$prefix-$one" link set lo up
	done
	ip link add "$1" netns "$prefix-a" address 52:54:00:00:0a:01 type veth \
		peer name "$2" netns "$prefix-b" address 52:54:00:00:0b:02 || lack "cannot make a veth pair"
	ip -n "$prefix-a" link set "$1" up
	ip -n "$prefix-b" link set "$2" up
}

[ "$(id -u)" = 0 ] || lack "needs root, for network namespaces"
