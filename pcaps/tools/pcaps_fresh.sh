#!/bin/sh
# Makes pcaps/fixtures and pcaps/scenarios anew and fails if an octet of what is committed differs.
# WRITE=1 writes them.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
export PYTHONDONTWRITEBYTECODE=1
if [ "${WRITE:-}" = 1 ]; then
	rm -rf "$root/pcaps/fixtures" "$root/pcaps/scenarios"
	/usr/bin/python3 "$here/make_fixtures.py" "$root/pcaps/fixtures"
	[ ! -f "$here/make_scenarios.py" ] || /usr/bin/python3 "$here/make_scenarios.py" "$1" "$root/pcaps"
	exit 0
fi
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
/usr/bin/python3 "$here/make_fixtures.py" "$scratch/fixtures"
diff -r "$scratch/fixtures" "$root/pcaps/fixtures" || { echo 'pcaps-fresh: run make pcaps'; exit 1; }
if [ -f "$here/make_scenarios.py" ]; then
	/usr/bin/python3 "$here/make_scenarios.py" "$1" "$scratch"
	diff -r "$scratch/scenarios" "$root/pcaps/scenarios" && diff "$scratch/README.md" "$root/pcaps/README.md" ||
		{ echo 'pcaps-fresh: run make pcaps'; exit 1; }
fi
echo "pcaps-fresh: $(ls "$root"/pcaps/fixtures/*.pcapng "$root"/pcaps/scenarios/*.pcapng 2>/dev/null | wc -l) captures are made again octet for octet"
