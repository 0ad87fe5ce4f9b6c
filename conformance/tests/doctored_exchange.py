"""A capture whose PDUs can be changed: opened with its key log, sealed again by the Scapy layer, written with its copies."""

import pathlib
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "pcaps/tools"))
sys.path.insert(0, str(ROOT / "pcaps"))

from capture_file import read_capture, write_capture  # noqa: E402
from dimp_scapy import message_from_plain, plain_message, read_key_log  # noqa: E402
from dimp_scapy.secrets_of_pdus import AESGCM, nonce, open_with  # noqa: E402

ETHERNET, HEADER, TAG, FRAME_MIN = 14, 16, 16, 60
PROTECTED = 3


class Pdu:
    """A PROTECTED PDU: header fields, whole messages, and where its copies stand."""

    def __init__(self, header, messages, key, way):
        self.first, self.reserved, _, self.index, self.number = struct.unpack(">BBHIQ", header)
        self.messages, self.key, self.way, self.tail = messages, key, way, b""

    def sealed(self):
        """The octets as they are now."""
        plain = b"".join(self.messages) + self.tail
        header = struct.pack(">BBHIQ", self.first, self.reserved, HEADER + len(plain) + TAG, self.index,
                             self.number)
        return header + AESGCM(self.key).encrypt(nonce(self.number), plain, header)

    def find(self, label):
        """The place of the first message of this name, or None."""
        for place, octets in enumerate(self.messages):
            if label_of(octets) == label:
                return place
        return None


BASE = "offer-beyond-grant"
PLANTS, SUSPICIONS = [], []


def plant(clause, base=BASE):
    """Names what a function plants, the clause that it breaks, and the capture that it does it to."""
    def add(function):
        PLANTS.append((function.__name__, clause, base, function))
        return function
    return add


def suspect(clause, base=BASE):
    """The same for what may be another's fault."""
    def add(function):
        SUSPICIONS.append((function.__name__, clause, base, function))
        return function
    return add


LABELS = {0x0001: "REQUEST", 0x0002: "CUTOVER", 0x0006: "RESPONSE", 0x0010: "SOLICIT", 0x0011: "OFFER",
          0x0012: "ACCEPT", 0x0014: "DATA", 0x0015: "ROUND-END", 0x0016: "FREEZE", 0x0017: "COMMIT",
          0x0018: "RELEASED", 0x001B: "DONE", 0x0005: "PROGRESS", 0x0030: "ACK", 0x0031: "PING",
          0x0032: "CLOSE", 0x0008: "ANNOUNCED", 0x0013: "REFUSE", 0x001C: "WHO-HAS", 0x001D: "I-HAVE"}


def label_of(octets):
    return LABELS.get(int.from_bytes(octets[:2], "big"))


def tlvs(octets):
    """The whole TLVs of a string."""
    found = []
    while octets:
        size = 4 + int.from_bytes(octets[2:4], "big")
        found.append(octets[:size])
        octets = octets[size:]
    return found


def tlv(number, value=b""):
    return struct.pack(">HH", number, len(value)) + value


def changed(octets, **fields):
    """A message with other fields; DATA is patched in place instead, because its secrets are hidden."""
    return bytes(message_from_plain({**plain_message(octets), **fields}))


class Exchange:
    """The frames of a capture; `pdus` are those that open, each once, in the order of their first copies."""

    def __init__(self, name):
        capture = ROOT / "pcaps/scenarios" / f"{name}.pcapng"
        self.keys_path = capture.with_suffix(".keys")
        keys, _ = read_key_log(self.keys_path.read_text("utf-8"))
        self.frames, self.pdus, known = [], [], {}
        for octets, size, time in read_capture(capture):
            pdu = known.get(octets)
            if pdu is None and octets[12:14] == b"\x88\xb5" and octets[14] & 15 == PROTECTED:
                pdu = known[octets] = self.opened(octets, keys)
            self.frames.append([pdu, octets, size, time])

    def opened(self, frame, keys):
        length = int.from_bytes(frame[16:18], "big")
        octets = frame[ETHERNET:ETHERNET + length]
        key = keys[int.from_bytes(octets[4:8], "big")][0]
        pdu = Pdu(octets[:HEADER], tlvs(open_with(key, octets)), key, frame[:ETHERNET])
        self.pdus.append(pdu)
        return pdu

    def holding(self, label):
        """The first PDU with such a message, and its place."""
        for pdu in self.pdus:
            place = pdu.find(label)
            if place is not None:
                return pdu, place
        raise LookupError(label)

    def direction(self, pdu):
        """All PDUs of the same key."""
        return [each for each in self.pdus if each.key == pdu.key]

    def answering(self, pdu):
        """The PDUs of the other direction."""
        return [each for each in self.pdus if each.way[:6] == pdu.way[6:12] and each.way[6:12] == pdu.way[:6]]

    def edit(self, label, **fields):
        """Changes fields of every message of this name."""
        for pdu in self.pdus:
            for place, octets in enumerate(pdu.messages):
                if label_of(octets) == label:
                    pdu.messages[place] = changed(octets, **fields)

    def replace(self, label, make):
        """Puts what |make| makes of the first message of this name in its place."""
        pdu, place = self.holding(label)
        pdu.messages[place] = make(pdu.messages[place])

    def handshakes(self):
        """The places of INITIATIONs and REPLYs."""
        return [place for place, (pdu, octets, _, _) in enumerate(self.frames)
                if pdu is None and octets[12:14] == b"\x88\xb5" and octets[14] & 15 != PROTECTED]

    def write(self, path):
        """Writes the capture, in the order of the frames and with times that do not go back."""
        rows, latest = [], 0
        for pdu, octets, size, time in self.frames:
            if pdu is not None:
                octets = (pdu.way + pdu.sealed()).ljust(FRAME_MIN, b"\0")
                size = len(octets)
            latest = max(latest, time)
            rows.append((octets, size, latest, ""))
        write_capture(path, rows)
