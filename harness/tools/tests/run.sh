#!/bin/bash
# Runs the tests of the tools: each *_test.sh beside this file is sourced and calls `expect`.
# Prints what failed, then the totals; exits 1 if anything failed.
set -u
cd "$(dirname "$0")/../../.." || exit 70
tools=$PWD/harness/tools
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
passed=0
failed=0

# expect NAME EXIT_CODE PATTERN COMMAND...: the command ends with that code and its output has a
# line that the extended regular expression matches; an empty pattern wants no output at all.
expect() {
	local name=$1 wanted=$2 pattern=$3 output code
	shift 3
	output=$("$@" 2>&1)
	code=$?
	if [ "$code" != "$wanted" ]; then
		echo "$name: exit $code, expected $wanted"
	elif [ -z "$pattern" ] && [ -n "$output" ]; then
		echo "$name: expected silence"
	elif [ -n "$pattern" ] && ! grep -Eq -- "$pattern" <<<"$output"; then
		echo "$name: no line matches $pattern"
	else
		passed=$((passed + 1))
		return
	fi
	failed=$((failed + 1))
	printf '    %s\n' "${output//$'\n'/$'\n'    }" | head -20
}

for file in "$tools"/tests/*_test.sh; do
	# shellcheck source=/dev/null
	. "$file"
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" != 0 ]
