#!/bin/sh
# hardening.sh BUILD FILE...: each program or library has what its flags promise, read off it with readelf:
# its place in memory is drawn (PIE), its tables of functions are read-only before it starts (RELRO, BIND_NOW),
# no memory is both written and run, the stack is not run, and has a canary and probes, functions of the C library check
# sizes (FORTIFY), and indirect jumps land where they may (CET). The linker drops the mark of CET when one object
# of the system has none, so that ours are asked one by one. Closes with totals.
set -u
build=$1
shift
passed=0
failed=0

# judge FILE WHAT TEXT [grep's options and pattern]: there is a line of that kind; with -v first, none.
judge() {
	file=$1 what=$2 text=$3
	shift 3
	wanted=0
	if [ "$1" = none ]; then
		wanted=1
		shift
	fi
	printf '%s\n' "$text" | grep -Eq -- "$1"
	if [ $? = $wanted ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$file: error: $what"
	fi
}

for file; do
	[ -f "$file" ] || { echo "absent: $file"; exit 1; }
	head=$(LC_ALL=C readelf -hlW "$file")
	dynamic=$(LC_ALL=C readelf -dW "$file")
	symbols=$(LC_ALL=C readelf --dyn-syms -W "$file")
	judge "$file" 'its place in memory is fixed' "$head" 'Type: +DYN'
	case $file in
	*.so) ;;
	*) judge "$file" 'it is no position-independent executable' "$dynamic" 'FLAGS_1.*PIE' ;;
	esac
	judge "$file" 'no GNU_RELRO' "$head" 'GNU_RELRO'
	judge "$file" 'functions are bound late' "$dynamic" 'BIND_NOW|FLAGS_1.*NOW'
	judge "$file" 'no word about the stack' "$head" 'GNU_STACK'
	judge "$file" 'the stack can be run' "$head" none 'GNU_STACK.* R?WE'
	judge "$file" 'memory that is written can be run' "$head" none 'LOAD.* RWE'
	judge "$file" 'text is written to by the loader' "$dynamic" none 'TEXTREL'
	judge "$file" 'libraries are looked for in a place of its own' "$dynamic" none 'RPATH|RUNPATH'
	judge "$file" 'no canaries' "$symbols" '__stack_chk_fail'
	judge "$file" 'a function that knows no bounds' "$symbols" none ' UND (gets|strcpy|strcat|sprintf|vsprintf)(@| |$)'
done
# The plugin calls nothing of the C library whose bounds a compiler could know.
for file; do
	case $file in
	*/dimp.so) ;;
	*) judge "$file" 'no checked function of the C library' "$(LC_ALL=C readelf --dyn-syms -W "$file")" ' UND __[a-z]+_chk(@| |$)' ;;
	esac
done
flags=$(cat "$build/flags" 2>/dev/null)
for flag in -fstack-protector-strong -D_FORTIFY_SOURCE=2 -fstack-clash-protection -fcf-protection; do
	judge "$build/flags" "no $flag" "$flags" "$flag"
done
if [ "$(uname -m)" = x86_64 ]; then
	objects=$(find "$build/obj/model" "$build/obj/harness" "$build/obj/dissector" -name '*.o' 2>/dev/null)
	# One file alone is not named, so that each is asked twice.
	# shellcheck disable=SC2086 # paths without blanks
	[ -n "$objects" ] || { echo "absent: objects in $build/obj"; exit 1; }
	plain=$(LC_ALL=C readelf -nW $objects $objects | awk '
		/^File: / { if (file != "" && !marked) print file; file = $2; marked = 0 }
		/x86 feature: IBT, SHSTK/ { marked = 1 }
		END { if (file != "" && !marked) print file }' | sort -u)
	for object in $plain; do
		[ ! -f "$(echo "${object%.o}.c" | sed "s|^$build/obj/||")" ] || {
			echo "$object: error: no mark of CET"
			failed=$((failed + 1))
		}
	done
	passed=$((passed + 1))
fi
echo "$passed passed, $failed failed"
[ $failed = 0 ] && [ $passed != 0 ]
