#!/bin/sh
# determinism.sh PROGRAM...: runs each shipped scenario with SEEDS (1 and 2) in each program, the first
# program twice, and fails unless all digests of a scenario and seed agree: what happens in a run may
# depend on nothing but those (I12). SCENARIOS names other files.
set -u
scenarios=${SCENARIOS:-$(find harness/scenarios -maxdepth 1 -name '*.yaml' 2>/dev/null | LC_ALL=C sort)}
seeds=${SEEDS:-1 2}
if [ $# = 0 ] || [ -z "$scenarios" ]; then
	echo 'absent: harness/cli/dimp.c or harness/scenarios/*.yaml'
	exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

# Unmet expectations are for `make check`'s other steps; here only the digest counts.
digest_of() {
	rm -f "$scratch/outcome.json"
	"$1" run "$2" --seed "$3" --json "$scratch/outcome.json" >"$scratch/said" 2>&1
	tr -d ' \n\t' <"$scratch/outcome.json" 2>/dev/null |
		sed -n 's/.*"digest":"\{0,1\}\([0-9a-fx]\{1,\}\).*/\1/p'
}

for scenario in $scenarios; do
	for seed in $seeds; do
		: >"$scratch/digests"
		for program in "$1" "$@"; do
			digest=$(digest_of "$program" "$scenario" "$seed")
			if [ -z "$digest" ]; then
				tail -n 5 "$scratch/said"
				digest="none, by: $program"
			fi
			printf '%s  %s\n' "$digest" "$program" >>"$scratch/digests"
		done
		if [ "$(cut -d' ' -f1 "$scratch/digests" | sort -u | wc -l)" = 1 ] &&
			! grep -q '^none' "$scratch/digests"; then
			passed=$((passed + 1))
		else
			failed=$((failed + 1))
			echo "$scenario: seed $seed: digests differ:"
			sed 's/^/    /' "$scratch/digests"
		fi
	done
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
