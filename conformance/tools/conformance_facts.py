#!/usr/bin/env python3
"""Whether requirements, cases and the specification fit together.

Fails on an obliging clause of docs/spec without a row in requirements.def, a row whose clause the text does not have or that says MUST
where the text says SHOULD only, a case that cites no requirement, an id that stands twice, that case_ids.txt does not have or that has gone
from cases although the file has it, a capability that nobody knows or needs, a rule of `dimp verify` (listen_rules.def) for no
requirement, which would never be told, a requirement that neither has such a rule nor stands in one of the two tables of docs/VERIFY.md (or in
both, or twice), and a MUST with neither case nor waiver. Waivers stand in
conformance/waivers.txt: a clause and why nobody outside can see it; one for a requirement that a case cites fails, too.

usage: conformance_facts.py [--table] [--new-ids] [ROOT]; --new-ids adds ids that are new to case_ids.txt. The last line is "N passed, N failed".
"""

import argparse
import collections
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / 'harness/tools'))
import clauses as spec  # noqa: E402

REQUIREMENT = re.compile(r'^REQUIREMENT\("([^"]+)", (MUST|SHOULD), (SOURCE|DESTINATION|STATION|BRIDGE|ANY), "([^"]+)"\)$')
CAPABILITY = re.compile(r'^CAPABILITY\((\w+), "[^"]+"\)$')
LISTEN_RULE = re.compile(r'^(?:HANDSHAKE_|PDU_|MESSAGE_)?RULE\("([^"]+)"', re.MULTILINE)
ID = re.compile(r'[0-9]+(?:\.[0-9]+)?-(?:BV|BI|BO|TI)-[0-9]{2,}')
NAME = re.compile(r'([0-9]+(?:\.[0-9]+)?)-[0-9]+_[a-z0-9_]+\.drill')
INSIDE = re.compile(r'^\s*(?:~ )?(?:[+@]\S+ )?(state|ignored|tick)\b|^\s*status .*\bstate=', re.MULTILINE)
SHOULD = re.compile(r'\bSHOULD\b')


