# Proves that docs-fresh.sh notices what the generator changes, adds or removes, and its failure.

mkdir -p "$scratch/documented/docs/spec" "$scratch/documented/harness/tools"
documented="$scratch/documented"
printf '#!/bin/sh\nexec harness/tools/docs\n' >"$documented/make"
chmod +x "$documented/make"
# generator COMMANDS: makes them the generator, on a page that says "old"
generator() {
	rm -f "$documented"/docs/spec/*
	echo old >"$documented/docs/spec/page.md"
	printf '#!/bin/sh\n%s\n' "$1" >"$documented/harness/tools/docs"
	chmod +x "$documented/harness/tools/docs"
}
docs_fresh() { (cd "$documented" && MAKE=./make "$tools/docs-fresh.sh"); }

expect 'no generator' 0 '^absent: harness/tools/docs$' docs_fresh
generator 'echo old > docs/spec/page.md'
expect 'docs that are fresh' 0 '' docs_fresh
generator 'echo new > docs/spec/page.md'
expect 'a page that changes' 1 '^\+new$' docs_fresh
generator 'touch docs/spec/more.md'
expect 'a page that is missing' 1 'more.md' docs_fresh
generator 'rm docs/spec/page.md'
expect 'a page too many' 1 'page.md' docs_fresh
generator 'exit 4'
expect 'a generator that fails' 4 '' docs_fresh
