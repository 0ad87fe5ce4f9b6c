#!/bin/sh
# fuzz_afl.sh SECONDS [NAME...]: as fuzz.sh, with AFL++ and the programs under build/afl/fuzz, one after the other. What it
# finds is kept in build/afl-found/<name>/, from where the next run goes on; crashes and hangs of this run fail.
set -u

seconds=$1
shift
[ $# -gt 0 ] || set -- ''
sources=
for filter; do
	for source in harness/fuzz/fuzz_*"$filter"*.c; do
		[ -f "$source" ] || { echo "fuzz-afl: no fuzzer's name contains $filter"; exit 2; }
		case " $sources " in *" $source "*) ;; *) sources="$sources $source" ;; esac
	done
done
export AFL_SKIP_CPUFREQ=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_NO_UI=1 AFL_NO_AFFINITY=1 AFL_AUTORESUME=1
export ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0 UBSAN_OPTIONS=abort_on_error=1:halt_on_error=1
passed=0
failed=0
harness/tools/fuzz_dictionary.py build/fuzz-dictionaries >/dev/null || exit 1
mkdir -p build/afl-found
for source in $sources; do
	fuzzer=$(basename "$source" .c)
	name=${fuzzer#fuzz_}
	found=build/afl-found/$name
	set -- -V "$seconds" -m none -t 10000 -i "harness/fuzz/corpus/$name" -o "$found"
	[ ! -s "build/fuzz-dictionaries/$name.dict" ] || set -- "$@" -x "build/fuzz-dictionaries/$name.dict"
	afl-fuzz "$@" -- "build/afl/fuzz/$fuzzer" >"$found.log" 2>&1
	stats=$found/default/fuzzer_stats
	finds=$(find "$found/default/crashes" "$found/default/hangs" -name 'id:*' 2>/dev/null)
	if [ -f "$stats" ] && [ -z "$finds" ]; then
		passed=$((passed + 1))
		awk -v name="$fuzzer" '/^(execs_done|run_time|edges_found|corpus_count) / { have[$1] = $3 }
			END { printf "ok   %-28s %s runs, %s s, %s edges, %s inputs\n", name, have["execs_done"],
				have["run_time"], have["edges_found"], have["corpus_count"] }' "$stats"
	else
		failed=$((failed + 1))
		printf '%s\nFAIL %s: rerun: build/afl/fuzz/%s FILE\n%s\n' "$(tail -n 20 "$found.log")" "$fuzzer" "$fuzzer" "$finds"
	fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
