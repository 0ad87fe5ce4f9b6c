#!/bin/sh
# fuzz.sh SECONDS [NAME]: runs each built fuzzer whose name contains NAME for that long. Seeds are in
# harness/fuzz/corpus/<name>/, finds are kept in build/fuzz-corpus/<name>/, an input that crashes goes to
# build/fuzz-crashes/ and fails.
set -u
seconds=$1
filter=${2:-}
passed=0
failed=0

for source in harness/fuzz/fuzz_*"$filter"*.c; do
	[ -f "$source" ] || continue
	name=$(basename "$source" .c)
	fuzzer=build/fuzz/fuzz/$name
	found=build/fuzz-corpus/$name
	crashes=build/fuzz-crashes/$name-
	seeds=
	[ ! -d "harness/fuzz/corpus/${name#fuzz_}" ] || seeds=harness/fuzz/corpus/${name#fuzz_}
	[ ! -d "harness/fuzz/corpus/$name" ] || seeds=harness/fuzz/corpus/$name
	mkdir -p "$found" build/fuzz-crashes
	log=build/fuzz-crashes/$name.log
	# shellcheck disable=SC2086 # no seeds is no argument
	if "$fuzzer" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="$crashes" "$found" $seeds >"$log" 2>&1; then
		passed=$((passed + 1))
		printf 'ok   %-28s %s runs\n' "$name" \
			"$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")"
	else
		failed=$((failed + 1))
		tail -n 40 "$log"
		printf 'FAIL %s: rerun: %s %s\n' "$name" "$fuzzer" \
			"$(sed -n 's/.*Test unit written to //p' "$log")"
	fi
done
if [ $((passed + failed)) = 0 ]; then
	[ -z "$filter" ] || { echo "fuzz: no fuzzer's name contains $filter"; exit 2; }
	echo 'absent: harness/fuzz/fuzz_*.c'
	exit 0
fi
echo "fuzzers: $passed passed, $failed failed"
[ $failed = 0 ]
