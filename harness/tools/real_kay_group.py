#!/usr/bin/python3
"""real_kay_group.py FOLDER CKN CAK128 CAK256: judges what real-kay-group.sh ran.

Keys, check values and key wrap are computed with python3-cryptography; what the SecYs of the
wpa_supplicants were told is their own word, what our KaY put into force its own.
"""
import pathlib
import struct
import sys

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap
from scapy.layers.l2 import Ether
from scapy.utils import rdpcap

from mka_derivation import cmac, derive
from real_kay import ICV_SIZE, key_in_use, lines_of, parameter_sets
from tally import Tally

OURS, THEIRS, THIRD = "525400000a01", "525400000a02", "525400000a03"
LIFE, HELLO = 6.0, 2.0


class World:
    """One of the runs: its MKPDUs, proved, its SAKs, and what either end says."""

    def __init__(self, folder, name, keys, tally):
        self.name, self.tally = name, tally
        self.kek, self.ick = keys
        self.kay = lines_of(folder / f"{name}.kay")
        self.secys = {member: lines_of(folder / f"{name}-{member}.secy") for member in "bc"
                      if (folder / f"{name}-{member}.secy").exists()}
        self.saks = {}  # key identifier -> (AN, SAK, confidentiality, first told)
        self.said = [self.read(packet) for packet in rdpcap(str(folder / f"{name}.pcap"))
                     if bytes(packet)[12:14] == b"\x88\x8e" and bytes(packet)[15] == 5]
        self.check(self.said, "nobody says anything")

    def check(self, holds, text):
        self.tally.check(holds, f"{self.name}: {text}")

    def read(self, packet):
        octets = bytes(packet) if isinstance(packet, Ether) else b""
        pdu = octets[:18 + struct.unpack("!H", octets[16:18])[0]]
        self.check(cmac(self.ick, pdu[:-ICV_SIZE]) == pdu[-ICV_SIZE:], "a wrong ICV")
        sets = list(parameter_sets(pdu))
        head, body = sets[0]
        mkpdu = {"at": float(packet.time), "source": pdu[6:12].hex(),
                 "is_server": bool(head[2] & 0x80), "member": body[8:20], "live": set(),
                 "use": None, "capability": head[2] >> 4 & 3}
        for head, body in sets[1:]:
            if head[0] == 1:
                mkpdu["live"] = {body[at:at + 12] for at in range(0, len(body), 16)}
            elif head[0] == 3 and len(body) == 40:
                mkpdu["use"] = key_in_use(head[1], body)
            elif head[0] == 4 and body:
                self.learn(mkpdu, head[1], body)
        return mkpdu

    def learn(self, mkpdu, bits, body):
        try:
            sak = aes_key_unwrap(self.kek, body[4:]).hex()
        except InvalidUnwrap:
            self.check(False, "a SAK does not unwrap")
            return
        identifier = mkpdu["member"] + body[:4]
        told = self.saks.setdefault(identifier, (bits >> 6, sak, bits >> 4 & 3, mkpdu["at"]))
        self.check(told[:3] == (bits >> 6, sak, bits >> 4 & 3), "a SAK changes under its number")

    def of(self, source):
        return [mkpdu for mkpdu in self.said if mkpdu["source"] == source]

    def judge_keys(self, members):
        """Everybody has every SAK that was distributed to him, to send and to receive with."""
        for an, sak, _, _ in self.saks.values():
            for direction in ("transmit", "receive"):
                self.check(any(line["op"] == "put" and line["sak"] == sak and line["an"] == an and
                               line["direction"] == direction and line["in_use"] and
                               line["sci"][:12] != (THEIRS if direction == "transmit" else OURS)
                               for line in self.kay), f"we do not {direction} with AN {an}")
            for member in members:
                calls = {call["op"] for call in self.secys[member] if call.get("key") == sak}
                self.check({"add_txsa", "add_rxsa"} <= calls, f"{member} has not all of AN {an}")

    def judge_end(self):
        """Both that are left use one key, and go on to list each other."""
        ours = self.of(OURS)[-1]
        theirs = [mkpdu for mkpdu in self.of(THEIRS) if mkpdu["at"] <= ours["at"]][-1]
        self.check(ours["use"] and theirs["use"] and ours["use"] == theirs["use"] and
                   ours["use"][2:] == (True, True), f"uses differ: {ours['use']} {theirs['use']}")
        self.check(theirs["member"] in ours["live"] and ours["member"] in theirs["live"],
                   "they do not list each other")
        ups = [call["up"] for call in self.secys["b"] if call["op"] == "controlled_port"]
        self.check(1 in ups and 0 not in ups[ups.index(1):], f"its controlled port: {ups}")


