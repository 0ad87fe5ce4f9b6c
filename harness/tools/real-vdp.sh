#!/bin/bash
# real-vdp.sh VDP_WIRE: our ends of VDP against lldpad's, in a network namespace each: lldpad as the station, whose
# vdptool says what our bridge answered, then lldpad as the bridge, which our station asks. As root.
set -u
vdp_wire=$1
prefix=dimp-vdp-$$
passed=0 failed=0

# shellcheck source=harness/tools/two_namespaces.sh
. "$(dirname "$0")/two_namespaces.sh"

# check NAME FILE REGEX [COUNT]: the file has that many lines like it.
check() {
	local seen
	seen=$(grep -cE -- "$3" "$2")
	if [ "$seen" = "${4:-1}" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "FAIL $1: $seen lines are like $3, expected ${4:-1}:"
		sed 's/^/    /' "$2" | head -20
	fi
}

if ! command -v lldpad >/dev/null || ! command -v vdptool >/dev/null; then
	lack "lldpad is missing: apt-get install lldpad"
fi

# start_lldpad MODE: at vb, with /dev/shm and /run of its own.
start_lldpad() {
	cat >"$work/$1.conf" <<CONF
nearest_customer_bridge : { vb : { adminStatus = 3;
    tlvid0080c20d : { enableTx = true; evbmode = "$1"; }; }; };
CONF
	ip netns exec "$prefix-b" unshare --mount sh -c \
		'mount -t tmpfs none /dev/shm; mount -t tmpfs none /run; exec lldpad -V 7 -f "$1"' sh \
		"$work/$1.conf" >"$work/$1.lldpad" 2>&1 &
	lldpad=$!
	sleep 5
}

# tell MODE TYPE HINTS NAME: a VDP command of lldpad's; what vdptool says of it goes to NAME.
tell() {
	ip netns exec "$prefix-b" timeout 25 vdptool -i vb -T -W -V "$1" -c "mode=$1" -c mgrid2=edgemgr \
		-c "typeid=$2" -c typeidver=4 -c "uuid=fa9b7fff-b0a0-4893-8e0e-beef4ff18f0$2" \
		-c "hints=$3" -c filter=42-52:54:00:c7:3e:ce >"$work/$4" 2>&1
}

vsi=656467656d6772000000000000000000 identifier=fa9b7fffb0a048938e0ebeef4ff18f
filter='"format":2,"filters":\[\[42,"525400c73ece",0\]\]'

make_wire va vb
ip netns exec "$prefix-a" "$vdp_wire" bridge va 24 >"$work/bridge" &
ours=$!
start_lldpad station
tell assoc 5 none success
before=$EPOCHREALTIME
tell preassoc 6 to staged
after=$EPOCHREALTIME
tell assoc 6 to cut-over
tell assoc 7 to no-room
tell assoc 8 to lost
ip netns exec "$prefix-b" vdptool -i vb -t -V assoc -c mode=assoc >"$work/list" 2>&1
tell deassoc 5 from left
wait "$ours" || lack "vdp_wire failed"
kill "$lldpad"
wait "$lldpad" 2>/dev/null

for name in success staged cut-over left; do check "lldpad takes $name" "$work/$name" '^Response from VDP'; done
check "lldpad takes Hard for the end" "$work/no-room" 'mode = deassoc$'
echo "$before $after" >"$work/times"
check "the answer waits until it is staged" \
	<(awk '{ print ($2 - $1 >= 1.0 && $2 - $1 < 5.0) ? "late" : "at once: " $0 }' "$work/times") '^late'
check "an Associate is told" "$work/bridge" \
	"^\{\"told\":3,\"gone\":0,\"hints\":0,\"vsi\":\"${vsi}0000050405${identifier}05\",$filter\}"
check "a Pre-Associate with the M bit is told" "$work/bridge" \
	"^\{\"told\":1,\"gone\":0,\"hints\":16,\"vsi\":\"${vsi}0000060405${identifier}06\",$filter\}"
check "its Associate is told" "$work/bridge" "^\{\"told\":3,\"gone\":0,\"hints\":16,\"vsi\":\"${vsi}0000060405"
check "a De-Associate is told" "$work/bridge" "^\{\"told\":4,\"gone\":0,.*\"vsi\":\"${vsi}0000050405"
check "lldpad lists what stands" "$work/list" "uuid = fa9b7fff-b0a0-4893-8e0e-beef4ff18f0[56]" 2
check "and nothing that was refused so" "$work/list" "uuid = fa9b7fff-b0a0-4893-8e0e-beef4ff18f07" 0
# It keeps what it had, and lists the status in the place of the hints: Keep and error 4.
check "lldpad takes Keep for what it is" "$work/list" 'hints = 36$'

make_wire va vb
start_lldpad bridge
ip netns exec "$prefix-a" "$vdp_wire" station va 10 >"$work/station" || lack "vdp_wire failed"
check "lldpad's bridge takes a Pre-Associate" "$work/station" '^\{"news":1,"outcome":0,"status":64\}$'
check "and an Associate" "$work/station" '^\{"news":3,"outcome":0,"status":64\}$'
check "and a De-Associate" "$work/station" '^\{"news":4,"outcome":0,"status":64\}$'
check "and has nothing more to say" "$work/station" '^' 3

[ $failed = 0 ] || [ -z "${KEEP_LOGS:-}" ] || cp -r "$work" "$KEEP_LOGS"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
