#!/bin/sh
# Lints the manual pages. mandoc looks for referenced pages among those installed; here they are looked
# for among ours. Every verb is an item of dimp.1, and every option that its --help tells is one of its
# own page or, if all verbs have it, of dimp.1.
set -u
dimp=${BUILD:-build}/dimp
command -v mandoc >/dev/null || {
	echo 'man-lint: mandoc is missing; make install-deps installs it'
	exit 1
}
passed=0
failed=0

# count SAID: a page or verb of which nothing is said has passed.
count() {
	if [ -z "$1" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$1"
	fi
}

lint() {
	mandoc -T lint "$1" | grep -v 'referenced manual not found'
	for other in $(awk '$1 == ".Xr" { print $2 "." $3 }' "$1"); do
		[ -f "docs/man/$other" ] || echo "$1: no page $other"
	done
}

# What the pages do not tell of a verb.
untold() {
	pages=docs/man/dimp.1
	grep -Eq "^\.It Cm $1( |\$)" $pages || echo "docs/man/dimp.1: no item for $1"
	[ ! -f "docs/man/dimp-$1.1" ] || pages="$pages docs/man/dimp-$1.1"
	options=$("$dimp" "$1" --help 2>&1 | sed -n 's/^  \(-[a-z], \)\{0,1\}--\([a-z-]*\).*/\2/p')
	[ -n "$options" ] || echo "dimp $1 --help tells no options"
	for option in $options; do
		# shellcheck disable=SC2086 # two paths without blanks
		grep -Ehq "^\.It (Fl . , )?Fl Fl $option( |\$)" $pages || echo "$pages: no item for --$option"
	done
}

for page in docs/man/*.[1-9]; do
	count "$(lint "$page")"
done
for verb in $(sed -n 's/^VERB(\(.*\))$/\1/p' harness/cli/verbs.def); do
	count "$(untold "$verb")"
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
