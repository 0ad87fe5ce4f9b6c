#!/bin/sh
# fuzz_corpus.sh [NAME]: makes harness/fuzz/corpus/<name> anew for each built fuzzer whose name contains NAME: the
# fewest inputs that together take every branch which those committed, those found (build/fuzz-corpus) and the
# tree's own (build/fuzz-seeds) take. Inputs larger than so many octets are left out: the repository keeps them.
set -eu

size_max=4000
filter=${1:-}
harness/tools/fuzz_seeds.py build/fuzz-seeds "$filter"
for source in harness/fuzz/fuzz_*"$filter"*.c; do
	fuzzer=$(basename "$source" .c)
	name=${fuzzer#fuzz_}
	kept=harness/fuzz/corpus/$name
	fresh=build/fuzz-merged/$name
	log=build/fuzz-merged/$name.log
	rm -rf "$fresh"
	mkdir -p "$fresh" "$kept" "build/fuzz-corpus/$fuzzer" "build/fuzz-seeds/$name"
	if ! "build/fuzz/fuzz/$fuzzer" -set_cover_merge=1 -use_counters=0 -timeout=10 -rss_limit_mb=2048 \
		-max_len=$size_max "$fresh" "$kept" "build/fuzz-corpus/$fuzzer" "build/fuzz-seeds/$name" \
		>"$log" 2>&1; then
		tail -n 20 "$log"
		exit 1
	fi
	rm -rf "$kept"
	mv "$fresh" "$kept"
	printf '%-20s %4s inputs, %7s octets\n' "$name" "$(find "$kept" -type f | wc -l)" \
		"$(find "$kept" -type f -exec cat {} + | wc -c)"
done
