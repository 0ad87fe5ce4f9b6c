#!/bin/sh
# tshark-opens.sh CAPTURE...: stock tshark reads every frame of each capture and finds nothing malformed
# on the layers it knows. Prints the first frames that fail and "N passed, N failed"; exit 1 if any failed.
set -u
command -v tshark >/dev/null 2>&1 || {
	echo "tshark-opens: tshark is missing; apt-get install tshark" >&2
	exit 3
}
[ $# -gt 0 ] || {
	echo "tshark-opens: no capture given" >&2
	exit 2
}
# A malformed mark, a bad checksum, or an error of the dissector itself.
bad='_ws.malformed || _ws.short || _ws.expert.group == "Malformed" || _ws.expert.group == "Checksum" || _ws.lua.error'
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT
passed=0
failed=0
for capture; do
	frames=$(tshark -n -r "$capture" -T fields -e frame.number 2>/dev/null | wc -l)
	listed=$(tshark -n -r "$capture" -o ip.check_checksum:TRUE -o udp.check_checksum:TRUE \
		-Y "$bad" 2>"$errors")
	code=$?
	# What it says of running as root is no matter here; anything else it says is.
	listed=$listed$(grep -v '^Running as user' "$errors")
	if [ $code = 0 ] && [ -z "$listed" ] && [ "$frames" -gt 0 ]; then
		passed=$((passed + 1))
		continue
	fi
	failed=$((failed + 1))
	echo "$capture: $frames frames, tshark's exit code $code; first marked frames:"
	printf '%s\n' "$listed" | head -n 5
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
