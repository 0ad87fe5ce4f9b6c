#!/usr/bin/python3
"""macsec_wire.py MACSEC_WIRE: what the SecY protects others open, and it opens what others protect.

The others are Scapy's MACsec, and IEEE 802.1AE-2018 clauses 9, 10 and 14 written down here over
python3-cryptography's AES-GCM: the four cipher suites, with confidentiality from octet 0, 30 or 50
on or integrity alone, with and without an SCI, short frames and long, packet numbers at their
ends, and replay windows. Nothing here is of the code under test.
"""
import hashlib
import itertools
import struct
import subprocess
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from scapy.all import Ether
from scapy.contrib.macsec import MACsecSA
from tally import Tally

ICV_SIZE, ADDRESSES_SIZE = 16, 12
AN = 2
ES, SC, SCB = 0x40, 0x20, 0x10
SUITES = {1: (16, False), 2: (32, False), 3: (16, True), 4: (32, True)}
OFFSETS = {False: ((0, 0), (1, 0), (1, 30), (1, 50)), True: ((0, 0), (1, 0))}
# Data with its EtherType: around both offsets, around the 48 octets from which on none is short.
SIZES = (2, 3, 29, 30, 31, 46, 47, 48, 49, 50, 51, 64, 65, 300, 1486)
NUMBERS = {False: (1, 0x7FFFFFFF, 0xFFFFFFFF),
           True: (1, 0xFFFFFFFF, 0x100000000, 0x1FFFFFFFF, 0x200000000, 0xFEDCBA9876543210)}
DESTINATION, SOURCE = bytes.fromhex("525400000a01"), bytes.fromhex("525400000b02")


def octets(name, size):
    """The same octets for the same name in every run."""
    found = b""
    while len(found) < size:
        found += hashlib.sha256(f"{name} {len(found)}".encode()).digest()
    return found[:size]


class Association:
    """What a key protects, by the standard."""

    def __init__(self, suite, is_encrypting, offset, sectag):
        size, self.is_extended = SUITES[suite]
        self.suite, self.is_encrypting, self.offset, self.sectag = \
            suite, is_encrypting, offset, sectag
        # Without an SCI in the tag it is the source's, port 1; 0 of a broadcast's only sender.
        port = 7 if sectag & SC else 0 if sectag & SCB else 1
        self.sci = SOURCE + struct.pack("!H", port)
        self.ssci = 0x80000001 if self.is_extended else 0
        self.salt = octets("salt", 12) if self.is_extended else b""
        self.sak = octets(f"sak {suite}", size)

    def line(self, direction, next_number=1, lowest=1, window=0):
        return (f"sa {direction} {self.suite} {self.offset} {self.is_encrypting} {self.sectag} "
                f"{self.sci.hex()} {self.ssci} {self.salt.hex() or '-'} {self.sak.hex()} "
                f"{next_number} {lowest} {window}")

    def tag(self, number, size):
        bits = self.sectag | AN | (0x0C if self.is_encrypting else 0)
        short = size if size < 48 else 0
        tag = struct.pack("!HBBI", 0x88E5, bits, short, number & 0xFFFFFFFF)
        return tag + (self.sci if self.sectag & SC else b"")

    def nonce(self, number):
        """10.5 for numbers of 32 bits, 14.7 and 14.8 for those of 64."""
        if not self.is_extended:
            return self.sci + struct.pack("!I", number)
        plain = struct.pack("!IQ", self.ssci, number)
        return bytes(one ^ other for one, other in zip(plain, self.salt))

    def clear_size(self, data_size):
        return min(self.offset, data_size) if self.is_encrypting else data_size

    def protect(self, frame, number):
        head, data = frame[:ADDRESSES_SIZE], frame[ADDRESSES_SIZE:]
        head += self.tag(number, len(data))
        clear = self.clear_size(len(data))
        return head + data[:clear] + AESGCM(self.sak).encrypt(
            self.nonce(number), data[clear:], head + data[:clear])

    def open(self, frame, number):
        """The frame in the clear; None when it is not what was protected."""
        head_size = ADDRESSES_SIZE + (16 if self.sectag & SC else 8)
        head, data = frame[:head_size], frame[head_size:]
        clear = self.clear_size(len(data) - ICV_SIZE)
        if head[ADDRESSES_SIZE:] != self.tag(number, len(data) - ICV_SIZE):
            return None
        try:
            rest = AESGCM(self.sak).decrypt(self.nonce(number), data[clear:], head + data[:clear])
        except InvalidTag:
            return None
        return head[:ADDRESSES_SIZE] + data[:clear] + rest

    def scapy_open(self, frame, number):
        """Scapy's own decryption; it knows no ES bit, so that the tag is judged above alone."""
        extra = dict(xpn_en=True, ssci=self.ssci, salt=self.salt) if self.is_extended else {}
        association = MACsecSA(self.sci, AN, number, self.sak, ICV_SIZE, bool(self.is_encrypting),
                               bool(self.sectag & SC), **extra)
        head_size = 28 if self.sectag & SC else 20
        clear = self.clear_size(len(frame) - head_size - ICV_SIZE)
        assoclen = head_size + clear if self.is_encrypting else None
        try:
            return bytes(association.decap(association.decrypt(Ether(frame), assoclen)))
        except InvalidTag:
            return None


