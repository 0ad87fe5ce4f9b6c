"""What is learned from the captures of ../shared/peers, against the word of the programs that were recorded."""
import json
import os
import re
import tempfile

from forwarded_truth import judge_forwarded

CAK = '000102030405060708090a0b0c0d0e0f'
CKN = '6162636465666768696a6b6c6d6e6f707172737475767778797a303132333435'

# Captures of 1-dot1x and the output of the run that each is of: every port that its EAPOL passed.
DOT1X = {'direct-md5': 'direct-md5', 'direct-md5-bad': 'direct-md5-bad', 'direct-tls': 'direct-tls',
         'radius-md5-eapol': 'radius-md5', 'radius-md5-bad-eapol': 'radius-md5-bad',
         'bridge-mask0-md5-p1': 'bridge0', 'bridge-mask0-md5-p2': 'bridge0', 'bridge-mask8-md5-p1': 'bridge8',
         'bridge-mask8-md5-p2': 'bridge8', 'bridge-mask8-md5-p3': 'bridge8', 'bridge-mask8-tls-p1': 'bridge8-tls',
         'bridge-mask8-tls-p2': 'bridge8-tls', 'bridge-mask8-tls-p3': 'bridge8-tls', 'multi-g0': 'multi0',
         'locked-p2': 'locked'}


def read_text(*path):
    with open(os.path.join(*path), encoding='utf-8') as stream:
        return stream.read()


def judge_macsec(check, capture, replay, logs):
    """The SAKs' identifiers that both SecYs were given are those of the records."""
    learned = {record['key_identifier'] for record in replay.puts('macsec_sa')}
    for log in logs:
        calls = [json.loads(line) for line in read_text(log).splitlines()]
        for call in calls:
            if 'keyid' not in call:
                continue
            # The log has the key number in the order of the host that wrote it.
            number = bytes.fromhex(call['keyid'][24:])[::-1].hex()
            check(call['keyid'][:24] + number in learned, capture, 'key %s' % call['keyid'])
        if not any('keyid' in call for call in calls):
            check(not learned, capture, 'no key')


def judge_all_macsec(peers, replay, check):
    with tempfile.NamedTemporaryFile('w', suffix='.cak') as cak:
        cak.write('ckn %s\ncak %s\n' % (CKN, CAK))
        cak.flush()
        for name, log in (('macsec-enc', 'enc'), ('macsec-integ', 'integ'), ('mka-psk', 'psk'),
                          ('macsec-bad', 'bad')):
            capture = '%s/2-macsec/pcap/%s.pcap' % (peers, name)
            judge_macsec(check, name + '.pcap', replay(capture, '--cak', cak.name),
                         ['%s/truth/secy-%s-%s.jsonl' % (peers, log, end) for end in 'AB'])


def judge_dot1x(peers, replay, check):
    """Who was authorized at any time, and who still is when the capture ends."""
    for name, run in DOT1X.items():
        said = read_text(peers, 'truth/out/out.' + run)
        authorized = said.count('suppPortStatus=Authorized') or \
            len(set(re.findall(r'AP-STA-CONNECTED (\S+)', said))) or int('CTRL-EVENT-EAP-SUCCESS EAP' in said)
        gone = len(set(re.findall(r'AP-STA-DISCONNECTED (\S+)', said)))
        if name.startswith('direct-') and 's0 logoff' in read_text(peers, '1-dot1x/run-direct.sh'):
            gone = authorized
        learned = replay('%s/1-dot1x/pcap/%s.pcap' % (peers, name))
        sessions = learned.puts('dot1x_session')
        check(len({session['client'] for session in sessions}) == authorized, name + '.pcap',
              'dot1x_session: %d were authorized' % authorized)
        check(len(learned.end('dot1x_session')) == authorized - gone, name + '.pcap',
              'dot1x_session: %d are left' % (authorized - gone))
        for identity in set(re.findall(r'dot1xAuthSessionUserName=(\S+)', said)) if authorized else ():
            check(any(session['identity'] == identity for session in sessions), name + '.pcap',
                  'identity %s' % identity)


def judge_dhcp(peers, replay, check):
    """The client's own log: each lease it was given is a binding."""
    for name, log in (('udhcpc', 'udhcpc.log'), ('decline', 'udhcpc-decline.log')):
        leased = set(re.findall(r'lease of ([0-9.]+) obtained', read_text(peers, 'truth/out', log)))
        learned = replay('%s/3-dhcp/pcap/%s.pcap' % (peers, name))
        check(leased != set(), name + '.pcap', 'the log names a lease')
        check({record['address'] for record in learned.puts('dhcp_binding')} == leased, name + '.pcap', 'addresses')


def judge_dhcp6(peers, replay, check):
    """What the client's lease file says it had, with its life time, and that it was given back."""
    said = read_text(peers, 'truth/dhc6.leases')
    learned = replay('%s/3-dhcp/pcap/dhcpv6.pcap' % peers)
    leased = set(re.findall(r'iaaddr (\S+) \{.*?max-life (\d+);', said, re.DOTALL))
    told = {(record['address'], str(record['valid_remaining'] // 1000))
            for record in learned.puts('dhcpv6_binding')}
    check(leased != set() and told == leased, 'dhcpv6.pcap', 'addresses')
    check('released;' in said and not learned.end('dhcpv6_binding'), 'dhcpv6.pcap', 'released')


def judge_groups(peers, replay, check):
    """The groups the kernel's mdb had for port p1 at any time, and those that tools were told to join."""
    said = read_text(peers, 'truth/ground-truth.txt')
    judge_forwarded(peers, said, replay, check)
    told = set(re.findall(r'port p1 grp ([0-9.]+) ', said))
    learned = {record['group'] for record in
               replay('%s/4-mcast/pcap/igmp-p1.pcap' % peers).puts('multicast_membership')}
    for group in sorted(told):
        check(group in learned, 'igmp-p1.pcap', 'group %s' % group)
    commands = read_text(peers, '4-mcast/run-tools.sh')
    told = {(group, '::') for group in re.findall(r'membership=([0-9.]+):|join-group=\[(\S+?)\]|-B (\S+)%e0 ?$',
                                                  commands, re.M) for group in group if group}
    told |= set(re.findall(r'-B (\S+)%e0 --ssm-host (\S+)', commands))
    learned = {(record['group'], record['source']) for record in
               replay('%s/4-mcast/pcap/tools-p1.pcap' % peers).puts('multicast_membership')}
    for group in sorted(told):
        check(group in learned, 'tools-p1.pcap', 'group %s from %s' % group)


def judge_peers(peers, replay, check):
    """`replay(capture, options...)` learns from a capture; `check(holds, where, what)` counts."""
    judge_all_macsec(peers, replay, check)
    judge_dot1x(peers, replay, check)
    judge_dhcp(peers, replay, check)
    judge_dhcp6(peers, replay, check)
    judge_groups(peers, replay, check)
