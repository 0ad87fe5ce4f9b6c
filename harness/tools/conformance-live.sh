#!/bin/bash
# conformance-live.sh BUILD speaker|bridge [GLOB|OPTION...]: the conformance suite over Ethernet, in real time: the suite in one network namespace, what
# is judged in another, a veth pair between them that carries the largest PDU. That is BUILD/live_iut, or BUILD/dimp as `dimp bridge --upper-tester`.
# At most five minutes, or LIMIT seconds. EVIDENCE=DIR keeps what tells of failures. Prints verdicts, the time, and "N passed, N failed".
set -u
build=$(realpath "$1")
judged=$2
shift 2
suite_space=ven-suite-$$
judged_space=ven-judged-$$

ip netns add "$suite_space" 2>/dev/null || { echo 'absent: the right to make network namespaces'; exit 0; }
work=$(mktemp -d)
# shellcheck disable=SC2317 # the trap calls it
tidy() {
	[ -z "${live:-}" ] || { kill "$live" 2>/dev/null && wait "$live" 2>/dev/null; }
	ip netns del "$suite_space"
	ip netns del "$judged_space" 2>/dev/null
	rm -rf "$work"
}
trap tidy EXIT
ip netns add "$judged_space" || exit 1
ip link add ven0 netns "$suite_space" mtu 9000 type veth peer name ven1 netns "$judged_space" mtu 9000 || exit 1
ip -n "$suite_space" address add 192.0.2.1/30 dev ven0
ip -n "$judged_space" address add 192.0.2.2/30 dev ven1
ip -n "$suite_space" link set ven0 up
ip -n "$judged_space" link set ven1 up
ip -n "$suite_space" link set lo up

if [ "$judged" = bridge ]; then
	upper=$work/upper
	(umask 077 && "$build/dimp" genkey >"$work/bridge.key")
	cat >"$work/bridge.yaml" <<-END
		name: judged
		key: $work/bridge.key
		address: 02:00:00:00:00:01
		ports:
		  core: {interface: ven1, kind: uplink}
		  vms: {interface: ven2, kind: station}
	END
	ip netns exec "$judged_space" "$build/dimp" bridge --upper-tester "$upper" "$work/bridge.yaml" >"$work/log" &
else
	upper=192.0.2.2:4711
	ip netns exec "$judged_space" "$build/live_iut" "$upper" ven1 &
fi
live=$!
for _ in {1..50}; do
	ip netns exec "$suite_space" "$build/dimp" conform doctor --target "ether:ven0,$upper" >/dev/null 2>&1 && break
	sleep 0.1
done

run() {
	ip netns exec "$suite_space" "$build/dimp" conform run --target "ether:ven0,$upper" --evidence "${EVIDENCE:-}" --timeout 20000 "$@"
}

# On a machine that is busy with other things an answer comes too late now and then: up to three cases that failed are run once more, and
# said. One that fails again has failed. So has a run in which anything else counts, as a case that crashed or hung: that is no lateness.
run_again() {
	local ids failed total
	total=$(grep -E '^[0-9]+ passed, ' "$work/verdicts" | tail -n 1)
	failed=$(echo "$total" | cut -d ' ' -f 3)
	mapfile -t ids < <(sed -nE 's/^  (FAIL|INCONC) +([^ :]+): .*/\2/p' "$work/verdicts")
	[ "$failed" -ge 1 ] && [ "$failed" -le 3 ] && [ ${#ids[@]} = "$failed" ] || return 1
	echo "once more: ${ids[*]}"
	run --fail-skipped "${ids[@]}" || return 1
	echo "$total" | awk -v again="$failed" '{ $1 += again; $3 -= again; print }'
}

started=$SECONDS
run "$@" | tee "$work/verdicts"
code=${PIPESTATUS[0]}
# Options would have to be given again, and not the patterns.
case " $code $* " in
*' -'*) ;;
' 1 '* | ' 10 '*) run_again && code=0 ;;
esac
seconds=$((SECONDS - started))
limit=${LIMIT:-300}
echo "in $seconds s over veth"
if [ "$judged" = bridge ] && ! { kill "$live" && wait "$live"; }; then
	echo 'the bridge did not end well'
	exit 1
fi
live=
[ "$code" = 0 ] && [ $seconds -le "$limit" ] && exit 0
echo "code $code, $seconds s: all must pass, in $limit s at most"
exit 1
