#!/bin/sh
# determinism.sh PROGRAM...: runs each shipped scenario with SEEDS (1 and 2) in each program, the first
# program twice, and fails unless all digests of a scenario and seed agree: what happens in a run may
# depend on nothing but those (I12). SCENARIOS names other files. As many at a time as there are cores.
set -u

# Unmet expectations and invariants are for `make check`'s other steps; here only the digest counts.
digest_of() {
	rm -f "$scratch/outcome.json"
	"$1" run "$2" --seed "$3" --json "$scratch/outcome.json" --no-invariants >"$scratch/said" 2>&1
	[ -f "$scratch/outcome.json" ] || return
	tr -d ' \n\t' <"$scratch/outcome.json" |
		sed -n 's/.*"digest":"\{0,1\}\([0-9a-fx]\{1,\}\).*/\1/p'
}

# --one SEED SCENARIO PROGRAM...: "same", or what differs.
if [ "${1:-}" = --one ]; then
	seed=$2
	scenario=$3
	shift 3
	scratch=$(mktemp -d)
	trap 'rm -rf "$scratch"' EXIT
	for program in "$1" "$@"; do
		digest=$(digest_of "$program" "$scenario" "$seed")
		[ -n "$digest" ] || digest="none ($(tail -n 1 "$scratch/said"))"
		printf '%s  %s\n' "$digest" "$program" >>"$scratch/digests"
	done
	if [ "$(cut -d' ' -f1 "$scratch/digests" | sort -u | wc -l)" = 1 ] &&
		! grep -q '^none' "$scratch/digests"; then
		echo same
	else
		printf '%s: seed %s: digests differ:\n%s\n' "$scenario" "$seed" "$(sed 's/^/    /' "$scratch/digests")"
	fi
	exit 0
fi

scenarios=${SCENARIOS:-$(find harness/scenarios -maxdepth 1 -name '*.yaml' 2>/dev/null | LC_ALL=C sort)}
if [ $# = 0 ] || [ -z "$scenarios" ]; then
	echo 'absent: harness/cli/dimp.c or harness/scenarios/*.yaml'
	exit 0
fi
said=$(mktemp)
trap 'rm -f "$said"' EXIT
wanted=0
for seed in ${SEEDS:-1 2}; do
	wanted=$((wanted + $(echo "$scenarios" | wc -w)))
	# shellcheck disable=SC2086 # lists of paths without blanks
	printf '%s\n' $scenarios |
		xargs -P "$(nproc)" -I{} "$0" --one "$seed" {} "$@" >>"$said"
done
passed=$(grep -c '^same' "$said")
failed=$((wanted - passed))
grep -v '^same' "$said"
echo "$passed passed, $failed failed"
[ $failed = 0 ]
