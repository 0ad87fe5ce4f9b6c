#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""comparison.py PROGRAM [--check]: runs the templates of harness/scenarios/comparison by each method over its grid, two at a time, and writes what
came of it to docs/comparison: results.json, results.csv, plots, and the tables of docs/COMPARISON.md. With --check it runs the
short ones alone and fails when one differs from results.json, or a table from what results.json says."""
import concurrent.futures
import functools
import itertools
import json
import shutil
import subprocess
import sys
import tempfile

from comparison_page import RESULTS, TEXT, write_files

FOLDER = 'harness/scenarios/comparison/'
WORKERS = 2

# What a server does with a VM that it moves, as the templates' parameters say it.
METHODS = {
    'nothing': {'to': 'server-3', 'trigger': 'none'},
    'announced': {'to': 'server-2', 'trigger': 'none'},
    'workarounds': {'to': 'server-4', 'trigger': 'none'},
    'one-shot': {'to': 'server-2', 'trigger': 'request', 'mode': 'one-shot'},
    'staged': {'to': 'server-2', 'trigger': 'request', 'mode': 'staged'},
    'frames held': {'to': 'server-2', 'trigger': 'request', 'mode': 'staged', 'hold': '4MiB'},
}
ALL = ['nothing', 'announced', 'workarounds', 'one-shot', 'staged']
DIMP = ['one-shot', 'staged']
HELPED = ['workarounds'] + DIMP
TYPES = ['acl', 'macsec', 'igmp', 'mld', 'dhcp', 'dhcp6', 'savi', 'all']
LONG = {'at': '45s', 'duration': '170s', 'rate': '500/s'}
EARLY = {'at': '5s', 'duration': '25s'}
NEAR = {**EARLY, 'hosts': 'edge-b/5'}
ROUND_TRIPS = {'0.1 ms': '25us', '1 ms': '250us', '10 ms': '2500us', '50 ms': '12500us', '100 ms': '25ms'}
DELAYS = {name: {'delay': delay} for name, delay in ROUND_TRIPS.items()}
STOPS = {stop: {'stop': stop} for stop in ('14400us', '20ms', '25ms', '50ms')}


class Experiment:
    """Templates and methods, and one parameter that varies: a name, and the settings of each of its values."""

    def __init__(self, name, templates, methods, **more):
        self.name, self.templates, self.methods = name, templates, methods
        self.fixed, self.axis = more.get('fixed', {}), more.get('axis', {'': {}})
        self.seeds = more.get('seeds', [1])

    def runs(self):
        for template, method, value, seed in itertools.product(self.templates, self.methods, self.axis, self.seeds):
            own = {**self.fixed, **(SETTLED if template in ('acl', 'all') and self.fixed['at'] == '5s' else {})}
            chosen = {**own, **self.axis[value], **METHODS[method]}
            if template == 'entries':
                chosen.pop('to')
            yield {'experiment': self.name, 'template': template, 'method': method, 'value': value, 'seed': seed, 'set': chosen}


EXPERIMENTS = [
    Experiment('types', TYPES, ALL, fixed=LONG),
    Experiment('short', TYPES, ALL, fixed={**EARLY, 'rate': '100/s'}),
    Experiment('near', ['macsec'], ALL, fixed=NEAR),
    Experiment('round trip', ['plain'], ['announced'], fixed=EARLY, axis=DELAYS),
    Experiment('round trip', ['igmp', 'dhcp', 'all'], HELPED + ['frames held'], fixed=EARLY, axis=DELAYS),
    Experiment('round trip, near', ['plain'], ['announced'], fixed=NEAR, axis=DELAYS),
    Experiment('round trip, near', TYPES, ['staged', 'frames held'], fixed=NEAR, axis=DELAYS),
    Experiment('stop', ['plain'], ['announced'], fixed={**EARLY, 'delay': ROUND_TRIPS['10 ms']}, axis=STOPS),
    Experiment('stop', ['igmp', 'dhcp', 'all'], ['staged'], fixed={**EARLY, 'delay': ROUND_TRIPS['10 ms']}, axis=STOPS),
    Experiment('loss', TYPES, HELPED, fixed={**NEAR, 'delay': '250us'}, seeds=[1, 2, 3],
               axis={loss: {'loss': loss} for loss in ('0%', '1%', '5%', '10%')}),
    Experiment('VMs', ['igmp', 'macsec'], HELPED, fixed={**EARLY, 'rate': '100/s', 'memory': '16MiB'},
               axis={str(vms): {'vms': str(vms)} for vms in (1, 10, 100, 500)}),
    Experiment('entries', ['entries'], DIMP, fixed={'at': '2s', 'duration': '8s', 'delay': '2500us'},
               axis={str(2 * entries): {'entries': str(entries)} for entries in (1, 10, 100, 1000, 5000)}),
]
SHORT = ['short']
SETTLED = {'at': '45s', 'duration': '65s'}  # where one waits for another: MKA and 802.1X, then DHCP, then a query that is answered


def run_world(program, template, chosen, seed):
    with tempfile.NamedTemporaryFile() as report:
        settings = ','.join('%s=%s' % item for item in sorted(chosen.items()))
        said = subprocess.run([program, 'run', FOLDER + template + '.yaml', '-q', '--seed', str(seed), '--set', settings,
                               '--json=' + report.name], capture_output=True, text=True)
        if said.returncode != 0:
            sys.exit('comparison.py: %s --set %s: exit code %d\n%s%s' % (template, settings, said.returncode, said.stdout, said.stderr))
        with open(report.name) as file:
            return json.load(file)


def still_of(chosen):
    """The same world, in which the VM moves only in the last millisecond."""
    micros = int(chosen['duration'][:-1]) * 1000000 - 1000
    return {**{key: value for key, value in chosen.items() if key not in ('mode', 'to')}, 'at': '%dus' % micros, 'trigger': 'none'}


NOT_CONTROL = {'data', 'macsec'}
ANNOUNCING = {'arp', 'rarp', 'nd'}


def control_octets(census):
    return sum(octets for kind, octets in census['octets'].items() if kind not in NOT_CONTROL)


def uplink_octets(report):
    """Between the bridges: what crosses the link of the new one, both ways."""
    return sum(control_octets(wire) for wire in report['wires'] if {wire['from'], wire['to']} == {'core', 'edge-b'})


def port_octets(report, server):
    """What VMs sent and got but services, in the clear, and DIMP on their server's cable."""
    talk = sum(control_octets(vm[way]) for vm in report['vms'] for way in ('sent', 'received'))
    return talk + sum(wire['octets']['dimp'] for wire in report['wires'] if {wire['from'], wire['to']} == {server, 'edge-b'})


