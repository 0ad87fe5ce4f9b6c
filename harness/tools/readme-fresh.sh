#!/bin/sh
# readme-fresh.sh: every line of output that README shows is a line that the commands print now, and the number of
# PDUs that its text gives is that of the main job.
set -u
dimp=${BUILD:-build}/dimp
printed=$(mktemp)
shown=$(mktemp)
trap 'rm -f "$printed" "$shown"' EXIT
{
	BUILD=${BUILD:-build} harness/tools/demo.sh
	"$dimp" run harness/scenarios/thousand-records.yaml
	"$dimp" replay pcaps/real/vm1-plain.pcapng
} >"$printed" 2>&1
# Inside fences: what is neither a command, a comment on one, nor the picture of the layers.
awk '/^```/ { inside = !inside; next } inside' README.md |
	grep -Ev '^\$|^make |\||^ +\+|operators, designers|^$' >"$shown"
[ -s "$shown" ] || { echo 'readme-fresh: README shows no output'; exit 1; }
stale=$(grep -Fvxf "$printed" "$shown")
pdus=$("$dimp" run harness/scenarios/main-job.yaml | sed -n 's/^DIMP: \([0-9]* PDUs\),.*/\1/p')
grep -q "moves in $pdus\." README.md || stale="$stale
moves in ... PDUs: the main job takes $pdus"
[ -z "$stale" ] || {
	printf 'README shows what is not printed any more:\n%s\n' "$stale"
	exit 1
}
