#!/usr/bin/python3
"""Compares what `dimp replay` learns with what others say of the same captures.

usage: replay_truth.py DIMP

Three witnesses: the programs recorded in pcaps/real (truth.json), those of ../shared/peers (logs of their
SecYs, lease files), and tshark's decode of ../shared/captures/third-party (TRUTH.jsonl).  A difference has
to stand in replay_differences.txt with its reason; one that does not, or a row there that nothing meets,
is a failure.  What is outside the repository is skipped when it is not there.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

from known_differences import KnownDifferences
import radius_truth
from radius_truth import METHODS
from peers_truth import judge_peers

REAL = 'pcaps/real'
SHARED = os.environ.get('DIMP_SHARED', '../shared')
# Judged elsewhere: the grants with the server's wire, the others by record/verify_real.py alone.
ELSEWHERE = {'radius_grant', 'dot1x_supplicant', 'mka_participant', 'macsec_traffic', 'vdp_vsi'}
# What the kernel or a lease file shows a little later than the frame that caused it.
SLACK = 0.75
DECLINE_SLACK = 0.3

checks = 0
skipped = 0
differences = []


def check(holds, where, what):
    """One comparison; `what` is a sentence, matched by replay_differences.txt."""
    global checks
    checks += 1
    if not holds:
        differences.append((where, what))


class Replay:
    """What one run of dimp replay said: each change in time, the state at any instant, the end."""

    def __init__(self, dimp, capture, *options, beside=()):
        command = [dimp, 'replay', '--json', '--events', *options, capture, *beside]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        if run.returncode != 0:
            raise SystemExit('%s: exit %d: %s' % (' '.join(command), run.returncode, run.stderr))
        self.whole = json.loads(run.stdout)
        self.events = self.whole['events']

    @staticmethod
    def key(record):
        kind = record['type']
        names = {'dot1x_session': ('client',), 'dhcp_binding': ('vlan', 'client'),
                 'dhcpv6_binding': ('vlan', 'client', 'address', 'prefix'),
                 'savi_binding': ('vlan', 'address'),
                 'multicast_membership': ('vlan', 'group', 'source'),
                 'multicast_router': ('vlan', 'router'),
                 'macsec_sa': ('sci', 'association_number', 'direction'),
                 'dynamic_acl': ('client', 'sequence')}[kind]
        return (kind,) + tuple(record[name] for name in names)

    def at(self, instant, vm=None):
        """The records as they were at `instant` (seconds since the first frame)."""
        state = {}
        for event in self.events:
            if event['at'] > instant or (vm and event['vm'] != vm):
                continue
            record = event['change']
            if record['operation'] == 'PUT':
                state[self.key(record)] = dict(record, at=event['at'])
            else:
                state.pop(self.key(record), None)
        return list(state.values())

    def puts(self, kind):
        return [event['change'] for event in self.events
                if event['change']['type'] == kind and event['change']['operation'] == 'PUT']

    def end(self, kind):
        return [record for vm in self.whole['vms'] for record in vm['records']
                if record['type'] == kind]


def find_shared(*parts):
    """A folder outside of the repository, None and told when it is not there."""
    global skipped
    folder = os.path.join(SHARED, *parts)
    if os.path.isdir(folder):
        return folder
    skipped += 1
    print('SKIP %s: not here' % folder)
    return None


def of_kind(records, kind):
    return [record for record in records if record['type'] == kind]


# ---- pcaps/real ---------------------------------------------------------------------------------


def judge_dot1x(truth, records, where):
    sessions = [record for record in of_kind(records, 'dot1x_session')
                if record['client'] == truth['mac']]
    check(bool(sessions) == truth['authorized'], where, 'dot1x_session at %s' % truth['at'])
    for session in sessions if truth['authorized'] else []:
        check(session['identity'] == truth['identity'], where, 'identity')
        # hostapd knows no method of whom it has asked to take another one meanwhile.
        if truth['method'] != 'unknown':
            check(session['method'] == METHODS[truth['method']], where, 'method')


def judge_binding(truth, records, where):
    found = [record for record in of_kind(records, 'dhcp_binding')
             if record['address'] == truth['address']]
    what = 'dhcp_binding %s at %s' % (truth['address'], truth['at'])
    check(bool(found) == truth['present'], where, what)
    for record in found if truth['present'] else []:
        end = record['at'] + record['remaining'] / 1000
        # The lease file counts whole seconds of the server's clock.
        check(abs(end - truth['expires_at']) <= 1.5, where, what + ' expires')


def judge_client(truth, records, where):
    bindings = of_kind(records, 'dhcp_binding')
    if truth['event'] in ('bound', 'renew'):
        check([record['address'] for record in bindings] == [truth['address']], where,
              'client %s %s at %s' % (truth['event'], truth['address'], truth['at']))
    elif truth['event'] == 'nak':
        check(not bindings, where, 'client nak at %s' % truth['at'])


def judge_declined(truth, records, where):
    check(not any(record['address'] == truth['address'] for record in of_kind(records, 'dhcp_binding')),
          where, 'declined %s at %s' % (truth['address'], truth['at']))


def judge_binding6(truth, records, where):
    address, _, length = truth['address'].partition('/')
    found = [record for record in of_kind(records, 'dhcpv6_binding')
             if (record['address'], record['prefix']) == (address, int(length or 128))]
    what = 'dhcpv6_binding %s at %s' % (truth['address'], truth['at'])
    if truth['kind'] == 'dhcp6_binding':
        check(bool(found) == truth['present'], where, what)
    elif truth['event'] in ('bound', 'declined'):
        check(bool(found) == (truth['event'] == 'bound'), where, what + ' ' + truth['event'])
    for record in found if truth.get('expires_at') else []:
        end = record['at'] + record['valid_remaining'] / 1000
        check(abs(end - truth['expires_at']) <= 1.5, where, what + ' expires')


def judge_address(truth, records, where):
    states = [record['state'] for record in of_kind(records, 'savi_binding')
              if record['address'] == truth['address']]
    check(states == (['VALID'] if truth['valid'] else []), where,
          'savi_binding %s at %s' % (truth['address'], truth['at']))


def judge_membership(truth, records, where):
    rows = [record for record in of_kind(records, 'multicast_membership')
            if record['group'] == truth['group']]
    group = [row for row in rows if row['source'] in ('::', '0.0.0.0')]
    what = 'group %s at %s' % (truth['group'], truth['at'])
    check(bool(rows) == truth['present'], where, what)
    if not truth['present'] or not rows:
        return
    check(bool(group) == (truth['filter_mode'] == 'exclude'), where, what + ' mode')
    listed = [row['source'] for row in rows
              if row not in group and row['filter_mode'] == truth['filter_mode'].upper()]
    check(sorted(listed) == sorted(truth['sources']), where, what + ' sources')


def judge_router(truth, records, where):
    """A port that the kernel takes for a router's; that of a querier which lost is none to it."""
    routers = [record for record in of_kind(records, 'multicast_router') if record['is_querier']]
    what = '%s at %s' % (truth['kind'], truth['at'])
    if truth['kind'] == 'multicast_router':
        check(bool(routers) == truth['present'], where, what)
    else:
        check(([record['router'] for record in routers] == [truth['address']]) == truth['is_vm'],
              where, what)


