#!/usr/bin/python3
"""Scapy layer, C codec and dissector read the same: on all fixtures and on random messages.

usage: three_way.py BUILD N SEED

Fixtures are also held to their manifests: the reading of each frame, the dissector's expert items, what a
receiver makes of it; and tshark says neither "Malformed" nor "Dissector bug". A disagreement prints the
frame, the three readings and the clause.
"""

import json
import os
import shutil
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import random_messages  # noqa: E402 (the path has to be set first)
from capture_file import read_capture, write_capture  # noqa: E402
from fixture_parts import INDEX, KEY, START_US, ethernet  # noqa: E402
from three_readers import ROOT, Readers, carried, same_text  # noqa: E402

from dimp_scapy import (Opener, Refusal, Responder, check_pdu, key_line, open_with, read_key_log,  # noqa: E402
                        read_message, read_record, split_payload)

FIXTURES = os.path.join(ROOT, "pcaps", "fixtures")
BROKEN = ('_ws.malformed || _ws.short || _ws.expert.group == "Malformed" || '
          '_ws.expert.group == "Undecoded" || _ws.lua.error')
SHOWN = 5
EPHEMERAL = b"\x42" * 32  # of whoever answers


def clauses_of(frame, keys):
    """Where the Scapy layer finds a rule broken: a text for a disagreement."""
    try:
        pdu = check_pdu(carried(frame)[0])
        messages, _ = split_payload(open_with(keys[int.from_bytes(pdu[4:8], "big")][0], pdu))
    except (Refusal, KeyError, TypeError) as refusal:
        return str(refusal)
    found = []
    for message in messages:
        try:
            read = read_message(message)
            for record in read[2] if read and read[0].name == "data" else ():
                try:
                    read_record(record)
                except Refusal as refusal:
                    found.append(str(refusal))
        except Refusal as refusal:
            found.append(str(refusal))
    return ", ".join(found) or "no rule is broken"


def compare(readers, capture, keylog, speakers=()):
    """(readings, expert items, disagreements as texts) of a capture."""
    frames = read_capture(capture)
    with open(keylog, encoding="ascii") as file:
        keys, _ = read_key_log(file.read())
    dissected, experts = readers.dissector(capture, keylog, speakers)
    said = {"scapy": readers.scapy(frames, keylog), "codec": readers.codec(capture, frames, keylog),
            "dissector": dissected}
    said["dissector"] = {number: same_text(said["scapy"].get(number), reading)
                         for number, reading in dissected.items()}
    wrong = []
    for number, (octets, _, _) in enumerate(frames, 1):
        texts = {name: json.dumps(rows.get(number)) for name, rows in said.items()}
        if len(set(texts.values())) > 1:
            rows = "".join(f"\n    {name:10} {text}" for name, text in texts.items())
            wrong.append(f"frame {number}: {octets.hex()}\n    clause     "
                         f"{clauses_of(octets, keys)}{rows}")
    return said["scapy"], experts, wrong


class Handshakes:
    """The receivers of handshakes: speakers whose secrets are known, by MAC address."""

    def __init__(self, rows):
        told = [[part.strip('"') for part in row.split(",")] for row in rows]
        self.public = {name: bytes.fromhex(public) for name, public, _ in told}
        self.secret = {name: bytes.fromhex(secret) for name, _, secret in told if secret}
        self.stamps = {}

    def receive(self, frame, pdu):
        """Takes an INITIATION or raises Refusal."""
        ends = [":".join(f"{octet:02x}" for octet in part) for part in (frame[6:12], frame[:6])]
        taken = Responder(self.secret[ends[1]], EPHEMERAL, pdu, self.public.get(ends[0]), 1, 1,
                          self.stamps.get(ends[0], -1))
        self.stamps[ends[0]] = taken.stamp
        return "taken"


def receive(frames, keys, speakers=()):
    """What a receiver with these keys makes of frames in their order: {number: "taken" or counter}."""
    handshakes = Handshakes(speakers)
    openers = {index: Opener(rows[0]) for index, rows in keys.items()}
    said = {}
    for number, (octets, _, _) in enumerate(frames, 1):
        try:
            pdu = check_pdu(carried(octets)[0])
            if speakers and pdu[0] & 15 == 1:
                said[number] = handshakes.receive(octets, pdu)
                continue
            opener = openers.get(int.from_bytes(pdu[4:8], "big"))
            if opener and pdu[0] & 15 == 3:
                opener.open(pdu)
            said[number] = "taken" if opener else "drop_unknown_index"
        except Refusal as refusal:
            said[number] = refusal.error
    return said


