#!/bin/sh
# Lays out (write) or checks (check) every .c, .h, .cc and .hh with clang-format 14. Another version lays out
# differently, so it is refused rather than obeyed. Tables in .def files are data and stay as they are.
# Files named after the mode are the only ones touched.
set -eu
pinned=14
formatter=
for name in clang-format-$pinned clang-format; do
	if "$name" --version 2>/dev/null | grep -q "version $pinned\."; then
		formatter=$name
		break
	fi
done
if [ -z "$formatter" ]; then
	found=$(clang-format --version 2>/dev/null || echo 'none')
	echo "format: needs clang-format $pinned, found: $found; run: make install-deps" >&2
	exit 3
fi

mode=${1:-}
[ $# = 0 ] || shift
sources() {
	[ $# = 0 ] || { printf '%s\0' "$@"; return; }
	find model harness dissector conformance \( -name '*.[ch]' -o -name '*.cc' -o -name '*.hh' \) -print0 2>/dev/null || true
}
case $mode in
write) sources "$@" | xargs -0 -r "$formatter" -i ;;
check)
	# One line a file: how many places, and what mends them.
	sources "$@" | xargs -0 -r "$formatter" --dry-run 2>&1 | awk -F: '
		/clang-format-violations/ { places[$1]++; if (!($1 in line)) line[$1] = $2 }
		!/clang-format-violations/ && /error:/ { print; failed = 1 }
		END {
			for (file in places) {
				printf "%s:%d: error: %d places; run: make format\n", file, line[file], places[file]
				failed = 1
			}
			exit failed
		}'
	;;
*) echo "usage: format.sh write|check" >&2; exit 2 ;;
esac
