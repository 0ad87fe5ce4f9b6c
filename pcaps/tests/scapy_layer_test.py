#!/usr/bin/python3
"""The Scapy layer is held to the worked examples of docs/spec: handshake (13), migration (14), every
message (15), every DI type (8 and 16), the ticket (9.7-5), the key log (18). All expected octets and
values are read from the text of the specification."""

import pathlib
import re
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "pcaps"))
sys.dont_write_bytecode = True

from dimp_scapy import *  # noqa: E402 (the path has to be set first)
from dimp_scapy import facts, receive_rules  # noqa: E402

SPEC = ROOT / "docs/spec"


def text_of(name):
    return next(SPEC.glob(name + "-*.md")).read_text(encoding="utf-8")


def blocks(text):
    """The fenced blocks of a text."""
    return re.findall(r"^```\n(.*?)^```$", text, re.M | re.S)


def octets_of(block):
    """What a block of hexadecimal says, comments left out."""
    said = re.sub(r"#.*", "", block)
    return bytes.fromhex("".join(said.split()))


def named_values(name):
    """`name = hex` over one or several lines: {name: octets}."""
    found, last = {}, None
    for block in blocks(text_of(name)):
        for line in block.splitlines():
            said = re.fullmatch(r"(?:([a-z0-9.]+)\s+= |\s+)([0-9a-f]+)", line)
            last = said.group(1) or last
            found[last] = found.get(last, b"") + bytes.fromhex(said.group(2))
    return found


def worked(name):
    """Each block of section 15 or 16: (octets, [(field, text or None)] in order)."""
    rows = []
    for block in blocks(text_of(name)):
        told = []
        for comment in re.findall(r"# (.*)", block):
            if re.search(r", \d+ octets$", comment) or \
                    comment.startswith(("operation", "version = 1", "zeros")):
                continue
            field, _, value = comment.partition(" = ")
            told.append((field, value or None))
        rows.append((octets_of(block), told))
    return rows


def spelled(field, value):
    """15-2: how the specification writes a value that the plain form has."""
    if isinstance(value, list):
        return "|".join(map(str, value)) or "none"
    if field.type == "MS":
        return "infinite" if value is None else f"{value / 1000:.3f} s"
    if TYPES[field.type][2] == "TEXT":
        return f'"{value}"'
    return str(value)


def walk(view, block):
    """(field, value) of a plain form in the order of the octets."""
    for field in (*block.fields, *block.attributes.values()):
        if field.name in view:
            yield field, view[field.name]


def fields_of_message(octets):
    view = plain_message(octets)
    block = MESSAGES[int.from_bytes(octets[:2], "big")]
    yield from walk(view, block)
    for record in view.get("records", ()):
        yield from fields_of_record(record)
    if block.then:
        parameter = PARAMETERS[block.then[0]]
        for row in view[parameter.name]:
            yield from walk(row, parameter)


def fields_of_record(view):
    block = next(each for each in DI_TYPES.values() if each.name == view["type"])
    return walk(view, block)


def with_secrets(octets):
    """The plain form with its secrets as octets, so that it can be built again."""
    block, _, values, _ = read_record(octets)
    view = plain_record(octets)
    for field in block.attributes.values():
        if field.role == "SECRET" and field.name in view:
            view[field.name] = values[field.name]
    return view


class Worked(unittest.TestCase):
    def hold(self, fields, told, octets):
        fields = list(fields)
        self.assertEqual([field.name for field, _ in fields], [name for name, _ in told])
        for (field, value), (_, text) in zip(fields, told):
            if text is not None:
                self.assertEqual(spelled(field, value), text, (field, octets.hex()))

    def test_messages(self):
        seen = set()
        for octets, told in worked("15"):
            self.hold(fields_of_message(octets), told, octets)
            self.assertEqual(bytes(message_from_plain(plain_message(octets))), octets)
            packet = parse_message(octets)
            self.assertIsNone(packet.refusal())
            self.assertEqual(bytes(packet), octets)
            seen.add(int.from_bytes(octets[:2], "big"))
        self.assertEqual(seen, set(MESSAGES))

    def test_records(self):
        seen = set()
        for octets, told in worked("16"):
            self.hold(fields_of_record(plain_record(octets)), told, octets)
            self.assertEqual(bytes(record_from_plain(with_secrets(octets))), octets)
            seen.add(int.from_bytes(octets[:2], "big") - 0x200)
        self.assertEqual(seen, set(DI_TYPES))

    def test_record_examples(self):
        seen = set()
        for section in re.split(r"^## ", text_of("08"), flags=re.M):
            example = re.search(r"\*Example\.\*\n\n```\n(.*?)```\n\nis `(.*)`", section, re.S)
            if not example:
                continue
            octets = octets_of(example.group(1))
            view = plain_record(octets)
            said = " ".join([view["type"]] + [f"{field.name}={spelled(field, value)}" for field, value
                                              in fields_of_record(view)])
            self.assertEqual(said, example.group(2))
            built = bytes(record_from_plain(with_secrets(octets)))
            self.assertEqual((len(built), plain_record(built)), (len(octets), view), "6.5-1: seconds "
                             "where milliseconds would do are taken, and not sent")
            seen.add(view["type"])
        self.assertEqual(seen, {block.name for block in DI_TYPES.values()})

    def test_built_again_field_by_field(self):
        """A packet's fields, given to its class anew, make the same octets: names and sizes are right."""
        for octets, _ in worked("15"):
            packet = parse_message(octets)
            packet.tlv_length = None
            packet.clear_cache()
            for part in packet.parts:
                part.tlv_length = None
            self.assertEqual(bytes(packet.copy()), octets)


