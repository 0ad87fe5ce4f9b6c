#!/usr/bin/env python3
"""fuzz_seeds.py FOLDER [NAME]: what the tree has that a fuzzer may begin with, as FOLDER/<fuzzer>/<file>, for
each fuzzer whose name contains NAME.

Captures and what is in their frames, vectors, worked blocks, scenarios, drills, key files.  Seeds are
made for fuzzers of which harness/fuzz has a source; a kind of seed that finds nothing is an error."""
import hashlib
import pathlib
import re
import struct
import sys

from fuzz_talk import keys_of, talk_of

CAPTURE_MAX = 2400
FRAMES_MAX = 24
SEEDS_MAX = 300
TEXT_MAX = 12000
ROOT = pathlib.Path(__file__).resolve().parents[2]
DIMP_ETHERTYPE, DIMP_PORT = 0x88B5, 34997


def blocks_of(octets):
    """The blocks of a pcapng file in little-endian order, each with its type."""
    at = 0
    while at + 12 <= len(octets):
        kind, size = struct.unpack_from('<II', octets, at)
        yield kind, octets[at:at + size]
        at += size


def frames_of(path):
    """The frames of a capture, from the Ethernet header on."""
    for kind, block in blocks_of(path.read_bytes()):
        if kind == 6:
            size, = struct.unpack_from('<I', block, 20)
            yield block[28:28 + size]


def talks_of(path):
    """(time, frame) of the frames of a capture that carry DIMP, times in microseconds."""
    for kind, block in blocks_of(path.read_bytes()):
        if kind == 6 and block[40:42] == DIMP_ETHERTYPE.to_bytes(2, 'big'):
            high, low, size = struct.unpack_from('<III', block, 12)
            yield high << 32 | low, block[28:28 + size]


def cut_capture(octets):
    """A capture of at most CAPTURE_MAX octets: its blocks until then."""
    cut = b''
    for _, block in blocks_of(octets):
        if len(cut) + len(block) > CAPTURE_MAX:
            break
        cut += block
    return cut


def payload_of(frame):
    """EtherType and what follows it, VLAN tags passed over."""
    at = 12
    ethertype, = struct.unpack_from('>H', frame, at)
    while ethertype in (0x8100, 0x88A8):
        at += 4
        ethertype, = struct.unpack_from('>H', frame, at)
    return ethertype, frame[at + 2:]


def udp_seeds(source, target, payload):
    ports = {source, target}
    if ports & {67, 68}:
        yield 'dhcp4', payload
    if ports & {546, 547}:
        yield 'dhcp6', payload
    if ports & {1812, 1813, 3799}:
        yield 'radius', payload
        if payload[:1] == b'\x02':
            yield 'radius_grant', payload[20:]
    if DIMP_PORT in ports:
        yield 'decoder', payload


def ip_seeds(protocol, payload):
    if protocol == 17 and len(payload) >= 8:
        yield from udp_seeds(*struct.unpack_from('>HH', payload), payload[8:])
    elif protocol == 2:
        yield 'igmp', payload
    elif protocol == 58:
        yield ('nd', b'\2' + payload) if 133 <= payload[0] <= 137 else ('mld', payload)
    elif protocol in (89, 103):
        yield 'router_hello', bytes([protocol]) + payload


def frame_seeds(frame):
    """Of one frame: each fuzzer that reads a part of it, and the part."""
    ethertype, payload = payload_of(frame)
    yield 'ethernet', frame
    if ethertype == 0x0806:
        yield 'arp', payload
    elif ethertype == 0x888E:
        yield 'eapol', payload
        if payload[1:2] == b'\5':
            yield 'mkpdu', payload
    elif ethertype == 0x88E5:
        yield 'sectag', frame
    elif ethertype == 0x8940:
        yield 'vdp', payload
        yield 'vdp_machines', bytes([5, 1, 0, min(len(payload), 255)]) + payload
    elif ethertype == DIMP_ETHERTYPE:
        yield 'decoder', payload
    elif ethertype == 0x0800 and len(payload) >= 20:
        yield 'ipv4', payload
        yield from ip_seeds(payload[9], payload[(payload[0] & 15) * 4:])
    elif ethertype == 0x86DD and len(payload) >= 40:
        yield 'ipv6', payload
        protocol, at = payload[6], 40
        while protocol in (0, 43, 60) and at + 2 <= len(payload):
            protocol, at = payload[at], at + 8 + payload[at + 1] * 8
        if at < len(payload):
            yield from ip_seeds(protocol, payload[at:])


