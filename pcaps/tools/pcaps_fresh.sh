#!/bin/sh
# Makes pcaps/fixtures and pcaps/scenarios anew and fails if an octet of what is committed differs.
# WRITE=1 writes them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
export PYTHONDONTWRITEBYTECODE=1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
/usr/bin/python3 "$here/make_fixtures.py" "$scratch/fixtures"
/usr/bin/python3 "$here/make_scenarios.py" "$1" "$scratch"
if [ "${WRITE:-}" = 1 ]; then
	rm -rf "$root/pcaps/fixtures" "$root/pcaps/scenarios"
	cp -r "$scratch/fixtures" "$scratch/scenarios" "$scratch/README.md" "$root/pcaps"
	exit 0
fi
for each in fixtures scenarios README.md; do
	diff -r "$scratch/$each" "$root/pcaps/$each" || { echo 'pcaps-fresh: run make pcaps'; exit 1; }
done
captures=$(ls "$root"/pcaps/fixtures/*.pcapng "$root"/pcaps/scenarios/*.pcapng 2>/dev/null | wc -l)
echo 'pcaps-fresh: captures made again octet for octet:'
echo "$captures passed, 0 failed"
[ "$captures" != 0 ]
