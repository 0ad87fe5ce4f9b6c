"""What tshark reads in the frames of captures: a second opinion on every field that net/ reads."""
import collections
import os
import re
import subprocess

SEPARATOR = '\x1f'

# Fields by layer, in the words of frame_fields.c, which are tshark's own but for those in DERIVED.
FIELDS = {
    'eth': ('eth.dst', 'eth.src', 'vlan.id', 'ieee8021ad.id'),
    'arp': ('arp.opcode', 'arp.src.hw_mac', 'arp.dst.hw_mac', 'arp.src.proto_ipv4', 'arp.dst.proto_ipv4'),
    'ip': ('ip.src', 'ip.dst', 'ip.proto', 'ip.ttl'),
    'ipv6': ('ipv6.src', 'ipv6.dst', 'ipv6.hlim'),
    'udp': ('udp.srcport', 'udp.dstport'),
    'dhcp': ('dhcp.type', 'dhcp.id', 'dhcp.flags', 'dhcp.ip.client', 'dhcp.ip.your', 'dhcp.ip.relay',
             'dhcp.hw.mac_addr', 'dhcp.option.dhcp', 'dhcp.option.ip_address_lease_time',
             'dhcp.option.dhcp_server_id', 'dhcp.option.requested_ip_address'),
    'dhcpv6': ('dhcpv6.msgtype', 'dhcpv6.xid', 'dhcpv6.iaid', 'dhcpv6.iaaddr.ip', 'dhcpv6.iaaddr.valid_lifetime',
               'dhcpv6.iaprefix.pref_addr', 'dhcpv6.iaprefix.valid_lifetime'),
    'igmp': ('igmp.maddr', 'igmp.saddr', 'igmp.record_type', 'igmp.num_grp_recs', 'igmp.s', 'igmp.qrv'),
    'mld': ('icmpv6.mld.multicast_address', 'icmpv6.mld.source_address', 'icmpv6.mldr.mar.record_type',
            'icmpv6.mldr.mar.multicast_address', 'icmpv6.mldr.mar.source_address',
            'icmpv6.mldr.nb_mcast_records', 'icmpv6.mld.flag.s', 'icmpv6.mld.flag.qrv'),
    'eapol': ('eapol.version', 'eapol.type', 'eapol.len'),
    'eap': ('eap.code', 'eap.id', 'eap.type'),
    'mka': ('mka.version_id', 'mka.ks_prio', 'mka.key_server', 'mka.macsec_desired', 'mka.macsec_capability',
            'mka.sci', 'mka.actor_mi', 'mka.actor_mn', 'mka.algo_agility', 'mka.cak_name', 'mka.peer_mi',
            'mka.peer_mn', 'mka.delay_protect', 'mka.latest_key_an', 'mka.latest_key_tx',
            'mka.latest_key_rx', 'mka.latest_key_server_mi', 'mka.latest_key_number',
            'mka.latest_lowest_acceptable_pn', 'mka.old_key_an', 'mka.old_key_tx', 'mka.old_key_rx',
            'mka.old_key_server_mi', 'mka.old_key_number', 'mka.old_lowest_acceptable_pn',
            'mka.distributed_an', 'mka.confidentiality_offset', 'mka.key_number',
            'mka.aes_key_wrap_sak', 'mka.macsec_cipher_suite'),
    'macsec': ('macsec.TCI', 'macsec.AN', 'macsec.SL', 'macsec.PN', 'macsec.SCI.system_identifier',
               'macsec.SCI.port_identifier'),
    'ecp': ('ecp.op', 'ecp.subtype', 'ecp.seqno'),
    'vdp': ('vdp21.tlvtype', 'vdp21.manager_id', 'vdp21.vsitypeid', 'vdp21.vsiversion', 'vdp21.vsiidformat', 'vdp21.VSIID',
            'vdp21.filterformat', 'vdp21.assoc.mac_id', 'vdp21.vidstr.vid'),
}
# What is worked out of other fields, below.
SOURCES_OF_DERIVED = ('igmp.version', 'igmp.type', 'igmp.max_resp', 'igmp.qqic', 'icmpv6.type',
                      'icmpv6.mld.maximum_response_delay', 'icmpv6.mld.maximum_response_code',
                      'icmpv6.mld.qqi', 'vdp21.assoc.reason', 'vdp21.assoc.error',
                      'vdp21.assoc.request_flags', 'vdp21.assoc.response_flags')