def conversation(frames):
    """Frames for fuzz_sources: whoever speaks first is the VM; everybody is trusted."""
    first = frames[0][6:12]
    said = b''
    for frame in frames:
        said += bytes([2 | (frame[6:12] == first), 3]) + struct.pack('>H', len(frame)) + frame
    return said


def capture_seeds(path):
    octets = path.read_bytes()
    cut = cut_capture(octets)
    if len(cut) > 200:
        yield 'capture', cut
        yield 'octet_source', cut
        for choice in (7, 60):
            yield 'replay', bytes([choice]) + cut
    if 'scenarios' in path.parts and path.with_suffix('.keys').exists():
        yield 'judge', talk_of(talks_of(path), keys_of(path.with_suffix('.keys')))
    frames = list(frames_of(path))
    if frames and 'real' in path.parts:
        said = conversation(frames[:FRAMES_MAX])
        yield 'sources', said[:CAPTURE_MAX]
        yield from (('world', bytes([number]) + said[:CAPTURE_MAX]) for number in range(3))
    for frame in frames:
        if len(frame) >= 14 and len(frame) < 1600:
            yield from frame_seeds(frame)


def hex_of(line):
    digits = re.sub(r'\s', '', line.split('#')[0])
    return bytes.fromhex(digits) if re.fullmatch(r'([0-9a-fA-F]{2})+', digits) else b''


def vector_seeds(path):
    """Stretches of hex in a vector file; the text behind '=' is the text of the one before."""
    stretch = b''
    for line in path.read_text().splitlines() + ['']:
        if line.startswith('= '):
            yield 'message_text', line[2:].encode()
        octets = hex_of(line)
        if octets:
            stretch += octets
            continue
        if stretch:
            for name in ('record', 'message', 'decoder'):
                yield name, stretch
            yield 'di_table', b'\0\0' + stretch
        stretch = b''


def text_seeds(path):
    text = path.read_bytes()
    if len(text) > TEXT_MAX:
        return
    if path.suffix == '.yaml':
        yield 'scenario', text
        yield 'vary', b'\1' + text
    if path.suffix in ('.drill', '.part'):
        yield 'drill', text
        for line in text.splitlines():
            words = re.sub(rb'\$\w+', b'1', line).split(None, 3)
            if len(words) == 4 and words[1] in (b'>', b'<'):
                yield 'message_text', words[3]
    if path.suffix == '.keys':
        yield 'keylog', text
    if path.suffix == '.cak':
        yield 'mka_keys', text
    if path.suffix == '.hex':
        yield 'octet_source', text
    for rule in re.findall(rb'"((?:permit|deny) [^"]*)"', text):
        yield 'filter_rule', rule


SOURCES = (
    ('pcaps', '**/*.pcapng', capture_seeds),
    ('conformance/vectors', '*.hex', vector_seeds),
    ('conformance/vectors', '*.hex', text_seeds),
    ('pcaps', '**/*.keys', text_seeds),
    ('pcaps', '**/*.cak', text_seeds),
    ('harness/scenarios', '**/*.yaml', text_seeds),
    ('harness/drills', '**/*.drill', text_seeds),
    ('conformance/cases', '*.drill', text_seeds),
    ('conformance/cases', '*.part', text_seeds),
    ('harness/unit', 'test_filter_rule.c', text_seeds),
    ('harness/unit', 'test_radius_source.c', text_seeds),
)


def spread(seeds):
    """At most SEEDS_MAX of them: which ones hangs on their octets alone."""
    named = sorted((hashlib.sha1(seed).hexdigest(), seed) for seed in seeds)
    return named[:SEEDS_MAX]


def main():
    target, wanted = pathlib.Path(sys.argv[1]), (sys.argv[2:] or [''])[0]
    seeds = {path.stem[len('fuzz_'):]: set() for path in (ROOT / 'harness/fuzz').glob('fuzz_*.c')}
    for folder, pattern, make in SOURCES:
        paths = sorted((ROOT / folder).glob(pattern))
        if not paths:
            sys.exit(f'fuzz_seeds: {folder}/{pattern}: nothing there')
        for path in paths:
            for name, seed in make(path):
                if name not in seeds:
                    sys.exit(f'fuzz_seeds: harness/fuzz/fuzz_{name}.c is not there')
                seeds[name].add(seed)
    for name in sorted(name for name in seeds if wanted in name and seeds[name]):
        place = target / name
        place.mkdir(parents=True, exist_ok=True)
        for digest, seed in spread(seeds[name]):
            if not (place / digest).exists():
                (place / digest).write_bytes(seed)
    print('no seeds for', ' '.join(sorted(name for name in seeds if not seeds[name])))


main()
