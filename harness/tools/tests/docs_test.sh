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

# The generator itself: it renews what stands between markers and nothing else.
spec_page() { printf '%s\n' "$@" >"$scratch/page.md"; }
spec_tables() { "$tools/../../build/asan/spec_tables" "$scratch/page.md" && cat "$scratch/page.md"; }
spec_page 'before' '<!-- generated: roles -->' 'stale' '<!-- end -->' 'after'
expect 'a table is written' 0 '^\| KEY \| identifies' spec_tables
expect 'what stands around stays' 0 '^after$' spec_tables
spec_page '<!-- generated: di dhcp_binding -->' '<!-- end -->'
expect 'a block is written' 0 '^\| 8 \| address \| IPV4 \| VALUE \| Address \|$' spec_tables
expect 'its attributes follow' 0 '^\| attribute 2 \| server \|' spec_tables
spec_page '<!-- generated: message ack -->' '<!-- end -->'
expect 'a message tells its parameters' 0 '^\| then \| ack_range \| TLV 0x0105 \| \| 0 to 31' spec_tables
spec_page '<!-- generated: nothing -->' '<!-- end -->'
expect 'an unknown table' 1 'no such table' spec_tables
spec_page '<!-- generated: roles -->' 'no more'
expect 'a table without end' 1 'no end' spec_tables
rm -f "$scratch/page.md"
expect 'a page that is not there' 1 'cannot be read' spec_tables

# The guides: what they name is there, and a function in the file that its line names.
guide() {
	mkdir -p "$scratch/guided/model" "$scratch/guided/docs"
	printf 'static int one(int a,\n\tint b)\n{\n\treturn two(a);\n}\n' >"$scratch/guided/model/first.c"
	printf 'int two(int a);\n' >"$scratch/guided/model/second.c"
	printf 'all docs:\n\ttrue\n' >"$scratch/guided/Makefile"
	printf '%s\n' "$@" >"$scratch/guided/docs/GUIDE.md"
	(cd "$scratch/guided" && "$tools/doc_names.py" docs/GUIDE.md)
}
expect 'a guide that is right' 0 '' guide '`one()` (`model/first.c`), `model/*.c`, [here](GUIDE.md), `make all docs`' '```' '`model/gone.c`' '```'
expect 'a file that is gone' 1 'GUIDE.md:2: not there: model/gone.c' guide '' '`model/gone.c`'
expect 'a function of another file' 1 'not there: one\(\)' guide '`one()` (`model/second.c`)'
expect 'a function that is only called' 1 'not there: two\(\)' guide '`two()`'
expect 'a link to nothing' 1 'not there: GONE.md' guide '[there](GONE.md)'
expect 'a target that is none' 1 'not there: make demo' guide '`make demo`'

# The threats: each has a clause and a test.
threat() {
	mkdir -p "$scratch/threatened/docs/spec"
	echo '**5.4-1** All is sealed.' >"$scratch/threatened/docs/spec/05.md"
	printf '| can | to what end | what stops it | shown by |\n| --- | --- | --- | --- |\n%s\n' "$1" >"$scratch/threatened/docs/THREATS.md"
	(cd "$scratch/threatened" && "$tools/threats.py" docs/THREATS.md)
}
expect 'a threat that is answered' 0 '' threat '| send | enter | a seal (5.4-1) | `harness/unit/test_one.c` |'
expect 'a threat that clauses do not know' 0 '' threat '| send | enter | beyond the protocol: a door | `make door` |'
expect 'a threat without a clause' 1 ':3: no clause is cited' threat '| send | enter | a seal | `make door` |'
expect 'a threat of a dead clause' 1 ':3: no such clause: 5.4-9' threat '| send | enter | a seal (5.4-9) | `make door` |'
expect 'a threat without a test' 1 ':3: no test is named' threat '| send | enter | a seal (5.4-1) | trust |'
expect 'no threat at all' 1 'no row about a threat' threat ''

# Counters: the page names each that the registry has, and no other.
counters() { # PAGE
	mkdir -p "$scratch/counted/model/registry"
	printf 'FIELD(ask, request, U64, KEY, "Request")\nFIELD(ask, mode, U8, VALUE, "Mode")\n' >"$scratch/counted/model/registry/messages.def"
	: >"$scratch/counted/model/registry/tlvs.def"
	printf 'FIELD(sa, next_pn, U64, COUNTER, "Next")\nATTR (sa, tries, 1, U32, VALUE, "Tries")\n' >"$scratch/counted/model/registry/di.def"
	printf '%s\n' "$1" >"$scratch/counted/page.md"
	(cd "$scratch/counted" && "$tools/wraps.py" page.md)
}
expect 'all counters' 0 '^2 counters are named$' counters '`ask.request` and `sa.next_pn` in `model/wrap.c`'
expect 'a counter that the page has not' 1 'sa.next_pn is not there' counters '`ask.request`'
expect 'a counter that the registry has not' 1 'sa.tries is no counter' counters '`ask.request`, `sa.next_pn`, `sa.tries`'
