#!/bin/sh
# Makes captures of shipped scenarios and runs the checks of the plugin on them. T=name runs those whose
# name contains it; WRITE=1 rewrites the snapshot of field names. --fuzz ROUNDS breaks frames instead.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${BUILD:-build}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
chmod 755 "$scratch"
for scenario in main-job success-one-shot every-di-type chain-of-moves fault-loss fault-duplicate \
	fail-policy-conflict who-has-consent fail-link-cut-while-copying authority-ticket \
	transfer-failed-at-risk retry-then-success binding-udp \
	authority-ticket-wrong fault-corrupt; do
	"$build/dimp" run -q "harness/scenarios/$scenario.yaml" --pcap "$scratch/$scenario.pcapng" \
		--keylog "$scratch/$scenario.keys"
done
# Throw-away keys, and whoever tshark runs as has to read them.
chmod 644 "$scratch"/*
export BUILD="$build" PYTHONDONTWRITEBYTECODE=1 PYTHONPATH="$here/../../harness/tools"
if [ "${1:-}" = --fuzz ]; then
	/usr/bin/python3 "$here/dissector_fuzz.py" "$scratch" "$2"
elif [ "${1:-}" = --captures ]; then
	/usr/bin/python3 "$here/dissector_captures.py" "$scratch"
else
	/usr/bin/python3 "$here/dissector_checks.py" "$scratch" ${T:+"$T"}
fi