def judge_group(world, folder, server):
    killed = float((folder / f"{world.name}.killed").read_text())
    third = world.of(THIRD)
    world.check(third and third[-1]["at"] <= killed + 0.2, "the third was not there, or stays")
    told = sorted(world.saks.items(), key=lambda entry: entry[1][3])
    numbers = [struct.unpack("!I", identifier[12:])[0] for identifier, _ in told]
    # A wpa_supplicant that finds itself listed with a number not below its own begins anew with
    # another MI: each brings one more SAK.
    most = 2 + len({mkpdu["member"] for mkpdu in third})
    world.check(numbers == list(range(1, len(numbers) + 1)) and 3 <= len(numbers) <= most and
                [entry[0] for _, entry in told] == [number - 1 & 3 for number in numbers],
                f"KNs {numbers}, ANs {[entry[0] for _, entry in told]}")
    world.check(len({identifier[:12] for identifier, _ in told}) == 1, "two key servers")
    world.check(all(mkpdu["is_server"] == (mkpdu["source"] == server) for mkpdu in world.said[-8:]),
                "the wrong one is key server")
    world.judge_keys("b")
    if len(told) < 3 or not third:
        return
    shared, left = told[1][1], told[-1][1]
    world.check(third[0]["at"] <= shared[3] <= third[0]["at"] + LIFE + 2 * HELLO,
                f"the second SAK comes {shared[3] - third[0]['at']:.1f} s after the third")
    calls = {call["op"] for call in world.secys["c"] if call.get("key") == shared[1]}
    world.check({"add_txsa", "add_rxsa"} <= calls, "the third has not the second SAK")
    silence = left[3] - third[-1]["at"]
    world.check(LIFE - 0.1 <= silence <= LIFE + 2 * HELLO,
                f"the third SAK comes {silence:.1f} s after the third fell silent")
    world.check(not any(call.get("key") == left[1] for call in world.secys["c"]),
                "who was dead has the last SAK")
    gone = [line for line in world.kay if line["op"] == "delete" and line["sci"][:12] == THIRD]
    world.check(gone and not any(line["sci"][:12] == THIRD and line["op"] == "put"
                                 and line["sak"] == left[1] for line in world.kay),
                "we still receive from the dead")
    print(f"{world.name}: rekeyed {silence:.1f} s after the third's last word")


def judge_protection(world, encrypting, offset, confidentiality):
    """What our SecY does is what the SAK was told for. wpa_supplicant's encrypts unless its own
    macsec_integ_only says no, whatever it is told; who receives goes by the frame's E bit."""
    for told in world.saks.values():
        world.check(told[2] == confidentiality, f"a SAK for confidentiality {told[2]}")
    modes = {(line["encrypting"], line["offset"]) for line in world.kay if line["op"] == "put"}
    world.check(modes == {(encrypting, offset)}, f"our SAs are {modes}")
    encrypts = [call["encrypt"] for call in world.secys["b"] if "encrypt" in call]
    own = 0 if world.name == "integrity-theirs" else 1
    world.check(encrypts and encrypts[-1] == own, f"its SecY encrypts: {encrypts}")
    world.judge_keys("b")


def main():
    folder, ckn = pathlib.Path(sys.argv[1]), bytes.fromhex(sys.argv[2])
    caks = [bytes.fromhex(text) for text in sys.argv[3:5]]
    tally = Tally()
    worlds = {}
    for name in ("group-ours", "group-theirs", "cak-256", "integrity-ours", "integrity-theirs",
                 "offset"):
        cak = caks[name == "cak-256"]
        keys = derive(cak, b"IEEE8021 KEK", ckn), derive(cak, b"IEEE8021 ICK", ckn)
        worlds[name] = World(folder, name, keys, tally)
        worlds[name].judge_end()
    judge_group(worlds["group-ours"], folder, OURS)
    judge_group(worlds["group-theirs"], folder, THEIRS)
    judge_protection(worlds["cak-256"], 1, 0, 1)
    judge_protection(worlds["integrity-ours"], 0, 0, 0)
    judge_protection(worlds["integrity-theirs"], 0, 0, 0)
    # It says that it is capable of no offset but 0: the 30 octets that we want are not asked for.
    judge_protection(worlds["offset"], 1, 0, 1)
    world = worlds["offset"]
    world.check({mkpdu["capability"] for mkpdu in world.of(THEIRS)} == {2}, "its capability")
    world.check({mkpdu["capability"] for mkpdu in world.of(OURS)} == {3}, "our capability")
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
