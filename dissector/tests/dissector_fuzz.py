#!/usr/bin/python3
"""Breaks octets and lets the plugin read them under ASan: dissector_fuzz.py SCRATCH ROUNDS.

A round is every DIMP frame of two runs with octets changed as editcap -E does, and a hundred payloads
that were changed before they were sealed, so that the walkers see them. Round n draws from seed n.
"""

import random
import sys

import dissector_checks as checks
import pdu_maker
import rule_cases
from tshark_run import Tshark

ROUNDS_AT_ONCE, PAYLOADS = 50, 100
RUNS = ("success-one-shot.pcapng", "every-di-type.pcapng")


def changed(dice, octets, start=0):
    """The octets with one in fifty changed."""
    broken = bytearray(octets)
    for at in range(start, len(broken)):
        if dice.random() < 0.02:
            broken[at] = dice.randrange(256)
    return bytes(broken)


def one_round(seed, frames, messages):
    dice = random.Random(seed)
    broken = [changed(dice, frame, 14) for frame in frames]
    for number in range(PAYLOADS):
        payload = changed(dice, dice.choice(messages) + dice.choice(messages))
        payload = payload[:dice.randrange(1, len(payload) + 1)]
        broken.append(pdu_maker.ethernet(
            pdu_maker.protected(payload, (seed * PAYLOADS + number) % (1 << 23))))
    return broken


def main():
    scratch, rounds = sys.argv[1], int(sys.argv[2])
    world = checks.World(scratch)
    asan = world.asan_tshark()
    assert world.tshark.is_loaded() and "\tdimp.verdict\t" in asan.run("-G", "fields")
    frames = [frame for run in RUNS for frame in checks.dimp_frames(world, run)]
    messages = [row[-1] for row in rule_cases.RIGHT + rule_cases.WRONG]
    keys, capture = world.path("fuzz.keys"), world.path("fuzz.pcap")
    with open(keys, "w", encoding="ascii") as file:
        file.write(f"DIMP_KEY {pdu_maker.INDEX:08x} {pdu_maker.KEY.hex()}\n")
        for run in RUNS:
            with open(world.keys(run), encoding="ascii") as other:
                file.write(other.read())
    for first in range(1, rounds + 1, ROUNDS_AT_ONCE):
        seeds = range(first, min(first + ROUNDS_AT_ONCE, rounds + 1))
        broken = [frame for seed in seeds for frame in one_round(seed, frames, messages)]
        pdu_maker.capture(capture, broken)
        listed = asan.run("-r", capture, "-V", "-Y", "dimp && (" + checks.BROKEN + ")",
                          *Tshark.options(keys, None))
        rows = asan.fields(capture, "frame.number", keys=keys, filtered="dimp", more=("-2",))
        if listed or len(rows) != len(broken) or "ERROR:" in asan.errors:
            print(f"rounds {seeds}: {len(rows)} of {len(broken)} frames dissected\n{listed[:3000]}")
            print(f"{first - 1} passed, 1 failed")
            return 1
    print(f"{rounds} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
