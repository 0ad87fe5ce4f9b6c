#!/bin/bash
# live-udp.sh DIMP: two bridges and a station as processes on loopback UDP move a VSI's DI, and fail to where
# they must. Prints what failed and "N passed, N failed".
set -u
dimp=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0
port=$((20000 + $$ % 20000))
vsi=$(printf '01%.0s' {1..37})
other=$(printf '02%.0s' {1..37})

for who in a b s stranger; do
	(umask 077 && "$dimp" genkey -q >"$scratch/$who.key")
	"$dimp" pubkey <"$scratch/$who.key" >"$scratch/$who.pub"
done
# A DHCP binding and a session, octets from the specification's examples.
cat >"$scratch/di.hex" <<'END'
0204 0022 01 01 0064 02000000000a 0a00000a 00003039 0001 0004 deadbeef 0002 0004 0a000001
0204 0012 01 01 0064 02000000000b 0a00000b ffffffff
END

key() { cat "$scratch/$1.pub"; }

# move NAME EXIT_CODE STATION_KEY VSI MODE: runs all three; logs in $scratch/{a,b,s}.log
move() {
	local name=$1 wanted=$2 station=$3 asked=$4 mode=$5 a=$port b=$((port + 1)) s=$((port + 2)) code
	port=$((port + 3))
	"$dimp" bridge --json --key "$scratch/a.key" --listen 127.0.0.1:$a --vsi "$vsi" --di "$scratch/di.hex" \
		--seconds 3 "127.0.0.1:$b,$(key b)" >"$scratch/a.log" 2>&1 &
	local first=$!
	"$dimp" bridge --json --key "$scratch/b.key" --listen 127.0.0.1:$b --seconds 3 "127.0.0.1:$a,$(key a)" \
		"127.0.0.1:$s,$(key s),station" >"$scratch/b.log" 2>&1 &
	local second=$!
	sleep 0.3
	"$dimp" station --json --key "$scratch/$station.key" --listen 127.0.0.1:$s --vsi "$asked" \
		--source "$(key a)" --mode "$mode" --deadline 800 --seconds 4 "127.0.0.1:$b,$(key b)" \
		>"$scratch/s.log" 2>&1
	code=$?
	wait "$first" "$second"
	[ $code = "$wanted" ] && passed=$((passed + 1)) && return
	failed=$((failed + 1))
	echo "$name: the station's exit code is $code, expected $wanted"
	tail -n 5 "$scratch"/?.log
}

# said LOG COUNT PATTERN: so many lines of the log match
said() {
	local count
	count=$(grep -Ec -- "$3" "$scratch/$1.log")
	[ "$count" = "$2" ] && passed=$((passed + 1)) && return
	failed=$((failed + 1))
	echo "$1.log: $count lines match $3, expected $2"
}

for mode in one-shot staged; do
	move "$mode" 0 s "$vsi" $mode
	said a 1 '"event":"released"'
	said a 1 '"event":"gone"'
	said b 1 '"event":"activate"'
	said b 1 '"address":"10.0.0.10".*"transaction":3735928559'
	said b 1 '"address":"10.0.0.11","remaining":null'
	said s 1 '"event":"response".*"result":"SUCCESS"'
done
move 'unknown VSI' 20 s "$other" one-shot
said s 1 '"event":"response".*CONTEXT_NOT_FOUND'
said a 0 '"event":"freeze"'
move 'a stranger' 20 stranger "$vsi" one-shot
said s 1 '"event":"response".*IN_DOUBT'
said b 0 '"event":"record"'
echo "$passed passed, $failed failed"
[ $failed = 0 ]
