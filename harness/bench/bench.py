#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""bench.py [--rounds N] [--only NAME]... [--docs] PROGRAM...: runs the programs in turn, N rounds of all of them, so that what else the machine does
meets all alike; takes the median of each row over the rounds, judges it by its bar and prints a table. The JSON goes to build/bench.json, and with
--docs to docs/bench/results.json and, as a table for each program, to docs/BENCH.md between <!-- bench: NAME --> and <!-- end -->; what was not run
keeps its place there. A program prints a row as a line of JSON (harness/bench/parts/measure.h); it may add "package", the Debian package of its
peer, whose version is told. Other lines of it are shown as they are. The exit code says whether a program failed, not whether a bar was met."""
import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / 'tools'))
from positive_number import positive_number  # noqa: E402

RESULTS, TEXT = 'docs/bench/results.json', 'docs/BENCH.md'
NUMBERS = ('ours', 'theirs', 'ratio')


def name_of(program):
    return os.path.splitext(os.path.basename(program))[0]


def run(program):
    """The rows that a program prints."""
    rows = []
    done = subprocess.run([program], stdout=subprocess.PIPE, check=False, encoding='utf-8')
    for line in done.stdout.splitlines():
        if line.startswith('{'):
            rows.append(json.loads(line))
        else:
            print(line)
    if done.returncode:
        print(f'bench: {program} ended with {done.returncode}')
        sys.exit(1)
    return rows


def merge(rounds):
    """A row for each (what, peer), each of its numbers the median over the rounds."""
    merged = {}
    for rows in rounds:
        for row in rows:
            merged.setdefault((row['what'], row['peer']), []).append(row)
    result = []
    for rows in merged.values():
        row = dict(rows[0])
        for number in NUMBERS:
            row[number] = float(f'{statistics.median(one[number] for one in rows):.4g}')
        row['spread'] = float(f"{max(one['ratio'] for one in rows) - min(one['ratio'] for one in rows):.3g}")
        row['verdict'] = verdict(row)
        result.append(row)
    return result


def verdict(row):
    if row['bound'] == 'stated':
        return 'stated'
    is_met = row['ratio'] >= row['bar'] if row['bound'] == 'at least' else row['ratio'] <= row['bar']
    return 'met' if is_met else 'missed'


def version_of(package):
    asked = subprocess.run(['dpkg-query', '-W', '-f', '${Version}', package], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
                           encoding='utf-8')
    return asked.stdout if asked.returncode == 0 else 'not a package here'


def machine():
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        model = re.search(r'model name\s*: (.*)', file.read())
    compiler = subprocess.run(['gcc', '--version'], stdout=subprocess.PIPE, check=False, encoding='utf-8').stdout.split('\n')[0]
    return {'processor': model[1] if model else platform.machine(), 'cores': os.cpu_count(), 'compiler': compiler,
            'system': f'{platform.system()} {platform.release()}'}


def number(value):
    return f'{value:,.0f}' if abs(value) >= 1000 else f'{value:.3g}'


def cells(row):
    bar = '' if row['bound'] == 'stated' else ('≥ ' if row['bound'] == 'at least' else '≤ ') + number(row['bar'])
    has_peer = bool(row['peer'])
    return [row['what'], row['peer'], number(row['ours']) + ' ' + row['unit'], number(row['theirs']) if has_peer else '',
            number(row['ratio']) if has_peer else '', bar, row['verdict']]


HEAD = ['what', 'against', 'ours', 'theirs', 'ratio', 'bar', 'verdict']


def as_text(rows):
    table = [HEAD] + [cells(row) for row in rows]
    widths = [max(len(line[column]) for line in table) for column in range(len(HEAD))]
    return '\n'.join('  '.join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in table)


def as_markdown(section):
    lines = ['| ' + ' | '.join(HEAD) + ' |', '|' + ' --- |' * len(HEAD)]
    lines += ['| ' + ' | '.join(cells(row)) + ' |' for row in section['rows']]
    versions = ''.join(f'; {package} {version}' for package, version in sorted(section['packages'].items()))
    made = section['machine']
    return '\n'.join(lines) + (f"\n\n{made['processor']}, {made['cores']} cores; {made['compiler']}{versions}; medians of "
                               f"{section['rounds']} rounds.\n")


def write_docs(sections):
    kept = {}
    if os.path.exists(RESULTS):
        with open(RESULTS, encoding='utf-8') as file:
            kept = json.load(file)
    kept.update(sections)
    with open(RESULTS, 'w', encoding='utf-8') as file:
        json.dump(kept, file, indent=1, sort_keys=True, ensure_ascii=False)
        file.write('\n')
    with open(TEXT, encoding='utf-8') as file:
        text = file.read()
    for name, section in sections.items():
        mark = f'<!-- bench: {name} -->\n'
        if mark not in text:
            print(f'bench: {TEXT} has no "{mark.strip()}"')
            sys.exit(1)
        head, rest = text.split(mark, 1)
        text = head + mark + as_markdown(section) + rest[rest.index('<!-- end -->'):]
    with open(TEXT, 'w', encoding='utf-8') as file:
        file.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--rounds', type=positive_number, default=7)
    parser.add_argument('--only', action='append', default=[])
    parser.add_argument('--docs', action='store_true')
    parser.add_argument('programs', nargs='+')
    chosen = parser.parse_args()
    known = [name_of(program) for program in chosen.programs]
    for name in chosen.only:
        if name not in known:
            parser.error(f'no program {name}; there are {", ".join(known)}')
    programs = [program for program in chosen.programs if not chosen.only or name_of(program) in chosen.only]
    rounds = {program: [] for program in programs}
    for _ in range(chosen.rounds):
        for program in programs:
            rounds[program].append(run(program))
    sections = {}
    for program in programs:
        rows = merge(rounds[program])
        packages = {row['package']: version_of(row['package']) for row in rows if row.get('package')}
        sections[name_of(program)] = {'rows': rows, 'packages': packages, 'machine': machine(), 'rounds': chosen.rounds}
        print(f'== {name_of(program)}\n{as_text(rows)}')
    with open('build/bench.json', 'w', encoding='utf-8') as file:
        json.dump(sections, file, indent=1, sort_keys=True, ensure_ascii=False)
    if chosen.docs:
        write_docs(sections)
    missed = sum(row['verdict'] == 'missed' for section in sections.values() for row in section['rows'])
    print(f'bench: {missed} bars missed' if missed else 'bench: every bar met')


if __name__ == '__main__':
    main()
