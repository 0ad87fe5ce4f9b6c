# Proves that planted.py plants a bug in a copy, and says no when nothing or something else catches it.

field="$scratch/field"
mkdir -p "$field/model" "$field/harness/cli" "$field/harness/planted" "$field/build/obj/harness/cli"
printf '%s\n' '#include <stdio.h>' 'int verdict(void);' 'int main(void)' '{' '	if (verdict() == 0)' '		return 0;' \
	'	printf("I%d at somewhere\\n", verdict());' '	return 1;' '}' >"$field/harness/cli/dimp.c"
printf '%s\n' 'int verdict(void)' '{' '	return 0;' '}' >"$field/model/verdict.c"
(cd "$field" && gcc -c harness/cli/dimp.c -o build/obj/harness/cli/dimp.o && gcc -c model/verdict.c -o build/verdict.o &&
	ar rcs build/libdimp.a build/verdict.o && ar rcs build/libharness.a &&
	gcc build/obj/harness/cli/dimp.o build/libdimp.a -o build/dimp)
# bug CAUGHT_BY OLD NEW: the one bug
bug() {
	printf '%s\n' '# A bug.' "caught by: $1" 'run: run anything' 'file: model/verdict.c' "-	$2" "+	$3" \
		>"$field/harness/planted/01-bug.planted"
}
planted() {
	(cd "$field" && COMPILE_MODEL=gcc COMPILE_HARNESS=gcc LINK=gcc LIBRARIES='' "$tools/planted.py")
}

bug I4 'return 0;' 'return 4;'
expect 'a bug that is caught' 0 '^1 passed, 0 failed$' planted
expect 'its source is as it was' 0 'return 0;' cat "$field/model/verdict.c"
bug I5 'return 0;' 'return 4;'
expect 'a bug that something else catches' 1 'FAIL 01-bug +caught by exit 1: I4' planted
bug I4 'return 0;' 'return 0 + 0;'
expect 'a bug that nothing catches' 1 'FAIL 01-bug +caught by nothing' planted
bug 'exit 1' 'return 0;' 'return 4;'
expect 'a bug that is caught by an exit code' 0 '^1 passed, 0 failed$' planted
bug 'exit 1' 'return 0;' '__builtin_trap();'
expect 'a bug that crashes is caught by no exit code' 1 'FAIL 01-bug +caught by exit -1: signal' planted
bug I4 'return 1;' 'return 4;'
expect 'a bug whose lines are gone' 1 'not there once: return 1;' planted
bug I4 'return 0;' 'return 4'
expect 'a bug that does not compile' 1 'FAIL 01-bug' planted
printf '%s\n' '# A bug.' >"$field/harness/planted/01-bug.planted"
expect 'a bug that is only a title' 1 'a title and lines are needed' planted
rm "$field/harness/planted/01-bug.planted"
expect 'no bugs' 1 '^0 passed, 0 failed$' planted
bug I4 'return 0;' 'return 4;'
(cd "$field" && sed -i 's/return 0;/return 4;/' model/verdict.c && gcc -c model/verdict.c -o build/verdict.o &&
	gcc build/obj/harness/cli/dimp.o build/verdict.o -o build/dimp)
expect 'a check that fails without the bug' 1 'fails without the bug: I4' planted
printf '%s\n' 'a' '<!-- generated: planted -->' 'old' '<!-- end -->' '<!-- generated: canary -->' '<!-- end -->' 'z' >"$field/page.md"
planted_docs() { (cd "$field" && "$tools/planted.py" --docs page.md && cat page.md); }
expect 'the table of bugs' 0 '^\| A bug\. \| I4 \| `' planted_docs

# The same of the fuzzer: a bug must be found within its executions, and the inputs are well without it.
fuzzed="$scratch/fuzzed"
mkdir -p "$fuzzed/model" "$fuzzed/harness/"{planted,fuzz/corpus/migration} "$fuzzed/build/"{fuzz,obj/harness/fuzz}
printf '%s\n' 'int verdict(void)' '{' '	return 0;' '}' >"$fuzzed/model/verdict.c"
printf '%s\n' '#include <stdint.h>' '#include <stdlib.h>' 'int verdict(void);' \
	'int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)' '{' '	(void)octets;' '	(void)size;' \
	'	if (verdict() == 4)' '		abort();' '	return 0;' '}' >"$fuzzed/harness/fuzz/fuzz_migration.c"
counted=-fsanitize=fuzzer-no-link
echo one >"$fuzzed/harness/fuzz/corpus/migration/one"
(cd "$fuzzed" && clang $counted -c harness/fuzz/fuzz_migration.c -o build/obj/harness/fuzz/fuzz_migration.o &&
	clang -c model/verdict.c -o build/verdict.o && ar rcs build/libdimp.a build/verdict.o && ar rcs build/libharness.a &&
	clang -fsanitize=fuzzer build/obj/harness/fuzz/fuzz_migration.o build/libdimp.a -o build/fuzz/fuzz_migration)
fuzz_planted() { # NEW: the value that the bug returns
	printf '%s\n' '# A bug.' 'caught by: I4' 'run: run anything' 'fuzzed: found after 1' 'file: model/verdict.c' \
		'-	return 0;' "+	return $1;" >"$fuzzed/harness/planted/01-bug.planted"
	mkdir -p "$fuzzed/harness/fuzz/planted" && echo one >"$fuzzed/harness/fuzz/planted/01-bug"
	(cd "$fuzzed" && COMPILE_MODEL="clang $counted" COMPILE_HARNESS="clang $counted" LINK=clang LIBRARIES='' "$tools/fuzz_planted.py")
}
expect 'a bug that the fuzzer finds' 0 '^1 passed, 0 failed$' fuzz_planted 4
expect 'a bug that the fuzzer does not find' 1 '^FAIL 01-bug +its input is well with the bug' fuzz_planted 3
cp "$fuzzed/build/fuzz/fuzz_migration" "$fuzzed/kept"
printf '#!/bin/sh\nexit 1\n' >"$fuzzed/build/fuzz/fuzz_migration"
expect 'inputs that fail without a bug' 1 '^FAIL the committed inputs' fuzz_planted 4
rm -rf "$fuzzed"
