#!/bin/sh
# scenario-docs.sh PROGRAM: renews what is made from the scenario reader's rows: the tables of
# docs/SCENARIOS.md, the lists of docs/man/dimp-scenario.5, and docs/scenario.schema.json.
set -eu
program=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# renew FILE BEGIN END FORMAT: puts the rows in FORMAT between the lines BEGIN and END of FILE.
renew() {
	"$program" scenario explain --format "$4" >"$scratch/rows"
	awk -v from="$2" -v to="$3" -v rows="$scratch/rows" '
		$0 == to { inside = 0 }
		!inside { print }
		$0 == from {
			inside = 1
			while ((getline line < rows) > 0)
				print line
		}' "$1" >"$scratch/page"
	cmp -s "$scratch/page" "$1" || cp "$scratch/page" "$1"
}

renew docs/SCENARIOS.md '<!-- keys -->' '<!-- end of keys -->' markdown
renew docs/man/dimp-scenario.5 '.\\" keys' '.\\" end of keys' mdoc
"$program" scenario schema --json=docs/scenario.schema.json
