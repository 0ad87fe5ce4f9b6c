#!/usr/bin/python3
"""MACsec by net/sectag.h against Scapy's: what one protects the other opens, octet by octet.

usage: scapy_macsec.py MACSEC_PEER

Four cipher suites, with and without SCI, integrity only, confidentiality from 0, 30 and 50 octets on, short
and long frames, VLAN tags inside, packet numbers at the ends of their range.  What is damaged is refused.
Then the frames that Scapy made for ../shared/peers, by the verdicts told beside them.
"""
import itertools
import json
import os
import random
import subprocess
import sys

from scapy.contrib.macsec import MACsecSA
from scapy.layers.l2 import ARP, Dot1Q, Ether
from scapy.layers.inet import IP, UDP
from scapy.packet import Raw
from scapy.utils import rdpcap

SHARED = os.environ.get('DIMP_SHARED', '../shared')
BIT_SCI, BIT_ENCRYPTED, BIT_CHANGED = 0x20, 0x08, 0x04
ADDRESSES = dict(src='02:00:00:00:00:0a', dst='02:00:00:00:00:0b')
SCI = bytes.fromhex('02000000000a0001')

passed = failed = 0


def check(holds, what):
    global passed, failed
    if holds:
        passed += 1
    else:
        failed += 1
        print('scapy_macsec: ' + what)


class Case:
    """One frame and how it is protected."""

    def __init__(self, chance, suite, offset, has_sci, plain):
        self.key_size, self.is_extended = suite
        self.offset = offset  # None: integrity only
        self.has_sci = has_sci
        self.plain = plain
        self.key = chance.randbytes(self.key_size)
        self.salt = chance.randbytes(12) if self.is_extended else bytes(12)
        self.ssci = chance.randrange(1, 1 << 32) if self.is_extended else 0
        bits = 64 if self.is_extended else 32
        self.pn = chance.choice((1, 2, (1 << bits) - 1, (1 << 32) - 1, chance.randrange(1, 1 << bits)))
        self.an = chance.randrange(4)
        self.sealed = None

    def name(self):
        return 'AES-%d%s offset %s%s, %d octets' % (
            8 * self.key_size, ' XPN' if self.is_extended else '', self.offset, ' SCI' if self.has_sci else '',
            len(self.plain))

    def association(self):
        return MACsecSA(sci=SCI, an=self.an, pn=self.pn, key=self.key, icvlen=16,
                        encrypt=self.offset is not None, send_sci=self.has_sci, xpn_en=self.is_extended,
                        ssci=self.ssci, salt=self.salt)

    def cleared(self):
        """What is authenticated only, of the whole frame."""
        if not self.offset:
            return None
        return 14 + 6 + (8 if self.has_sci else 0) + self.offset

    def seal(self):
        association = self.association()
        clear = association.encap(self.plain)
        assoclen = self.cleared()
        if assoclen is not None:
            assoclen = min(assoclen, len(clear))
        return bytes(association.encrypt(clear, assoclen=assoclen))

    def open(self, octets):
        association = self.association()
        clear = association.decrypt(Ether(octets), assoclen=self.cleared())
        return bytes(association.decap(clear))

    def words(self, verb, frame):
        return '%s %s %s %d %d %d %d %s' % (
            verb, self.key.hex(), self.salt.hex(), self.ssci, self.is_extended, self.offset or 0, self.pn, frame.hex())

    def seal_words(self):
        bits = (BIT_SCI if self.has_sci else 0) | \
            (BIT_ENCRYPTED | BIT_CHANGED if self.offset is not None else 0)
        return '%s %d %d %s' % (self.words('seal', bytes(self.plain)), bits, self.an, SCI.hex())


def frames():
    yield Ether(**ADDRESSES) / ARP(psrc='10.5.0.1', pdst='10.5.0.2', hwsrc='02:00:00:00:00:0a')
    yield Ether(**ADDRESSES) / Dot1Q(vlan=42) / IP(src='10.5.0.1', dst='10.5.0.2') / UDP() / Raw(b'v' * 40)
    for size in (60, 61, 200, 1400):
        yield Ether(**ADDRESSES) / IP(src='10.5.0.1', dst='10.5.0.2') / UDP() / Raw(b'x' * (size - 42))


def cases():
    # An SCI left out is the source address with port 1, as SCI here.
    chance = random.Random(802)
    suites = ((16, False), (32, False), (16, True), (32, True))
    for suite, offset, has_sci, plain in itertools.product(suites, (None, 0, 30, 50), (True, False), frames()):
        # IEEE 802.1AE-2018 14.4: the cipher suites with extended packet numbers have no offset.
        if not (suite[1] and offset) and len(plain) - 14 >= (offset or 0):
            yield Case(chance, suite, offset, has_sci, plain)


def ask(peer, lines):
    run = subprocess.run([peer], input='\n'.join(lines) + '\n', capture_output=True, text=True, check=True)
    return run.stdout.split('\n')[:-1]


def spoil(chance, octets):
    """One bit flipped, anywhere behind the EtherType."""
    at = chance.randrange(14, len(octets))
    return octets[:at] + bytes([octets[at] ^ 1 << chance.randrange(8)]) + octets[at + 1:]


def judge_both_ways(peer):
    made = list(cases())
    chance = random.Random(1)
    sealed = [case.seal() for case in made]
    opened = ask(peer, [case.words('open', octets) for case, octets in zip(made, sealed)])
    refused = ask(peer, [case.words('open', spoil(chance, octets)) for case, octets in zip(made, sealed)])
    ours = ask(peer, [case.seal_words() for case in made])
    for case, octets, plain, bad, own in zip(made, sealed, opened, refused, ours):
        check(plain == bytes(case.plain).hex(), '%s: opened as %s' % (case.name(), plain[:80]))
        check(bad == 'refused', '%s: taken with a flipped bit' % case.name())
        check(own == octets.hex(), '%s: sealed otherwise' % case.name())
        check(own != 'refused' and case.open(bytes.fromhex(own)) == bytes(case.plain),
              '%s: Scapy does not open what we seal' % case.name())


def judge_recorded(peer):
    """Frames of ../shared/peers: a replayed one is genuine, its number is for who counts them."""
    folder = os.path.join(SHARED, 'peers/2-macsec/pcap')
    if not os.path.isdir(folder):
        print('SKIP %s: not here' % folder)
        return 1
    packets = [bytes(packet) for packet in rdpcap(os.path.join(folder, 'scapy-macsec.pcap'))]
    with open(os.path.join(folder, 'scapy-macsec.json'), encoding='utf-8') as stream:
        told = json.load(stream)
    lines = []
    for row in told:
        is_extended = row['pn'] >> 32 != 0
        lines.append('open %s %s %d %d 0 %d %s' % (row['key'], '00' * 12, is_extended, is_extended, row['pn'],
                                                   packets[row['frame'] - 1].hex()))
    for row, answer in zip(told, ask(peer, lines)):
        is_genuine = row['verdict'] in ('accept', 'drop: replay')
        check(answer == (row['plain'] if is_genuine else 'refused'), 'recorded %s: %s' % (row['name'], answer[:60]))
    return 0


def main():
    peer = sys.argv[1]
    judge_both_ways(peer)
    skipped = judge_recorded(peer)
    print('%d passed, %d failed, %d skipped' % (passed, failed, skipped))
    return 1 if failed or not passed else 0


if __name__ == '__main__':
    sys.exit(main())
