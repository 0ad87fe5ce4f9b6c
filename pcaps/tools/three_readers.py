"""The three readers of DIMP on one capture, and the one place where their words are made the same.

A reading of a frame is one of
    {"state": "dropped", "counter": "drop_malformed"}     the header breaks a rule (10.3, rows 3 to 7)
    {"state": "sliced"}                                   the capture holds a part of the PDU
    {"state": "handshake", "kind": "INITIATION"}
    {"state": "no key"}, {"state": "wrong key"}           PROTECTED, not opened
    {"state": "opened", "messages": [...]}                messages in the plain form of plain_form.py
A wrong message or record is {"error": name}; one that is skipped is left out.
"""

import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path[:0] = [os.path.join(ROOT, "pcaps"), os.path.join(ROOT, "dissector", "tests")]

import plain_view  # noqa: E402 (found through the path above)
from dimp_scapy import (DIMP, Refusal, check_pdu, open_with, plain_payload,  # noqa: E402
                        read_key_log)
from dimp_scapy.facts import ETHERTYPE, NAMES, PORT, SKIPPABLE  # noqa: E402
from scapy.layers.inet import IP, UDP  # noqa: E402
from scapy.layers.inet6 import IPv6  # noqa: E402
from scapy.layers.l2 import Ether  # noqa: E402
from tshark_run import Tshark  # noqa: E402

MACSEC = 0x88E5
DROPS = {"4_1_2": "drop_version", "4_1_3": "drop_malformed", "4_1_4": "drop_malformed",
         "4_1_6": "drop_malformed", "4_2_1": "drop_malformed", "5_4_2": "drop_malformed"}
STATES = {"0": "no key", "1": "opened", "2": "wrong key", "3": "sliced"}
KINDS = {"1": "INITIATION", "2": "REPLY", "3": "PROTECTED"}


def carried(frame):
    """The octets that a frame carries behind DIMP's EtherType or UDP port, and how many octets stand
    behind the PDU that are not the link's: (octets, trailer), or None."""
    if frame[12:14] == MACSEC.to_bytes(2, "big"):
        # Integrity only (E and C clear): the user data stands in the clear before the ICV.
        sectag = 14 if frame[14] & 0x20 else 6
        inner = carried(frame[:12] + frame[14 + sectag:len(frame) - 16])
        return inner and (inner[0], inner[1] + 16)
    packet = Ether(frame)
    while packet:
        if getattr(packet, "type", None) == ETHERTYPE and not isinstance(packet, (IP, IPv6)):
            return packet.payload.original if packet.payload else b"", 0
        if isinstance(packet, UDP) and PORT in (packet.sport, packet.dport):
            return packet.payload.original if packet.payload else b"", 0
        packet = packet.payload
    return None


def errors_only(view):
    """A plain form with the octets of errors left out."""
    if "error" in view and "message" not in view and "type" not in view:
        return {"error": view["error"]}
    if "records" in view:
        view = {**view, "records": [errors_only(record) for record in view["records"]]}
    return view


def read_by_scapy(frame, is_sliced, keys):
    """The Scapy layer's reading of one frame, or None if it carries no DIMP."""
    found = carried(frame)
    if found is None:
        return None
    octets = found[0]
    try:
        if is_sliced and len(octets) < 16:
            return {"state": "sliced"}
        if is_sliced and int.from_bytes(octets[2:4], "big") > len(octets):
            check_pdu(octets.ljust(65535, b"\0"))
            return {"state": "sliced"}
        pdu = check_pdu(octets)
    except Refusal as refusal:
        return {"state": "dropped", "counter": refusal.error}
    header = DIMP(pdu)
    if header.kind != 3:
        return {"state": "handshake", "kind": KINDS[str(header.kind)]}
    if header.packet_number >= 1 << 23:
        return {"state": "dropped", "counter": "drop_malformed"}
    known = keys.get(header.receiver_index, ())
    for key in known:
        try:
            payload = open_with(key, pdu)
        except Refusal:
            continue
        return {"state": "opened", "messages": [errors_only(view) for view in plain_payload(payload)]}
    return {"state": "wrong key" if known else "no key"}


def reading_of_codec(item, is_sliced):
    """The reading in an item of `dimp decode --json`."""
    if item["item"] == "error":
        if is_sliced and item["error"] == "TRUNCATED":
            return {"state": "sliced"}
        return {"state": "dropped", "counter": "drop_version"
                if item["error"] == "UNSUPPORTED_VERSION" else "drop_malformed"}
    if item["state"] == "handshake":
        return {"state": "handshake", "kind": item["kind"]}
    if item["state"] != "opened":
        return {"state": item["state"]}
    messages = []
    for message in item["payload"]:
        view = {name: value for name, value in message.items() if name not in ("item", "text")}
        is_skipped = "message" not in view and view.get("error") == "UNKNOWN_MESSAGE" and \
            int(view["octets"][:4], 16) & SKIPPABLE
        if is_skipped:
            continue  # decode shows octets of one kind; a receiver skips them (7.2-4)
        messages.append(errors_only(view))
    return {"state": "opened", "messages": messages}


