#!/bin/sh
# valgrind.sh short|long BUILD: runs under memcheck, where any error and any leak is a failure. What is allowed to
# look at secrets is in same_time.c. Short is a few runs; long is every unit suite, drill folder and shipped scenario.
set -u
form=$1
build=$2
memcheck='valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite,indirect,possible'
passed=0
failed=0
log=$(mktemp)
trap 'rm -f "$log"' EXIT

# judge NAME CODES COMMAND...: it ends with one of CODES, and memcheck has nothing to say.
judge() {
	name=$1 codes=$2
	shift 2
	# shellcheck disable=SC2086 # a list of words
	$memcheck "$@" >"$log" 2>&1
	code=$?
	case " $codes " in
	*" $code "*)
		if ! grep -q '^==' "$log"; then
			passed=$((passed + 1))
			return
		fi
		;;
	esac
	failed=$((failed + 1))
	echo "FAIL $name: exit $code"
	grep '^==' "$log" | head -40
}

judge 'secrets are compared in the same time' 0 "$build/same_time"
# shellcheck disable=SC2086
if $memcheck "$build/same_time" leak >/dev/null 2>&1; then
	echo 'FAIL: a comparison that ends early is not found'
	failed=$((failed + 1))
else
	passed=$((passed + 1))
fi
for world in few-frames every-client every-fault by-vdp; do
	judge "$world" '0 1' "$build/dimp" run -q "harness/tools/memory/$world.yaml"
done
judge 'decode' 0 "$build/dimp" decode --keys pcaps/scenarios/main-job.keys pcaps/scenarios/main-job.pcapng
judge 'replay' 0 "$build/dimp" replay --events pcaps/real/dhcp.pcapng
judge 'a scenario that is wrong' 2 "$build/dimp" scenario check harness/unit/data/scenarios-wrong/names.yaml
judge 'drills of freezing' 0 "$build/dimp" drill conformance/cases --filter 9.3-9 -q
if [ "$form" = long ]; then
	judge 'all drills' 0 "$build/dimp" drill harness/drills conformance/cases -q
	for suite in harness/unit/test_*.c; do
		name=$(basename "$suite" .c)
		judge "$name" '0 77' "$build/unit" "${name#test_}/"
	done
	for scenario in harness/scenarios/*.yaml; do
		judge "$scenario" 0 "$build/dimp" run -q "$scenario"
	done
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed != 0 ]
