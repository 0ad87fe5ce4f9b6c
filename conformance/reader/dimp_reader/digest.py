"""SipHash-2-4 and the digests of 6.6."""
import functools
import struct

from .encoding import Record, encode_record
from .tables import DI_TYPES

MASK = (1 << 64) - 1


def _rotate(value, bits):
    return ((value << bits) | (value >> (64 - bits))) & MASK


def _round(v0, v1, v2, v3):
    v0 = (v0 + v1) & MASK
    v1 = _rotate(v1, 13) ^ v0
    v0 = _rotate(v0, 32)
    v2 = (v2 + v3) & MASK
    v3 = _rotate(v3, 16) ^ v2
    v0 = (v0 + v3) & MASK
    v3 = _rotate(v3, 21) ^ v0
    v2 = (v2 + v1) & MASK
    v1 = _rotate(v1, 17) ^ v2
    return v0, v1, _rotate(v2, 32), v3


@functools.lru_cache(maxsize=16384)    # the same entries are summed at each end of a round
def siphash24(key, octets):
    """SipHash-2-4 as an integer (its 8 octets of output read little-endian)."""
    k0, k1 = struct.unpack("<QQ", key)
    state = (k0 ^ 0x736f6d6570736575, k1 ^ 0x646f72616e646f6d, k0 ^ 0x6c7967656e657261, k1 ^ 0x7465646279746573)
    padded = octets + bytes(7 - len(octets) % 8) + bytes([len(octets) & 0xff])
    for (word,) in struct.iter_unpack("<Q", padded):
        v0, v1, v2, v3 = state
        v0, v1, v2, v3 = _round(*_round(v0, v1, v2, v3 ^ word))
        state = v0 ^ word, v1, v2, v3
    v0, v1, v2, v3 = state
    state = v0, v1, v2 ^ 0xff, v3
    for _ in range(4):
        state = _round(*state)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def canonical(record):
    """The canonical form of an entry (6.6-2)."""
    _, rows, known = DI_TYPES[record.di_type]
    fields = {name: 0 if role == "DECAYS" else record.fields[name] for name, _, role in rows}
    kept = [(kind, value) for kind, value in record.attributes
            if kind not in known or known[kind][2] != "DECAYS"]
    return encode_record(Record(record.di_type, fields, kept, 1, record.version))


def digest_rows(key, records, left_out=()):
    """One DIGEST_ROW for each DI type that has entries, ascending (6.6-4)."""
    rows = {}
    for record in records:
        if record.di_type in left_out:
            continue
        row = rows.setdefault(record.di_type, {"type": record.di_type, "entries": 0, "sum": 0})
        row["entries"] += 1
        row["sum"] = (row["sum"] + siphash24(key, canonical(record))) & MASK
    return [rows[number] for number in sorted(rows)]


def rows_by_type(rows):
    """{type: (entries, sum)} without the empty ones: no row and an empty row mean the same."""
    return {row["type"]: (row["entries"], row["sum"]) for row in rows if row["entries"] or row["sum"]}
