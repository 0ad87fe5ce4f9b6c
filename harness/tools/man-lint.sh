#!/bin/sh
# Lints the manual pages. mandoc looks for referenced pages among those installed; here they are looked
# for among ours.
set -u
command -v mandoc >/dev/null || {
	echo 'man-lint: mandoc is missing; make install-deps installs it'
	exit 1
}
passed=0
failed=0
for page in docs/man/*.[1-9]; do
	said=$(mandoc -T lint "$page" | grep -v 'referenced manual not found')
	for other in $(awk '$1 == ".Xr" { print $2 "." $3 }' "$page"); do
		[ -f "docs/man/$other" ] || said="$said
$page: no page $other"
	done
	if [ -z "$said" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "$said"
	fi
done
echo "$passed passed, $failed failed"
[ $failed = 0 ]
