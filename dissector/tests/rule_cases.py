"""A case for each rule that octets can break: what is sent, the clause and the error a receiver names.

Octets are written by hand from docs/spec: the examples of section 8, each with one thing wrong.
"""

from pdu_maker import protected, header, tlv

VSI = "11" * 37
PEER = "22" * 32
REQUEST = "0000000000000001" + "0000000000000009" + VSI + "02" + PEER + "0000000000000010" + \
    "0000000000000000" + "00002710"
FILTER = tlv(0x101, bytes.fromhex("02000000000a0064"))
MAPPED = "0000 0000 0000 0000 0000 ffff "
V6 = "2001 0db8 0000 0001 0000 0000 0000 000a"

RECORDS = {
    1: "02000000000a 0000 19 00 80000e10 00000001",
    2: "02000000000a 000a 01 0064 0800 06 80 78" + MAPPED + "0a00000a" + MAPPED +
       "c0000200 01bb 01bb",
    3: "02000000000a0001 00 01 0080c20001000001 1e 01 01 20 02 00000040 0000000000000400"
       "00000000000003c0",
    4: "0064 02000000000a 0a00000a 00003039",
    5: "0064" + MAPPED + "ef010203" + "00" * 16 + "02 03 0003f7a0",
    6: "10 00112233445566778899aabbccddeeff" + "00" * 16 + "0200000000010001"
       "a1a2a3a4a5a6a7a8a9aaabac 0000002a 0080c201 03 10 01010200 00000002 01 80015180"
       "a1a2a3a4a5a6a7a8a9aaabac00000001 00 01 01 0000000000000400" + "00" * 27,
    7: "10 00112233445566778899aabbccddeeff" + "00" * 16 + "b1b2b3b4b5b6b7b8b9babbbc"
       "02000000000a0001 00000063 ff 000102 01 01 01 00001388",
    8: "0064 02000000000a 00 000493e0",
    9: "0064 02000000000a" + V6 + "80 00000001 0036ee80 001b7740",
    10: "0064 fe80000000000000000000000000000a 02000000000a 01 02 000493e0",
    11: "0064 0a00000a 02000000000a 00124f80",
    12: "0064" + MAPPED + "0a000001 01 03 0003e418",
    13: "0064 01 02000000000a ffffffff",
    14: "0064 02 00 01005e010203 01 02000000000a ffffffff",
    15: "02000000000a 01 0007 02 00 00 000000003b9aca00 00010000 00008000 0000000077359400"
        "00020000 00020000",
    16: "0064 02000000000a 01" + "0000000000000001" * 6,
    17: "0064 02000000000a 01 0036ee80",
    63: "0080c2 0007 00000001 80000001",
}
SAK = (2, "000102030405060708090a0b0c0d0e0f")
MKA_KEYS = ((1, "00" * 16), (2, "11" * 16))
QUERIER = (1, "0003e418")
ATTRIBUTES = {3: (SAK,), 6: MKA_KEYS, 12: (QUERIER,)}


def octets(text):
    return bytes.fromhex(text.replace(" ", ""))


def attribute(number, text):
    return tlv(number, octets(text))


def record(number, *patches, attributes=None, operation=1, version=1, tail=b""):
    """The example of a DI type with octets put over it: (offset in the fixed part, hex)."""
    fixed = bytearray(octets(RECORDS[number]))
    for offset, text in patches:
        fixed[offset:offset + len(octets(text))] = octets(text)
    listed = ATTRIBUTES.get(number, ()) if attributes is None else attributes
    value = bytes([operation, version]) + bytes(fixed)
    return tlv(0x200 + number, value + b"".join(attribute(*each) for each in listed) + tail)


def delete(number, keys):
    fixed = bytearray(len(octets(RECORDS[number])))
    fixed[:len(octets(keys))] = octets(keys)
    return tlv(0x200 + number, b"\2\1" + bytes(fixed))


def data(*records):
    return tlv(0x14, octets("0000000000000001 0000 00000000 00000000") + b"".join(records))


def request(text=REQUEST, rest=FILTER):
    return tlv(0x01, octets(text) + rest)


def patched(text, offset, value):
    changed = bytearray(octets(text))
    changed[offset:offset + len(octets(value))] = octets(value)
    return changed.hex()


def response(text, *rows):
    return tlv(0x06, octets(text) + b"".join(tlv(0x103, octets(row)) for row in rows))


def digest_row(number):
    return tlv(0x104, octets(f"{number:04x} 00000001 0000000000000001"))


