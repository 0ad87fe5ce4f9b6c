#!/bin/sh
# scenario-docs.sh PROGRAM: renews what is made from the scenario reader's rows: the tables of
# docs/SCENARIOS.md, the lists of docs/man/dimp-scenario.5, docs/scenario.schema.json, and the same of a
# bridge's file in docs/BRIDGE.md and docs/man/dimp-bridge.1.
set -eu
program=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# renew FILE BEGIN END COMMAND...: puts what the command prints between the lines BEGIN and END of FILE.
renew() {
	file=$1 begin=$2 end=$3
	shift 3
	"$program" "$@" >"$scratch/rows"
	awk -v from="$begin" -v to="$end" -v rows="$scratch/rows" '
		$0 == to { inside = 0 }
		!inside { print }
		$0 == from {
			inside = 1
			while ((getline line < rows) > 0)
				print line
		}' "$file" >"$scratch/page"
	cmp -s "$scratch/page" "$file" || cp "$scratch/page" "$file"
}

renew docs/SCENARIOS.md '<!-- keys -->' '<!-- end of keys -->' scenario explain --format markdown
renew docs/man/dimp-scenario.5 '.\\" keys' '.\\" end of keys' scenario explain --format mdoc
renew docs/BRIDGE.md '<!-- keys -->' '<!-- end of keys -->' bridge --keys markdown
renew docs/man/dimp-bridge.1 '.\\" keys' '.\\" end of keys' bridge --keys mdoc
"$program" scenario schema --json=docs/scenario.schema.json
