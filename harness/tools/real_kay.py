#!/usr/bin/python3
"""real_kay.py FOLDER CKN CAK: judges what real-kay.sh ran.

Keys, check values and key wrap are computed here with python3-cryptography, MKPDUs are taken apart
with struct: nothing of the code under test.
"""
import json
import pathlib
import struct
import sys

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
from scapy.layers.l2 import Ether  # so that captures are read as Ethernet
from scapy.utils import rdpcap
from mka_derivation import cmac, derive
from tally import Tally

OURS, THEIRS = "525400000a01", "525400000b02"
ICV_SIZE = 16


def parameter_sets(pdu):
    """(head, body) of each set, the basic one first."""
    offset, end = 18, len(pdu) - ICV_SIZE
    while offset + 4 <= end:
        size = struct.unpack("!H", pdu[offset + 2:offset + 4])[0] & 0xFFF
        yield pdu[offset:offset + 4], pdu[offset + 4:offset + 4 + size]
        offset += 4 + (size + 3 & ~3)


def key_in_use(bits, body):
    """Identifier, AN, transmits, receives: of the latest key, or else of the old one, as which a
    key is told of once the one before it has gone."""
    if any(body[:16]):
        return body[:16], bits >> 6, bool(bits & 0x20), bool(bits & 0x10)
    return body[20:36], bits >> 2 & 3, bool(bits & 2), bool(bits & 1)


def read_mkpdus(path, ckn, cak, tally):
    """All MKPDUs as dictionaries, check values proved."""
    ick, kek = derive(cak, b"IEEE8021 ICK", ckn), derive(cak, b"IEEE8021 KEK", ckn)
    said = []
    for packet in rdpcap(str(path)):
        octets = bytes(packet) if isinstance(packet, Ether) else b"".ljust(60, b"\0")
        if octets[12:14] != b"\x88\x8e" or octets[15] != 5:
            continue
        pdu = octets[:18 + struct.unpack("!H", octets[16:18])[0]]
        tally.check(cmac(ick, pdu[:-ICV_SIZE]) == pdu[-ICV_SIZE:], f"{path.name}: a wrong ICV")
        sets = list(parameter_sets(pdu))
        head, body = sets[0]
        mkpdu = dict(at=float(packet.time), source=pdu[6:12].hex(), is_server=bool(head[2] & 0x80),
                     sci=body[:8].hex(), member=body[8:20], live=[],
                     number=struct.unpack("!I", body[20:24])[0], sak=None, use=None)
        for head, body in sets[1:]:
            if head[0] == 1:
                mkpdu["live"] = [body[at:at + 12] for at in range(0, len(body), 16)]
            elif head[0] == 3 and len(body) == 40:
                mkpdu["use"] = key_in_use(head[1], body)
            elif head[0] == 4 and len(body) == 28:
                try:
                    mkpdu["sak"] = (head[1] >> 6, aes_key_unwrap(kek, body[4:]).hex())
                except InvalidUnwrap:
                    tally.check(False, f"{path.name}: a SAK does not unwrap")
        said.append(mkpdu)
    return said


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def judge_participant(name, mine, moved_at, tally):
    tally.check(len(mine) >= 7, f"{name}: only {len(mine)} MKPDUs of ours")
    numbers = [mkpdu["number"] for mkpdu in mine]
    tally.check(numbers == list(range(1, len(numbers) + 1)), f"{name}: our numbers are {numbers}")
    for key in ("sci", "source", "member"):
        seen = {mkpdu[key] for mkpdu in mine}
        tally.check(len(seen) == 1, f"{name}: {key} changes with the move")
    gaps = [after["at"] - before["at"] for before, after in zip(mine, mine[1:])]
    tally.check(max(gaps) < 2.5, f"{name}: we are silent for {max(gaps):.1f} s")
    around = [mkpdu for mkpdu in mine if abs(mkpdu["at"] - moved_at) < 0.5]
    tally.check(len(around) >= 2, f"{name}: no MKPDU before and after the move")


def judge_peer(name, theirs, us, secy, tally):
    tally.check(theirs, f"{name}: wpa_supplicant says nothing")
    listing = [us in mkpdu["live"] for mkpdu in theirs]
    first = listing.index(True) if True in listing else len(listing)
    tally.check(True in listing and all(listing[first:]),
                f"{name}: wpa_supplicant does not go on to list us as live")
    tally.check(len({mkpdu["member"] for mkpdu in theirs}) == 1, f"{name}: it began anew")
    ups = [call["up"] for call in secy if call["op"] == "controlled_port"]
    tally.check(ups and ups[-1] == 1 and 0 not in ups[ups.index(1):],
                f"{name}: its controlled port went down: {ups}")


