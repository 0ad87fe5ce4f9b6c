# Proves that fuzz.sh gives seeds and time to each fuzzer that has a source, and fails with one of them.

fuzzers="$scratch/fuzzers"
mkdir -p "$fuzzers/harness/fuzz/corpus/calm" "$fuzzers/build/fuzz/fuzz"
touch "$fuzzers"/harness/fuzz/fuzz_{calm,wild}.c
printf '#!/bin/sh\necho "stat::number_of_executed_units: 77"\necho "$*" >said\n' >"$fuzzers/build/fuzz/fuzz/fuzz_calm"
printf '#!/bin/sh\necho "Test unit written to found"; exit 77\n' >"$fuzzers/build/fuzz/fuzz/fuzz_wild"
cp "$fuzzers/build/fuzz/fuzz/fuzz_wild" "$fuzzers/build/fuzz/fuzz/fuzz_without_source"
chmod +x "$fuzzers"/build/fuzz/fuzz/*
run_fuzz() { (cd "$fuzzers" && "$tools/fuzz.sh" "$@"); }

expect 'a fuzzer that finds nothing' 0 '^ok   fuzz_calm +77 runs$' run_fuzz 3 calm
expect 'time and seeds reach it' 0 '^-max_total_time=3 .*fuzz_calm harness/fuzz/corpus/calm$' cat "$fuzzers/said"
expect 'a find fails and says how to rerun' 1 '^FAIL fuzz_wild: rerun: build/fuzz/fuzz/fuzz_wild found$' run_fuzz 3
expect 'the others still run' 1 '^ok   fuzz_calm ' run_fuzz 3
expect 'what has no source is not run' 2 "^fuzz: no fuzzer's name contains without$" run_fuzz 3 without
rm "$fuzzers/build/fuzz/fuzz/fuzz_calm"
expect 'a fuzzer that was not built' 1 '^FAIL fuzz_calm' run_fuzz 3 calm
