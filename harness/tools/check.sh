#!/bin/sh
# Runs the targets given, one after the other, and prints a line for each; the output of a step is
# shown only when it fails and kept in build/check/. The last line totals the tests that ran in all
# steps ("N passed, N failed" lines), a step that failed without such a line counting as one.
# A step that says "absent: WHAT" has nothing to judge: a failure, unless MAY_BE_ABSENT names it.
set -u
logs=build/check
rm -rf "$logs"
mkdir -p "$logs"
steps_failed=0
jobs=
case ${MAKEFLAGS:-} in
*jobserver*) ;;
*) jobs=-j$(nproc) ;;
esac

for step; do
	log=$logs/$step.log
	started=$(date +%s)
	# shellcheck disable=SC2086 # no jobs is no argument
	$MAKE $jobs "$step" >"$log" 2>&1
	code=$?
	seconds=$(($(date +%s) - started))
	result=ok
	if [ $code = 0 ] && grep -q '^absent: ' "$log"; then
		result=absent
		case " ${MAY_BE_ABSENT:-} " in
		*" $step "*) ;;
		*) code=1 ;;
		esac
	fi
	if [ $code != 0 ]; then
		result=FAIL
		steps_failed=$((steps_failed + 1))
		tail -n 60 "$log" | sed 's/^/    /'
		grep -Eq '^[0-9]+ passed, [1-9][0-9]* failed' "$log" ||
			echo '0 passed, 1 failed' >>"$log"
	fi
	totals=$(grep -E '^[0-9]+ passed, ' "$log" | tail -n 1)
	printf '%-6s %-14s %3d s  %s\n' "$result" "$step" "$seconds" \
		"${totals:-$(sed -n 's/^absent: //p' "$log")}"
	# Nothing else can tell much where the tools are not installed.
	[ "$step$code" = install-deps0 ] || [ "$step" != install-deps ] || break
done

for step; do
	[ ! -f "$logs/$step.log" ] || cat "$logs/$step.log"
done | awk '
	/^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3; skipped += $5 }
	END {
		if (skipped)
			printf "%d skipped, each with its reason in build/check/\n", skipped
		printf "%d passed, %d failed\n", passed, failed
		exit failed != 0 || passed == 0
	}' || exit 1
[ $steps_failed = 0 ]
