#!/usr/bin/python3
"""macsec_runs.py DIMP SCENARIO...: what passed on the wires of simulated runs, opened with the CAK alone.

Each scenario is run, with a fifth of its frames, and captured. The MKPDUs' check values are proved, SAKs unwrapped, SSCIs and
salts worked out, and every MACsec frame is opened, by this file over python3-cryptography, with
nothing of the code under test; what was inside has to have passed in the clear elsewhere. tshark
has to read the MKPDUs as this file does.
"""
import logging
import pathlib
import re
import struct
import subprocess
import sys
import tempfile

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap
logging.getLogger("scapy").setLevel(logging.ERROR)  # of comments that it does not read
from scapy.utils import RawPcapNgReader
from mka_derivation import cmac, derive
from tally import Tally

ICV_SIZE = 16
EXTENDED = {0x0080C20001000003, 0x0080C20001000004}
OFFSETS = (None, 0, 30, 50)  # by the two bits; None: integrity only
FIELDS = ("mka.actor_mn", "mka.suspension_time", "mka.key_server_ssci", "mka.delay_protect",
          "mka.latest_key_number", "mka.distributed_an", "mka.confidentiality_offset",
          "mka.latest_lowest_acceptable_pn")


def untagged(octets):
    return octets[:12] + octets[16:] if octets[12:14] == b"\x81\x00" else octets


def salt_of(member, number):
    """IEEE 802.1AE-2018 10.7.8: the KN's halves, exchanged, over the first four octets of the MI."""
    mixed = struct.unpack("!I", member[:4])[0] ^ ((number & 0xFFFF) << 16 | number >> 16)
    return struct.pack("!I", mixed) + member[4:]


class Sak:
    def __init__(self, octets, suite, offset, salt):
        self.cipher, self.suite, self.offset, self.salt = AESGCM(octets), suite, offset, salt
        self.sscis, self.highest = {}, {}  # by SCI

    def numbers(self, sci, low):
        """What the whole number may be; with 64 bits the half above depends on what went before."""
        if self.suite not in EXTENDED:
            return [low]
        high = self.highest.get(sci, 0) >> 32
        return [half << 32 | low for half in (high, high + 1, high - 1) if half >= 0]

    def nonce(self, sci, number):
        if self.suite not in EXTENDED:
            return sci + struct.pack("!I", number)
        plain = struct.pack("!IQ", self.sscis.get(sci, 0), number)
        return bytes(one ^ other for one, other in zip(plain, self.salt))

    def open(self, frame, sci):
        head, data = frame[:28], frame[28:]
        if head[15]:
            data = data[:head[15] + ICV_SIZE]
        is_encrypted = bool(head[14] & 8)
        clear = min(self.offset or 0, len(data) - ICV_SIZE) if is_encrypted else len(data) - ICV_SIZE
        for number in self.numbers(sci, struct.unpack("!I", head[16:20])[0]):
            try:
                rest = self.cipher.decrypt(self.nonce(sci, number), data[clear:],
                                           head + data[:clear])
            except InvalidTag:
                continue
            self.highest[sci] = max(number, self.highest.get(sci, 0))
            return head[:12] + data[:clear] + rest, number, is_encrypted
        return None