def frames_sent(report, wanted):
    return sum(frames for vm in report['vms'] for kind, frames in vm['sent']['frames'].items() if wanted(kind))


def is_message(kind):
    return kind not in NOT_CONTROL | ANNOUNCING


def worst(values):
    """The largest; None, for never, is larger than all."""
    values = list(values)
    return None if None in values else max(values, default=None)


def service_rows(report):
    rows = {}
    for migration in report['migrations']:
        for service in migration['services']:
            rows.setdefault(service['name'], []).append(service)
    return {name: {'lost': sum(one['lost'] for one in all_of_it),
                   'lost_beyond_stop': sum(one['lost_beyond_stop'] for one in all_of_it),
                   'dark_us': max(one['dark_us'] for one in all_of_it),
                   'restored_us': worst(one['restored_us'] for one in all_of_it)} for name, all_of_it in rows.items()}


def handover_us(migration):
    phases = migration['phases_us']
    if phases['activated'] is None or phases['stopped'] is None:
        return None
    return phases['activated'] - min(phases['stopped'], phases['cut_over'] or phases['stopped'])


@functools.lru_cache(maxsize=None)
def run_still(program, template, chosen, seed):
    return run_world(program, template, dict(chosen), seed)


def measure(program, run):
    chosen = run['set']
    report = run_world(program, run['template'], chosen, run['seed'])
    still = run_still(program, run['template'], tuple(sorted(still_of(chosen).items())), run['seed'])
    server = chosen.get('to', 'server-2')
    migrations = report['migrations']
    served = [migration for migration in migrations if migration['services']]
    return {**run,
            'results': sorted({str(migration['result']) for migration in migrations}),
            'stop_us': max(migration['stop_us'] or 0 for migration in migrations),
            'blackout_us': worst(migration['blackout_us'] for migration in migrations),
            'handover_us': worst(handover_us(migration) for migration in migrations),
            'full_us': worst(migration['full_service_us'] for migration in served),
            'restored_vms': sum(migration['full_service_us'] is not None for migration in served),
            'served_vms': len(served),
            'moved_vms': len(migrations),
            'services': service_rows(report),
            'lost': sum(service['lost'] for migration in migrations for service in migration['services']),
            'lost_beyond_stop': sum(service['lost_beyond_stop'] for migration in migrations for service in migration['services']),
            'uplink_octets': uplink_octets(report) - uplink_octets(still),
            'port_octets': port_octets(report, server) - port_octets(still, server),
            'vm_messages': frames_sent(report, is_message) - frames_sent(still, is_message),
            'announcements': frames_sent(report, ANNOUNCING.__contains__) - frames_sent(still, ANNOUNCING.__contains__),
            'observed_us': report['ended_us'] - migrations[0]['phases_us']['stopped'],
            **({'digest': report['digest']} if run['experiment'] in SHORT else {})}


