# SPDX-License-Identifier: MIT
"""What a frame is called in a sequence chart: one of a VM by its headers, a PDU of DIMP by what `dimp decode` says of it."""
import struct

EAP_CODES = {1: 'Request', 2: 'Response', 3: 'Success', 4: 'Failure'}
EAP_TYPES = {1: 'Identity', 4: 'MD5-Challenge', 13: 'TLS', 25: 'PEAP'}
EAPOL_TYPES = {1: 'EAPOL-Start', 2: 'EAPOL-Logoff'}
DHCP_TYPES = {1: 'DISCOVER', 2: 'OFFER', 3: 'REQUEST', 4: 'DECLINE', 5: 'ACK', 6: 'NAK', 7: 'RELEASE', 8: 'INFORM'}
IGMP_TYPES = {0x11: 'query', 0x12: 'v1 report', 0x16: 'v2 report', 0x17: 'leave', 0x22: 'v3 report'}
MKA_SETS = {1: 'live peer', 2: 'potential peer', 3: 'SAK use', 4: 'distributed SAK'}
QUIET = {'ACK', 'PING', 'PADDING'}  # they keep the association going and say nothing of the migration


def name_of_mka(body):
    """With the parameter sets that say how far the ends are; the last 16 octets are the ICV."""
    end = 4 + struct.unpack_from('>H', body, 2)[0] - 16
    sets, at = [], 4
    while at + 4 <= end:
        if at > 4 and body[at] in MKA_SETS:
            sets.append(MKA_SETS[body[at]])
        at += 4 + ((struct.unpack_from('>H', body, at + 2)[0] & 0xfff) + 3 & ~3)
    return 'MKPDU' + (': ' + ', '.join(sets) if sets else '')


def name_of_eapol(body):
    if body[1] == 5:
        return name_of_mka(body)
    if body[1] != 0 or len(body) < 8:
        return EAPOL_TYPES.get(body[1], 'EAPOL')
    code, size = body[4], struct.unpack_from('>H', body, 6)[0]
    text = 'EAP ' + EAP_CODES.get(code, str(code))
    return text + ' ' + EAP_TYPES.get(body[8], str(body[8])) if size > 4 and len(body) > 8 else text


def name_of_dhcp(body):
    options, at = body[240:], 0
    while at + 2 < len(options) and options[at] != 255:
        if options[at] == 53:
            return 'DHCP ' + DHCP_TYPES.get(options[at + 2], '?')
        at += 1 if options[at] == 0 else 2 + options[at + 1]
    return 'DHCP'


def name_of_ipv4(body):
    payload = body[(body[0] & 15) * 4:]
    if body[9] == 2:
        return 'IGMP ' + IGMP_TYPES.get(payload[0], '?')
    if body[9] == 17 and struct.unpack_from('>H', payload, 2)[0] in (67, 68):
        return name_of_dhcp(payload[8:])
    return None


def name_of(octets):
    """None for what is a service's."""
    at = 12
    kind = struct.unpack_from('>H', octets, at)[0]
    if kind == 0x8100:
        at += 4
        kind = struct.unpack_from('>H', octets, at)[0]
    body = octets[at + 2:]
    if kind == 0x888e:
        return name_of_eapol(body)
    if kind == 0x0800:
        return name_of_ipv4(body)
    if kind == 0x0806:
        return 'gratuitous ARP' if body[14:18] == body[24:28] else 'ARP'
    return 'RARP' if kind == 0x8035 else None


def counted(rows, key):
    return ', '.join('%s %s' % (row['type'], row[key]) for row in rows)


def records_of(message):
    counts = {}
    for record in message['records']:
        counts[record['type']] = counts.get(record['type'], 0) + 1
    return 'round %d: ' % message['round'] + ', '.join('%s %d' % item for item in counts.items())


DETAILS = {
    'REQUEST': lambda message: message['mode'].lower().replace('_', '-'),
    'SOLICIT': lambda message: '%s, room for %d entries' % (message['mode'].lower().replace('_', '-'), message['grant_entries']),
    'PROGRESS': lambda message: message['phase'],
    'OFFER': lambda message: counted(message['offer_row'], 'entries'),
    'DATA': records_of,
    'ROUND-END': lambda message: 'final, with digests' if message['is_final'] else 'round %d ends' % message['round'],
    'COMMIT': lambda message: 'digests agree',
    'RELEASED': lambda message: 'epoch %d' % message['epoch'],
    'RESPONSE': lambda message: message['result'],
}


def describe_pdu(pdu):
    """(names, details) of a PDU; no names: it keeps the association going and no more."""
    if pdu['state'] == 'handshake':
        return [pdu['kind']], ['Noise handshake, %d octets' % pdu['size']]
    names, details = [], []
    for message in pdu.get('payload', []):
        name = message['message']
        if name in QUIET:
            continue
        detail = DETAILS.get(name, lambda message: '')(message)
        if name in names and name == 'PROGRESS':
            details[-1] += ', ' + detail
            continue
        names.append(name)
        if detail:
            details.append(detail)
    return names, details
