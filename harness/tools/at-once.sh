#!/bin/sh
# at-once.sh COMMAND...: runs command lines at the same time, for those that mostly wait; prints what each said, in
# their order, and fails if one failed.
set -u
said=$(mktemp -d)
trap 'rm -rf "$said"' EXIT
trap 'kill $pids 2>/dev/null; wait; exit 1' INT TERM
pids=
number=0
for command; do
	number=$((number + 1))
	sh -c "$command" >"$said/$number" 2>&1 &
	pids="$pids $!"
done
failed=0
number=0
for pid in $pids; do
	number=$((number + 1))
	wait "$pid" || failed=1
	cat "$said/$number"
done
exit $failed