def verdict_of(pairs):
    """The error that the dissector names for a message or record itself."""
    numbers = [int(value) for key, value in pairs if key == "dimp.verdict"]
    return NAMES["ERROR"][numbers[0]] if numbers else "NONE"


def dissected_record(name, pairs):
    error = verdict_of(pairs)
    return {"error": error} if error != "NONE" else plain_view.record(name, pairs)


def dissected_message(key, pairs):
    """The reading of one message's tree; None if it is skipped."""
    error = verdict_of(pairs)
    if error != "NONE":
        return {"error": error}
    if key.startswith("dimp.unknown_"):
        return None
    view = plain_view.message(key[len("dimp."):], [pair for pair in pairs if not is_record(pair)])
    if key == "dimp.data":
        view["records"] = [dissected_record(name[len("dimp.di."):], value)
                           for name, value in filter(is_record, pairs)
                           if name.startswith("dimp.di.") or verdict_of(value) != "NONE"]
    return view


def same_text(ours, theirs):
    """The dissector's reading with the texts in which it shows octets that are no UTF-8 as U+FFFD
    written as the two others write them, where they stand for the same octets."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return {name: same_text(ours.get(name), value) for name, value in theirs.items()}
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [same_text(*pair) for pair in zip(ours, theirs)]
    if isinstance(ours, str) and "\0" in ours and ours.split("\0")[0] == theirs:
        return ours  # tshark's JSON ends a text at its first NUL
    if isinstance(ours, str) and isinstance(theirs, str) and "\ufffd" in theirs:
        try:
            shown = bytes.fromhex(ours).decode("utf-8", "replace")
        except ValueError:
            return theirs
        return ours if shown == theirs else theirs
    return theirs


def is_record(pair):
    key, value = pair
    return plain_view.is_tree(value) and (key.startswith("dimp.di.") and key.count(".") == 2 or
                                          key in ("dimp.unknown_record", "dimp.unknown_tlv"))


def reading_of_dissector(layer, experts):
    """The reading in a dimp layer of tshark's JSON."""
    drops = sorted(DROPS[clause] for clause in experts if clause in DROPS)
    said = {key: value for key, value in layer if not plain_view.is_tree(value)}
    if drops:
        return {"state": "dropped", "counter": drops[-1]}
    if "dimp.sliced" in said or said.get("dimp.seal.state") == "3":
        return {"state": "sliced"}
    if said.get("dimp.kind") in ("1", "2"):
        return {"state": "handshake", "kind": KINDS[said["dimp.kind"]]}
    state = STATES.get(said.get("dimp.seal.state"))
    if state != "opened":
        return {"state": state}
    messages = []
    for tree in (value for key, value in layer if key == "dimp.payload"):
        for key, value in tree:
            if plain_view.is_tree(value) and key != "dimp.octets_tree":
                messages.append(dissected_message(key, value))
            elif key == "dimp.octets":
                messages.append({"error": "TRUNCATED"})
    return {"state": "opened", "messages": [view for view in messages if view]}


def expert_items(layer):
    """The clauses of the expert items in a layer, with _ as the filter names have them."""
    found = set()
    for key, value in layer:
        if key.startswith("dimp.expert."):
            found.add(key[len("dimp.expert."):])
        if plain_view.is_tree(value):
            found |= expert_items(value)
    return found


class Readers:
    """The three, on one capture after the other; scratch is a folder that everybody may read."""

    def __init__(self, build, scratch):
        self.program = os.path.join(build, "dimp")
        self.tshark = Tshark(scratch, os.path.join(build, "dimp.so"))
        if not self.tshark.is_loaded():
            raise SystemExit("three-way: tshark does not load the plugin\n" + self.tshark.errors)

    def scapy(self, frames, keylog):
        """{frame number: reading} of frames as read_capture gives them."""
        with open(keylog, encoding="ascii") as file:
            keys, _ = read_key_log(file.read())
        readings = {}
        for number, (octets, size, _) in enumerate(frames, 1):
            reading = read_by_scapy(octets, len(octets) < size, keys)
            if reading:
                readings[number] = reading
        return readings

    def codec(self, capture, frames, keylog):
        """{frame number: reading} by `dimp decode`."""
        text = subprocess.run([self.program, "decode", "--json", "-", "--keys", keylog, capture],
                              capture_output=True, check=False).stdout
        return {item["frame"]: reading_of_codec(item, len(frames[item["frame"] - 1][0]) <
                                                frames[item["frame"] - 1][1])
                for item in json.loads(text) if "frame" in item}

    def dissector(self, capture, keylog, speakers=()):
        """({frame number: reading}, {frame number: clauses of expert items}) by tshark; speakers are rows of
        its table."""
        readings, experts = {}, {}
        more = [each for row in speakers for each in ("-o", "uat:dimp_speakers:" + row)]
        for number, layers in self.tshark.layers(capture, keys=keylog, more=more):
            experts[number] = expert_items(layers[0])
            readings[number] = reading_of_dissector(layers[0], experts[number])
        return readings, experts
