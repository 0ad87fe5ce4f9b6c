#!/bin/sh
# spin.sh SET: has spin search each configuration of the set (s or l, configurations.txt); spin.sh
# ablation: has it search the model with one rule taken away at a time (ablations.txt), where an
# assertion must fail. A line for each, then the totals. What was searched, and the trail of a
# failure, stay in build/spin/NAME. Run from the root, after `make build/spin/machines.pml`.
set -u
here=$(cd "$(dirname "$0")" && pwd)
out=build/spin
megabytes=${MEGABYTES:-1500}
passed=0
failed=0

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
	$3*) passed=$((passed + 1)); verdict=ok ;;
	*) failed=$((failed + 1)); verdict=FAIL ;;
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

configurations() {
	while read -r sets name flags; do
		case $sets in
		*"$1"*) ;;
		*) continue ;;
		esac
		prepare "$name"
		# shellcheck disable=SC2086 # budgets, one a word
		report "$name" "$(search "$name" -DCOLLAPSE $flags)" holds
	done <<-END
	$(grep -v '^#' "$here/configurations.txt")
	END
}

# A sed that changes nothing plants nothing: that counts as a failure.
ablations() {
	while IFS='|' read -r name flags edit _; do
		prepare "without-$name"
		if [ -n "$edit" ]; then
			sed "$edit" "$out/machines.pml" >"$out/without-$name/machines.pml"
			if cmp -s "$out/machines.pml" "$out/without-$name/machines.pml"; then
				report "without-$name" 'not planted' violated
				continue
			fi
		fi
		# shellcheck disable=SC2086
		report "without-$name" "$(search "without-$name" -DCOLLAPSE $flags)" violated
	done <<-END
	$(grep -v '^#' "$here/ablations.txt")
	END
}

case ${1-} in
s | l) configurations "$1" ;;
ablation) ablations ;;
*)
	echo 'usage: spin.sh s|l|ablation' >&2
	exit 2
	;;
esac
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed != 0 ]
