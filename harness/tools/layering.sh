#!/bin/sh
# The layers, checked three ways: the include graph; each header compiled alone with the -I of its layer;
# and the undefined symbols of all model objects linked together (built plain by the Makefile).
# Takes CC, FLAGS, POSIX, LIBRARY_CFLAGS and the *_PATHS from the Makefile.
set -u
here=$(cd "$(dirname "$0")" && pwd)
failed=0
headers=$(find model harness dissector conformance -name '*.[h]' 2>/dev/null | LC_ALL=C sort)
tables=$(find model harness conformance -name '*.def' 2>/dev/null)
sources=$(find model harness dissector conformance -name '*.[ch]' 2>/dev/null | LC_ALL=C sort)

# shellcheck disable=SC2086 # lists of paths without blanks
awk -v HEADERS="$(echo $headers $tables)" -f "$here/includes.awk" $sources || failed=1

for header in $headers; do
	case $header in
	model/*) paths=$MODEL_PATHS ;;
	harness/unit/* | harness/fuzz/* | harness/tools/* | harness/bench/*) paths="$POSIX $INSIDE_PATHS $LIBRARY_CFLAGS" ;;
	harness/*) paths="$POSIX $HARNESS_PATHS $LIBRARY_CFLAGS" ;;
	conformance/*) paths="$POSIX $CONFORMANCE_PATHS $LIBRARY_CFLAGS" ;;
	dissector/*) # Wireshark's headers have to be there
		[ -n "${DISSECTOR_PATHS:-}" ] || continue
		paths=$DISSECTOR_PATHS
		;;
	*) continue ;;
	esac
	# shellcheck disable=SC2086
	printf '#include "%s"\n' "$PWD/$header" | $CC $FLAGS $paths -Wno-pedantic -fsyntax-only -x c - || {
		echo "$header:1: error: does not compile alone"
		failed=1
	}
done

objects=$(find build/plain/obj/model -name '*.o' 2>/dev/null | LC_ALL=C sort)
live=
for object in $objects; do
	source=${object#build/plain/obj/}
	[ ! -f "${source%.o}.c" ] || live="$live $object"
done
if [ -n "$live" ]; then
	# shellcheck disable=SC2086
	ld -r $live -o build/plain/model.o || failed=1
	strange=$(nm -u build/plain/model.o | awk '$2 !~ /^(memcpy|memmove|memset|memcmp|__assert_fail|_GLOBAL_OFFSET_TABLE_)$/ { print $2 }')
	for symbol in $strange; do
		for object in $live; do
			nm -u "$object" | awk -v s="$symbol" '$2 == s { found = 1 } END { exit !found }' &&
				echo "${object#build/plain/obj/}: error: undefined symbol $symbol: model/ needs no library"
		done
		failed=1
	done
else
	echo 'absent: model/*.c'
fi
exit $failed
