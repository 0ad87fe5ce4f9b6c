#!/usr/bin/env python3
"""cover.py FOLDER [--list]: what the runs of the objects in FOLDER have reached.

A row for each source of model/ and harness/: branches taken and lines run, per cent. Of model/ at least 95 in a hundred
branches must have been taken, and each that was not is told in harness/tools/cover_waivers.txt, by file and the text of
its line, with the reason; --list prints those that are not told there. A branch of an assert is none: it is for a wrong
program. A waiver that waives nothing fails, too."""

import collections
import gzip
import json
import pathlib
import subprocess
import sys
import tempfile

LEAST = 95.0
WAIVERS = pathlib.Path('harness/tools/cover_waivers.txt')


def gcov_files(folder):
    """All that gcov says of each source, over all objects."""
    notes = [path.resolve() for layer in ('model', 'harness')
             for path in (folder / 'obj' / layer).rglob('*.gcno') if '/unit/' not in str(path)]
    with tempfile.TemporaryDirectory() as scratch:
        subprocess.run(['gcov', '--json-format', '--branch-counts', '--branch-probabilities', *map(str, notes)],
                       cwd=scratch, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for report in sorted(pathlib.Path(scratch).glob('*.json.gz')):
            yield from json.loads(gzip.decompress(report.read_bytes()))['files']


class Source:
    """Counts of one file."""

    def __init__(self, name):
        self.text = pathlib.Path(name).read_text().split('\n')
        self.lines = collections.Counter()
        self.branches = collections.defaultdict(collections.Counter)

    def add(self, report):
        """Takes in one object's counts: inlined functions of headers stand in several."""
        for line in report['lines']:
            number = line['line_number']
            self.lines[number] += line['count']
            if 'assert(' in self.text[number - 1]:
                continue
            for index, branch in enumerate(line['branches']):
                self.branches[line.get('function_name', ''), number][index] += branch['count']

    def missed(self):
        """(line number, text) of each branch that was not taken."""
        return [(number, self.text[number - 1].strip()) for (_, number), counts in sorted(
            self.branches.items(), key=lambda item: item[0][1]) for count in counts.values() if count == 0]

    def branch_count(self):
        """How many branches there are."""
        return sum(len(counts) for counts in self.branches.values())


def read_sources(folder):
    """Source by name."""
    sources = {}
    for report in gcov_files(folder):
        name = report['file']
        if name.startswith(('model/', 'harness/')) and name.endswith('.c') and pathlib.Path(name).exists():
            sources.setdefault(name, Source(name)).add(report)
    return sources


def read_waivers():
    """How many branches of (file, text) are waived."""
    waived = collections.Counter()
    for number, line in enumerate(WAIVERS.read_text().split('\n'), 1):
        if not line or line.startswith('#'):
            continue
        place, _, reason = line.partition('  # ')
        name, _, text = place.partition(': ')
        if not reason or not text:
            sys.exit(f'{WAIVERS}:{number}: expected FILE: TEXT OF THE LINE  # REASON')
        waived[name, text.strip()] += 1
    return waived


def share(part, whole):
    """Per cent; of nothing, all of it."""
    return 100.0 * part / whole if whole else 100.0


def print_table(sources):
    """A row for each source; the share of model's branches is returned."""
    taken = whole = 0
    print('branch%  line%')
    for name, source in sorted(sources.items()):
        branches, missed = source.branch_count(), len(source.missed())
        run = sum(1 for count in source.lines.values() if count)
        print(f'{share(branches - missed, branches):6.1f} {share(run, len(source.lines)):6.1f}  {name}')
        if name.startswith('model/'):
            taken, whole = taken + branches - missed, whole + branches
    if not whole:
        sys.exit('cover.py: gcov says nothing of model/')
    print(f'model: {taken} of {whole} branches, {share(taken, whole):.1f} %')
    return share(taken, whole)


def compare(sources, waived, is_listing):
    """How many branches are missed and not waived, and how many waivers waive nothing."""
    unwaived, left = [], waived.copy()
    for name, source in sorted(sources.items()):
        if not name.startswith('model/'):
            continue
        for number, text in source.missed():
            if left[name, text] > 0:
                left[name, text] -= 1
            else:
                unwaived.append(f'{name}:{number}: {text}')
    idle = [f'{name}: {text}' for (name, text), count in left.items() if count > 0]
    if is_listing or unwaived:
        print('\n'.join(unwaived))
    for line in idle:
        print(f'{WAIVERS}: waives nothing: {line}')
    return len(unwaived) + len(idle)


def main():
    folder = pathlib.Path(sys.argv[1])
    sources = read_sources(folder)
    reached = print_table(sources)
    wrong = compare(sources, read_waivers(), '--list' in sys.argv[2:])
    failed = (wrong > 0) + (reached < LEAST)
    print(f'{2 - failed} passed, {failed} failed')
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
