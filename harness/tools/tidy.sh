#!/bin/sh
# Runs tidy.awk over the sources below the folder given (here, if none).
set -eu
awk=$(cd "$(dirname "$0")" && pwd)/tidy.awk
cd "${1:-.}"
find . -name build -prune -o -name .git -prune -o -type f \( -name '*.[ch]' -o -name '*.cc' -o -name '*.hh' \
	-o -name '*.def' -o -name '*.sh' -o -name '*.awk' -o -name '*.py' -o -name '*.lua' \
	-o -name Makefile \) -print | sed 's|^\./||' | LC_ALL=C sort |
	LC_ALL=C xargs -r -s 1500000 awk -f "$awk" || exit 1
