#!/bin/bash
# real-kay.sh KAY_WIRE: our KaY and wpa_supplicant's agree on MACsec keys in a network namespace each, once with
# ours as key server and once with the other, and ours moves in between, once at risk; real_kay.py judges what both say of
# their SAs and every MKPDU on the wire. As root.
set -u
kay_wire=$1
here=$(cd "$(dirname "$0")" && pwd)
record=$here/../../pcaps/real/record
prefix=dimp-kay-$$
ckn=64696d702d7265616c2d6b6179
cak=4b0c7a66e1d25f3890ab31c47de8f215

# shellcheck source=harness/tools/two_namespaces.sh
. "$here/two_namespaces.sh"

# shellcheck disable=SC2046 # several words on purpose
"${CC:-cc}" -std=c11 -shared -fPIC -O2 -o "$work/secy_shim.so" "$record/secy_shim.c" \
	$(pkg-config --cflags --libs libnl-genl-3.0 libnl-route-3.0) || lack "the shim does not compile"
printf 'ckn %s\ncak %s\n' "$ckn" "$cak" >"$work/cak"
make_wire ka kb

# meet NAME OURS THEIRS clean|risk: runs both with these priorities; how ours moves.
meet() {
	local dump ours peer
	cat >"$work/$1.conf" <<CONF
ctrl_interface=$work/ctrl
ap_scan=0
eapol_version=3
network={
key_mgmt=NONE
eapol_flags=0
macsec_policy=1
mka_cak=$cak
mka_ckn=$ckn
mka_priority=$3
}
CONF
	ip netns exec "$prefix-a" tcpdump -Z root -U --immediate-mode -n -s 0 -i ka -w "$work/$1.pcap" \
		2>"$work/dump.log" &
	dump=$!
	for _ in $(seq 50); do grep -q listening "$work/dump.log" && break; sleep 0.1; done
	ip netns exec "$prefix-b" env LD_PRELOAD="$work/secy_shim.so" SECY_LOG="$work/$1.secy" \
		SECY_INTERFACE=ms0 wpa_supplicant -D macsec_linux -i kb -c "$work/$1.conf" \
		>"$work/$1.wpa" 2>&1 &
	peer=$!
	ip netns exec "$prefix-a" "$kay_wire" ka "$work/cak" "$2" 16 5 "$4" >"$work/$1.kay" &
	ours=$!
	wait "$ours" || lack "kay_wire failed"
	kill "$peer" "$dump"
	wait "$peer" "$dump" 2>/dev/null
}

meet ours 16 128 clean
meet theirs 128 16 clean
meet risk 16 128 risk
/usr/bin/python3 "$here/real_kay.py" "$work" "$ckn" "$cak"
