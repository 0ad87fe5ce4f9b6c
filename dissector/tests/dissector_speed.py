#!/usr/bin/python3
"""How fast the plugin is beside tshark's LLDP: dissector_speed.py SCRATCH [FRAMES].

Sealed frames without keys, in frames a second; opened ones with -V, in lines a second; and opened ones with
a key log of 10,000 associations beside one of theirs alone. Processor time, the best of three, so that a
busy machine does not decide.
"""

import os
import resource
import struct
import sys

import pdu_maker
import rule_cases
from tshark_run import Tshark


def lldp(size):
    def tlv(kind, value):
        return struct.pack(">H", kind << 9 | len(value)) + value
    octets = (tlv(1, b"\4" + pdu_maker.MAC_A) + tlv(2, b"\5eth0") + tlv(3, b"\0\x78") +
              tlv(4, b"port") + tlv(5, b"system") + tlv(7, b"\0\x14\0\x14"))
    vlan = tlv(127, bytes.fromhex("0080c2010001"))
    while len(octets) + len(vlan) + 2 + 14 <= size:
        octets += vlan
    frame = pdu_maker.ethernet(octets + tlv(0, b""), 0x88cc)
    return frame + bytes(max(0, size - len(frame)))


def spent(tshark, *arguments):
    """The least processor time of three runs, and the lines printed."""
    best, lines = 1e9, 0
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        lines = tshark.run(*arguments).count("\n")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        best = min(best, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return best, lines


ASSOCIATIONS, MOST_SLOWER = 10000, 1.25


def many_keys(scratch, tshark, capture, keys):
    """The time with 20,000 keys more in the log, in front, over that without them; reading the log aside."""
    many, none = (os.path.join(scratch, name) for name in ("many.keys", "none.pcap"))
    pdu_maker.keylog(many, *((number, struct.pack(">Q", number) * 4) for number in range(2 * ASSOCIATIONS)),
                     (pdu_maker.INDEX, pdu_maker.KEY))
    pdu_maker.capture(none, [])
    times = [spent(tshark, "-r", each, "-Y", "dimp.data", *Tshark.options(log, None))[0]
             for each, log in ((capture, keys), (capture, many), (none, keys), (none, many))]
    return (times[1] - times[3]) / (times[0] - times[2])


def main():
    scratch, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 200000
    tshark = Tshark(scratch, os.path.join(os.environ["BUILD"], "dimp.so"))
    assert tshark.is_loaded()
    ours, theirs, keys = (os.path.join(scratch, name) for name in ("o.pcap", "t.pcap", "o.keys"))
    records = [rule_cases.record(4, (2, f"02000000{number:04x}")) for number in range(3)]
    frames = [pdu_maker.ethernet(pdu_maker.protected(pdu_maker.tlv(0x14, rule_cases.octets(
        f"{1 + number // 100:016x} 0000 {number:08x} 00000000") + b"".join(records)), number))
        for number in range(count)]
    pdu_maker.keylog(keys)
    pdu_maker.capture(ours, frames, 10)
    pdu_maker.capture(theirs, [lldp(len(frames[0]))] * count, 10)
    sealed, lines = spent(tshark, "-r", ours)
    other, other_lines = spent(tshark, "-r", theirs)
    assert lines == other_lines == count, (lines, other_lines)
    frames_ratio = other / sealed
    opened, lines = spent(tshark, "-r", ours, "-V", *Tshark.options(keys, None))
    other, other_lines = spent(tshark, "-r", theirs, "-V")
    lines_ratio = (lines / opened) / (other_lines / other)
    print(f"{count} frames of {len(frames[0])} octets: sealed, frames a second: {frames_ratio:.2f} of "
          f"LLDP's (at least 0.80); opened, -V, lines a second: {lines_ratio:.2f} (at least 0.70)")
    slower = many_keys(scratch, tshark, ours, keys)
    print(f"opened with the keys of {ASSOCIATIONS} associations besides: {slower:.2f} of the time without them (at most "
          f"{MOST_SLOWER})")
    failed = (frames_ratio < 0.8) + (lines_ratio < 0.7) + (slower > MOST_SLOWER)
    print(f"{3 - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