CHECKSUMS = {'ip': 'ip.checksum.status', 'udp': 'udp.checksum.status', 'igmp': 'igmp.checksum.status',
             'mld': 'icmpv6.checksum.status'}
STATE = ('frame.number', 'frame.protocols', 'frame.cap_len', 'frame.len', '_ws.malformed', '_ws.short', 'eth.len', 'vlan.len',
         'arp.hw.type', 'arp.proto.type', 'arp.hw.size', 'arp.proto.size', 'ip.flags.mf', 'ip.frag_offset',
         'ipv6.fraghdr.more', *CHECKSUMS.values())

# A layer's name in frame.protocols, and the names of what may be around it: nothing that tunnels.
LAYER_NAMES = {'eth': 'eth', 'arp': 'arp', 'ip': 'ip', 'ipv6': 'ipv6', 'udp': 'udp', 'dhcp': 'dhcp', 'dhcpv6': 'dhcpv6',
               'igmp': 'igmp', 'mld': 'icmpv6', 'eapol': 'eapol', 'eap': 'eap', 'mka': 'mka',
               'macsec': 'macsec', 'ecp': 'ecp21', 'vdp': 'vdp21'}
AROUND = {'eth', 'ethertype', 'vlan', 'ieee8021ad', 'ip', 'ipv6', 'ipv6.hopopts', 'udp', 'eapol', 'sll',
          'raw', 'null', 'ecp21', 'ppp', 'loop'}
TAGS, TAG_FIELDS = ('vlan', 'ieee8021ad'), ('vlan.id', 'ieee8021ad.id')

# Section, interface, packet (both kinds, and the old one), names, statistics.
PACKET_BLOCKS = {0x0a0d0d0a, 1, 2, 3, 4, 5, 6}

# `foreign`: layers of another kind than net/ reads (LLC, ARP of other addresses).
Frame = collections.namedtuple('Frame', 'layers is_whole is_malformed bad_checksums fragments foreign')


# Octets that tshark writes without 0x.
OCTETS = re.compile(r'mka\.(sci|.*_m[in]|.*_number|.*_pn|aes_.*|cak_name)|dhcpv6\.iaid|vdp21\.VSIID')


def canonical(field, text):
    """A value as both sides can have it: the number that its digits or octets are."""
    if OCTETS.fullmatch(field):
        return int(text.removeprefix('0x').replace(':', ''), 16)
    if re.fullmatch(r'[0-9]+', text):
        return int(text)
    if text in ('True', 'False'):
        return int(text == 'True')
    if text.startswith('0x'):
        return int(text, 16)
    if re.fullmatch(r'[0-9]+(\.[0-9]+){3}', text):
        return int.from_bytes(bytes(int(octet) for octet in text.split('.')), 'big')
    if '::' in text or text.count(':') == 7:
        return int.from_bytes(ipv6_octets(text), 'big')
    digits = text.replace(':', '').replace('-', '')
    return int(digits, 16) if re.fullmatch(r'[0-9a-f]+', digits) else text


def ipv6_octets(text):
    head, _, tail = text.partition('::')
    parts = [part.split(':') if part else [] for part in (head, tail)]
    if '::' not in text:
        parts = [text.split(':'), []]
    middle = ['0'] * (8 - len(parts[0]) - len(parts[1]))
    return b''.join(int(word, 16).to_bytes(2, 'big') for word in parts[0] + middle + parts[1])


