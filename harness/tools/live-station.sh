#!/bin/bash
# live-station.sh DIMP: what a hypervisor's hook relies on in `dimp station`: exit codes by advice, signals as orders,
# serials that do not go back, keys that nobody else reads, IPv6 and Ethernet. Prints what failed and "N passed, N failed".
# shellcheck disable=SC2317  # the functions are called by name
set -u
dimp=$(realpath "$1")
scratch=$(mktemp -d)
prefix=lab-station-$$
passed=0
failed=0
port=$((10000 + $$ % 9000))
vsi=$(printf '01%.0s' {1..37})

clean_up() {
	local name pid
	for pid in $(jobs -p); do kill "$pid" 2>/dev/null; done
	wait 2>/dev/null
	for name in a b s x; do ip netns del "$prefix-$name" 2>/dev/null; done
	rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 1' INT TERM
cd "$scratch" || exit 1

[ "$(id -u)" = 0 ] || { echo "${0##*/}: needs root, for network namespaces" && exit 1; }
command -v ip >/dev/null || { echo "${0##*/}: install iproute2" && exit 1; }

# is WHAT ACTUAL EXPECTED
is() {
	[ "$2" = "$3" ] && passed=$((passed + 1)) && return
	failed=$((failed + 1))
	echo "$1: $2, expected $3"
	tail -n 4 ./*.log 2>/dev/null
}

# said WHAT LOG PATTERN COUNT
said() { is "$1: lines of $2.log with $3" "$(grep -Ec -- "$3" "$2.log")" "$4"; }

key() { cat "$1.pub"; }

# await LOG PATTERN: five seconds at the most.
await() {
	local turn
	for ((turn = 0; turn < 100; turn++)); do
		grep -Eq -- "$2" "$1.log" 2>/dev/null && return
		sleep 0.05
	done
	echo "$1.log: waited in vain for $2"
}

for who in a b s; do
	(umask 077 && "$dimp" genkey -q >$who.key)
	"$dimp" pubkey <$who.key >$who.pub
done
echo '0204 0022 01 01 0064 02000000000a 0a00000a 00003039 0001 0004 deadbeef 0002 0004 0a000001' >di.hex

# begin HOST: bridges a, which has the DI, and b, on UDP at that address.
begin() {
	local host=$1
	a="$host:$port" b="$host:$((port + 1))" s="$host:$((port + 2))"
	port=$((port + 3))
	# What the station before said is not what this one is waited for.
	rm -f s.log
	"$dimp" bridge --json --key a.key --listen "$a" --vsi "$vsi" --di di.hex --seconds 20 "$b,$(key b)" \
		"$s,$(key s),station" >a.log 2>&1 &
	first=$!
	"$dimp" bridge --json --key b.key --listen "$b" --seconds 20 "$a,$(key a)" "$s,$(key s),station" >b.log 2>&1 &
	second=$!
	sleep 0.3
}

end() {
	kill "$first" "$second"
	wait "$first" "$second" 2>/dev/null
}

# prepare OPTION...: the command that asks b; ask OPTION... runs it.
prepare() {
	command=("$dimp" station --key s.key --listen "$s" --vsi "$vsi" --state book --source "$(key a)" "$@" "$b,$(key b)")
}

ask() {
	prepare "$@"
	"${command[@]}"
}

serial() { sed -n "s/^serial $vsi //p" book; }

test_trial_then_move() {
	begin 127.0.0.1
	ask --dry-run --deadline 3000 >s.log 2>&1
	is 'a trial that could be staged' $? 0
	said 'a trial' s '^FAIL: ' 1
	said 'a trial leaves the DI alone' a '"event":"freeze"' 0
	local tried moved
	tried=$(serial)
	ask --json --mode staged >s.log 2>&1
	is 'a move after it, within the second' $? 0
	moved=$(serial)
	is 'its serial is above the one before' $((moved > tried)) 1
	said 'its outcome' s '"event":"outcome".*"exit_code":0' 1
	said 'the DI is there' b '"event":"activate"' 1
	end
}

test_signals() {
	begin '[::1]'
	prepare --wait --deadline 8000
	"${command[@]}" >s.log 2>&1 &
	local station=$!
	await s STAGED
	sleep 0.3
	said 'until told, the DI stays' a '"event":"freeze"' 0
	kill -USR1 $station
	wait $station
	is 'cut over by SIGUSR1, over IPv6' $? 0
	said 'then it moves' b '"event":"activate"' 1
	end
	begin 127.0.0.1
	prepare --wait --deadline 8000
	"${command[@]}" >s.log 2>&1 &
	station=$!
	await s STAGED
	kill -TERM $station
	wait $station
	is 'cancelled by SIGTERM: try again' $? 20
	said 'why' s 'cancelled by the station \(CANCELLED\)' 1
	said 'what to do' s 'what to do: ask again' 1
	said 'the DI stays at a' a '"event":"released"' 0
	end
}

test_announce() {
	begin 127.0.0.1
	announce() { "$dimp" station --key s.key --listen "$s" --announce "$(key b)" --seconds 3 "$@" "$a,$(key a)"; }
	announce --vsi "$vsi" --serial 5 >s.log 2>&1
	is 'ANNOUNCE of what a has' $? 0
	sleep 1
	announce --vsi "${vsi//01/02}" --serial 5 >s.log 2>&1
	is 'ANNOUNCE of what a has not: try again' $? 20
	said 'why' s 'announced *CONTEXT_NOT_FOUND' 1
	end
}

test_refusals() {
	b=127.0.0.1:9 s=127.0.0.1:$port
	local before
	before=$(serial)
	ask --serial 5 >s.log 2>&1
	is 'a serial that goes back' $? 2
	said 'it says so' s 'has given this serial, or a later one' 1
	ask --mode quick >s.log 2>&1
	is 'a wrong option' $? 2
	is 'a wrong option costs no serial' "$(serial)" "$before"
	ask --announce 12 >s.log 2>&1
	is 'a key that is none' $? 2
	is 'a key that is none costs no serial' "$(serial)" "$before"
	ask --filter 52:54:00:c7:3e:ce/4095 >s.log 2>&1
	is 'a VLAN that is none' $? 2
	ask --filter '' >s.log 2>&1
	is 'no filter' $? 2
	said 'no filter' s 'give MAC or MAC/VLAN' 1
	ask --ticket no-such-file >s.log 2>&1
	is 'a ticket that is not there' $? 2
	said 'a ticket that is not there' s 'no-such-file: No such file' 1
	chmod 640 s.key
	ask >s.log 2>&1
	is 'a key that others can read' $? 2
	said 'what to do' s 'chmod 600 s.key' 1
	chmod 600 s.key
	ask --deadline 300 --filter 52:54:00:c7:3e:ce/42,52:54:00:c7:3e:cf --optional arp_entry >s.log 2>&1
	is 'a bridge that is not there: try again' $? 20
	echo 'serial of something' >book
	ask >s.log 2>&1
	is 'a book of somebody else' $? 2
	is 'it is left as it was' "$(cat book)" 'serial of something'
	rm book
	ask --interface no-such-port >s.log 2>&1
	is 'an interface that is not there' $? 3
	local turn
	rm -f book
	for turn in 1 2 3 4 5 6 7 8; do
		"$dimp" station --key s.key --listen "127.0.0.1:$((port + turn))" --vsi "$vsi" --state book --deadline 1 \
			--seconds 1 "$b,$(key b)" >"n$turn.log" 2>&1 &
		pids[turn]=$!
	done
	wait "${pids[@]}"
	is 'eight at once take eight numbers' "$(($(sed -n 's/^boot //p' book) - $(date +%s) >= 3))" 1
	rm n?.log
}

# refuses WHAT EXIT_CODE PATTERN ARGUMENT...: so does dimp, and says so.
refuses() {
	local what=$1 code=$2 pattern=$3
	shift 3
	timeout 5 "$dimp" "$@" >s.log 2>&1
	is "$what" $? "$code"
	said "$what" s "$pattern" 1
}

test_idle_options() {
	local peer file=edge.yaml
	peer=127.0.0.1:9,$(key a)
	printf '%s\n' 'name: a' 'key: a.key' 'address: 02:00:00:00:00:0a' \
		'ports: {vm: {interface: no-such-port, kind: station}}' >$file
	timeout 5 "$dimp" bridge --check $file
	is 'a file that is well' $? 0
	refuses 'a check of peers' 2 '--check has no effect with peers; give' bridge --check --key a.key "$peer"
	refuses 'a control socket of peers' 2 '--control has no effect' bridge --control c --key a.key "$peer"
	refuses 'an end for a file' 2 "--seconds has no effect with a file; say it in $file" bridge --seconds 1 $file
	refuses 'a second key for a file' 2 '--key has no effect' bridge --key b.key --check $file
	refuses 'records of no VSI' 2 '--di has no effect without --vsi' bridge --key a.key --di di.hex "$peer"
	refuses 'a place that is none' 2 '--listen a:b: no address to listen on; give' bridge --key a.key --listen a:b "$peer"
	refuses 'a place elsewhere' 3 'no address of this host; see: ip address' \
		bridge --key a.key --listen 192.0.2.77:9 "$peer"
}

# A switch x, to which a, b and s are cabled.
make_segment() {
	local who number=1
	for who in x a b s; do
		ip netns add "$prefix-$who" || return 1
		ip netns exec "$prefix-$who" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	done
	ip -n "$prefix-x" link add sw type bridge stp_state 0 forward_delay 0
	ip -n "$prefix-x" link set sw up
	for who in a b s; do
		ip link add e0 netns "$prefix-$who" address 52:54:00:00:00:0$number type veth \
			peer name p$number netns "$prefix-x" || return 1
		ip -n "$prefix-x" link set p$number master sw up
		ip -n "$prefix-$who" link set e0 up
		number=$((number + 1))
	done
}

inside() {
	local where=$1
	shift
	ip netns exec "$prefix-$where" "$@"
}

test_ethernet() {
	make_segment || { echo 'no network namespaces' && exit 1; }
	local first_mac=52:54:00:00:00:01 second_mac=52:54:00:00:00:02 third_mac=52:54:00:00:00:03
	inside a "$dimp" bridge --json --key a.key --interface e0 --vsi "$vsi" --di di.hex --seconds 20 \
		"$second_mac,$(key b)" >a.log 2>&1 &
	first=$!
	inside b "$dimp" bridge --json --key b.key --interface e0 --seconds 20 "$first_mac,$(key a)" \
		"$third_mac,$(key s),station" >b.log 2>&1 &
	second=$!
	sleep 0.5
	inside s "$dimp" station --key s.key --interface e0 --vsi "$vsi" --source "$(key a)" --mode staged \
		"$second_mac,$(key b)" >s.log 2>&1
	is 'a move over Ethernet' $? 0
	said 'a move over Ethernet' b '"event":"activate"' 1
	# A cable that is pulled is silence, and no reason to end.
	ip -n "$prefix-s" link set e0 down
	inside s "$dimp" station --key s.key --interface e0 --vsi "$vsi" --serial 9999999999 --deadline 500 \
		"$second_mac,$(key b)" >s.log 2>&1
	is 'an interface that is down: try again' $? 20
	end
}

for each in trial_then_move signals announce refusals idle_options; do "test_$each"; done
test_ethernet
echo "$passed passed, $failed failed"
[ $failed = 0 ]