def judge_sa(truth, replay, where, vm_mac):
    if truth['end'] != 'bridge':
        return
    is_of_group = truth['direction'] == 'receive' and truth['sci'][:12] != vm_mac.replace(':', '')
    what = 'macsec_sa %s AN %d%s' % (truth['direction'], truth['an'], ' of another' if is_of_group else '')
    identifier = '%s%08x' % (truth['member_id'], truth['key_number'])

    def is_meant(record):
        return (record['direction'] == truth['direction'].upper() and
                record['association_number'] == truth['an'] and
                re.sub('[^0-9a-f]', '', record['sci'].split('/')[0]) == truth['sci'][:12] and
                record['key_identifier'] == identifier)
    check(any(is_meant(record) for record in of_kind(replay.at(truth['at'] + SLACK), 'macsec_sa')),
          where, what)
    for record in filter(is_meant, replay.end('macsec_sa')):
        if 'confidentiality' in truth:
            check(bool(record['is_encrypting']) == truth['confidentiality'], where, what + ' mode')
        if 'next_pn' in truth:
            check(record['next_pn'] == truth['next_pn'], where, what + ' next PN')
        if 'highest_pn' in truth:
            check(record['lowest_pn'] == truth['highest_pn'] + 1, where, what + ' lowest PN')


def judge_radius(dimp, told, options):
    """The same with the wire to the RADIUS server."""
    replay = Replay(dimp, os.path.join(REAL, told['capture']), *options, '--radius-secret',
                    told['radius_secret'], beside=[os.path.join(REAL, told['server'])])
    where = 'real/%s' % told['server']
    radius_truth.judge_real(check, told, replay, where)
    if 'peap' in told['capture']:
        radius_truth.judge_download(check, where, replay)


def judge_real(dimp, name):
    with open(os.path.join(REAL, name), encoding='utf-8') as stream:
        told = json.load(stream)
    macs = sorted({truth['mac'] for truth in told['truth'] if 'mac' in truth} | {told['vm_mac']})
    options = ['--vm', ','.join(macs)]
    if 'cak' in told:
        options += ['--cak', os.path.join(REAL, told['cak'])]
    if told.get('fast_leave'):
        options.append('--fast-leave')
    capture = os.path.join(REAL, told['capture'])
    replay = Replay(dimp, capture, *options)
    # What was said after the last frame needs the time to pass until then, but MKA is silent there.
    last = max(truth.get('at', 0) for truth in told['truth'])
    if 'cak' not in told and last > replay.whole['at']:
        replay = Replay(dimp, capture, '--at', str(last), *options)
    judges = {'dot1x_session': judge_dot1x, 'dhcp_binding': judge_binding,
              'dhcp_client': judge_client, 'dhcp_declined': judge_declined, 'dhcp6_binding': judge_binding6,
              'dhcp6_client': judge_binding6, 'nd_address': judge_address, 'multicast_membership': judge_membership,
              'multicast_router': judge_router, 'multicast_querier': judge_router}
    for truth in told['truth']:
        where = 'real/%s' % told['capture']
        if truth['kind'] == 'macsec_sa':
            judge_sa(truth, replay, where, told['vm_mac'])
        elif truth['kind'] in judges:
            # A client says that it declines before the message leaves.
            later = DECLINE_SLACK if truth.get('event') == 'declined' else 0
            judges[truth['kind']](truth, replay.at(truth['at'] + later), where)
        else:
            check(truth['kind'] in ELSEWHERE, where, 'nobody judges a %s' % truth['kind'])
    if 'server' in told:
        judge_radius(dimp, told, options + ['--at', str(last)])
    if not any(truth['kind'] == 'macsec_sa' for truth in told['truth']):
        check(not replay.end('macsec_sa'), 'real/%s' % told['capture'], 'no macsec_sa')


