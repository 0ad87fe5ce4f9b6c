#!/bin/bash
# real-kay-group.sh KAY_WIRE: our KaY in groups with two wpa_supplicants, one of which comes later and is killed, with ours as key
# server and with another; and in pairs with it: CAKs of 256 bits, integrity only as either end says, an offset of which it is not
# capable. Each has a bridge of its own in network namespaces, all run at once; real_kay_group.py judges. As root.
set -u
kay_wire=$1
here=$(cd "$(dirname "$0")" && pwd)
record=$here/../../pcaps/real/record
prefix=dimp-kg-$$
ckn=64696d702d7265616c2d67726f7570
cak128=4b0c7a66e1d25f3890ab31c47de8f215
cak256=${cak128}0123c4a76f5e8d9b90b1e2f3041526a7
work=$(mktemp -d)
spaces=()

clean_up() {
	local one pid
	trap '' INT TERM
	for pid in $(jobs -p) $(cat "$work"/*.pid 2>/dev/null); do kill "$pid" 2>/dev/null; done
	wait 2>/dev/null
	for one in "${spaces[@]}"; do ip netns del "$one" 2>/dev/null; done
	rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM

lack() {
	echo "${0##*/}: $1" >&2
	exit 1
}

[ "$(id -u)" = 0 ] || lack "needs root, for network namespaces"
# shellcheck disable=SC2046 # several words on purpose
"${CC:-cc}" -std=c11 -shared -fPIC -O2 -o "$work/secy_shim.so" "$record/secy_shim.c" \
	$(pkg-config --cflags --libs libnl-genl-3.0 libnl-route-3.0) || lack "the shim does not compile"

# space NAME: a namespace without IPv6.
space() {
	ip netns add "$1" || lack "cannot make a network namespace"
	spaces+=("$1")
	ip netns exec "$1" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	ip -n "$1" link set lo up
}

# make_bridge WORLD MEMBER...: a bridge that forwards MKPDUs, and members 1, 2, ... at it.
make_bridge() {
	local hub=$prefix-$1 member number=0
	space "$hub"
	ip -n "$hub" link add br0 type bridge group_fwd_mask 8 || lack "cannot make a bridge"
	ip -n "$hub" link set br0 up
	for member in "${@:2}"; do
		number=$((number + 1))
		space "$hub-$member"
		ip link add "e$member" netns "$hub-$member" address "52:54:00:00:0a:0$number" type veth \
			peer name "p$member" netns "$hub" || lack "cannot make a veth pair"
		ip -n "$hub" link set "p$member" master br0
		ip -n "$hub" link set "p$member" up
		ip -n "$hub-$member" link set "e$member" up
	done
}

# supplicant WORLD MEMBER PRIORITY CAK [SETTING]: leaves its process id in $started.
supplicant() {
	local file=$work/$1-$2
	cat >"$file.conf" <<CONF
ctrl_interface=$file.ctrl
ap_scan=0
eapol_version=3
network={
key_mgmt=NONE
eapol_flags=0
macsec_policy=1
mka_cak=$4
mka_ckn=$ckn
mka_priority=$3
${5:-}
}
CONF
	: >"$file.secy"
	ip netns exec "$prefix-$1-$2" env LD_PRELOAD="$work/secy_shim.so" SECY_LOG="$file.secy" \
		SECY_INTERFACE=ms0 wpa_supplicant -D macsec_linux -i "e$2" -c "$file.conf" \
		>"$file.wpa" 2>&1 &
	started=$!
	echo "$started" >"$file.pid"
}

# listen WORLD: all that passes at our port, from now on.
listen() {
	ip netns exec "$prefix-$1" tcpdump -Z root -U --immediate-mode -n -s 0 -i pa -w "$work/$1.pcap" \
		2>"$work/$1.dump" &
	echo $! >"$work/$1-dump.pid"
	for _ in $(seq 50); do grep -q listening "$work/$1.dump" && return; sleep 0.1; done
	lack "tcpdump does not begin"
}

# ours WORLD PRIORITY SECONDS CAK CONFIDENTIALITY: to the end.
ours() {
	printf 'ckn %s\ncak %s\n' "$ckn" "$4" >"$work/$1.cak"
	ip netns exec "$prefix-$1-a" "$kay_wire" ea "$work/$1.cak" "$2" "$3" 999 clean "$5" >"$work/$1.kay" ||
		lack "kay_wire failed in $1"
}

# A third comes after 9 s and is killed after 18.
group() { # WORLD OUR_PRIORITY THEIR_PRIORITY
	supplicant "$1" b "$3" $cak128
	ours "$1" "$2" 34 $cak128 1 &
	local our_end=$!
	sleep 9
	supplicant "$1" c 200 $cak128
	sleep 9
	kill -9 "$started"
	wait "$started" 2>/dev/null
	date +%s.%N >"$work/$1.killed"
	wait "$our_end"
}

pair() { # WORLD OUR_PRIORITY THEIR_PRIORITY CAK CONFIDENTIALITY [SETTING]
	supplicant "$1" b "$3" "$4" "${6:-}"
	ours "$1" "$2" 12 "$4" "$5"
	kill "$started"
}

for world in group-ours group-theirs; do make_bridge $world a b c; done
for world in cak-256 integrity-ours integrity-theirs offset; do make_bridge $world a b; done
for world in group-ours group-theirs cak-256 integrity-ours integrity-theirs offset; do listen $world; done
runs=()
group group-ours 16 64 & runs+=($!)
group group-theirs 64 16 & runs+=($!)
pair cak-256 16 64 $cak256 1 & runs+=($!)
pair integrity-ours 16 64 $cak128 0 & runs+=($!)
pair integrity-theirs 64 16 $cak128 1 macsec_integ_only=1 & runs+=($!)
pair offset 16 64 $cak128 2 & runs+=($!)
for run in "${runs[@]}"; do wait "$run" || lack "a run failed"; done
for file in "$work"/*.pid; do kill "$(cat "$file")" 2>/dev/null; done
sleep 0.5
/usr/bin/python3 "$here/real_kay_group.py" "$work" "$ckn" $cak128 $cak256
