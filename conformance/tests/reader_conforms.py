#!/usr/bin/python3
"""Whether the second speaker, written from docs/spec alone, meets what the specification obliges each role to.

The conformance suite judges it through its shim (conformance/reader/shim.py). Every case of a MUST must pass but those that need
what conformance/reader/reader.pics says it has not, and what known.expect names with its reason, for a clause that is newer than the reader; and of each role at least so many as are named here, so that nothing is said by a PICS file
that says no to everything.

usage: reader_conforms.py DIMP; the last line is "N passed, N failed".
"""

import json
import os
import subprocess
import sys
import tempfile

SHIM = 'shim:conformance/reader/shim.py'
READER = 'conformance/reader'
ROLES = {'STATION': 50, 'DESTINATION': 500, 'SOURCE': 180, 'BRIDGE': 390, 'ANY': 500}
ABSENT = 'the implementation has no '


def absent():
    """What the PICS file says no to."""
    with open(f'{READER}/reader.pics', encoding='utf-8') as lines:
        words = [line.split('#')[0].split() for line in lines]
    return {row[0] for row in words if row and row[1] == 'no'}


def judge(program, scratch):
    """The object of --json, and the exit code."""
    expect, report = os.path.join(scratch, 'known.expect'), os.path.join(scratch, 'report.json')
    with open(f'{READER}/known.expect', encoding='utf-8') as known, open(expect, 'w', encoding='utf-8') as copy:
        copy.write(known.read())
    done = subprocess.run([program, 'conform', 'run', '--target', SHIM, '--pics', f'{READER}/reader.pics', '--expect', expect, '--evidence', '',
                           '--json', report], capture_output=True, text=True, timeout=600, check=False)
    with open(report, encoding='utf-8') as file:
        return json.load(file), done.returncode, done.stdout


def main():
    failures = []
    with tempfile.TemporaryDirectory() as scratch:
        whole, code, text = judge(sys.argv[1], scratch)
    if code:
        failures.append(f'exit code {code}\n{text[-3000:]}')
    no = absent()
    passed = {role: 0 for role in ROLES}
    roles = {row['clause']: row['role'] for row in whole['requirements']}
    for case in whole['cases']:
        if case['verdict'] == 'SKIP':
            if case['why'].removeprefix(ABSENT) not in no:
                failures.append(f'{case["id"]} is skipped: {case["why"]}')
        elif case['verdict'] == 'XFAIL':
            print(f'{case["id"]} is known to fail: {case["why"]}')
        elif case['verdict'] != 'PASS' and not case['should']:
            failures.append(f'{case["id"]} is {case["verdict"]}: {case["why"]}')
        for role in {roles[clause] for clause in case['clause'].split() if clause in roles} if case['verdict'] == 'PASS' else ():
            passed[role] += 1
    failures += [f'{role}: only {passed[role]} cases pass' for role, least in ROLES.items() if passed[role] < least]
    print('passes for ' + ', '.join(f'{role}: {count}' for role, count in passed.items()))
    print('\n'.join(failures))
    print(f'{whole["totals"]["PASS"]} passed, {len(failures)} failed')
    return 1 if failures else 0


sys.exit(main())