class Facts:
    """What stands where, and what is wrong with it."""

    def __init__(self, root):
        self.folder = root / 'conformance'
        self.complaints = []
        self.clauses, wrong = spec.read_spec(root / 'docs/spec')
        self.complaints += wrong
        obliges, spec.OBLIGES = spec.OBLIGES, SHOULD
        self.advised, _ = spec.read_spec(root / 'docs/spec')
        spec.OBLIGES = obliges
        self.requirements = self.read_rows('requirements.def', REQUIREMENT)
        self.capabilities = self.read_rows('capabilities.def', CAPABILITY)
        self.waivers = self.read_waivers()
        self.ids, self.cited, self.needed = {}, collections.defaultdict(list), set()
        self.turns = 0
        for path in sorted((self.folder / 'cases').glob('*.drill')):
            self.read_case(path)

    def complain(self, text):
        self.complaints.append(text)

    def read_rows(self, name, form):
        rows = {}
        text = re.sub(r'/\*.*?\*/', '', (self.folder / name).read_text(), flags=re.DOTALL)
        for line in filter(None, text.split('\n')):
            match = form.match(line)
            if not match:
                self.complain(f'{name}: cannot be read: {line}')
            elif match.group(1) in rows:
                self.complain(f'{name}: {match.group(1)} stands twice')
            else:
                rows[match.group(1)] = match.groups()[1:]
        return rows

    def read_waivers(self):
        waivers = {}
        for line in (self.folder / 'waivers.txt').read_text().split('\n'):
            if line and not line.startswith('#'):
                number, _, reason = line.partition(' ')
                waivers[number] = reason.strip()
        return waivers

    def words_of(self, text, keyword):
        return re.findall(rf'^{keyword} (.*)$', text, re.MULTILINE)

    def read_case(self, path):
        text = path.read_text()
        name = path.name
        for inside in INSIDE.finditer(text):
            self.complain(f'{name}: looks into an implementation: {inside.group().strip()}')
        if not text.startswith('# ') or not NAME.fullmatch(name):
            self.complain(f'{name}: a case says first what it proves, and is called <clause>_<what>.drill')
        clauses = re.findall(spec.NUMBER, ' '.join(self.words_of(text, 'clause:')))
        if not any(clause in self.requirements for clause in clauses):
            self.complain(f'{name}: cites no requirement')
        for clause in clauses:
            self.cited[clause].append(name)
            if clause not in self.clauses:
                self.complain(f'{name}: cites DIMP {clause}, which is no clause')
        self.read_id(name, self.words_of(text, 'id:'))
        for capability in ' '.join(self.words_of(text, 'requires:')).split():
            self.needed.add(capability)
            if capability not in self.capabilities:
                self.complain(f'{name}: requires {capability}, which is no capability')
        self.turns += count_turns(text)

    def read_id(self, name, ids):
        if len(ids) != 1 or not ID.fullmatch(ids[0]):
            self.complain(f'{name}: one id, like 9.3-BV-01')
            return
        if ids[0] in self.ids:
            self.complain(f'{name}: {ids[0]} is the id of {self.ids[ids[0]]}')
        if NAME.fullmatch(name) and ids[0].split('-')[0] != NAME.fullmatch(name).group(1):
            self.complain(f'{name}: {ids[0]} is of another section')
        self.ids[ids[0]] = name

    def judge_ids(self, new_ids):
        path = self.folder / 'case_ids.txt'
        lines = path.read_text().rstrip('\n').split('\n')
        known = {line.split()[0]: line for line in lines if line and not line.startswith('#')}
        if new_ids:
            known.update({number: f'{number} {name}' for number, name in self.ids.items()
                          if 'gone' not in known.get(number, '').split()[1:2]})
            head = [line for line in lines if line.startswith('#')]
            path.write_text('\n'.join(head + [known[number] for number in sorted(known, key=id_order)]) + '\n')
        for number, name in self.ids.items():
            if known.get(number) != f'{number} {name}':
                self.complain(f'{name}: case_ids.txt does not have {number} {name}; conformance_facts.py --new-ids')
        for number, line in known.items():
            if number not in self.ids and line.split()[1] != 'gone':
                self.complain(f'case_ids.txt: {number} has no case; write "{number} gone" and never use it again')

    def judge(self):
        for clause, (strength, _, _) in self.requirements.items():
            if clause not in self.clauses:
                self.complain(f'requirements.def: {clause} is no clause')
                continue
            says = self.clauses[clause] or not self.advised[clause]
            if strength == 'SHOULD' and self.clauses[clause] or strength == 'MUST' and not says:
                self.complain(f'requirements.def: {clause} is no {strength}')
            if strength == 'MUST' and clause not in self.cited and clause not in self.waivers:
                self.complain(f'DIMP {clause} is a MUST with neither case nor waiver')
        for clause, obliges in self.clauses.items():
            if (obliges or self.advised[clause]) and clause not in self.requirements:
                self.complain(f'DIMP {clause} obliges, and requirements.def does not have it')
        for clause, reason in self.waivers.items():
            if clause not in self.requirements or clause in self.cited or not reason:
                self.complain(f'waivers.txt: {clause} is no requirement, is cited by a case, or has no reason')
        self.judge_listening()
        for capability in set(self.capabilities) - self.needed - {'BRIDGE', 'STATION'}:
            self.complain(f'capabilities.def: no case requires {capability}')

    def judge_listening(self):
        """Each requirement has a rule of dimp verify, is told as another, or has a reason in docs/VERIFY.md."""
        heard = set(LISTEN_RULE.findall((self.folder / 'listen_rules.def').read_text()))
        for clause in heard - set(self.requirements):
            self.complain(f'listen_rules.def: {clause} is no requirement')
        if not heard:
            self.complain('listen_rules.def: no rule can be read')
        listed = collections.Counter(heard)
        for told_as, clauses in self.read_unheard():
            listed.update(clauses)
            if re.fullmatch(spec.NUMBER, told_as) and told_as not in heard:
                self.complain(f'docs/VERIFY.md: {told_as} has no rule, so that nothing is told as it')
            for clause in set(clauses) - set(self.requirements):
                self.complain(f'docs/VERIFY.md: {clause} is no requirement')
        for clause in self.requirements:
            if listed[clause] == 0:
                self.complain(f'docs/VERIFY.md: {clause} has no rule, and it is not said why')
            if listed[clause] > 1:
                self.complain(f'docs/VERIFY.md: {clause} has a rule and a reason why not, or two')

    def read_unheard(self):
        """(told as, or why not; clauses) of each row of the tables of requirements."""
        path = self.folder.parent / 'docs/VERIFY.md'
        part = path.read_text().partition('## Requirements without')[2].partition('\n## ')[0]
        for line in part.split('\n'):
            match = re.fullmatch(r'\| (.+?) \| ([0-9][0-9., -]*) \|', line)
            if match:
                yield match.group(1), match.group(2).split(', ')


def id_order(number):
    section, kind, index = number.split('-')
    return [int(part) for part in section.split('.')], kind, int(index)


def count_turns(text):
    turns = 1
    for values in re.findall(r'^for \S+ in (.*)$', re.sub(r'\\\n', '', text), re.MULTILINE):
        turns *= len(re.sub(r'\([^)]*\)', '_', values).split())
    return turns


def main():
    parser = argparse.ArgumentParser(description='whether requirements, cases and the specification fit together')
    parser.add_argument('--table', action='store_true', help='print each requirement with its cases')
    parser.add_argument('--new-ids', action='store_true', help='add ids that are new to case_ids.txt')
    parser.add_argument('root', nargs='?', default='.', type=pathlib.Path)
    options = parser.parse_args()
    facts = Facts(options.root)
    facts.judge_ids(options.new_ids)
    facts.judge()
    if options.table:
        for clause, (strength, role, text) in facts.requirements.items():
            shown = facts.waivers.get(clause) or '  '.join(facts.cited.get(clause, ['-']))
            print(f'{clause:8} {strength:6} {role:11} {text}: {shown}')
    for complaint in facts.complaints:
        print(complaint)
    print(f'{len(facts.requirements)} requirements, {len(facts.waivers)} waived, '
          f'{len(facts.ids)} files, {facts.turns} cases')
    failed = len(facts.complaints) or int(not facts.ids)
    print(f'{max(0, len(facts.requirements) - failed)} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