def code_us(code, bits, unit_us):
    """RFC 3376 4.1.1 and RFC 3810 5.1.3: above half of the range, a floating point number."""
    mantissa_bits = bits - 4
    if code < 1 << bits - 1:
        return code * unit_us
    mantissa = code & (1 << mantissa_bits) - 1 | 1 << mantissa_bits
    return (mantissa << (code >> mantissa_bits & 7) + 3) * unit_us


def derive_igmp(values):
    kinds = {0x11: 'query', 0x12: 'report', 0x16: 'report', 0x17: 'leave', 0x22: 'records'}
    kind = kinds.get(values['igmp.type'][0])
    version = values['igmp.version'][0]
    yield 'kind', '%s %s' % (kind, version)
    if kind != 'query':
        return
    # A query without maximum response time is IGMPv1's: RFC 2236 4 has 10 s for it.
    code = values['igmp.max_resp'][0] if version > 1 else 100
    yield 'response_us', code_us(code, 8, 100000) if version == 3 else code * 100000
    if version == 3:
        yield 'interval_us', code_us(values['igmp.qqic'][0], 8, 1000000)


def derive_mld(values):
    kinds = {130: 'query', 131: 'report', 132: 'leave', 143: 'records'}
    kind = kinds[values['icmpv6.type'][0]]
    is_second = kind == 'records' or 'icmpv6.mld.qqi' in values
    yield 'kind', '%s %d' % (kind, 2 if is_second else 1)
    if kind != 'query':
        return
    if is_second:
        yield 'response_us', code_us(values['icmpv6.mld.maximum_response_code'][0], 16, 1000)
        yield 'interval_us', code_us(values['icmpv6.mld.qqi'][0], 8, 1000000)
    else:
        yield 'response_us', values['icmpv6.mld.maximum_response_delay'][0] * 1000


def layers_of(values):
    """The layers that net/ would read, each with its fields: what is inside of tunnels is left out."""
    protocols = values['frame.protocols'].split(':')
    layers = {}
    for layer, name in LAYER_NAMES.items():
        if name not in protocols or not set(protocols[:protocols.index(name)]) <= AROUND:
            continue
        fields = {field: [canonical(field, value) for value in values[field].split(SEPARATOR)]
                  for field in FIELDS[layer] + SOURCES_OF_DERIVED
                  if values[field] and field not in TAG_FIELDS}
        if layer in ('eth', 'arp', 'ip', 'ipv6', 'udp', 'dhcp'):
            # What is repeated is in a tunnel, or a DHCP option that says the same.
            fields = {field: found[:1] for field, found in fields.items()}
        layers[layer] = fields
    if 'eth' in layers:
        layers['eth'].update(tags_of(values, protocols))
    for layer, field in (('eap', 'eap.code'), ('mka', 'mka.actor_mi')):
        if 'eapol' in layers and values[field]:
            layers[layer] = {field: [canonical(field, value) for value in values[field].split(SEPARATOR)]
                             for field in FIELDS[layer] if values[field]}
    return layers


def tags_of(values, protocols):
    """The VLANs of the tags that follow the frame's addresses, not of those behind anything else."""
    others = [index for index, name in enumerate(protocols) if name not in TAGS + ('eth', 'ethertype')]
    front = protocols[:others[0]] if others else protocols
    for name, field in zip(TAGS, TAG_FIELDS):
        if name in front:
            yield field, [canonical(field, value) for value in values[field].split(SEPARATOR)][:front.count(name)]


