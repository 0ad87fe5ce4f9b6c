#!/bin/sh
# fuzz.sh SECONDS [NAME]: runs each built fuzzer whose name contains NAME for that long, as many at a time as
# there are cores. It begins with harness/fuzz/corpus/<name>/ and with what was found before,
# harness/fuzz/regressions/<name>/; finds are kept in build/fuzz-corpus/fuzz_<name>/, an input that crashes goes to
# build/fuzz-crashes/ and fails, and so does one that takes TIMEOUT (10) seconds. Words and numbers that it may try
# are in build/fuzz-dictionaries/<name>.dict.
set -u

if [ "$1" = --one ]; then
	seconds=$2
	name=$3
	fuzzer=build/fuzz/fuzz/$name
	found=build/fuzz-corpus/$name
	dictionary=build/fuzz-dictionaries/${name#fuzz_}.dict
	set -- -max_total_time="$seconds" -timeout="${TIMEOUT:-10}" -rss_limit_mb=2048 -print_final_stats=1
	[ ! -s "$dictionary" ] || set -- "$@" -dict="$dictionary"
	set -- "$@" -artifact_prefix="build/fuzz-crashes/$name-" "$found"
	for seeds in corpus regressions; do
		[ ! -d "harness/fuzz/$seeds/${name#fuzz_}" ] || set -- "$@" "harness/fuzz/$seeds/${name#fuzz_}"
	done
	mkdir -p "$found"
	log=build/fuzz-crashes/$name.log
	if "$fuzzer" "$@" >"$log" 2>&1; then
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
[ ! -x harness/tools/fuzz_dictionary.py ] || harness/tools/fuzz_dictionary.py build/fuzz-dictionaries >/dev/null || exit 1
said=$(mktemp)
trap 'rm -f "$said"' EXIT
echo "$names" | xargs -P "$(nproc)" -n 1 "$0" --one "$seconds" | tee "$said"
passed=$(grep -c '^ok   ' "$said")
failed=$(($(echo "$names" | wc -l) - passed))
echo "fuzzers: $passed passed, $failed failed"
[ $failed = 0 ]
