#!/usr/bin/env python3
"""Which tests prove which clause of docs/spec.

A clause of the specification that says MUST, MUST NOT, SHALL or REQUIRED is an obligation, and a test cites it. This lists the
obligations that no test cites, citations of clauses that the specification does not have, and obligations outside any
numbered clause; all three lists must be empty. What a citation looks like and where one counts is told in
docs/STYLE.md ("Tests"). Waivers stand in harness/tools/clause_waivers.txt: a clause and the reason why nothing that a test
can watch depends on it; one for a clause that a test cites, or that obliges to nothing, fails too.

usage: clauses.py [--table] [ROOT]; the last line is "N passed, N failed", an obligation being one or the other.
"""

import argparse
import collections
import pathlib
import re
import sys

NUMBER = r'[0-9]+(?:\.[0-9]+)?-[0-9]+'
CLAUSE = re.compile(r'\*\*(' + NUMBER + r')\*\*')
OBLIGES = re.compile(r'\b(?:MUST|SHALL|REQUIRED)\b')
# "DIMP 9.2-13", and more of them behind it: "DIMP 9.2-13, 9.2-14 and 9.3-1" or, in drills, with blanks only.
CITATION = re.compile(r'DIMP (' + NUMBER + r'(?:(?:, | and |, and | )' + NUMBER + r')*)')
# A drill has one line for it, an invariant a column.
DRILL_LINE = re.compile(r'^clause:(.*)$', re.MULTILINE)
INVARIANT = re.compile(r'^INVARIANT\([^"]*"(' + NUMBER + r')"', re.MULTILINE)
# The comments that a file in C opens with: its licence and what it is about.
OPENING = re.compile(r'(?:/\*.*?\*/\s*)*', re.DOTALL)
NOT_TEXT = re.compile(r'<!-- generated:.*?<!-- end -->|^```.*?^```', re.DOTALL | re.MULTILINE)

# What is a test: folders and the names of files in them.
TESTS = (
    ('harness/unit', 'test_*.c'),
    ('harness/drills', '**/*.drill'),
    ('conformance/cases', '*.drill'),
    ('harness/scenarios', '*.yaml'),
    ('harness/regressions', '*.yaml'),
    ('harness/observe', 'invariants.def'),
    ('harness/fuzz', 'fuzz_*.c'),
    ('conformance/vectors', '*.hex'),
    ('conformance/reader', 'test_*.py'),
)


def blank(match):
    """As many lines as the match has, with nothing on them."""
    return '\n' * match.group().count('\n')


def read_spec(folder):
    """The clauses, {number: obliges}, and what is wrong with the text itself."""
    clauses, complaints = {}, []
    for path in sorted(folder.glob('[0-9]*.md')):
        number = None
        for at, line in enumerate(NOT_TEXT.sub(blank, path.read_text()).split('\n'), 1):
            if line.startswith('#'):
                number = None
            parts = CLAUSE.split(line)
            for index, part in enumerate(parts):
                if index % 2:
                    if part in clauses:
                        complaints.append(f'{path}:{at}: clause {part} stands twice')
                    number = part
                    clauses[number] = False
                elif OBLIGES.search(part):
                    if number is None:
                        complaints.append(f'{path}:{at}: an obligation outside any clause')
                    else:
                        clauses[number] = True
    return clauses, complaints


def opening_comment(path, text):
    """Where the opening comment of a C or Python file ends: what it cites is what the file is about."""
    if path.suffix == '.c':
        return OPENING.match(text).end()
    if path.suffix == '.py' and '"""' in text:
        start = text.index('"""')
        return text.index('"""', start + 3)
    return 0


def read_citations(root):
    """{clause: [place, ...]} of all tests, places being path:line, and drills that cite no clause."""
    citations, complaints = collections.defaultdict(list), []
    for folder, pattern in TESTS:
        for path in sorted((root / folder).glob(pattern)):
            text = path.read_text(errors='replace')
            form = INVARIANT if path.suffix == '.def' else CITATION
            for match in form.finditer(text, opening_comment(path, text)):
                place = f'{path.relative_to(root)}:{text.count(chr(10), 0, match.start()) + 1}'
                for number in re.findall(NUMBER, match.group(1)):
                    citations[number].append(place)
            for match in DRILL_LINE.finditer(text) if path.suffix == '.drill' else ():
                if not re.fullmatch(r' DIMP(?: ' + NUMBER + ')+', match.group(1)):
                    complaints.append(f'{path.relative_to(root)}: its clause line is not "DIMP N.N-N ..."')
    return citations, complaints


def read_waivers(path):
    """{clause: reason}"""
    waivers = {}
    if path.exists():
        for line in path.read_text().split('\n'):
            if line and not line.startswith('#'):
                number, _, reason = line.partition(' ')
                waivers[number] = reason.strip()
    return waivers


def judge(clauses, citations, waivers):
    """What is wrong, a line for each."""
    complaints = []
    for number, places in sorted(citations.items()):
        if number not in clauses:
            complaints.append(f'{places[0]}: cites DIMP {number}, which is no clause')
    for number, reason in waivers.items():
        if number not in clauses:
            complaints.append(f'waiver of DIMP {number}, which is no clause')
        elif not clauses[number]:
            complaints.append(f'waiver of DIMP {number}, which obliges to nothing')
        elif number in citations:
            complaints.append(f'waiver of DIMP {number}, which {citations[number][0]} cites')
        elif not reason:
            complaints.append(f'waiver of DIMP {number} without a reason')
    for number, obliges in clauses.items():
        if obliges and number not in citations and number not in waivers:
            complaints.append(f'DIMP {number} obliges, and no test cites it')
    return complaints


def print_table(clauses, citations, waivers):
    """Each obligation, and the tests that cite it."""
    for number, obliges in clauses.items():
        if obliges:
            print(f'{number:8} {waivers.get(number, "  ".join(citations.get(number, ["-"])))}')


def main():
    parser = argparse.ArgumentParser(description='which tests prove which clause of docs/spec')
    parser.add_argument('--table', action='store_true', help='print each obligation with its tests')
    parser.add_argument('root', nargs='?', default='.', type=pathlib.Path)
    options = parser.parse_args()
    root = options.root
    clauses, complaints = read_spec(root / 'docs/spec')
    citations, more = read_citations(root)
    waivers = read_waivers(root / 'harness/tools/clause_waivers.txt')
    complaints += more + judge(clauses, citations, waivers)
    if options.table:
        print_table(clauses, citations, waivers)
    for complaint in complaints:
        print(complaint)
    obliging = sum(clauses.values())
    print(f'{len(clauses)} clauses, {obliging} of which oblige, {len(waivers)} waived')
    print(f'{obliging - len(complaints) if len(complaints) < obliging else 0} passed, '
          f'{len(complaints) or int(not obliging)} failed')
    return 1 if complaints or not obliging else 0


if __name__ == '__main__':
    sys.exit(main())