class Secy:
    """The program under test."""

    def __init__(self, program):
        self.process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        text=True)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def pass_frame(self, command, frame):
        answer = self.ask(f"{command} {frame.hex()}")
        return None if answer == "-" else bytes.fromhex(answer)

    def end(self):
        self.process.stdin.close()
        return self.process.wait()


def every_association():
    for suite, (_, is_extended) in SUITES.items():
        for (is_encrypting, offset), sectag in itertools.product(
                OFFSETS[is_extended], (SC, ES, ES | SCB, 0)):
            yield Association(suite, is_encrypting, offset, sectag)


def frame_of(size):
    return DESTINATION + SOURCE + b"\x88\xb5" + octets(f"data {size}", size - 2)


def judge_both_ways(secy, association, tally):
    for number, size in itertools.product(NUMBERS[association.is_extended], SIZES):
        name = (f"suite {association.suite} encrypts {association.is_encrypting} offset "
                f"{association.offset} tag {association.sectag:02x} PN {number:x} size {size}")
        frame = frame_of(size)
        tally.check(secy.ask(association.line("transmit", number)) == "ok", f"{name}: no SA")
        ours = secy.pass_frame("protect", frame)
        tally.check(ours == association.protect(frame, number), f"{name}: not as by the standard")
        tally.check(ours and association.open(ours, number) == frame, f"{name}: does not open")
        if size >= 4:  # Scapy wants a frame of its own in it
            tally.check(ours and association.scapy_open(ours, number) == frame,
                        f"{name}: Scapy does not open it")
        theirs = association.protect(frame, number)
        tally.check(secy.ask(association.line("receive", 1, number)) == "ok", f"{name}: no SA")
        tally.check(secy.pass_frame("open", theirs + bytes(3) if size < 48 else theirs) == frame,
                    f"{name}: theirs is not opened")
        tally.check(secy.pass_frame("open", theirs) is None, f"{name}: taken twice")
        broken = bytearray(theirs)
        broken[-ICV_SIZE - 1 - size // 2] ^= 4
        secy.ask(association.line("receive", 1, number))
        tally.check(secy.pass_frame("open", bytes(broken)) is None, f"{name}: a bit does not count")


def judge_ends(secy, tally):
    """After the last number of 32 bits there is none; with 64 bits they go on through 2^32."""
    short, extended = Association(1, 1, 0, SC), Association(4, 1, 0, SC)
    frame = frame_of(100)
    secy.ask(short.line("transmit", 0xFFFFFFFF))
    tally.check(secy.pass_frame("protect", frame) is not None, "2^32 - 1 is refused")
    tally.check(secy.pass_frame("protect", frame) is None, "a number of 32 bits is used twice")
    start = 0xFFFFFFF0
    secy.ask(extended.line("transmit", start))
    for number in range(start, start + 32):
        ours = secy.pass_frame("protect", frame)
        tally.check(ours and extended.open(ours, number) == frame, f"PN {number:x} past 2^32")
    secy.ask(extended.line("receive", 1, start))
    for number in range(start, start + 32):
        theirs = extended.protect(frame, number)
        tally.check(secy.pass_frame("open", theirs) == frame, f"PN {number:x} of theirs past 2^32")


def judge_window(secy, suite, window, base, tally):
    """10.6: what is not below the highest taken less the window passes, whatever its order."""
    association = Association(suite, 1, 0, SC)
    frame, next_number, lowest = frame_of(80), base, base
    secy.ask(association.line("receive", base, base, window))
    steps = (0, 5, 3, 4, 40, 39, 40, 8, 9, 10, 7, 100, 68, 67, 100 - window, 99 - window, 101, 200)
    for step in steps:
        number = base + step
        if number < 1:
            continue
        expected = number >= lowest
        if expected:
            next_number = max(next_number, number + 1)
            lowest = max(lowest, next_number - window)
        taken = secy.pass_frame("open", association.protect(frame, number)) == frame
        tally.check(taken == expected,
                    f"suite {suite} window {window} base {base:x}: number {step} taken {taken}")


def main():
    tally, secy = Tally(), Secy(sys.argv[1])
    for association in every_association():
        judge_both_ways(secy, association, tally)
    judge_ends(secy, tally)
    for suite, window in itertools.product(SUITES, (0, 1, 32, 1000)):
        for base in (1, 0x7FFFFFC0, *((0xFFFFFFC0, 0x1FFFFFFC0) if suite > 2 else ())):
            judge_window(secy, suite, window, base, tally)
    tally.check(secy.end() == 0, "the SecY ended badly")
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
