# Proves that conformance_facts.py misses no clause without requirement, no requirement without clause or case, and no wrong case or id.

suite="$scratch/suite"
mkdir -p "$suite/docs/spec" "$suite/conformance/cases"
facts() { "$tools/../../conformance/tools/conformance_facts.py" "$suite"; }
spec() { printf '%s\n' "$@" >"$suite/docs/spec/01-first.md"; }
rows() { printf '%s\n' "$@" >"$suite/conformance/requirements.def"; }
able() { printf '%s\n' "$@" >"$suite/conformance/capabilities.def"; }
waive() { printf '%s\n' "$@" >"$suite/conformance/waivers.txt"; }
hears() { printf '%s\n' "$@" >"$suite/conformance/listen_rules.def"; }
unheard() { printf '%s\n' '## Requirements without a rule of their own' '| why | requirements |' '| --- | --- |' "$@" '## Next' >"$suite/docs/VERIFY.md"; }
ids() { printf '%s\n' "$@" >"$suite/conformance/case_ids.txt"; }
case_file() { rm -f "$suite"/conformance/cases/*; printf '%s\n' '# A case.' "$@" >"$suite/conformance/cases/1.1-1_it_works.drill"; }

spec '**1.1-1** It MUST work.' '' '**1.1-2** It SHOULD shine.' '' '**1.1-3** It is blue.'
rows 'REQUIREMENT("1.1-1", MUST, ANY, "it works")' 'REQUIREMENT("1.1-2", SHOULD, BRIDGE, "it shines")'
able 'CAPABILITY(BRIDGE, "is one")' 'CAPABILITY(LIGHT, "can shine")'
waive '# nothing'
hears 'RULE("1.1-1",  PING, it_works)'
unheard '| it is in the dark | 1.1-2 |'
ids '1.1-BV-01 1.1-1_it_works.drill'
case_file 'clause: DIMP 1.1-1' 'id: 1.1-BV-01' 'requires: LIGHT' 'for $x in a b=(c d)' 'for $y in 1 2 3'
expect 'all fits' 0 '^2 requirements, 0 waived, 1 files, 6 cases$' facts
hears 'RULE("1.1-1", PING, it_works)' 'PDU_RULE("1.1-3", it_is_blue)'
expect 'a rule of no requirement' 1 'listen_rules.def: 1.1-3 is no requirement' facts
hears '/* none */'
expect 'rules that cannot be read' 1 'listen_rules.def: no rule can be read' facts
hears 'RULE("1.1-1",  PING, it_works)'
unheard
expect 'a requirement without rule or reason' 1 'VERIFY.md: 1.1-2 has no rule, and it is not said why' facts
unheard '| it is in the dark | 1.1-2, 1.1-1 |'
expect 'a requirement with rule and reason' 1 'VERIFY.md: 1.1-1 has a rule and a reason why not' facts
unheard '| 1.1-3 | 1.1-2 |'
expect 'a requirement told as what has no rule' 1 'VERIFY.md: 1.1-3 has no rule, so that nothing' facts
unheard '| it is in the dark | 1.1-2, 1.1-3 |'
expect 'a reason for no requirement' 1 'VERIFY.md: 1.1-3 is no requirement' facts
unheard '| it is in the dark | 1.1-2 |'
case_file 'clause: DIMP 1.1-1' 'id: 1.1-BV-01' 'requires: LIGHT' 'state source OWNER'
expect 'a look inside' 1 'looks into an implementation: state' facts
case_file 'clause: DIMP 1.1-1' 'id: 1.1-BV-01' 'requires: WIND LIGHT'
expect 'an unknown capability' 1 'requires WIND, which is no capability' facts
case_file 'clause: DIMP 1.1-1' 'id: 1.1-BV-01'
expect 'a capability that nobody needs' 1 'no case requires LIGHT' facts
able 'CAPABILITY(BRIDGE, "is one")'
case_file 'clause: DIMP 1.1-3' 'id: 1.1-BV-01'
expect 'a case without requirement' 1 'it_works.drill: cites no requirement' facts
expect 'a MUST without case' 1 'DIMP 1.1-1 is a MUST with neither case nor waiver' facts
waive '1.1-1 nobody sees it'
case_file 'clause: DIMP 1.1-1' 'id: 1.1-BV-01'
expect 'a waiver of what a case cites' 1 'waivers.txt: 1.1-1 is no requirement, is cited' facts
waive '# nothing'
case_file 'clause: DIMP 1.1-1' 'id: 1.1-XX-01'
expect 'no id' 1 'one id, like 9.3-BV-01' facts
case_file 'clause: DIMP 1.1-1' 'id: 1.2-BV-01'
expect 'an id of another section' 1 '1.2-BV-01 is of another section' facts
case_file 'clause: DIMP 1.1-1' 'id: 1.1-BV-02'
expect 'an id that nobody noted' 1 'case_ids.txt does not have 1.1-BV-02' facts
expect 'an id that has gone unsaid' 1 '1.1-BV-01 has no case' facts
ids '1.1-BV-01 gone' '1.1-BV-02 1.1-1_it_works.drill'
expect 'an id that has gone' 0 '^2 passed, 0 failed$' facts
rows 'REQUIREMENT("1.1-1", MUST, ANY, "it works")'
expect 'a clause without requirement' 1 'DIMP 1.1-2 obliges, and requirements.def does not' facts
rows 'REQUIREMENT("1.1-1", SHOULD, ANY, "it works")' 'REQUIREMENT("1.1-2", MUST, BRIDGE, "it shines")' 'REQUIREMENT("1.1-9", MUST, ANY, "it is")' 'REQUIREMENT(1.1-3)'
expect 'a weaker row than the clause' 1 '1.1-1 is no SHOULD' facts
expect 'a stronger row than the clause' 1 '1.1-2 is no MUST' facts
expect 'a row without clause' 1 '1.1-9 is no clause' facts
expect 'a row that cannot be read' 1 'cannot be read: REQUIREMENT' facts
