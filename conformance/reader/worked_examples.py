#!/usr/bin/python3
"""worked_examples.py [FOLDER]: writes 13-worked-handshake.md and 14-worked-migration.md, or prints them.

The handshake is computed here step by step from the Noise paper, with nothing of dimp_reader: a third account
beside the reader's and the C code's, which are both tested against what this writes.
"""
import hashlib
import hmac
import os
import struct
import sys

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from dimp_reader.digest import canonical, digest_rows, siphash24
from dimp_reader.encoding import decode_record, encode_message, encode_record, message

INITIATOR_INDEX, RESPONDER_INDEX, STAMP = 0x01020304, 0x05060708, 7 << 32 | 9
INITIATOR_START, RESPONDER_START = 7, 9
PER_LINE = 32


def lines(rows):
    """Named octets as a code block: name = hexadecimal, 32 octets a line."""
    found = ["```"]
    for name, octets in rows:
        parts = [octets[at:at + PER_LINE].hex() for at in range(0, len(octets), PER_LINE)] or [""]
        found.append("%-28s = %s" % (name, parts[0]))
        found += [" " * 31 + part for part in parts[1:]]
    return "\n".join(found + ["```"])


def public_of(secret):
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def dh(secret, public):
    return X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(public))


def mac(key, octets):
    return hmac.new(key, octets, hashlib.sha256).digest()


def hkdf(chaining, material, count):
    secret, found = mac(chaining, material), [b""]
    for number in range(1, count + 1):
        found.append(mac(secret, found[-1] + bytes([number])))
    return found[1:]


def seal(key, number, associated, octets):
    return AESGCM(key).encrypt(struct.pack(">IQ", 0, number), octets, associated)


def header(kind, size, index, number):
    return struct.pack(">BBHIQ", 0x10 | kind, 0, size, index, number)


class Noise:
    """h, ck and k, and a row of the table for every step."""

    def __init__(self, responder_public):
        self.rows, self.section = [], "start"
        self.h = self.ck = b"Noise_IKpsk2_25519_AESGCM_SHA256"
        self.k = b""
        self.mix_hash(b"DIMPv1")
        self.mix_hash(responder_public)
        self.note("start")

    def note(self, name):
        self.rows += [(name + ".h", self.h), (name + ".ck", self.ck)] + ([(name + ".k", self.k)] if self.k else [])

    def mix_hash(self, octets):
        self.h = hashlib.sha256(self.h + octets).digest()

    def mix_key(self, name, material):
        self.ck, self.k = hkdf(self.ck, material, 2)
        self.note(name)

    def ephemeral(self, name, public):
        self.mix_hash(public)
        self.mix_key(name, public)

    def psk(self, name, psk):
        self.ck, mixed, self.k = hkdf(self.ck, psk, 3)
        self.mix_hash(mixed)
        self.note(name)

    def seal(self, name, octets):
        sealed = seal(self.k, 0, self.h, octets)
        self.mix_hash(sealed)
        self.rows += [(name + ".plain", octets), (name + ".sealed", sealed), (name + ".h", self.h)]
        return sealed


class Handshake:
    def __init__(self):
        self.initiator, self.responder, one, other, self.psk = (bytes([octet]) * 32 for octet in
                                                                (0x11, 0x22, 0x33, 0x44, 0x55))
        self.given = [("initiator.static.secret", self.initiator), ("responder.static.secret", self.responder),
                      ("initiator.ephemeral.secret", one), ("responder.ephemeral.secret", other),
                      ("psk", self.psk)]
        self.initiator_public, self.responder_public = public_of(self.initiator), public_of(self.responder)
        e, re = public_of(one), public_of(other)
        self.public = [("initiator.static.public", self.initiator_public),
                       ("responder.static.public", self.responder_public),
                       ("initiator.ephemeral.public", e), ("responder.ephemeral.public", re)]
        noise = Noise(self.responder_public)
        self.start, noise.rows = noise.rows, []
        noise.ephemeral("initiation.e", e)
        noise.mix_key("initiation.es", dh(one, self.responder_public))
        sealed = noise.seal("initiation.s", self.initiator_public)
        noise.mix_key("initiation.ss", dh(self.initiator, self.responder_public))
        payload = struct.pack(">IQBBBB", INITIATOR_INDEX, STAMP, 1, 1, INITIATOR_START, 0)
        pdu = header(1, 144, 0, 0) + e + sealed + noise.seal("initiation.payload", payload)
        check_key = hashlib.sha256(b"DIMP initiation check" + self.responder_public).digest()
        check = mac(check_key, pdu)[:16]
        self.initiation = noise.rows + [("initiation.check.key", check_key), ("initiation.check", check),
                                        ("initiation.pdu", pdu + check)]
        noise.rows = []
        noise.ephemeral("reply.e", re)
        noise.mix_key("reply.ee", dh(other, e))
        noise.mix_key("reply.se", dh(other, self.initiator_public))
        noise.psk("reply.psk", self.psk)
        sealed = noise.seal("reply.payload", struct.pack(">IBBBB", RESPONDER_INDEX, 1, 1, 1, RESPONDER_START))
        self.reply = noise.rows + [("reply.pdu", header(2, 72, INITIATOR_INDEX, 0) + re + sealed)]
        self.from_initiator, self.from_responder = hkdf(noise.ck, b"", 2)
        self.protected = [("key.from.initiator", self.from_initiator), ("key.from.responder", self.from_responder),
                          ("protected.payload", bytes.fromhex("00310000")),
                          ("protected.pdu", protected(self.from_initiator, RESPONDER_INDEX, 0,
                                                      bytes.fromhex("00310000")))]