def offer(*rows):
    return tlv(0x11, octets("0000000000000001 00000001") + b"".join(rows))


def offer_row(number, tail=""):
    return tlv(0x102, octets(f"{number:04x} 00000001 00000022" + tail))


def round_end(is_final, freeze, *rows):
    return tlv(0x15, octets(f"0000000000000001 0000 {is_final:02x} 00000001 00000000 {freeze:016x}")
               + b"".join(rows))


RELEASED = "0000000000000001 0000000000000002 00000003"
PING = tlv(0x31)

# Right ones: no item at all.
RIGHT = [
    ("PING", PING), ("REQUEST", request()),
    ("ticket", tlv(0x01, octets(REQUEST) + tlv(1, bytes(113)) + FILTER)),
    ("skipped message", tlv(0x8031, b"anything")),
    ("skipped TLV", request(rest=FILTER + tlv(0x8101, b"new"))),
    ("skipped in DATA", data(tlv(0x8201, b"new"))),
    ("unknown type in a set", request(patched(REQUEST, 86, "4000000000000010"))),
    ("DELETE", data(delete(4, "0064 02000000000a"))),
    ("skipped attribute", data(record(4, attributes=((1, "deadbeef"), (0x8005, "00"))))),
    ("final round", round_end(1, 5, digest_row(4))),
] + [(f"example of 8.{number}", data(record(number))) for number in RECORDS]

