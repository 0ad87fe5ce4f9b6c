# Proves that clauses.py misses no obligation without a test, no citation of nothing and no needless waiver.

cited="$scratch/cited"
mkdir -p "$cited/docs/spec" "$cited/harness/unit" "$cited/harness/tools" "$cited/harness/drills"
clauses() { "$tools/clauses.py" "$cited"; }
spec() { printf '%s\n' "$@" >"$cited/docs/spec/01-first.md"; }
unit() { printf '%s\n' '/* All of it (DIMP 1.1-2). */' '#include "check.h"' "$@" >"$cited/harness/unit/test_first.c"; }
waive() { printf '%s\n' "$@" >"$cited/harness/tools/clause_waivers.txt"; }
drill() { printf '%s\n' '# A drill.' "$@" >"$cited/harness/drills/one.drill"; }

spec '**1.1-1** It MUST work.' '' '**1.1-2** It' 'MUST NOT fail.' '' '**1.1-3** It is blue.'
unit '/* DIMP 1.1-1, 1.1-2 and 1.1-3. */'
waive '# nothing'
drill 'clause: DIMP 1.1-1 1.1-3'
expect 'all is cited' 0 '^2 passed, 0 failed$' clauses
expect 'who cites what' 0 '^1\.1-2 +harness/unit/test_first.c:3$' "$tools/clauses.py" --table "$cited"
unit '/* DIMP 1.1-1. */'
expect 'an obligation on a later line, cited by an opening comment' 1 '^DIMP 1.1-2 obliges, and no test' clauses
waive '1.1-2 nobody sees it'
expect 'a waiver' 0 '^3 clauses, 2 of which oblige, 1 waived$' clauses
waive '1.1-2'
expect 'a waiver without a reason' 1 'waiver of DIMP 1.1-2 without a reason' clauses
waive '1.1-2 why not' '1.1-1 nobody sees it'
expect 'a waiver of what a test cites' 1 'DIMP 1.1-1, which harness/.* cites' clauses
waive '1.1-2 why not' '1.1-3 why not'
expect 'a waiver of what obliges to nothing' 1 'DIMP 1.1-3, which obliges to nothing' clauses
waive '1.1-2 why not' '1.1-9 why not'
expect 'a waiver of no clause' 1 'DIMP 1.1-9, which is no clause' clauses
waive '1.1-2 why not'
unit '/* DIMP 1.1-1, 1.1-4. */'
expect 'a citation of no clause' 1 'test_first.c:3: cites DIMP 1.1-4' clauses
unit '/* DIMP 1.1-1. */'
drill 'clause: DIMP 1.1'
expect 'a drill that cites a section' 1 'one.drill: its clause line' clauses
drill 'clause: DIMP 1.1-1'
spec '# 1 First' 'It MUST work.' '**1.1-1** It MUST work.' '**1.1-2** It MUST.'
expect 'an obligation outside any clause' 1 '01-first.md:2: an obligation outside' clauses
spec '**1.1-1** It MUST work.' '**1.1-2** It MUST.' '**1.1-1** It MUST.'
expect 'a clause that stands twice' 1 'clause 1.1-1 stands twice' clauses
spec '**1.1-1** It works.' '**1.1-2** It does.'
waive '# nothing'
expect 'a text that obliges to nothing' 1 '^0 passed, 1 failed$' clauses
