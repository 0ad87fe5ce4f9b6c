#!/usr/bin/python3
"""Measures how long five hundred VMs take to leave a server, for several ways of doing it.

usage: evacuation.py DIMP [--docs PAGE]

DIMP is the command; the world is harness/scenarios/evacuation.yaml with one or two of its keys changed. Prints a table
in Markdown, or writes it between the markers of PAGE.
"""

import json
import os
import subprocess
import sys
import tempfile

SCENARIO = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'scenarios', 'evacuation.yaml')
BEGIN, END = '<!-- evacuation -->\n', '<!-- /evacuation -->\n'
ORDER = 'ask: copied}'
# what is told of the way, and what is put in place of what in the scenario
WAYS = (
    ('staged, one at a time', {'parallel: 16': 'parallel: 1'}),
    ('staged, 4 at a time', {'parallel: 16': 'parallel: 4'}),
    ('staged, 16 at a time', {}),
    ('staged, all at once', {', parallel: 16': ''}),
    ('staged, all at once, asked at the start', {', parallel: 16': '', ORDER: 'deadline: 60s}'}),
    ('one-shot, 16 at a time', {ORDER: 'mode: one-shot, precopy: true}'}),
    ('one-shot, all at once', {', parallel: 16': '', ORDER: 'mode: one-shot, precopy: true}'}),
    ('post-copy, 16 at a time', {'downtime: 20ms': 'state: 4MiB, rounds: 0, converge: post-copy'}),
    ('no DIMP, 16 at a time', {ORDER: 'trigger: none, precopy: true}'}),
    ('no DIMP but workarounds, 16 at a time',
     {ORDER: 'trigger: none, precopy: true}', 'announce: {rounds: 5}': 'workarounds: [query, renew]'}),
)
HEAD = ('way', 'all have left after', 'stop, median', 'longest', 'blackout beyond it, longest',
        'DIMP, median', 'longest', 'frames lost beyond the stop', 'DIMP octets a VM')


def run(program, changes):
    """The JSON report of the scenario with |changes| and without what it expects."""
    with open(SCENARIO, encoding='utf-8') as file:
        text = file.read().split('expect:')[0]
    for before, after in changes.items():
        if text.count(before) != 1:
            sys.exit(f'evacuation: {SCENARIO}: not once: {before}')
        text = text.replace(before, after)
    with tempfile.TemporaryDirectory() as folder:
        path, report = os.path.join(folder, 'world.yaml'), os.path.join(folder, 'report.json')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        subprocess.run([program, 'run', '-q', path, '--json', report], check=True)
        with open(report, encoding='utf-8') as file:
            return json.load(file)


def ms(time_us):
    if time_us is None:
        return '-'
    if time_us < 1000:
        return f'{time_us} us'
    return f'{time_us / 1000:.1f} ms' if time_us < 1000000 else f'{time_us / 1000000:.2f} s'


def median(values):
    return sorted(values)[len(values) // 2] if values else None


def row_of(way, report):
    """A row of the table: DIMP's time is from the VM's stop (or CUTOVER) to RESPONSE."""
    moves = report['migrations']
    phases = [move['phases_us'] for move in moves]
    stops = [move['stop_us'] for move in moves]
    beyond = [move['blackout_us'] - move['stop_us'] for move in moves]
    dimp = [at['responded'] - at['stopped'] for at in phases if at['responded'] is not None]
    lost = sum(service['lost_beyond_stop'] for service in report['services'])
    assert all(move['runs_at'] == 'server-2' for move in moves), way
    return (way, ms(max(at['resumed'] for at in phases) - 5000000), ms(median(stops)), ms(max(stops)),
            ms(max(beyond)), ms(median(dimp)), ms(max(dimp, default=None)), str(lost),
            str(report['dimp_octets'] // len(moves)))


def table_of(program):
    rows = [HEAD, ('---',) * len(HEAD)]
    rows += [row_of(way, run(program, changes)) for way, changes in WAYS]
    return ''.join('| ' + ' | '.join(row) + ' |\n' for row in rows)


def main():
    table = table_of(sys.argv[1])
    if sys.argv[2:3] != ['--docs']:
        print(table, end='')
        return
    with open(sys.argv[3], encoding='utf-8') as file:
        before, rest = file.read().split(BEGIN, 1)
    after = rest.split(END, 1)[1]
    with open(sys.argv[3], 'w', encoding='utf-8') as file:
        file.write(before + BEGIN + table + END + after)


if __name__ == '__main__':
    main()
