"""What the client of a RADIUS server learns, against the server's grants and hostapd's word.

Only who reads the wire to the server can know what it grants, and of ends that no EAPOL tells: a session's
time, a Disconnect.
"""
import ipaddress
import re

METHODS = {'MD5': 4, 'TLS': 13, 'PEAP': 25}
FILTER_ID, STATE, CLASS, VENDOR, SESSION_TIMEOUT, TERMINATION, TUNNEL_GROUP, FILTER_RULE = 11, 24, 25, 26, 27, 29, 81, 92


def rule_of(text):
    """(action, protocol, destination, port) of a rule in either language; the tests use no source."""
    words = text.split()
    if words[1] == 'in':
        action, protocol, destination, port = words[0], words[2], words[6], None
    else:
        action, protocol, rest = words[0], words[1], words[3:]
        port = int(rest[rest.index('eq') + 1]) if 'eq' in rest else None
        destination = rest[1] if rest[0] == 'host' else rest[0]
    return action.upper(), {'ip': 255, 'udp': 17}[protocol], destination, port


def is_entry(record, rule):
    """Whether an entry says what the rule says of IPv4."""
    action, protocol, destination, port = rule
    network = ipaddress.ip_network('0.0.0.0/0' if destination == 'any' else destination)
    bits = network.prefixlen + 96 if destination != 'any' else 0
    ports = (port, port) if port is not None else (0, 65535)
    return (record['action'] == action and record['ip_protocol'] == protocol and record['ethertype'] == 0x0800 and
            record['destination_prefix'] == bits and
            (bits == 0 or record['destination'] == str(network.network_address)) and
            (record['port_first'], record['port_last']) == ports)


def judge_list(check, told, records, where):
    """The entries for IPv4 are the rules, in their order; NAS-Filter-Rule goes before Cisco's pairs."""
    grants = [entry for entry in told['truth'] if entry['kind'] == 'radius_grant']
    texts = [text for entry in grants if entry['attribute'] == FILTER_RULE for text in entry['value'].split('\0')]
    if not texts:
        texts = [entry['value'].split('=', 1)[1] for entry in grants
                 if entry['attribute'] == VENDOR and entry['value'].startswith('ip:inacl#')]
    entries = sorted((record for record in records if record['type'] == 'dynamic_acl' and record['ethertype'] == 0x0800),
                     key=lambda record: record['sequence'])
    check(len(entries) == len(texts), where, '%d rules for IPv4, %d entries' % (len(texts), len(entries)))
    for record, text in zip(entries, texts):
        check(is_entry(record, rule_of(text)), where, 'entry %d is %r' % (record['sequence'], text))


def judge_grants(check, told, session, where):
    granted = {entry['attribute']: entry['value'] for entry in told['truth'] if entry['kind'] == 'radius_grant'}
    check(session.get('filter_id') == granted.get(FILTER_ID), where, 'Filter-Id')
    check(bytes.fromhex(session.get('class') or '').decode() == granted.get(CLASS, ''), where, 'Class')
    check(bytes.fromhex(session.get('state') or '').decode() == granted.get(STATE, ''), where, 'State')
    if TUNNEL_GROUP in granted:
        check(session['vlan'] == int(granted[TUNNEL_GROUP]), where, 'VLAN')
    timeout = granted.get(SESSION_TIMEOUT)
    is_asked_again = granted.get(TERMINATION) == 1
    for field, is_meant in (('reauthentication_remaining', is_asked_again), ('session_remaining', not is_asked_again)):
        wanted = timeout * 1000 if timeout is not None and is_meant else None
        check(session[field] == wanted, where, '%s is %s, not %s' % (field, session[field], wanted))


def judge_real(check, told, replay, where):
    """Each word of hostapd's, and the grants whenever somebody is authorized."""
    grants = [entry for entry in told['truth'] if entry['kind'] == 'radius_grant']
    is_list_named = any(str(entry['value']).startswith('ACS:') for entry in grants)
    for truth in told['truth']:
        if truth['kind'] != 'dot1x_session':
            continue
        records = replay.at(truth['at'])
        sessions = [record for record in records
                    if record['type'] == 'dot1x_session' and record['client'] == truth['mac']]
        check(bool(sessions) == truth['authorized'], where, 'dot1x_session at %s' % truth['at'])
        for session in sessions if truth['authorized'] else []:
            check(session['method'] == METHODS[truth['method']], where, 'method')
            check(session['identity'] == truth['identity'], where, 'identity')
            if grants:
                judge_grants(check, told, session, where)
        if truth['authorized'] and grants and not is_list_named:
            judge_list(check, told, records, where)
        if not truth['authorized']:
            check(not any(record['type'] == 'dynamic_acl' for record in records), where, 'a list without session')


def judge_download(check, real, replay):
    """FreeRADIUS' answer to radclient: three entries, by the name that the Access-Accept gave."""
    records = replay.end('dynamic_acl')
    wanted = ('permit udp any any eq 67', 'deny ip any host 10.9.9.9', 'permit ip any any')
    found = sorted((record for record in records if record['ethertype'] == 0x0800), key=lambda record: record['sequence'])
    check(len(found) == len(wanted), real, 'a downloaded list of %d' % len(wanted))
    for record, text in zip(found, wanted):
        check(is_entry(record, rule_of(text)) and record['template'] == '#ACSACL#-IP-tenant-5f3e1c2a', real,
              'downloaded: %s' % text)


def judge_peers(check, peers, replay):
    """Who the run's own output says was authorized, and that its Disconnect or its end is known."""
    for run, is_authorized in (('radius-md5', True), ('radius-md5-bad', False)):
        folder = '%s/1-dot1x/pcap/%s' % (peers, run)
        learned = replay(folder + '-eapol.pcap', '--radius-secret', 'radsecret', beside=[folder + '-radius.pcap'])
        with open('%s/truth/out/out.%s' % (peers, run), encoding='utf-8') as stream:
            said = stream.read()
        check(bool(re.search('CTRL-EVENT-EAP-SUCCESS', said)) == is_authorized, run, 'its output')
        check(bool(learned.puts('dot1x_session')) == is_authorized, run, 'dot1x_session, from RADIUS')
        check(not learned.end('dot1x_session'), run, 'dot1x_session is left, from RADIUS')