def finish_layers(layers):
    if 'igmp' in layers and 'igmp.type' in layers['igmp'] and 'igmp.version' in layers['igmp']:
        layers['igmp'].update({name: [value] for name, value in derive_igmp(layers['igmp'])})
    if 'mld' in layers:
        if layers['mld'].get('icmpv6.type', [0])[0] in (130, 131, 132, 143):
            layers['mld'].update({name: [value] for name, value in derive_mld(layers['mld'])})
        else:
            del layers['mld']
    if 'vdp' in layers:
        vdp = layers['vdp']
        vdp['vdp21.tlvtype'] = [kind for kind in vdp.get('vdp21.tlvtype', []) if kind <= 4]
        flags = vdp.get('vdp21.assoc.request_flags') or vdp.get('vdp21.assoc.response_flags')
        if flags:
            vdp['status'] = [flags[0] << 4 | (vdp.get('vdp21.assoc.reason') or vdp['vdp21.assoc.error'])[0]]
    for layer, fields in layers.items():
        for field in SOURCES_OF_DERIVED:
            fields.pop(field, None)
    return layers


def has_packets_only(path):
    """Whether tshark's frames are what capinfos counts: a pcapng without blocks that are shown as frames, too."""
    with open(path, 'rb') as stream:
        octets = stream.read()
    if octets[:4] != b'\x0a\x0d\x0d\x0a':
        return True
    order, at = 'little' if octets[8:12] == b'\x4d\x3c\x2b\x1a' else 'big', 0
    while at + 12 <= len(octets):
        kind = int.from_bytes(octets[at:at + 4], order)
        if kind not in PACKET_BLOCKS:
            return False
        at += max(int.from_bytes(octets[at + 4:at + 8], order), 12)
    return True


def frame_counts(paths):
    """Frames by path, of the captures that Wireshark's library reads to the end."""
    paths = [path for path in paths if has_packets_only(path)]
    run = subprocess.run(['capinfos', '-T', '-M', '-c', '-r'] + paths, capture_output=True, text=True,
                         check=False)
    counts = dict(line.rsplit('\t', 1) for line in run.stdout.splitlines() if '\t' in line)
    return {path: int(count) for path, count in counts.items() if path not in run.stderr}


def first(values, field):
    return values[field].split(SEPARATOR)[0]


def frame_of(values):
    foreign = {'eth'} if values['eth.len'] or values['vlan.len'] else set()
    if [first(values, 'arp.' + name) for name in ('hw.type', 'proto.type', 'hw.size', 'proto.size')] != \
            ['1', '0x0800', '6', '4']:
        foreign.add('arp')
    is_fragment = first(values, 'ip.flags.mf') in ('1', 'True') or first(values, 'ip.frag_offset') not in ('', '0')
    return Frame(layers=finish_layers(layers_of(values)),
                 is_whole=values['frame.cap_len'] == values['frame.len'],
                 is_malformed=bool(values['_ws.malformed'] or values['_ws.short']),
                 bad_checksums={layer for layer, field in CHECKSUMS.items() if first(values, field) == '0'},
                 fragments={'ip'} if is_fragment else set(), foreign=foreign)


def read_captures(paths, work):
    """For each path that Wireshark reads to the end, its frames in order."""
    counts = frame_counts(paths)
    whole = [path for path in paths if path in counts]
    merged = os.path.join(work, 'merged.pcapng')
    subprocess.run(['mergecap', '-a', '-F', 'pcapng', '-w', merged] + whole, check=True)
    fields = STATE + SOURCES_OF_DERIVED + tuple(field for layer in FIELDS.values() for field in layer)
    command = ['tshark', '-n', '-r', merged, '-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=a',
               '-E', 'aggregator=' + SEPARATOR, '-o', 'ip.defragment:FALSE', '-o', 'ipv6.defragment:FALSE',
               '-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE']
    for field in fields:
        command += ['-e', field]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = iter(run.stdout.splitlines())
    read = {}
    for path in whole:
        read[path] = []
        for _ in range(counts[path]):
            values = dict(zip(fields, next(lines).split('\t')))
            read[path].append(frame_of(values))
    if next(lines, None) is not None:
        raise SystemExit('tshark reads other frames than capinfos counts')
    return read
