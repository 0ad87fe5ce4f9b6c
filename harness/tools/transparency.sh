#!/bin/sh
# transparency.sh PROGRAM: I13. Runs each scenario whose moves keep their DI and once more without its moves, the
# VMs stopped as long; what VMs and hosts get must be the same. Its twin without DIMP must be told apart, which
# proves that the comparison can see a move at all. harness/scenarios/transparency has one for each DI type of the registry, and
# says of each whether the emulated bridge does anything with it that shows ("without DIMP: apart", else "same").
set -u
program=$1
folder=harness/scenarios
passed=0
failed=0
said=$(mktemp)
trap 'rm -f "$said"' EXIT

fail() { # fail WORD SCENARIO [OPTION]...
	failed=$((failed + 1))
	printf 'FAIL %-12s %s: rerun: %s run %s --transparency\n' "$1" "$(basename "$2" .yaml)" "$program" "$2 ${3:-}"
	sed 's/^/    /' "$said"
}

pass() { # pass WORD SCENARIO
	passed=$((passed + 1))
	printf 'ok   %-12s %s\n' "$1" "$(basename "$2" .yaml)"
}

judge() { # judge WORD SCENARIO CODE: runs it; WORD says what must come of it
	"$program" run "$2" -q --transparency >"$said" 2>&1
	code=$?
	if [ $code = "$3" ] && { [ $code = 0 ] || grep -q '^I13 is broken' "$said"; }; then
		pass "$1" "$2"
	else
		fail "$1" "$2"
	fi
}

judge_without() { # judge_without SCENARIO: without DIMP it is what the file says
	verdict=same
	"$program" run "$1" -q --set trigger=none --transparency >"$said" 2>&1
	# It has run, and without DIMP: what the file expects of the move did not come.
	[ $? = 1 ] && grep -q 'got no RESPONSE$' "$said" || verdict=failed
	! grep -q '^I13 is broken' "$said" || verdict=apart
	if grep -q "^# without DIMP: $verdict\$" "$1"; then
		pass "none: $verdict" "$1"
	else
		fail "none: $verdict" "$1" '--set trigger=none'
	fi
}

for scenario in "$folder"/with-dimp-*.yaml "$folder"/success-*.yaml "$folder"/main-job.yaml \
	"$folder"/mka-move.yaml "$folder"/mka-rekey-staged.yaml "$folder"/mka-rekey-freezing.yaml \
	"$folder"/mka-vm-key-server.yaml "$folder"/mka-extended.yaml "$folder"/mka-long-stop.yaml \
	"$folder"/mka-suite-*.yaml "$folder"/mka-offset-*.yaml "$folder"/mka-integrity-only*.yaml \
	"$folder"/mka-delay-protection.yaml "$folder"/mka-group-of-three.yaml "$folder"/mka-suspended.yaml \
	"$folder"/mka-peer-joins-and-dies.yaml "$folder"/mka-key-server-changes.yaml "$folder"/mka-rotation.yaml \
	"$folder"/chain-of-moves.yaml "$folder"/every-di-type.yaml "$folder"/installed-by-server.yaml \
	"$folder"/runs-dhcp-igmp.yaml "$folder"/runs-dot1x.yaml "$folder"/runs-dot1x-template.yaml \
	"$folder"/runs-dot1x-reauthentication.yaml "$folder"/runs-dot1x-state.yaml "$folder"/runs-dot1x-rights.yaml \
	"$folder"/runs-dot1x-session-end.yaml "$folder"/memory-shared-cable.yaml "$folder"/memory-throttle.yaml \
	"$folder"/policy-elsewhere.yaml "$folder"/server-by-itself-with-dimp.yaml "$folder"/announce-guest-macsec.yaml; do
	judge transparent "$scenario" 0
done
for scenario in "$folder"/without-dimp-*.yaml "$folder"/main-job-without-dimp.yaml \
	"$folder"/mka-without-dimp.yaml "$folder"/announce-none.yaml "$folder"/runs-dot1x-without-dimp.yaml; do
	judge 'told apart' "$scenario" 1
done
for type in $(sed -n 's/^BEGIN([A-Z0-9_]*, *\([a-z0-9_]*\),.*/\1/p' model/registry/di.def); do
	scenario=$folder/transparency/$(echo "$type" | tr _ -).yaml
	if [ ! -f "$scenario" ]; then
		echo "no such file: a DI type without one" >"$said"
		fail transparent "$scenario"
		continue
	fi
	judge transparent "$scenario" 0
	judge_without "$scenario"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
