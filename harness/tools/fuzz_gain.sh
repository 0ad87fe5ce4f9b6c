#!/bin/sh
# fuzz_gain.sh SECONDS FILTER NAME...: runs each fuzzer with its own mutations and its twin without, at the same time,
# for as long and from the same committed inputs, then from none; prints the edges that each reached. Both have the
# dictionary. Nothing is kept.
set -eu

seconds=$1
filter=$2
shift 2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
harness/tools/fuzz_dictionary.py build/fuzz-dictionaries >/dev/null

# Runs $1/$2 into the log $3, from the inputs of $4 (may be none).
run() {
	mkdir -p "$3.found"
	dictionary=build/fuzz-dictionaries/${2#fuzz_}.dict
	[ -s "$dictionary" ] || dictionary=/dev/null
	# shellcheck disable=SC2086 # no inputs is no argument
	"$1/$2" -max_total_time="$seconds" -seed=1 -timeout=10 -rss_limit_mb=2048 -dict="$dictionary" "$3.found" \
		$4 >"$3" 2>&1 || echo "fuzz_gain: $1/$2 failed: $(tail -n 3 "$3")" >&2
}

edges() {
	sed -n 's/.*DONE  *cov: \([0-9]*\) .*/\1/p' "$1"
}

printf '%-16s %28s %28s\n' fuzzer 'from the corpus, with/without' 'from nothing, with/without'
for name; do
	case $name in *"$filter"*) ;; *) continue ;; esac
	corpus=
	[ ! -d "harness/fuzz/corpus/${name#fuzz_}" ] || corpus=harness/fuzz/corpus/${name#fuzz_}
	run build/fuzz/fuzz "$name" "$scratch/own" "$corpus" &
	run build/fuzz/fuzz-plain "$name" "$scratch/plain" "$corpus" &
	wait
	run build/fuzz/fuzz "$name" "$scratch/own-bare" '' &
	run build/fuzz/fuzz-plain "$name" "$scratch/plain-bare" '' &
	wait
	printf '%-16s %13s / %12s %13s / %12s\n' "${name#fuzz_}" "$(edges "$scratch/own")" "$(edges "$scratch/plain")" \
		"$(edges "$scratch/own-bare")" "$(edges "$scratch/plain-bare")"
	rm -rf "$scratch"/*
done