def judge_keys(name, said, kay, secy, tally):
    wire = dict(mkpdu["sak"] for mkpdu in said if mkpdu["sak"])
    ours = {(line["direction"], line["an"]): line["sak"] for line in kay
            if line["op"] == "put" and line["in_use"]}
    own = {("receive", call["an"]): call["key"] for call in secy if call["op"] == "add_txsa"}
    own.update({("transmit", call["an"]): call["key"] for call in secy if call["op"] == "add_rxsa"})
    tally.check(wire, f"{name}: no SAK was distributed")
    told = sum(mkpdu["sak"] is not None for mkpdu in said)
    tally.check(told <= 4 * len(wire), f"{name}: SAKs were told {told} times, though all had them")
    for an, sak in wire.items():
        for direction in ("transmit", "receive"):
            where = f"{name}: AN {an} {direction}"
            tally.check(ours.get((direction, an)) == sak, f"{where}: ours is not what was sent")
            tally.check(own.get((direction, an)) == sak, f"{where}: its SecY has another key")
    return wire


def judge_risk(name, mine, theirs, moved_at, tally):
    """Another participant on the same secure channel. wpa_supplicant ignores it until it has given
    up the one before (6 s), then hears it and answers: a hello each."""
    members = list(dict.fromkeys(mkpdu["member"] for mkpdu in mine))
    tally.check(len(members) == 2, f"{name}: {len(members)} participants of ours, not 2")
    tally.check(len({mkpdu["sci"] for mkpdu in mine}) == 1, f"{name}: the SCI changes")
    anew = [mkpdu for mkpdu in mine if mkpdu["member"] == members[-1]]
    numbers = [mkpdu["number"] for mkpdu in anew]
    tally.check(numbers == list(range(1, len(numbers) + 1)), f"{name}: numbers are {numbers}")
    old_keys = {mkpdu["use"][0] for mkpdu in theirs if mkpdu["at"] < moved_at and mkpdu["use"]}
    at = [mkpdu["at"] for mkpdu in theirs if mkpdu["use"] and mkpdu["use"][2]
          and mkpdu["use"][0][:12] == members[-1]]
    tally.check(old_keys and at, f"{name}: wpa_supplicant does not transmit with the new SAK")
    if at:
        tally.check(at[0] - moved_at < 11, f"{name}: only {at[0] - moved_at:.1f} s after the move")


def judge(folder, name, ckn, cak, tally):
    said = read_mkpdus(folder / f"{name}.pcap", ckn, cak, tally)
    kay, secy = lines_of(folder / f"{name}.kay"), lines_of(folder / f"{name}.secy")
    mine = [mkpdu for mkpdu in said if mkpdu["source"] == OURS]
    theirs = [mkpdu for mkpdu in said if mkpdu["source"] == THEIRS]
    tally.check(any(line["op"] == "moved" for line in kay), f"{name}: it did not move")
    if not mine or not theirs:
        tally.check(False, f"{name}: {len(mine)} MKPDUs of ours, {len(theirs)} of its own")
        return
    if name == "risk":
        judge_risk(name, mine, theirs, mine[0]["at"] + 5, tally)
    else:
        judge_participant(name, mine, mine[0]["at"] + 5, tally)
        judge_peer(name, theirs, mine[0]["member"], secy, tally)
    wire = judge_keys(name, said, kay, secy, tally)
    # It is told to end only after ours has; its farewell is not what is judged.
    theirs = [mkpdu for mkpdu in theirs if mkpdu["at"] <= mine[-1]["at"]]
    last = mine[-1]["use"], theirs[-1]["use"]
    tally.check(last[0] and last[0] == last[1] and last[0][2:] == (True, True),
                f"{name}: both do not transmit and receive with one key at the end: {last}")
    if name == "ours":
        tally.check(mine[-1]["is_server"] and not theirs[-1]["is_server"],
                    "ours: we are not key server")
        tally.check(set(wire) == {0, 1}, f"ours: no new SAK after the move, but ANs {set(wire)}")
    elif name == "theirs":
        tally.check(theirs[-1]["is_server"] and not mine[-1]["is_server"],
                    "theirs: wpa_supplicant is not key server")


def main():
    folder = pathlib.Path(sys.argv[1])
    ckn, cak = bytes.fromhex(sys.argv[2]), bytes.fromhex(sys.argv[3])
    tally = Tally()
    for name in ("ours", "theirs", "risk"):
        judge(folder, name, ckn, cak, tally)
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
