#!/bin/sh
# campaign.sh PROGRAM SEEDS: the regressions and SEEDS random worlds must all be well, and a bug that is
# planted in the emulated bridges must be found within ten seeds.
set -u
program=$1
seeds=$2
passed=0
failed=0

if "$program" campaign --seeds "$seeds"; then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
fi
"$program" campaign --seeds 10 --plant thaw-after-release --as-drawn --regressions /dev/null -q >/dev/null 2>&1
if [ $? = 1 ]; then
	echo 'ok   a planted bug is found'
	passed=$((passed + 1))
else
	echo "FAIL no seed finds a planted bug: $program campaign --seeds 10 --plant thaw-after-release"
	failed=$((failed + 1))
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ]
