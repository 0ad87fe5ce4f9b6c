#!/usr/bin/python3
"""What the shipped scenarios show of the protocol, and what none of them shows.

usage: scenario_coverage.py DIMP [-v]

Runs every scenario, reads its report and what was on the wires, and asks of the registry's rows: is there
a scenario with this message, this result, reason and sub-reason (in a RESPONSE, or between two bridges),
this DI type moved, this trigger, this fault, each state of the machines?  What no scenario shows has to
stand in scenario_waivers.txt with the reason, and a row there that is shown after all is a failure too.
"""
import collections
import concurrent.futures
import glob
import itertools
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
REGISTRY = 'model/registry'
SCENARIOS = 'harness/scenarios'
FAULTS = [key for name, key in re.findall(r'^static const struct key_row (\w+)_rows\[\] = \{\n\t\{"(\w+)"',
                                          open('harness/scenario/fault_rows.c', encoding='ascii').read(), re.M)
          if name != 'when']
KINDS = {'message', 'error', 'reason', 'result', 'DI type', 'state', 'trigger', 'authority', 'fault'}
SUB_REASONS = range(1, 160)  # what may stand in a message (DIMP 9.4)


def rows(name, pattern):
    with open(f'{REGISTRY}/{name}.def', encoding='ascii') as file:
        return re.findall(pattern, file.read(), re.M)


def wanted():
    """(what kind of thing, its name) of everything that has to be shown."""
    for name in rows('messages', r'^BEGIN\(\w+,\s*\w+,\s*0x\w+,\s*\d+,\s*"([^"]+)"'):
        yield 'message', name
    for name, number in rows('errors', r'^ERROR\((\w+),\s*(\d+),'):
        if int(number) in SUB_REASONS:
            yield 'error', name
    for name in rows('reasons', r'^ADVISE\((\w+),'):
        yield 'reason', name
    for name in ('SUCCESS', 'FAIL', 'AT_RISK'):
        yield 'result', name
    for name in rows('di', r'^BEGIN\(\w+,\s*(\w+),'):
        yield 'DI type', name
    for machine in ('source', 'destination', 'station'):
        for name in rows(machine, r'^STATE\((\w+),'):
            if name not in ('IDLE', 'GONE'):
                yield 'state', f'{machine} {name}'


def keys_of(text):
    """Triggers, authorities and kinds of faults that a scenario names, or has by saying nothing."""
    if 'trigger:' not in text:
        yield 'trigger', 'request'
    if 'authority:' not in text:
        yield 'authority', 'any-peer'
    for name in re.findall(r'\btrigger:\s*([\w-]+)', text):
        yield 'trigger', name
    for name in re.findall(r'\bauthority:\s*([\w-]+)', text):
        yield 'authority', name
    for name in re.findall(r'^\s*- \{.*?\b(%s):' % '|'.join(FAULTS), text, re.M):
        yield 'fault', name


def schema_keys():
    """The same, as the schema of scenarios has them."""
    with open('docs/scenario.schema.json', encoding='utf-8') as file:
        schema = json.load(file)
    texts = json.dumps(schema)
    for key in ('trigger', 'authority'):
        for values in re.findall(r'"%s": \{[^}]*?"enum": \[([^\]]*)\]' % key, texts):
            for name in re.findall(r'"([\w-]+)"', values):
                yield key, name
    for name in FAULTS:
        yield 'fault', name


def messages(item):
    """Every message in what dimp decode said, those in PDUs included."""
    if isinstance(item, dict):
        if item.get('item') == 'message':
            yield item
        for value in item.values():
            yield from messages(value)
    elif isinstance(item, list):
        for value in item:
            yield from messages(value)


class Run:
    """One scenario, run with everything kept that it shows."""

    def __init__(self, dimp, path, folder):
        base = os.path.join(folder, 'run')
        files = {kind: f'{base}.{kind}' for kind in ('pcapng', 'keys', 'json', 'trace', 'items.json')}
        for file in files.values():
            if os.path.exists(file):
                os.remove(file)
        with open(path, encoding='utf-8') as file:
            self.text = file.read()
        done = subprocess.run([dimp, 'run', path, '-q', '--pcap', files['pcapng'], '--keylog', files['keys'],
                               '--json', files['json'], '--trace', files['trace']], capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f'{path}: {done.stderr.strip() or "failed"}')
        # A capture with wrong octets or without DIMP is no fault here: what opens is what is shown.
        subprocess.run([dimp, 'decode', files['pcapng'], '--keys', files['keys'], '-q', '--json', files['items.json']],
                       capture_output=True)
        with open(files['json'], encoding='utf-8') as file:
            self.report = json.load(file)
        with open(files['trace'], encoding='utf-8') as file:
            self.trace = file.read()
        self.items = []
        if os.path.exists(files['items.json']):
            with open(files['items.json'], encoding='utf-8') as file:
                self.items = json.load(file)

    def shows(self):
        for message in messages(self.items):
            yield 'message', message['message']
            for row in [message] + [row for value in message.values() if isinstance(value, list)
                                    for row in value if isinstance(row, dict)]:
                if row.get('error', 'NONE') != 'NONE':
                    yield 'error', row['error']
        for migration in self.report['migrations']:
            yield 'result', migration['result']
            yield 'reason', migration['reason']
            for row in migration['di']:
                if row['installed']:
                    yield 'DI type', row['type']
        for machine, state in re.findall(r'(\w+): \w+ --\w+--> (\w+)', self.trace):
            yield 'state', f'{machine} {state}'
        yield from keys_of(self.text)


def read_waivers():
    waivers = {}
    with open(f'{HERE}/scenario_waivers.txt', encoding='utf-8') as file:
        for line in file:
            if line.strip() and not line.startswith('#'):
                kind, name, reason = (part.strip() for part in line.split('|'))
                waivers[kind, name] = reason
    return waivers


def things_of(dimp, path):
    """What the scenario shows, each once."""
    with tempfile.TemporaryDirectory() as folder:
        return set(Run(dimp, path, folder).shows())


def main():
    dimp, verbose = sys.argv[1], '-v' in sys.argv[2:]
    shown = collections.defaultdict(list)
    paths = sorted(glob.glob(f'{SCENARIOS}/*.yaml'))
    with concurrent.futures.ProcessPoolExecutor() as workers:
        for path, things in zip(paths, workers.map(things_of, itertools.repeat(dimp), paths)):
            for thing in things:
                shown[thing].append(os.path.basename(path)[:-len('.yaml')])
    waivers = read_waivers()
    things = list(wanted()) + sorted(set(schema_keys()))
    failed = 0
    for kind in KINDS - {kind for kind, _ in things}:
        failed += 1
        print(f'FAIL {kind}: none is found where they are listed')
    for thing in things:
        if verbose:
            print(f'{thing[0]:<10} {thing[1]:<28} {len(shown[thing]):3} {" ".join(shown[thing][:3])}')
        if not shown[thing] and thing not in waivers:
            failed += 1
            print(f'FAIL {thing[0]} {thing[1]}: no scenario in {SCENARIOS} shows it')
        if shown[thing] and thing in waivers:
            failed += 1
            print(f'FAIL {thing[0]} {thing[1]}: waived, but {shown[thing][0]} shows it: scenario_waivers.txt')
    for thing in waivers:
        if thing not in things:
            failed += 1
            print(f'FAIL {thing[0]} {thing[1]}: waived, but there is no such thing: scenario_waivers.txt')
    print(f'{len(things)} things, {len(waivers)} of them waived, {failed} missing')
    sys.exit(failed != 0)


if __name__ == '__main__':
    main()