M = "MALFORMED_RECORD"
# clause, error, message
WRONG = [
    ("6_1_3", "BAD_LENGTH", data(record(1, attributes=((3, "00" * 254),)))),
    ("6_1_4", "BAD_VALUE", data(record(8, (8, "02")))),
    ("6_1_5", "BAD_VALUE", data(record(4, (0, "0fff")))),
    ("6_1_6", "BAD_VALUE", request(patched(REQUEST, 53, "03"))),
    ("6_1_6", "BAD_VALUE", tlv(0x13, octets("0000000000000001 00a0"))),
    ("6_1_6", "BAD_VALUE", offer(offer_row(0))),
    ("6_1_6", "BAD_VALUE", offer(offer_row(64))),
    ("6_1_7", "BAD_VALUE", tlv(0x06, octets("0000000000000001 01 00 0000 08"))),
    ("6_1_8", "", data(record(1, attributes=((1, "ff"),)))),
    ("6_1_11", M, data(record(7, (0, "00")))),
    ("6_1_11", M, data(record(7, (0, "21")))),
    ("6_1_11", M, data(record(7, (32, "01")))),
    ("6_2_2", "TRUNCATED", data(record(4, attributes=((1, "deadbeef"),), tail=b"\0\2\0\4\0"))),
    ("6_2_3", "UNKNOWN_MESSAGE", tlv(0x00ff, b"new")),
    ("6_2_3", "UNSUPPORTED_TYPE", data(tlv(0x0230, b"\1\1new"))),
    ("6_2_3", "UNKNOWN_TLV", data(record(4, attributes=((5, "00"),)))),
    ("6_2_6", "TRUNCATED", tlv(0x31, b"\0\1")),
    ("6_2_6", "TRUNCATED", request(rest=FILTER + b"\0")),
    ("6_3_2", "BAD_VALUE", data(record(4, operation=3))),
    ("6_3_2", "UNSUPPORTED_VERSION", data(record(4, version=2))),
    ("6_3_5", "RESERVED_SET", data(record(4, operation=2))),
    ("6_3_5", "TRAILING", data(tlv(0x204, b"\2\1" + octets("0064 02000000000a") + bytes(8) +
                                   tlv(1, bytes(4))))),
    ("6_3_6", "TRUNCATED", data(tlv(0x204, b"\1\1\0"))),
    ("6_3_6", "TRUNCATED", data(tlv(0x204, b"\1"))),
    ("6_3_7", "DUPLICATE_TLV", data(record(4, attributes=((1, "deadbeef"), (1, "deadbeef"))))),
    ("6_3_7", "BAD_VALUE", data(record(4, attributes=((2, "0a000001"), (1, "deadbeef"))))),
    ("6_3_8", "BAD_LENGTH", data(record(4, attributes=((1, "deadbe"),)))),
    ("6_3_9", "RECORD_TOO_LONG", data(record(63, attributes=((1, "00" * 1024), (0x8002, "00" * 200))))),
    ("7_2_2", "BAD_LENGTH", tlv(0x8031 & 0x7fff, tlv(0x8101, bytes(1400)))),
    ("7_2_2", "TRUNCATED", tlv(0x18, octets(RELEASED)[:-1])),
    ("7_2_3", "MISSING_TLV", request(rest=b"")),
    ("7_2_3", "TOO_MANY", request(rest=FILTER * 17)),
    ("7_2_3", "UNKNOWN_TLV", tlv(0x31, FILTER)),
    ("7_2_3", "UNKNOWN_TLV", request(rest=FILTER + offer_row(4))),
    ("7_2_5", "UNKNOWN_TLV", data(FILTER)),
    ("7_2_5", "TRUNCATED", data(b"\2\4\0\1")),
    ("7_2_7", "DUPLICATE_TLV", request(rest=tlv(1, bytes(113)) * 2 + FILTER)),
    ("7_2_7", "BAD_VALUE", request(rest=FILTER + tlv(1, bytes(113)))),
    ("6_3_8", "BAD_LENGTH", request(rest=tlv(1, bytes(112)) + FILTER)),
    ("7_3_2", "TRUNCATED", offer(tlv(0x102, b"\0\4"))),
    ("7_3_2", "TRAILING", offer(offer_row(4, "00"))),
    ("7_3_3", "DUPLICATE_TLV", offer(offer_row(4), offer_row(4))),
    ("7_4", "", response("0000000000000001 01 02 0046 00")),
    ("7_4", "", round_end(0, 5)),
    ("7_4", "", round_end(0, 0, digest_row(4))),
    ("8_0_2", "", data(record(4), record(1))),
    ("9_1_15", "", tlv(0x18, octets("0000000000000001 0000000000000000 00000003"))),
    ("9_5_3", "", response("0000000000000001 02 02 0021 06")),
    ("9_5_3", "", response("0000000000000001 02 02 0046 01")),
    ("5_6_2", "", tlv(0x30, octets("0000000000000001 00000000 00000002"))),
    ("8_1_2", M, data(record(1, (0, "010000000000")))),
    ("8_2_2", M, data(record(2, (0, "000000000000")))),
    ("8_2_3", M, data(record(2, (14, "5f")))),
    ("8_2_3", M, data(record(2, (15, "81")))),
    ("8_2_3", M, data(record(2, (14, "00")))),
    ("8_2_4", M, data(record(2, (48, "01bc")))),
    ("8_3_2", "UNSUPPORTED_CIPHER", data(record(3, (17, "05")))),
    ("8_3_3", "UNSUPPORTED_CIPHER", data(record(3, (18, "1f")))),
    ("8_3_3", M, data(record(3, (8, "04")))),
    ("8_3_4", "MISSING_TLV", data(record(3, attributes=()))),
    ("8_3_4", M, data(record(3, attributes=((2, "00" * 32),)))),
    ("8_3_4", M, data(record(3, attributes=(SAK, (3, "00000001"))))),
    ("8_3_4", "MISSING_TLV", data(record(3, (17, "03"), (18, "00")))),
    ("8_3_4", M, data(record(3, (17, "03"), (18, "00"),
                             attributes=(SAK, (3, "00000001"), (4, "00" * 11))))),
    ("8_3_5", "RESERVED_SET", data(record(3, (21, "21")))),
    ("8_3_5", M, data(record(3, (21, "60")))),
    ("8_3_6", M, data(record(3, (27, "0000000000000000")))),
    ("8_3_6", "PN_EXHAUSTED", data(record(3, (35, "00000000c0000000")))),
    ("8_4_2", M, data(record(4, (2, "01")))),
    ("8_4_2", M, data(record(4, (8, "e0")))),
    ("8_5_2", M, data(record(5, (14, "0a")))),
    ("8_5_2", M, data(record(5, (18, V6), (36, "ffffffff")))),
    ("8_5_4", M, data(record(5, (35, "04")))),
    ("8_5_5", M, data(record(5, (18, MAPPED + "0a000001")))),
    ("8_6_3", M, data(record(6, (41, "00" * 12)))),
    ("8_6_3", M, data(record(6, (53, "00000000")))),
    ("8_6_3", M, data(record(6, (71, "04")))),
    ("8_6_4", "MISSING_TLV", data(record(6, attributes=MKA_KEYS[:1]))),
    ("8_6_4", M, data(record(6, attributes=((1, "00" * 17), MKA_KEYS[1])))),
    ("8_6_6", M, data(record(6, (92, "04")))),
    ("8_6_6", M, data(record(6, (120, "01")))),
    ("8_6_6", M, data(record(6, (103, "11" * 16)))),
    ("8_7_2", M, data(record(7, (33, "00" * 12)))),
    ("8_7_3", M, data(record(7, (53, "00000000")))),
    ("8_7_5", M, data(record(7, (64, "ffffffff")))),
    ("8_8_2", M, data(record(8, (2, "01")))),
    ("8_9_2", M, data(record(9, (2, "01")))),
    ("8_9_2", M, data(record(9, (8, "ff02")))),
    ("8_9_2", M, data(record(9, (24, "40")))),
    ("8_9_2", M, data(record(9, (24, "81")))),
    ("8_9_4", M, data(record(9, attributes=((1, "01000000"),)))),
    ("8_9_4", M, data(record(9, attributes=((2, "0001"),)))),
    ("8_10_2", M, data(record(10, (2, "00" * 16)))),
    ("8_10_2", M, data(record(10, (18, "01")))),
    ("8_10_4", "MISSING_TLV", data(record(10, (25, "01")))),
    ("8_10_4", M, data(record(10, attributes=((1, "00000001"),)))),
    ("8_10_4", M, data(record(10, (25, "03"), attributes=((1, "ffffffff"),)))),
    ("8_11_2", M, data(record(11, (2, "00")))),
    ("8_11_2", M, data(record(11, (6, "01")))),
    ("8_12_2", M, data(record(12, (14, "e0")))),
    ("8_12_3", M, data(record(12, (19, "04")))),
    ("8_12_3", "MISSING_TLV", data(record(12, attributes=()))),
    ("8_12_3", M, data(record(12, (18, "00"), attributes=()))),
    ("8_12_3", M, data(record(12, (18, "0000")))),
    ("8_13_2", M, data(record(13, (0, "0000")))),
    ("8_13_2", M, data(record(13, (3, "01")))),
    ("8_13_3", M, data(record(13, (2, "02")))),
    ("8_14_2", M, data(record(14, (4, "0180c200000f")))),
    ("8_14_2", M, data(record(14, (3, "01")))),
    ("8_14_2", M, data(record(14, (2, "0102"), (4, "00" * 6)))),
    ("8_14_3", M, data(record(14, (11, "01")))),
    ("8_14_3", M, data(record(14, (17, "00000001")))),
    ("8_15_2", M, data(record(15, (0, "01")))),
    ("8_15_3", M, data(record(15, (9, "01")))),
    ("8_15_3", M, data(record(15, (28, "0000000000000001")))),
    ("8_15_3", M, data(record(15, (11, "01")))),
    ("8_15_4", M, data(record(15, (24, "00010001")))),
    ("8_16_2", M, data(record(16, (2, "01")))),
    ("8_17_2", M, data(record(17, (2, "01")))),
    ("8_17_4", "MISSING_TLV", data(record(17, attributes=((4, "0000000000000001"),)))),
    ("8_63_2", M, data(record(63, (0, "000000")))),
]