# ---- ../shared/captures/third-party -----------------------------------------------------------------


def judge_bindings(events, replay, where):
    told = {(event[2], event[3], event[4]) for event in events if event[1] == 'bind4'}
    learned = {(record['client'], record['address'], str(record['remaining'] // 1000))
               if record['remaining'] is not None else
               (record['client'], record['address'], '4294967295')
               for record in replay.puts('dhcp_binding')}
    for mac, address, lease in sorted(told - learned):
        check(False, where, 'binding %s %s %s not learned' % (mac, address, lease))
    # A request for what is bound writes its transaction into the binding: less time is left then.
    bound = {(mac, address) for mac, address, _ in told}
    for mac, address, lease in sorted(learned - told):
        check((mac, address) in bound, where, 'binding %s %s %s learned' % (mac, address, lease))
    check(True, where, 'bindings')


def judge_bindings6(events, replay, where):
    told = {(event[3].removeprefix('pd:'), event[4]) for event in events if event[1] == 'bind6'}
    learned = set()
    for record in replay.puts('dhcpv6_binding'):
        is_prefix = record['prefix'] != 128
        # tshark's line says no life time of a prefix.
        learned.add((record['address'] + ('/%d' % record['prefix'] if is_prefix else ''),
                     '' if is_prefix else str(record['valid_remaining'] // 1000)))
    for address, life in sorted(told - learned):
        check(False, where, 'binding %s %s not learned' % (address, life))
    for address, life in sorted(learned - told):
        check(False, where, 'binding %s %s learned' % (address, life))
    check(True, where, 'bindings of IPv6')


def groups_told(events):
    """Groups and sources that a report asks for; tshark's record types are those of RFC 3376 and 3810."""
    told = set()
    for event in events:
        if event[1] in ('join', 'mldjoin') and event[3]:
            told.add((event[3], ''))
        if event[1] not in ('igmp3', 'mld2'):
            continue
        _, _, _, group, change, sources = event
        if change in ('2', '4'):
            told.add((group, ''))
        if change in ('1', '3', '5'):
            told.update((group, source) for source in sources.split(';') if source)
    return told


def judge_groups(events, replay, where):
    told = groups_told(events)
    learned = {(record['group'], '' if record['source'] == '::' else record['source'])
               for record in replay.puts('multicast_membership')
               if record['source'] == '::' or record['filter_mode'] == 'INCLUDE'}
    for group, source in sorted(told - learned):
        check(False, where, 'group %s%s not learned' % (group, source and ' from ' + source))
    for group, source in sorted(learned - told):
        check(False, where, 'group %s%s learned' % (group, source and ' from ' + source))
    check(True, where, 'groups')


def judge_third_party(dimp):
    folder = find_shared('captures', 'third-party')
    if folder is None:
        return
    with open(os.path.join(folder, 'TRUTH.jsonl'), encoding='utf-8') as stream:
        rows = [json.loads(line) for line in stream]
    for row in rows:
        kind = row['file'].split('/')[0]
        if kind not in ('dhcpv4', 'dhcpv6', 'igmpv2', 'igmpv3', 'mldv1', 'mldv2') or row['file'].endswith('.snoop'):
            continue
        replay = Replay(dimp, os.path.join(folder, row['file']))
        judge_bindings(row['events'], replay, row['file'])
        judge_groups(row['events'], replay, row['file'])
        judge_bindings6(row['events'], replay, row['file'])


def main():
    dimp = sys.argv[1]
    known = KnownDifferences('replay_differences.txt')
    for name in sorted(os.listdir(REAL)):
        if name.endswith('.truth.json'):
            judge_real(dimp, name)
    peers = find_shared('peers')
    if peers is not None:
        judge_peers(peers, lambda capture, *options: Replay(dimp, capture, *options), check)
        radius_truth.judge_peers(check, peers,
                                 lambda capture, *options, **beside:
                                 Replay(dimp, capture, *options, **beside))
    judge_third_party(dimp)
    explained, failed = known.judge(differences, skipped == 0)
    print('%d passed, %d failed, %d skipped' % (checks - len(differences) + explained, failed, skipped))
    return 1 if failed or checks == 0 else 0


if __name__ == '__main__':
    sys.exit(main())
