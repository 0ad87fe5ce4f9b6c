#!/bin/bash
# conformance-live.sh BUILD [GLOB|OPTION...]: the conformance suite over Ethernet, in real time: the suite in one network namespace, BUILD/live_iut in
# another, a veth pair between them that carries the largest PDU. At most five minutes. Prints verdicts, the time, and "N passed, N failed".
set -u
build=$1
shift
suite=ven-suite-$$
judged=ven-judged-$$
port=4711

ip netns add "$suite" 2>/dev/null || { echo 'absent: the right to make network namespaces'; exit 0; }
# shellcheck disable=SC2317 # the trap calls it
tidy() {
	[ -z "${live:-}" ] || kill "$live" 2>/dev/null
	ip netns del "$suite"
	ip netns del "$judged" 2>/dev/null
}
trap tidy EXIT
ip netns add "$judged" || exit 1
ip link add ven0 netns "$suite" mtu 9000 type veth peer name ven1 netns "$judged" mtu 9000 || exit 1
ip -n "$suite" address add 192.0.2.1/30 dev ven0
ip -n "$judged" address add 192.0.2.2/30 dev ven1
ip -n "$suite" link set ven0 up
ip -n "$judged" link set ven1 up
ip -n "$suite" link set lo up

ip netns exec "$judged" "$build/live_iut" "192.0.2.2:$port" ven1 &
live=$!
for _ in {1..50}; do
	ip netns exec "$suite" "$build/dimp" conform doctor --target "ether:ven0,192.0.2.2:$port" >/dev/null 2>&1 && break
	sleep 0.1
done

started=$SECONDS
ip netns exec "$suite" "$build/dimp" conform run --target "ether:ven0,192.0.2.2:$port" --evidence '' --timeout 20000 "$@"
code=$?
seconds=$((SECONDS - started))
echo "in $seconds s over veth"
[ $code = 0 ] && [ $seconds -le 300 ] && exit 0
echo "code $code, $seconds s: all must pass, in 300 s at most"
exit 1