# clause, PDU from its first octet on; a PDU may break more than one rule
PDUS = [
    ({"3_2"}, protected(PING, 900) + b"\0\1"),
    ({"3_5", "7_2_2"}, protected(tlv(0x8031, bytes(8950)), 901)),
    ({"4_1_2"}, header(3, 36, 0, 0, version=2) + bytes(20)),
    ({"4_1_3"}, header(4, 36, 0, 0) + bytes(20)),
    ({"4_1_3"}, protected(PING, 902, reserved=1)),
    ({"4_1_4"}, header(3, 15, 0, 0) + bytes(20)),
    ({"4_1_4"}, header(3, 37, 0, 0) + bytes(20)),
    ({"4_1_4"}, header(3, 36, 0, 0)[:15]),
    ({"4_1_6"}, header(1, 144, 1, 0) + b"\2" * 128),
    ({"4_1_6"}, header(2, 72, 7, 1) + b"\2" * 56),
    ({"4_2_1"}, header(1, 143, 0, 0) + bytes(127)),
    ({"4_2_1"}, header(2, 73, 7, 0) + bytes(57)),
    ({"4_2_1"}, header(3, 31, 0, 0) + bytes(15)),
    ({"5_4_2"}, protected(PING, 1 << 23)),
    ({"5_4_4"}, protected(PING, 903)[:-1] + b"\0"),
    ({"5_4_5"}, protected(PING + b"\0", 904)),
]