def check_fixture(readers, scratch, name):
    """The texts of what is wrong with one fixture."""
    with open(os.path.join(FIXTURES, name), encoding="utf-8") as file:
        manifest = json.load(file)
    paths = [shutil.copy(os.path.join(FIXTURES, manifest[each]), scratch) for each in ("capture", "keys")]
    speakers = []
    if "speakers" in manifest:
        with open(os.path.join(FIXTURES, manifest["speakers"]), encoding="ascii") as file:
            speakers = file.read().splitlines()
    readings, experts, wrong = compare(readers, *paths, speakers)
    frames = read_capture(paths[0])
    with open(paths[1], encoding="ascii") as file:
        received = receive(frames, read_key_log(file.read())[0], speakers)
    if len(frames) != len(manifest["frames"]):
        wrong.append("the manifest has another number of frames")
    for row in manifest["frames"]:
        number = row["frame"]
        for what, ours, theirs in (
                ("reading", readings.get(number), row["reading"]),
                ("expert", sorted(experts.get(number, ())), row["expert"]),
                ("receiver", received[number], row.get("receiver", received[number]))):
            if ours != theirs:
                wrong.append(f"frame {number} ({row['what']}, DIMP {row['clause']}), {what}:\n"
                             f"    manifest   {json.dumps(theirs)}\n    is         {json.dumps(ours)}")
    listed = readers.tshark.run("-r", paths[0], "-V", "-Y", BROKEN, "-o", "dimp.keylog_file:" + paths[1])
    if listed or "Dissector bug" in readers.tshark.errors:
        wrong.append("malformed to tshark:\n" + listed[:2000] + readers.tshark.errors[:500])
    return [f"{manifest['capture']}: {text}" for text in wrong], len(frames)


def carry(number, pdu):
    """A PDU in a frame; one of 16 in MACsec that does not encrypt, one of 16 in a VLAN."""
    frame = ethernet(pdu)
    # Of what is cut tshark takes the ICV for the end.
    if number % 16 == 3 and int.from_bytes(pdu[2:4], "big") <= len(pdu) >= 16:
        sectag = b"\x88\xe5\x20\0" + number.to_bytes(4, "big") + frame[6:12] + b"\0\1"
        return frame[:12] + sectag + frame[12:14] + pdu + bytes(16)
    return frame[:12] + b"\x81\0\0\x64" + frame[12:] if number % 16 == 7 else frame


def check_random(readers, scratch, count, seed):
    """The texts of disagreements about `count` messages drawn from a seed."""
    capture, keys = (os.path.join(scratch, "random." + each) for each in ("pcapng", "keys"))
    frames = [(frame, len(frame), START_US + number, "") for number, frame in enumerate(
        carry(*each) for each in enumerate(random_messages.pdus(count, seed, KEY, INDEX), 1))]
    write_capture(capture, frames)
    with open(keys, "w", encoding="ascii") as file:
        file.write(key_line(INDEX, KEY))
    readings, _, wrong = compare(readers, capture, keys)
    right = sum("error" not in json.dumps(each.get("messages")) for each in readings.values())
    if not count // 10 < right < count * 9 // 10:
        wrong.append(f"{right} of {count} random frames are without error: the draw is lopsided")
    return [f"seed {seed}: {text}" for text in wrong], right


def main():
    build, count, seed = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    wrong, total = [], 0
    with tempfile.TemporaryDirectory() as scratch:
        os.chmod(scratch, 0o755)
        readers = Readers(build, scratch)
        names = sorted(name for name in os.listdir(FIXTURES) if name.endswith(".json"))
        for name in names:
            texts, frames = check_fixture(readers, scratch, name)
            wrong += texts
            total += frames
        texts, right = check_random(readers, scratch, count, seed)
        wrong += texts
    for text in wrong[:int(os.environ.get("SHOW", SHOWN))]:
        print(text)
    print(f"three-way: {len(names)} fixtures of {total} frames, {count} random ones of seed {seed} "
          f"({right} without error): {len(wrong)} disagreements")
    sys.exit(1 if wrong or not names else 0)


if __name__ == "__main__":
    main()
