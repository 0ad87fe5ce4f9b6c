#!/bin/sh
# fuzz.sh SECONDS [NAME]: runs each built fuzzer whose name contains NAME for that long, as many at a time as
# there are cores. Seeds are in harness/fuzz/corpus/<name>/, finds are kept in build/fuzz-corpus/<name>/, an
# input that crashes goes to build/fuzz-crashes/ and fails.
set -u

if [ "$1" = --one ]; then
	seconds=$2
	name=$3
	fuzzer=build/fuzz/fuzz/$name
	found=build/fuzz-corpus/$name
	seeds=
	[ ! -d "harness/fuzz/corpus/${name#fuzz_}" ] || seeds=harness/fuzz/corpus/${name#fuzz_}
	[ ! -d "harness/fuzz/corpus/$name" ] || seeds=harness/fuzz/corpus/$name
	mkdir -p "$found"
	log=build/fuzz-crashes/$name.log
	# shellcheck disable=SC2086 # no seeds is no argument
	if "$fuzzer" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="build/fuzz-crashes/$name-" "$found" $seeds >"$log" 2>&1; then
		printf 'ok   %-28s %s runs\n' "$name" \
			"$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
		exit 0
	fi
	# In one piece, so that two do not mix.
	printf '%s\nFAIL %s: rerun: %s %s\n' "$(tail -n 40 "$log")" "$name" "$fuzzer" \
		"$(sed -n 's/.*Test unit written to //p' "$log")"
	exit 1
fi

seconds=$1
filter=${2:-}
names=$(for source in harness/fuzz/fuzz_*"$filter"*.c; do
	[ ! -f "$source" ] || basename "$source" .c
done)
if [ -z "$names" ]; then
	[ -z "$filter" ] || { echo "fuzz: no fuzzer's name contains $filter"; exit 2; }
	echo 'absent: harness/fuzz/fuzz_*.c'
	exit 0
fi
mkdir -p build/fuzz-crashes
said=$(mktemp)
trap 'rm -f "$said"' EXIT
echo "$names" | xargs -P "$(nproc)" -n 1 "$0" --one "$seconds" | tee "$said"
passed=$(grep -c '^ok   ' "$said")
failed=$(($(echo "$names" | wc -l) - passed))
echo "fuzzers: $passed passed, $failed failed"
[ $failed = 0 ]
