"""Part of peers_truth.py: which datagrams the recorded kernel bridge forwarded to which port, by (S,G)."""
import re
import struct

# Who is on the ports of 4-mcast; reports of IGMPv3 reached all of them, so that p1's capture tells of each.
HOSTS = {'p1': '42:60:1a:fe:97:7e', 'p2': 'ca:91:7b:ca:76:67', 'p4': '32:41:a6:a6:dc:11'}
SENT = {('239.1.1.1', '239.1.1.2', '239.1.1.3', '239.1.1.4', '239.9.9.9'): ('10.4.0.3', '10.4.0.33'),
        ('ff0e::101', 'ff3e::102', 'ff0e::103'): ('fd00:4::3', 'fd00:4::33')}
PORT = 5001


def first_datagram(path):
    """Seconds from the first frame of a pcap to the first of the datagrams; None without."""
    with open(path, 'rb') as stream:
        octets = stream.read()
    at, first = 24, None
    while at + 16 <= len(octets):
        seconds, micro, size = struct.unpack('<III', octets[at:at + 12])
        frame = octets[at + 16:at + 16 + size]
        first = seconds + micro / 1e6 if first is None else first
        is_ipv6 = frame[12:14] == b'\x86\xdd'
        header = 54 if is_ipv6 else 14 + (frame[14] & 15) * 4
        if frame[20 if is_ipv6 else 23] == 17 and frame[header + 2:header + 4] == struct.pack('!H', PORT):
            return seconds + micro / 1e6 - first
        at += 16 + size
    return None


def is_forwarded(records, group, source):
    """What records of memberships say of a datagram (DIMP 8.5-3)."""
    rows = {record['source']: record['filter_mode'] for record in records
            if record['type'] == 'multicast_membership' and record['group'] == group}
    return rows[source] == 'INCLUDE' if source in rows else '::' in rows


def judge_forwarded(peers, said, replay, check):
    capture = '%s/4-mcast/pcap/igmp-p1.pcap' % peers
    instant = first_datagram(capture)
    check(instant is not None, 'igmp-p1.pcap', 'datagrams')
    learned = replay(capture)
    for port, mac in HOSTS.items():
        line = re.search(r'^%s:(.*)$' % port, said, re.MULTILINE).group(1)
        got = set(re.findall(r'(\S+?)\(from (\S+?)\)', line))
        state = learned.at(instant, mac)
        for group, source in [(group, source) for groups, sources in SENT.items()
                              for group in groups for source in sources]:
            check(is_forwarded(state, group, source) == ((group, source) in got), 'igmp-p1.pcap',
                  'datagram of %s to %s at %s' % (source, group, port))
