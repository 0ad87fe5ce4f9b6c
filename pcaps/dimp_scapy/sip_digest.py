"""Digests of DI (6.6): SipHash-2-4 of each entry's canonical form, and their sum."""

from . import receive_rules
from .facts import DI_TYPES, PUT, RECORD_BASE, TYPES

_MASK = 2 ** 64 - 1


def _rotate(word, by):
    return (word << by | word >> (64 - by)) & _MASK


def _rounds(v, count):
    for _ in range(count):
        v[0] = (v[0] + v[1]) & _MASK
        v[1] = _rotate(v[1], 13) ^ v[0]
        v[0] = _rotate(v[0], 32)
        v[2] = (v[2] + v[3]) & _MASK
        v[3] = _rotate(v[3], 16) ^ v[2]
        v[0] = (v[0] + v[3]) & _MASK
        v[3] = _rotate(v[3], 21) ^ v[0]
        v[2] = (v[2] + v[1]) & _MASK
        v[1] = _rotate(v[1], 17) ^ v[2]
        v[2] = _rotate(v[2], 32)


def siphash(key, octets):
    """SipHash-2-4 of octets under a key of 16 octets, as an integer (Aumasson and Bernstein)."""
    k0, k1 = (int.from_bytes(key[at:at + 8], "little") for at in (0, 8))
    v = [k0 ^ 0x736F6D6570736575, k1 ^ 0x646F72616E646F6D, k0 ^ 0x6C7967656E657261,
         k1 ^ 0x7465646279746573]
    padded = octets + bytes(-(len(octets) + 1) % 8) + bytes([len(octets) & 255])
    for at in range(0, len(padded), 8):
        word = int.from_bytes(padded[at:at + 8], "little")
        v[3] ^= word
        _rounds(v, 2)
        v[0] ^= word
    v[2] ^= 0xFF
    _rounds(v, 4)
    return v[0] ^ v[1] ^ v[2] ^ v[3]


def canonical(record):
    """6.6-2: the record as a PUT, DECAYS fields zero and DECAYS attributes left out."""
    record = bytes(record)
    block = DI_TYPES[int.from_bytes(record[:2], "big") - RECORD_BASE]
    octets, at = bytes([PUT]) + record[5:6], 6
    for field in block.fields:
        size = TYPES[field.type][1]
        octets += bytes(size) if field.role == "DECAYS" else record[at:at + size]
        at += size
    while at < len(record):
        number, _, end = receive_rules.split(record, at)
        field = block.attributes.get(number)
        if field is None or field.role != "DECAYS":
            octets += record[at:end]
        at = end
    return record[:2] + len(octets).to_bytes(2, "big") + octets


def digest(key, records):
    """6.6-1: (entries, sum modulo 2^64) of records of one DI type."""
    sums = [siphash(key, canonical(record)) for record in records]
    return len(sums), sum(sums) & _MASK
