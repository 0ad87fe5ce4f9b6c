#!/bin/sh
# Writes the table of unit suites, one per noun given: main.c walks it, nobody keeps it by hand.
set -eu
printf '/* The unit suites, generated from the names of the files that hold them. */\n'
printf '#include "unit/check.h"\n\n'
for noun; do
	printf 'extern const struct test_suite suite_%s;\n' "$noun"
done
printf '\nconst struct test_suite *const test_suites[] = {\n'
for noun; do
	printf '\t&suite_%s,\n' "$noun"
done
printf '\tNULL,\n};\n'
