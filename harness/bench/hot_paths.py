#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""hot_paths.py PROGRAM FILE [--update]: runs build/bench/hot_paths under callgrind, counts for each of its steps the instructions that our own code
takes a record, and fails when one is more than 5 % above what FILE says. What libc and libcrypto take is left out: they choose their code by the
processor. With another compiler than FILE's, the bound is 25 %: it still finds a loop too many. --update writes FILE.
hot_paths.py --judge MEASURED FILE: judges counts that stand in a file of the same form."""
import pathlib
import re
import subprocess
import sys
import tempfile

RECORDS = 1000
GROWTH, GROWTH_ELSEWHERE = 1.05, 1.25
HEAD = """# Instructions of our own code a record, by callgrind (harness/bench/hot_paths.py), in the order of the steps.
# `make instructions` fails when one grows by more than 5 %; `make instructions UPDATE=1` writes them anew.
"""


def own_cost(dump, program, names):
    """The sum of what functions of |program| cost themselves; |names| are objects by their numbers, which dumps share."""
    total, is_own, is_call = 0, False, False
    for line in dump.read_text(encoding='utf-8').splitlines():
        named = re.match(r'c?ob=\((\d+)\)(?: (.*))?$', line)
        if named:
            if named[2]:
                names[named[1]] = named[2]
            if not line.startswith('c'):
                is_own = names.get(named[1], '').endswith(program)
        elif line.startswith('calls='):
            is_call = True
        elif line and line[0] in '0123456789+-*':
            if is_own and not is_call:
                total += int(line.split()[1])
            is_call = False
    return total


def measure(program):
    """Instructions a record, by step."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / 'callgrind'
        subprocess.run(['valgrind', '--tool=callgrind', f'--callgrind-out-file={out}', '-q', program], check=True, stdout=subprocess.DEVNULL)
        dumps = sorted(out.parent.glob('callgrind.*'), key=lambda dump: int(dump.suffix[1:]))
        names, counts = {}, {}
        for dump in dumps:
            step = re.search(r'^desc: Trigger: Client Request: (.*)$', dump.read_text(encoding='utf-8'), re.M)
            cost = own_cost(dump, pathlib.Path(program).name, names)
            if step:
                counts[step[1]] = cost / RECORDS
        return counts


def compiler():
    return subprocess.run(['gcc', '--version'], stdout=subprocess.PIPE, check=True, encoding='utf-8').stdout.split('\n')[0]


def read(path):
    """(compiler, counts) of a file of instructions."""
    made, counts = '', {}
    for line in pathlib.Path(path).read_text(encoding='utf-8').splitlines():
        if line.startswith('compiler: '):
            made = line[len('compiler: '):]
        elif line and not line.startswith('#'):
            step, count = line.split()
            counts[step] = float(count)
    return made, counts


def write(path, made, counts):
    lines = ''.join(f'{step:<10} {count:8.1f}\n' for step, count in counts.items())
    pathlib.Path(path).write_text(f'{HEAD}compiler: {made}\n{lines}', encoding='utf-8')


def judge(measured, kept):
    """Prints a line for each step; how many are wrong."""
    growth = GROWTH if measured[0] == kept[0] else GROWTH_ELSEWHERE
    if measured[0] != kept[0]:
        print(f'this is {measured[0]}, the file was made by {kept[0]}: the bound is {growth:.2f} x')
    wrong = 0
    for step in sorted(measured[1].keys() | kept[1].keys()):
        now, before = measured[1].get(step), kept[1].get(step)
        if now is None or before is None:
            said = 'not measured' if now is None else 'not in the file: make instructions UPDATE=1'
        elif now > before * growth:
            said = f'{now / before - 1:+.1%}: what made it grow? If it has to, make instructions UPDATE=1'
        else:
            print(f'{step:<10} {now:8.1f}, was {before:8.1f}')
            continue
        wrong += 1
        print(f'{step:<10} {said}')
    print(f'{len(measured[1].keys() | kept[1].keys()) - wrong} passed, {wrong} failed')
    return wrong


def main():
    if sys.argv[1] == '--judge':
        sys.exit(judge(read(sys.argv[2]), read(sys.argv[3])) != 0)
    program, path = sys.argv[1:3]
    counts = measure(program)
    if '--update' in sys.argv:
        write(path, compiler(), counts)
    sys.exit(judge((compiler(), counts), read(path)) != 0)


if __name__ == '__main__':
    main()