class Crypto(unittest.TestCase):
    def test_handshake(self):
        of = named_values("13")
        initiator = Initiator(of["initiator.static.secret"], of["initiator.ephemeral.secret"],
                              of["responder.static.public"], 0x01020304, 7 << 32 | 9, 7, of["psk"])
        self.assertEqual(initiator.initiation, of["initiation.pdu"])
        responder = Responder(of["responder.static.secret"], of["responder.ephemeral.secret"],
                              initiator.initiation, of["initiator.static.public"], 0x05060708, 9,
                              psk=of["psk"])
        self.assertEqual(responder.reply, of["reply.pdu"])
        sending, receiving, index = initiator.finish(responder.reply)
        self.assertEqual((sending, receiving), (of["key.from.initiator"], of["key.from.responder"]))
        self.assertEqual((responder.receiving, responder.sending), (sending, receiving))
        pdu = Sealer(sending, index).seal([Ping()])
        self.assertEqual(pdu, of["protected.pdu"])
        self.assertEqual(Opener(responder.receiving).open(pdu), of["protected.payload"])

    def test_false_handshakes(self):
        of = named_values("13")
        made = (of["initiator.static.secret"], of["initiator.ephemeral.secret"],
                of["responder.static.public"], 1, 5, 7)
        pdu = Initiator(*made).initiation
        ours = (of["responder.static.secret"], of["responder.ephemeral.secret"])
        peer = of["initiator.static.public"]

        def clause(initiation=pdu, expected=peer, stamp=-1):
            with self.assertRaises(Refusal) as caught:
                Responder(*ours, initiation, expected, 2, 9, stamp)
            return caught.exception.clause
        self.assertEqual(clause(pdu[:100] + b"\0" + pdu[101:]), "5.2-4")
        forged = pdu[:100] + bytes([pdu[100] ^ 1]) + pdu[101:128]
        self.assertEqual(clause(forged + check_of(of["responder.static.public"], forged)), "5.2-2")
        self.assertEqual(clause(expected=bytes(32)), "5.2-8")
        self.assertEqual(clause(stamp=5), "5.2-6")
        initiator = Initiator(*made)
        reply = Responder(*ours, pdu, peer, 2, 9, psk=bytes([1]) * 32).reply
        with self.assertRaises(Refusal):
            initiator.finish(reply)
        good = Responder(*ours, pdu, peer, 2, 9).reply
        self.assertEqual(initiator.finish(good)[2], 2, "5.2-10: a false REPLY spoils nothing")

    def test_migration(self):
        of = named_values("14")
        keys = {0x0b0b0b0b: "station.destination", 0x0a0a0a0a: "destination.station",
                0x05060708: "destination.source", 0x01020304: "source.destination"}
        count = 0
        for name, pdu in of.items():
            if not re.fullmatch(r"pdu\.\d+", name):
                continue
            header = DIMP(pdu)
            key = of["key." + keys[header.receiver_index]]
            messages, rest = split_payload(open_with(key, pdu))
            self.assertEqual(rest, b"")
            self.assertEqual(messages, [of[f"{name}.message.{each + 1}"]
                                        for each in range(len(messages))])
            self.assertNotIn(f"{name}.message.{len(messages) + 1}", of)
            self.assertEqual(Sealer(key, header.receiver_index).seal(messages, header.packet_number),
                             pdu)
            count += len(messages)
        self.assertGreater(count, 15)

    def test_digest(self):
        of = named_values("14")
        entries = [of["entry.1"], of["entry.2"]]
        for number, entry in enumerate(entries, 1):
            self.assertEqual(canonical(entry), of[f"entry.{number}.canonical"])
            self.assertEqual(siphash(of["digest.key"], canonical(entry)).to_bytes(8, "little"),
                             of[f"entry.{number}.siphash"])
        self.assertEqual(digest(of["digest.key"], entries),
                         (2, int.from_bytes(of["digest.sum"], "big")))

    def test_ticket(self):
        block = next(each for each in blocks(text_of("09")) if each.startswith("44494d50"))
        move = Move(b"\x11" * 37, 9, (b"\x22" * 32, b"\x33" * 32, b"\x44" * 32),
                    [(bytes.fromhex("02000000000a"), 100)])
        self.assertEqual(move.signed_octets(0x12, 1, 258), octets_of(block))
        ticket = sign_ticket(b"\x07" * 32, move, 0x12, 1, 258)
        manager = manager_public(b"\x07" * 32)
        self.assertEqual(len(ticket), 113)
        self.assertTrue(is_ticket_right(manager, move, ticket, 0x02, now=258))
        self.assertFalse(is_ticket_right(manager, move, ticket, 0x04, now=1))
        self.assertFalse(is_ticket_right(manager, move, ticket, 0x02, now=259))
        self.assertFalse(is_ticket_right(manager, move, ticket, 0x02))
        self.assertFalse(is_ticket_right(manager, Move(move.vsi, 8, move.keys, move.filters), ticket, 2,
                                         now=1))

    def test_key_log(self):
        block = next(each for each in blocks(text_of("18")) if each.startswith("# DIMP 13"))
        keys, saks = read_key_log(block)
        of = named_values("13")
        self.assertEqual(keys, {0x05060708: [of["key.from.initiator"]],
                                0x01020304: [of["key.from.responder"]]})
        self.assertEqual(saks[0][:4], (bytes.fromhex("02000000000a0001"), 0, None, None))
        self.assertEqual(saks[1][1:3], (3, 2))
        lines = [line.split(" #")[0] for line in block.splitlines()[1:]]
        ours = [key_line(index, key) for index, [key] in keys.items()]
        ours += [sak_line(sci, an, sak, ssci, salt) for sci, an, ssci, salt, sak in saks]
        self.assertEqual([line.rstrip("\n") for line in ours], lines)
        for wrong in ("DIMP_KEY 1 2", "MACSEC_SAK 02000000000a0001 4 - - " + "00" * 16,
                      "NEW_KEY 00000000 " + "00" * 32, "#" * 511):
            with self.assertRaises(KeyLogError):
                read_key_log(wrong + "\n")

    def test_replay(self):
        sealer, opener = Sealer(bytes(32), 7), Opener(bytes(32))
        pdus = [sealer.seal([Ping()], number) for number in (5, 2000, 977, 976, 1 << 23)]
        said = []
        for pdu in [*pdus, pdus[0], pdus[2]]:
            try:
                opener.open(pdu)
                said.append("taken")
            except Refusal as refusal:
                said.append(refusal.clause)
        self.assertEqual(said, ["taken", "taken", "taken", "5.5-2", "5.4-2", "5.5-1", "5.5-1"])


class Rubbish(unittest.TestCase):
    def test_any_octets(self):
        """Every worked message cut at every octet and changed at every octet is read without an
        exception, and what Scapy dissects is built again as the same octets."""
        for octets, _ in worked("15"):
            for at in range(len(octets)):
                for said in (octets[:at], octets[:at] + bytes([octets[at] ^ 0xFF]) + octets[at + 1:]):
                    plain_payload(said)
                    if at % 7 == 0:
                        self.assertEqual(bytes(Payload(said)), said)

    def test_ack_below_zero(self):
        ack = {"message": "ACK", "largest": 1, "delay": 0, "first_length": 2, "ack_range": []}
        _, values, rows = read_message(bytes(message_from_plain(ack)))
        with self.assertRaises(Refusal):
            receive_rules.acknowledged(values, rows)
        self.assertEqual(facts.LIMITS["ACK_RANGES_MAX"], 32)


if __name__ == "__main__":
    ran = unittest.main(exit=False).result
    wrong = len(ran.failures) + len(ran.errors)
    print(f"{ran.testsRun - wrong} passed, {wrong} failed")
    sys.exit(wrong != 0 or ran.testsRun == 0)