def measure_all(program, experiments):
    runs = [run for experiment in experiments for run in experiment.runs()]
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(lambda run: measure(program, run), runs))


def is_barred(row):
    """Whether it loses nothing beyond the stop: where the stop is longer than two round trips, or the new bridge gets and holds what comes."""
    if row['method'] == 'frames held':
        return row['template'] == 'igmp' or row['experiment'] == 'round trip, near'
    if row['experiment'] == 'stop':
        return row['template'] == 'igmp' and row['value'] in ('25ms', '50ms')
    return row['method'] == 'staged' and row['experiment'] in ('types', 'short', 'near', 'VMs')


def bars(results):
    """What must hold of staged mode without faults, whatever the numbers are: where it is broken."""
    broken = []
    for row in results:
        if not is_barred(row):
            continue
        interval_us = 1000000 // int(row['set'].get('rate', '1000/s')[:-2])
        # A frame's interval may begin just before the stop, and another end just after it; held frames come when the VM runs.
        dark_us = max(row['stop_us'], row['blackout_us'] or 0) + 2 * interval_us + 2000
        if row['results'] != ['SUCCESS'] or row['lost_beyond_stop'] != 0 or row['full_us'] is None:
            broken.append(row)
        elif any(service['dark_us'] > dark_us for service in row['services'].values()):
            broken.append(row)
    return ['%s, %s: staged lost frames beyond the stop, or was dark longer' % (row['experiment'], row['template']) for row in broken]


def report_bars(results):
    broken = bars(results)
    for line in broken:
        print('comparison: ' + line)
    return len(broken)


def check(program):
    with open(RESULTS) as file:
        kept = json.load(file)
    fresh = measure_all(program, [experiment for experiment in EXPERIMENTS if experiment.name in SHORT])
    old = [row for row in kept if row['experiment'] in SHORT]
    stale = [new for new, was in itertools.zip_longest(fresh, old) if new != was]
    for row in stale:
        print('comparison-fresh: %s by %s is not what %s says' % (row and row['template'], row and row['method'], RESULTS))
    differing = write_files(kept, is_check=True)
    for name in differing:
        print('comparison-fresh: %s is not what %s says' % (name, RESULTS))
    failed = len(stale) + len(differing) + report_bars(fresh) + report_bars(kept)
    print('%d passed, %d failed' % (len(fresh) - len(stale) + (not differing), failed))
    if failed:
        sys.exit('comparison-fresh: `make comparison` runs it all anew: read the diff and commit it')


def main():
    if sys.argv[2:] not in ([], ['--check']) or len(sys.argv) < 2:
        sys.exit(__doc__)
    if sys.argv[2:]:
        check(sys.argv[1])
        return
    if not shutil.which('gnuplot'):
        print('comparison.py: gnuplot is not here: apt-get install gnuplot-nox', file=sys.stderr)
        sys.exit(3)
    results = measure_all(sys.argv[1], EXPERIMENTS)
    with open(RESULTS, 'w') as file:
        file.write('[\n' + ',\n'.join(json.dumps(row) for row in results) + '\n]\n')
    write_files(results, is_check=False)
    with open(TEXT) as file:
        print(file.read())
    if report_bars(results):
        sys.exit(1)


main()
