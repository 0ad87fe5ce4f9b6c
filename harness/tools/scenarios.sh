#!/bin/sh
# scenarios.sh PROGRAM: runs every shipped scenario and prints a line for each; what was expected and did
# not come is printed with file and line. SCENARIOS names other files. Fails when one expectation is unmet.
set -u
program=$1
scenarios=${SCENARIOS:-$(find harness/scenarios -maxdepth 1 -name '*.yaml' | LC_ALL=C sort)}
"$program" run --help >/dev/null 2>&1 || {
	echo 'absent: dimp run'
	exit 0
}
passed=0
failed=0
said=$(mktemp)
trap 'rm -f "$said"' EXIT

for scenario in $scenarios; do
	name=$(basename "$scenario" .yaml)
	if "$program" run "$scenario" -q >"$said" 2>&1; then
		passed=$((passed + 1))
		printf 'ok   %s\n' "$name"
	else
		failed=$((failed + 1))
		printf 'FAIL %s: rerun: %s run %s\n' "$name" "$program" "$scenario"
		sed 's/^/    /' "$said"
	fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed != 0 ]
