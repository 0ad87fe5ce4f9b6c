# Proves that the checks of unit/check.h fail, say where and show both sides; and the exit codes.
selftest=build/asan/check_selftest

without_ci() { env -u CI "$selftest" "$@"; }

expect 'a false condition' 1 'check_selftest.c:[0-9]+: test_selftest_true_fails: does not hold: 1 == 2' \
	without_ci true_fails
place=$(grep -n 'CHECK(1 == 2)' harness/tools/tests/check_selftest.c | cut -d: -f1)
expect 'the place of a failure' 1 "^harness/tools/tests/check_selftest.c:$place: " without_ci true_fails
expect 'unequal numbers, actual' 1 '^    actual   4 \(0x4\)$' without_ci equal
expect 'unequal numbers, expected' 1 '^    expected -5 \(0xfffffffffffffffb\)$' without_ci equal
expect 'a test goes on after a failed check' 1 '^    expected 7 \(0x7\)$' without_ci equal
expect 'octets, actual' 1 '^    actual   \(2\) ca fe$' without_ci bytes_differ
expect 'octets, expected' 1 '^    expected \(2\) ca ff$' without_ci bytes_differ
expect 'octets, too few' 1 'octets differ at 2, shown from 0' without_ci bytes_are_short
expect 'octets that are not hex' 1 'not hex text' without_ci bytes_are_not_hex
expect 'text' 1 '^    expected "down"$' without_ci text
expect 'a test ends at REQUIRE' 1 'required, does not hold: 3 == 4' without_ci require
expect 'nothing runs after REQUIRE' 1 '' sh -c "$selftest require | grep 'went on'"
expect 'a skip is no pass' 77 '^0 passed, 0 failed, 1 skipped$' without_ci skip_ends
expect 'a skip under CI' 77 '^0 passed, 0 failed, 1 skipped$' env CI=true "$selftest" skip_ends
expect 'a missing tool is skipped' 77 'SKIPPED: no such tool' without_ci skip_of_a_tool
expect 'a missing tool fails under CI' 1 'no such tool' env CI=true "$selftest" skip_of_a_tool
expect 'nothing selected' 2 'no test' without_ci no_such_test
for share in '0 0' '2 2' '-1 2' '0 x' 'x 2' '1' '0 2 2'; do
	# shellcheck disable=SC2086 # two arguments, or one
	expect "a share that is none: $share" 64 'share being 0 to of - 1' without_ci '' $share
done
expect 'the share of another' 2 'no test' without_ci '' 1 2
expect 'a share' 0 '^1 passed, 0 failed$' without_ci selftest_passes 0 2
expect 'a pass' 0 '^1 passed, 0 failed$' without_ci selftest_passes
expect 'the totals' 1 '^1 passed, 7 failed, 2 skipped$' without_ci selftest_
expect 'an assert names its test' 1 '^test_fatal_assert_aborts: aborts$' without_ci assert_aborts
expect 'a slow test is named' 1 '^test_fatal_alarm_rings: lasts too long$' without_ci alarm_rings
expect 'an early end is a failure' 1 '^0 passed, 1 failed$' without_ci alarm_rings
