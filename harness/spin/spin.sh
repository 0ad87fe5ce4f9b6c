#!/bin/sh
# spin.sh SET: has spin search each configuration of the set (s or l, configurations.txt); spin.sh
# ablation: has it search the model with one rule taken away at a time (ablations.txt), where an
# assertion must fail. A line for each, then the totals. What was searched, and the trail of a
# failure, stay in build/spin/NAME. As many are searched at a time as there are processors. Run from
# the root, after `make build/spin/machines.pml`.
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=build/spin
megabytes=${MEGABYTES:-1500}

# search NAME DIRECTORY FLAGS...: says "holds", "violated" or what else came of it
search() {
	name=$1
	bits=$2
	shift 2
	cp "$here/dimp.pml" "$out/$name/"
	(
		cd "$out/$name" || exit
		rm -f dimp.pml.trail pan
		spin "$@" -a dimp.pml >spin.log 2>&1 || exit
		# shellcheck disable=SC2086 # flags for the compiler
		gcc -O1 -w -DSAFETY -DNOREDUCE "-DMEMLIM=$megabytes" $bits -o pan pan.c || exit
		./pan -m1000000 -w${HASH:-22} >pan.log 2>&1
		[ ! -f dimp.pml.trail ] || spin "$@" -t -p -g dimp.pml >trail.txt 2>&1
	)
	if [ ! -f "$out/$name/pan.log" ]; then
		echo 'not searched'
	elif grep -q 'errors: [1-9]' "$out/$name/pan.log"; then
		echo violated
	elif grep -Eq 'reached -DMEMLIM|max search depth too small' "$out/$name/pan.log"; then
		echo 'holds as far as searched'
	elif grep -q 'errors: 0' "$out/$name/pan.log"; then
		echo holds
	else
		echo 'not searched'
	fi
}

# report NAME RESULT WANTED
report() {
	log=$out/$1/pan.log
	case $2 in
	$3*) verdict=ok ;;
	*) verdict=FAIL ;;
	esac
	printf '%-4s %-22s %10s states, depth %5s: %s\n' $verdict "$1" \
		"$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' "$log" 2>/dev/null)" \
		"$(sed -n 's/.*depth reached \([0-9]*\),.*/\1/p' "$log" 2>/dev/null)" "$2"
}

# prepare NAME: a folder with the generated rows and nothing of an earlier run
prepare() {
	rm -rf "${out:?}/$1"
	mkdir -p "$out/$1"
	cp "$out/machines.pml" "$out/$1/"
}

# configuration NAME FLAGS...
configuration() {
	prepare "$1"
	name=$1
	shift
	report "$name" "$(search "$name" -DCOLLAPSE "$@")" holds
}

# ablation LINE, one of ablations.txt. A sed that changes nothing plants nothing: that is a failure.
ablation() {
	IFS='|' read -r name flags edit _ <<-END
	$1
	END
	prepare "without-$name"
	if [ -n "$edit" ]; then
		sed "$edit" "$out/machines.pml" >"$out/without-$name/machines.pml"
		if cmp -s "$out/machines.pml" "$out/without-$name/machines.pml"; then
			report "without-$name" 'not planted' violated
			return
		fi
	fi
	# shellcheck disable=SC2086 # budgets, one a word
	report "without-$name" "$(search "without-$name" -DCOLLAPSE $flags)" violated
}

# What is to be searched, a line each.
lines() {
	case $1 in
	ablation) grep -v '^#' "$here/ablations.txt" ;;
	*) grep -v '^#' "$here/configurations.txt" | sed -n "s/^[a-z]*$1[a-z]*[ 	][ 	]*//p" ;;
	esac
}

case ${1-} in
--one)
	set -f
	if [ "$2" = ablation ]; then
		ablation "$3"
	else
		# shellcheck disable=SC2086 # a name and budgets
		configuration $3
	fi
	;;
s | l | ablation)
	mkdir -p "$out"
	lines "$1" | tr '\n' '\0' | xargs -0 -P "$(nproc)" -I{} "$0" --one "$1" {} | tee "$out/said"
	passed=$(grep -c '^ok' "$out/said")
	failed=$(grep -c '^FAIL' "$out/said")
	echo "$passed passed, $failed failed"
	[ "$failed" = 0 ] && [ "$passed" = "$(lines "$1" | wc -l)" ]
	;;
*)
	echo 'usage: spin.sh s|l|ablation' >&2
	exit 2
	;;
esac