def protected(key, index, number, payload):
    head = header(3, 32 + len(payload), index, number)
    return head + seal(key, number, head, payload)


HANDSHAKE = """# 13 A worked handshake

All values of one handshake (5.2), for whoever builds a speaker. They were computed from the Noise paper by a program of its own
(`conformance/reader/worked_examples.py`, which writes this file); tests hold both speakers of this project to them. `h`, `ck` and `k` are Noise's hash,
chaining key and cipher key after the step of that name.

**13-1** The keys, fixed for the example. The pre-shared key is 32 octets of zero where none is configured.

%s

**13-2** The PDU headers are no part of Noise's hash: the prologue is `DIMPv1` and nothing else. So the header of REPLY is not authenticated; its index only tells
which handshake is meant, and that of INITIATION is covered by *check*.

%s

**13-3** INITIATION: index 0x01020304, boot count 7, counter 9, versions 1 to 1, start 7. Each cipher key seals once, so that the nonce is zero each time.

%s

**13-4** REPLY: index 0x05060708, start 9. psk is the last token: a wrong pre-shared key shows at the initiator, whose REPLY does not open (`drop_handshake`), and not at the
responder.

%s

**13-5** Split() and the first PROTECTED PDU, PING with packet number 0 from the initiator, which confirms the keys.

%s
"""


def handshake_text():
    one = Handshake()
    return HANDSHAKE % tuple(map(lines, (one.given + one.public, one.start, one.initiation, one.reply, one.protected)))


# --- 14: a migration ---

DIGEST_KEY, FREEZE, MIGRATION, REQUEST = bytes(range(16)), 0x1122334455667788, 7 << 32 | 1, 1
RECORDS = [bytes.fromhex(text) for text in (
    "0204002201010064" "02000000000a0a00000a00003039" "00010004deadbeef" "000200040a000001",
    "0204001201010064" "02000000000b0a00000bffffffff")]
STATION_KEY, TO_STATION_KEY = b"\x61" * 32, b"\x62" * 32
STATION_INDEX, DESTINATION_INDEX = 0x0a0a0a0a, 0x0b0b0b0b


def ack(largest, first_length):
    return "ACK", message("ack", largest=largest, delay=25, first_length=first_length)


def messages_of(source):
    vsi, filters = b"\x01" * 37, [{"mac": bytes.fromhex("02000000000a"), "vlan": 100}]
    rows = digest_rows(DIGEST_KEY, [decode_record(record) for record in RECORDS])
    about, types = {"migration": MIGRATION}, 1 << 4
    frozen = {"migration": MIGRATION, "freeze": FREEZE}
    offered = [{"type": 4, "entries": 2, "octets": sum(map(len, RECORDS))}]
    result = [{"type": 4, "offered": 2, "installed": 2, "rejected": 0, "error": 0}]
    return {
        "REQUEST": message("request", filters, request=REQUEST, serial=5, vsi=vsi, mode=1, source=source,
                           required=types, optional=0, deadline=5000),
        "SOLICIT": message("solicit", filters, serial=5, vsi=vsi, mode=1, types=types, grant_entries=2048,
                           grant_octets=262144, digest_key=DIGEST_KEY, **about),
        "OFFER": message("offer", offered, epoch=1, **about),
        "DATA": message("data", RECORDS, round=0, chunk=0, age=0, **about),
        "ROUND-END": message("round_end", rows, round=0, is_final=1, chunks=1, changes=0, **frozen),
        "COMMIT": message("commit", rows, **frozen),
        "RELEASED": message("released", epoch=2, **frozen),
        "RESPONSE": message("response", result, request=REQUEST, result=1, reason=0, error=0, advice=0),
        "DONE": message("done", **frozen),
    }


