"""Durations that decay (6.5)."""
from .encoding import Record
from .tables import DI_TYPES

INFINITE = 0xffffffff
SECONDS = 0x80000000


def to_ms(wire):
    """Milliseconds, or None for infinite."""
    if wire == INFINITE:
        return None
    return (wire & 0x7fffffff) * 1000 if wire & SECONDS else wire


def from_ms(milliseconds):
    """The shortest-grained form that holds it, rounded down."""
    if milliseconds is None:
        return INFINITE
    if milliseconds < SECONDS:
        return milliseconds
    return SECONDS | min(milliseconds // 1000, 0x7ffffffe)


def less(wire, milliseconds):
    """The duration after so many milliseconds; never longer than before."""
    left = to_ms(wire)
    return wire if left is None or milliseconds <= 0 else from_ms(max(0, left - milliseconds))


def decay(record, milliseconds):
    """The record with all its DECAYS fields reduced."""
    _, rows, known = DI_TYPES[record.di_type]
    fields = {name: less(record.fields[name], milliseconds) if role == "DECAYS" else record.fields[name]
              for name, _, role in rows}
    attributes = [(kind, decay_attribute(known.get(kind), value, milliseconds))
                  for kind, value in record.attributes]
    return Record(record.di_type, fields, attributes, record.operation, record.version)


def decay_attribute(row, value, milliseconds):
    if row is None or row[2] != "DECAYS":
        return value
    return less(int.from_bytes(value, "big"), milliseconds).to_bytes(4, "big")
