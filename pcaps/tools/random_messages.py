"""Random messages from a seed: drawn from the tables of the specification, then, half of them, changed."""

import random

from fixture_parts import EXAMPLES, MESSAGE_EXAMPLES, put, tlv, with_secrets

from dimp_scapy import DI_TYPES, MESSAGES, NAMES, PARAMETERS, TYPES, Sealer, record_from_plain
from dimp_scapy.facts import DATA, PACKET_NUMBERS
from dimp_scapy.receive_rules import split

BOUNDS = {1: (0, 1, 2, 255), 2: (0, 1, 63, 64, 159, 160, 4094, 4095, 65535),
          4: (0, 1, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF),
          8: (0, 1, 1 << 53, (1 << 53) - 1, 0xC0000000, 0xC000000000000000, (1 << 64) - 1)}
ADDRESSES = ("10.0.0.10", "224.0.0.1", "2001:db8::1", "ff02::1", "::", "0.0.0.0", "223.1.1.1",
             "fe80::1", "239.1.2.3")


def octets_for(dice, field):
    """The octets of one value: mostly a likely one, now and then any."""
    least, most, kind = TYPES[field.type]
    if kind in ("VARIABLE", "TEXT"):
        size = dice.choice((0, 1, 12, 16, 32, min(most, 130), min(most, 253)))
        return (bytes(dice.choices(b"abc xyz-09", k=size)) if kind == "TEXT"
                else dice.randbytes(min(size, most)))
    if kind == "NAMED" and dice.random() < 0.97:
        return dice.choice(sorted(NAMES[field.type])).to_bytes(least, "big")
    if field.type == "FLAG" and dice.random() < 0.98:
        return bytes([dice.randrange(2)])
    if field.type == "VLAN" and dice.random() < 0.98:
        return dice.randrange(4095).to_bytes(2, "big")
    if field.type == "ADVICE" and dice.random() < 0.95:
        return bytes([dice.randrange(8)])
    if field.type == "CKN" and dice.random() < 0.9:
        size = dice.randint(1, 32)
        return (bytes([size]) + dice.randbytes(size)).ljust(33, b"\0")
    if kind in ("INTEGER", "SET") and dice.random() < 0.5:
        return dice.choice(BOUNDS[least]).to_bytes(least, "big")
    if field.type == "MAC":
        return bytes([dice.choice((2, 2, 2, 1))]) + dice.randbytes(5)
    return dice.randbytes(most)


def random_record(dice):
    """A record: the example of its type with some fields drawn anew, so that most break no rule."""
    block = dice.choice(list(DI_TYPES.values()))
    if dice.random() < 0.1:
        view = {**with_secrets(EXAMPLES[block.name]), "operation": "DELETE"}
        return bytes(record_from_plain(view))
    changes, drop = {}, []
    for field in (*block.fields, *block.attributes.values()):
        if dice.random() < 0.12:
            changes[field.name] = octets_for(dice, field)
            if field.type == "IP":
                changes[field.name] = dice.choice(ADDRESSES)
    for field in block.attributes.values():
        if dice.random() < 0.1:
            drop.append(field.name)
    more = tlv(dice.choice((0x8001, 0x801F, 0x8020, 0xFFFF)), dice.randbytes(3)) \
        if dice.random() < 0.1 else b""
    return put(block.name, drop, more, **changes)


def random_message(dice):
    """A message: every field drawn, a likely number of parameters or records."""
    block = dice.choice(list(MESSAGES.values()))
    octets = b"".join(octets_for(dice, field) for field in block.fields)
    for number, field in block.attributes.items():
        if dice.random() < 0.5:
            octets += tlv(number, octets_for(dice, field))
    if block.number == DATA or dice.random() < 0.3:
        block = MESSAGES[DATA]
        octets = b"".join(octets_for(dice, field) for field in block.fields)
        octets += b"".join(random_record(dice) for _ in range(dice.randint(0, 4)))
    elif block.then:
        number, least, most = block.then
        parameter = PARAMETERS[number]
        types = dice.sample(range(1, 64), 8)
        for at in range(dice.choice((least, least, min(most, least + 1), min(most, 5)))):
            row = b"".join(types[at].to_bytes(2, "big") if field.type == "DI_TYPE" and
                           dice.random() < 0.95 else octets_for(dice, field)
                           for field in parameter.fields)
            octets += tlv(number, row)
    if dice.random() < 0.1:
        octets += tlv(dice.choice((0x8101, 0x8001, 0x8201, 0x823F, 0xFFFF)), dice.randbytes(2))
    return tlv(block.number, octets)


def starts(octets, at, end):
    """Where the TLVs between two places begin."""
    found = []
    while at < end:
        whole = split(octets[:end], at)
        if whole is None:
            break
        found.append((at, whole[2]))
        at = whole[2]
    return found


def mend(octets):
    """The message with the length that it now has."""
    return octets[:2] + (len(octets) - 4).to_bytes(2, "big") + octets[4:]


def mutate(dice, octets):
    """The message with something wrong: an octet, a bit, a cut, an insertion, a TLV twice, moved or cut."""
    block = MESSAGES.get(int.from_bytes(octets[:2], "big"))
    parts = starts(octets, 4 + block.size, len(octets)) if block else []
    way = dice.randrange(9)
    at = dice.randrange(len(octets))
    if way == 0:
        return octets[:at] + bytes([dice.randrange(256)]) + octets[at + 1:]
    if way == 1:
        return octets[:at] + bytes([octets[at] ^ 1 << dice.randrange(8)]) + octets[at + 1:]
    if way == 2:
        return mend(octets[:max(at, 4)])
    if way == 3:
        return mend(octets[:max(at, 4)] + dice.randbytes(dice.randint(1, 5)) + octets[max(at, 4):])
    if way == 4:
        return octets[:max(at, 4)]
    if way in (5, 6) and parts:
        first, last = dice.choice(parts)
        place = dice.choice([4 + block.size, *(end for _, end in parts)])
        return mend(octets[:place] + octets[first:last] + octets[place:])
    if way == 7 and parts:
        first, last = dice.choice(parts)
        place = dice.randrange(first + 4, last) if last > first + 4 else last
        return mend(octets[:first] + mend(octets[first:place]) + octets[last:])
    if parts:
        first, last = dice.choice(parts)
        inner = dice.randrange(first, last)
        return octets[:inner] + bytes([dice.choice((0, 1, 2, 4, 0x80, 0xFF))]) + octets[inner + 1:]
    return mend(octets + tlv(dice.choice((1, 2, 0x101, 0x204, 0x8101)), dice.randbytes(4)))


def mutate_header(dice, pdu):
    """A PDU with something wrong with its first 16 octets, or with its end."""
    if dice.random() < 0.3:
        return pdu[:dice.randrange(len(pdu))]
    at = dice.randrange(16)
    return pdu[:at] + bytes([pdu[at] ^ 1 << dice.randrange(8)]) + pdu[at + 1:]


def pdus(count, seed, key, index):
    """`count` PROTECTED PDUs of random messages, half of them changed, a few with a wrong header."""
    dice = random.Random(seed)
    sealer = Sealer(key, index)
    worked = list(MESSAGE_EXAMPLES.values())
    for number in range(count):
        message = dice.choice(worked) if dice.random() < 0.1 else random_message(dice)
        if dice.random() < 0.5:
            message = mutate(dice, message)
        if dice.random() < 0.1:
            message += random_message(dice)
        pdu = sealer.seal(message, number % PACKET_NUMBERS)
        yield mutate_header(dice, pdu) if dice.random() < 0.05 else pdu
