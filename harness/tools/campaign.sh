#!/bin/sh
# campaign.sh PROGRAM MPI_PROGRAM SEEDS MORE: the regressions and SEEDS random worlds must all be well, and with MORE
# of them, which the quicker program runs, 2,000 migrations and more; a bug that
# is planted in the emulated bridges must be found within ten seeds; the results are the same however many
# work on them, also under mpirun; a campaign that was killed goes on where it was, and nothing is lost
# when one of its workers is killed. MPI_PROGRAM has dimp-mpi.so beside it.
set -u
program=$1
mpi_program=$2
seeds=$3
more=$4
passed=0
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

judge() { # TEXT: of the last command's exit code
	if [ $? = 0 ]; then
		passed=$((passed + 1))
		echo "ok   $1"
	else
		failed=$((failed + 1))
		echo "FAIL $1"
	fi
}

digest() { # FILE.json
	sed -n 's/.*"digest": "\([0-9a-f]*\)".*/\1/p' "$1"
}

varied=harness/unit/data/campaign.yaml

migrations() { # FILE.json...
	sed -n 's/^  "migrations": \([0-9]*\),$/\1/p' "$@" | awk '{ sum += $1 } END { print sum + 0 }'
}

"$program" campaign --seeds "$seeds" --json="$scratch/first.json"
judge "$(migrations "$scratch/first.json") migrations in $seeds random worlds"

"$mpi_program" campaign --first $((seeds + 1)) --seeds "$more" --regressions /dev/null --as-drawn -q --json="$scratch/more.json" &&
	[ "$(migrations "$scratch/first.json" "$scratch/more.json")" -ge 2000 ]
judge "$(migrations "$scratch/more.json") migrations in $more more, with those before $(migrations "$scratch/first.json" "$scratch/more.json"), at least 2,000"

"$program" campaign --seeds 10 --plant thaw-after-release --as-drawn --regressions /dev/null -q >/dev/null 2>&1
[ $? = 1 ]
judge 'a planted bug is found within ten seeds'

"$program" campaign "$varied" --seeds 4 --jobs 1 -q --json="$scratch/one.json" --csv "$scratch/one.csv" &&
	"$program" campaign "$varied" --seeds 4 --jobs 3 -q --json="$scratch/three.json" --csv "$scratch/three.csv" &&
	cmp "$scratch/one.json" "$scratch/three.json" && cmp "$scratch/one.csv" "$scratch/three.csv" &&
	[ "$(wc -l <"$scratch/one.csv")" = 17 ]
judge 'four variations with four seeds: the same with one worker and with three'

# Killed in the middle, first a worker and then all of it: what is in the ledger stays, the rest is done later.
rows() {
	python3 -c 'import sqlite3, sys
print(sqlite3.connect("file:" + sys.argv[1] + "?mode=ro", uri=True).execute("SELECT count(*) FROM runs").fetchone()[0])' \
		"$scratch/kept.sqlite" 2>/dev/null || echo 0
}
campaign_60="$mpi_program campaign --seeds 60 --as-drawn --regressions /dev/null -q"
$campaign_60 --json="$scratch/whole.json"
$campaign_60 --jobs 2 --ledger "$scratch/kept.sqlite" 2>/dev/null &
leader=$!
while kill -0 $leader 2>/dev/null && [ "$(rows)" -lt 2 ]; do sleep 0.1; done
killed=0
while kill -0 $leader 2>/dev/null && [ $killed -lt 3 ]; do
	for worker in $(pgrep -P $leader); do
		kill -KILL "$worker" 2>/dev/null && killed=$((killed + 1))
	done
done
while kill -0 $leader 2>/dev/null && [ "$(rows)" -lt 10 ]; do sleep 0.1; done
kill -KILL $leader 2>/dev/null
wait $leader 2>/dev/null
done_before=$(rows)
$campaign_60 --ledger "$scratch/kept.sqlite" --json="$scratch/kept.json" &&
	[ $killed -ge 3 ] && [ "$done_before" -ge 10 ] && [ "$done_before" -lt 60 ] && [ "$(rows)" = 60 ] &&
	[ "$(digest "$scratch/kept.json")" = "$(digest "$scratch/whole.json")" ]
judge "$killed workers killed, and the campaign after $done_before runs: it goes on, and the results are those of an unbroken one"

"$program" campaign --seeds 1 --as-drawn --regressions /dev/null --ledger "$scratch/kept.sqlite" -q 2>"$scratch/said"
[ $? = 2 ] && grep -q 'another campaign' "$scratch/said"
judge 'a ledger of another program is refused'

"$program" campaign --seed 9223372036854775807 --as-drawn --regressions /dev/null -q --json="$scratch/last.json" &&
	"$program" campaign --first 9223372036754775807 --seeds 2 --as-drawn --regressions /dev/null -q &&
	! "$program" campaign --seed 9223372036854775808 --as-drawn --regressions /dev/null -q 2>"$scratch/said" &&
	grep -q 'below 2^63' "$scratch/said"
judge 'the last seeds there are, and none after them'

"$program" campaign --seeds 1 --regressions "$scratch/gone" -q 2>"$scratch/said"
[ $? = 2 ] && grep -q 'gone: .*--as-drawn' "$scratch/said"
judge 'no folder where a seed that fails could be kept: said before the first run'

OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
	mpirun --oversubscribe -n 3 $campaign_60 --json="$scratch/ranks.json" &&
	cmp "$scratch/ranks.json" "$scratch/whole.json"
judge 'three ranks of mpirun: the same'

echo "$passed passed, $failed failed"
[ $failed = 0 ]