class Run:
    def __init__(self, name, keys, tally):
        self.name, self.tally = name, tally
        self.ick, self.kek = keys
        self.scis, self.saks, self.by_an, self.read = {}, {}, {}, {}
        self.opened, self.clear, self.modes = set(), set(), set()
        self.used = set()  # (SAK, SCI, number), which nobody may use for two frames

    def check(self, holds, text):
        self.tally.check(holds, f"{self.name}: {text}")

    def take(self, frame):
        kind = frame[12:14]
        if kind == b"\x88\x8e" and frame[15] == 5:
            self.take_mkpdu(frame)
        elif kind == b"\x88\xe5":
            self.take_protected(frame)
        elif kind == b"\x08\x00":
            self.clear.add(frame)

    def take_mkpdu(self, frame):
        pdu = frame[:18 + struct.unpack("!H", frame[16:18])[0]]
        self.check(cmac(self.ick, pdu[:-ICV_SIZE]) == pdu[-ICV_SIZE:], "a wrong ICV")
        at, sets = 18, {}
        while at < len(pdu) - ICV_SIZE:
            size = struct.unpack("!H", pdu[at + 2:at + 4])[0] & 0xFFF
            sets[pdu[at] if sets else 0] = pdu[at:at + 4], pdu[at + 4:at + 4 + size]
            at += 4 + (size + 3 & ~3)
        body = sets[0][1]
        self.scis[body[8:20]] = body[:8]
        self.note_fields(pdu, sets)
        if 4 in sets and sets[4][1]:
            self.take_sak(body[8:20], sets)

    def note_fields(self, pdu, sets):
        """As tshark should tell them."""
        use, xpn, live, sak = sets.get(3), sets.get(8), sets.get(1), sets.get(4)
        lowest = [use[1][16:20].hex()] if use and any(use[1][:12]) else []
        if xpn:
            lowest.append(xpn[1][:4].hex())
        self.read[pdu.hex()] = (
            sets[0][1][20:24].hex(), str(xpn[0][1]) if xpn else "",
            live[0][1] if live and pdu[18] >= 3 else 0,
            bool(use and use[0][2] & 0x10), use[1][12:16].hex() if use else "",
            str(sak[0][1] >> 6) if sak and sak[1] else "",
            str(sak[0][1] >> 4 & 3) if sak and sak[1] else "", lowest)

    def take_sak(self, server, sets):
        head, body = sets[4]
        number = struct.unpack("!I", body[:4])[0]
        identifier = server, number
        if identifier in self.saks:
            return
        suite = 0x0080C20001000001 if len(body) == 28 else struct.unpack("!Q", body[4:12])[0]
        octets = aes_key_unwrap(self.kek, body[4 if len(body) == 28 else 12:])
        self.check(len(octets) == (32 if suite & 1 == 0 else 16), "a SAK of another size")
        sak = Sak(octets, suite, OFFSETS[head[1] >> 4 & 3], salt_of(server, number))
        if suite in EXTENDED:
            live = sets[1]
            roll = [live[1][at:at + 12] for at in range(0, len(live[1]), 16)]
            roll.insert(live[0][1] - 1, server)
            scis = [self.scis[member] for member in roll]
            self.check(scis == sorted(scis, reverse=True), "SSCIs are not by descending SCI")
            sak.sscis = {sci: place + 1 for place, sci in enumerate(scis)}
        self.saks[identifier] = sak
        self.by_an.setdefault(head[1] >> 6, []).insert(0, sak)

    def take_protected(self, frame):
        self.check(frame[14] & 0x20, "a tag without SCI")
        for sak in self.by_an.get(frame[14] & 3, [])[:3]:
            found = sak.open(frame, frame[20:28])
            if found:
                break
        else:
            self.check(False, "a frame does not open")
            return
        plain, number, is_encrypted = found
        self.check((id(sak), frame[20:28], number) not in self.used, f"PN {number:x} is used twice")
        self.used.add((id(sak), frame[20:28], number))
        self.check(is_encrypted == (sak.offset is not None), "encrypted against the key server's word")
        self.opened.add(plain)
        self.modes.add((sak.suite & 7, sak.offset))

    def judge_inside(self):
        """The bridge forwards what it opens, and protects what it forwards."""
        passed = {plain for plain in self.opened if plain[12:14] == b"\x08\x00"}
        # What was lost while the VM was stopped is not found again.
        self.check(len(passed) > 1000 and len(passed - self.clear) < 40,
                   f"{len(passed - self.clear)} of {len(passed)} frames were nowhere in the clear")

    def judge_by_tshark(self, capture):
        shown = subprocess.run(
            ["tshark", "-n", "-r", capture, "-Y", "mka", "-T", "fields", "-E", "occurrence=a",
             *(word for field in FIELDS for word in ("-e", field))],
            capture_output=True, text=True, check=True).stdout.splitlines()
        ours = {(number, suspension, f"{ssci}" if ssci else "", use, distributed, offset,
                 ",".join(lowest)) for number, suspension, ssci, protect, use, distributed, offset,
                lowest in self.read.values()}
        for line in shown:
            number, suspension, ssci, _, use, distributed, offset, lowest = line.split("\t")
            ssci = "" if ssci in ("", "0", "0x00") else str(int(ssci, 0))
            theirs = (number, suspension, ssci, use, distributed, str(int(offset, 0)) if offset else "",
                      lowest)
            self.check(theirs in ours, f"tshark reads {theirs}")
        self.check(shown, "tshark reads no MKPDU")


def thinned(text, cak_file):
    """With a fifth of the frames, and extended numbers that pass 2^32 all the same."""
    text = re.sub(r"\bcak: [^,}\s]+", f"cak: {cak_file.resolve()}", text)
    text = re.sub(r"\brate: 1000/s", "rate: 200/s", text)
    text = re.sub(r"\brekey_at: (\d+)", lambda found: f"rekey_at: {int(found[1]) // 5}", text)
    return re.sub(r"\bfirst_pn: \d+", f"first_pn: {2**32 - 500}", text)


def judge(program, scenario, folder, tally):
    text = pathlib.Path(scenario).read_text(encoding="utf-8")
    cak_file = pathlib.Path(scenario).parent / re.search(r"\bcak: ([^,}\s]+)", text).group(1)
    thin = folder / pathlib.Path(scenario).name
    thin.write_text(thinned(text, cak_file), encoding="utf-8")
    secrets = dict(line.split() for line in cak_file.read_text(encoding="utf-8").splitlines())
    ckn, cak = bytes.fromhex(secrets["ckn"]), bytes.fromhex(secrets["cak"])
    run = Run(pathlib.Path(scenario).stem,
              (derive(cak, b"IEEE8021 ICK", ckn), derive(cak, b"IEEE8021 KEK", ckn)), tally)
    capture = str(folder / f"{run.name}.pcapng")
    # Thinned, what the scenario expects may fail to come (1), but the run is whole.
    done = subprocess.run([program, "run", "-q", str(thin), "--pcap", capture], check=False,
                          stdout=subprocess.DEVNULL)
    run.check(done.returncode in (0, 1), f"exit code {done.returncode}")
    seen = set()  # a frame stands in the capture at both ends of each wire
    for octets, _ in RawPcapNgReader(capture):
        frame = untagged(octets)
        if frame not in seen:
            seen.add(frame)
            run.take(frame)
    run.judge_inside()
    if "xpn" in text and "first_pn" in text:
        run.check(any(number >> 32 for _, _, number in run.used), "no number passed 2^32")
    run.judge_by_tshark(capture)
    modes = ", ".join(f"suite {suite} " + ("integrity" if offset is None else f"from {offset}")
                      for suite, offset in sorted(run.modes, key=str))
    print(f"{run.name}: {len(run.used)} frames under {len(run.saks)} SAKs opened, {modes}")


def main():
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for scenario in sys.argv[2:]:
            judge(sys.argv[1], scenario, pathlib.Path(folder), tally)
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