STEPS = [       # who to whom, packet number, why, messages
    ("station", "destination", 0, "the station asks for the VSI that the source has", ["REQUEST"]),
    ("destination", "source", 1, "the destination has set room aside", ["SOLICIT"]),
    ("destination", "station", 0, "nothing to tell yet", [ack(0, 0)]),
    ("source", "destination", 0, "the bridge is frozen; offer and only round leave in one PDU",
     [ack(1, 1), "OFFER", "DATA", "ROUND-END"]),
    ("destination", "source", 2, "the digests agree", [ack(0, 0), "COMMIT"]),
    ("source", "destination", 1, "the decision: from here the destination owns the VSI", [ack(2, 2), "RELEASED"]),
    ("destination", "station", 1, "the DI is in force", ["RESPONSE"]),
    ("destination", "source", 3, "the source may wipe", [ack(1, 1), "DONE"]),
    ("source", "destination", 2, "", [ack(3, 3)]),
    ("station", "destination", 1, "", [ack(1, 1)]),
]

MIGRATION_TEXT = """# 14 A worked migration

One one-shot migration of two DHCP bindings, every PDU of it. It is written by `conformance/reader/worked_examples.py` and tests hold both speakers of this project to it.

**14-1** Between the bridges the keys are those of section 13: the destination is its initiator and has sent PING as PDU 0; the source is its responder. The
station has an association of its own with the destination, of which only the keys are given. Indices: 0x01020304 and 0x0b0b0b0b at the destination, 0x05060708 at the source,
0x0a0a0a0a at the station.

%s

**14-2** *Digests* (6.6). Of each entry: the canonical form, SipHash-2-4 of it as the 8 octets that SipHash gives, and the integer they are, little-endian. The sum of the integers, modulo
2^64, stands in DIGEST_ROW as a U64, that is, big-endian.

%s

**14-3** The PDUs, each with its messages. PROGRESS is left out, which a one-shot migration may do without.
"""


def digest_lines():
    rows, total = [("digest.key", DIGEST_KEY)], 0
    for number, octets in enumerate(RECORDS, 1):
        form = canonical(decode_record(octets))
        value = siphash24(DIGEST_KEY, form)
        total += value
        rows += [("entry.%d" % number, encode_record(decode_record(octets))), ("entry.%d.canonical" % number, form),
                 ("entry.%d.siphash" % number, value.to_bytes(8, "little")),
                 ("entry.%d.integer" % number, value.to_bytes(8, "big"))]
    return rows + [("digest.sum", (total & (1 << 64) - 1).to_bytes(8, "big"))]


def migration_text():
    one = Handshake()
    ways = {("station", "destination"): (STATION_KEY, DESTINATION_INDEX),
            ("destination", "station"): (TO_STATION_KEY, STATION_INDEX),
            ("destination", "source"): (one.from_initiator, RESPONDER_INDEX),
            ("source", "destination"): (one.from_responder, INITIATOR_INDEX)}
    known = messages_of(one.responder_public)
    keys = [("key.%s.%s" % way, key) for way, (key, _) in ways.items()]
    text = MIGRATION_TEXT % (lines(keys), lines(digest_lines()))
    for step, (sender, receiver, number, why, items) in enumerate(STEPS, 1):
        items = [(item, known[item]) if isinstance(item, str) else item for item in items]
        octets = [encode_message(item) for _, item in items]
        key, index = ways[sender, receiver]
        rows = [("pdu.%d.message.%d" % (step, each), one) for each, one in enumerate(octets, 1)]
        rows += [("pdu.%d" % step, protected(key, index, number, b"".join(octets)))]
        text += "\n**PDU %d**, %s to %s, number %d: %s%s.\n\n%s\n" % (
            step, sender, receiver, number, ", ".join(name for name, _ in items), ": " + why if why else "", lines(rows))
    return text


TEXTS = {"13-worked-handshake.md": handshake_text, "14-worked-migration.md": migration_text}


def main():
    for name, text in TEXTS.items():
        if len(sys.argv) < 2:
            print(text())
            continue
        with open(os.path.join(sys.argv[1], name), "w", encoding="utf-8") as file:
            file.write(text())


if __name__ == "__main__":
    main()
