#!/usr/bin/env python3
"""Bugs planted in copies of the sources, each of which the campaign must find within a stated number of seeds.

A file of harness/planted that says "within: 200, found at 37" is planted as planted.py plants it, and the program runs
the first 200 seeds of the campaign: one of them must fail, and must be well without the bug. A campaign that has stopped
to find what it found once fails here, whatever else is green.

usage: canary.py [--measure N] [NAME...]; the environment is that of planted.py. --measure runs up to N seeds and
writes into each file what it found: the seed, and four times as many, at least 20, as the bound. The last line is
"N passed, N failed"."""

import argparse
import os
import re
import subprocess
import sys
import time

import planted

MARGIN = 4
LEAST = 20
SECONDS_MAX = 900  # of real time for one bug
CAMPAIGN = ['campaign', '--once', '--as-drawn', '--regressions', '/dev/null', '-q']
JOBS = os.environ.get('JOBS', '2')


def campaign(program, words):
    """Seed that failed, 0 for none, and what was broken."""
    done = subprocess.run([str(program), *CAMPAIGN, '--jobs', JOBS, *words], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=SECONDS_MAX, check=False)
    text = done.stdout.decode(errors='replace')
    if done.returncode == 0:
        return 0, 'nothing'
    seed = re.search(r'--seed ([0-9]+)', text)
    what = re.search(r'campaign: [^:]*: (.*)', text)
    if done.returncode in (2, 70) or not seed:
        raise planted.Wrong(f'the campaign did not run: {text.strip()[:200]}')
    broken = what.group(1) if what else 'nothing'
    return int(seed.group(1)), broken.split(' at ')[0] if re.match(r'I[0-9]', broken) else broken[:60]


def judge(bug, seeds):
    """(seed, what) of the first run that fails with the bug and is well without."""
    program = planted.build(bug, planted.BUILD / 'canary' / bug.name)
    first = 1
    while first <= seeds:
        seed, what = campaign(program, ['--first', str(first), '--seeds', str(seeds - first + 1)])
        if not seed or not campaign(planted.PROGRAM, ['--seed', str(seed)])[0]:
            return seed, what
        print(f'     seed {seed} fails without the bug', flush=True)
        first = seed + 1
    return 0, 'nothing'


def note(path, seed):
    """Writes what was measured into the bug's file."""
    bound = max(LEAST, -(-seed * MARGIN // 10) * 10)
    text = re.sub(r'^within: .*$', f'within: {bound}, found at {seed}', path.read_text(), flags=re.MULTILINE)
    path.write_text(text)


def main():
    parser = argparse.ArgumentParser(description='random worlds find planted bugs')
    parser.add_argument('--measure', metavar='N', type=int, help='write into the files what is found in N seeds')
    parser.add_argument('names', nargs='*', help='those whose name contains one of these')
    options = parser.parse_args()
    passed = failed = 0
    for path in planted.bugs(options.names):
        started = time.monotonic()
        seed, what = 0, ''
        try:
            bug = planted.Bug(path)
            if not bug.within:
                continue
            bound = options.measure or bug.within
            seed, what = judge(bug, bound)
            verdict = f'seed {seed} of {bound}: {what}' if seed else f'nothing in {bound} seeds; see {path}'
        except (planted.Wrong, subprocess.SubprocessError) as error:
            seed, verdict = 0, str(error)
        if seed and options.measure:
            note(path, seed)
        print(f'{"ok  " if seed else "FAIL"} {path.stem:34} {verdict} ({time.monotonic() - started:.0f} s)', flush=True)
        passed += seed > 0
        failed += seed == 0
    print(f'{passed} passed, {failed} failed')
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
