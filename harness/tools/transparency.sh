#!/bin/sh
# transparency.sh PROGRAM: I13. Runs each scenario whose moves keep their DI and once more without its moves, the
# VMs stopped as long; what VMs and hosts get must be the same. Its twin without DIMP must be told apart, which
# proves that the comparison can see a move at all.
set -u
program=$1
folder=harness/scenarios
passed=0
failed=0
said=$(mktemp)
trap 'rm -f "$said"' EXIT

judge() { # judge WORD SCENARIO CODE: runs it; WORD says what must come of it
	"$program" run "$2" -q --transparency >"$said" 2>&1
	code=$?
	if [ $code = "$3" ] && { [ $code = 0 ] || grep -q '^I13 is broken' "$said"; }; then
		passed=$((passed + 1))
		printf 'ok   %-12s %s\n' "$1" "$(basename "$2" .yaml)"
	else
		failed=$((failed + 1))
		printf 'FAIL %-12s %s: rerun: %s run %s --transparency\n' "$1" "$(basename "$2" .yaml)" "$program" "$2"
		sed 's/^/    /' "$said"
	fi
}

for scenario in "$folder"/with-dimp-*.yaml "$folder"/success-*.yaml "$folder"/main-job.yaml \
	"$folder"/mka-move.yaml "$folder"/mka-rekey-staged.yaml "$folder"/mka-rekey-freezing.yaml \
	"$folder"/mka-vm-key-server.yaml "$folder"/mka-extended.yaml "$folder"/mka-long-stop.yaml \
	"$folder"/chain-of-moves.yaml "$folder"/every-di-type.yaml "$folder"/installed-by-server.yaml; do
	judge transparent "$scenario" 0
done
for scenario in "$folder"/without-dimp-*.yaml "$folder"/main-job-without-dimp.yaml \
	"$folder"/mka-without-dimp.yaml; do
	judge 'told apart' "$scenario" 1
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
