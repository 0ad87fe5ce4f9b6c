"""The receive rules of docs/spec, sections 6 and 7: which octets are a message or a record, and which
rule those that are none break first (6.3-10, 6.3-11, 10.3). Values are integers for fields of kind
INTEGER, NAMED and SET, octets for all others."""

from . import di_rules
from .facts import (DATA, DELETE, DI_TYPES, MESSAGES, MESSAGE_MAX, NAMES, PARAMETERS, PUT,
                    RECORD_BASE, RECORD_MAX, SKIPPABLE, TYPES, VERSION, Refusal)


def is_record_type(number):
    """6.2-5: 0x0201 to 0x023f are records."""
    return 0x0201 <= number <= 0x023F


def split(octets, at=0):
    """The TLV at `at`: (type, value, where the next begins), or None if it is no whole one (6.2-2)."""
    if len(octets) - at < 4:
        return None
    number = int.from_bytes(octets[at:at + 2], "big")
    size = int.from_bytes(octets[at + 2:at + 4], "big")
    if at + 4 + size > len(octets):
        return None
    return number, octets[at + 4:at + 4 + size], at + 4 + size


def value_of(field, octets):
    """The value of a field from octets of its size."""
    if TYPES[field.type][2] in ("INTEGER", "NAMED", "SET"):
        return int.from_bytes(octets, "big")
    return bytes(octets)


def check_value(field, value):
    """The rules of 6.1 about one value."""
    kind = field.type
    if kind == "FLAG" and value > 1:
        raise Refusal("BAD_VALUE", "6.1-4")
    if kind == "VLAN" and value > 4094:
        raise Refusal("BAD_VALUE", "6.1-5")
    if kind == "ERROR":
        wrong = value > 159
    elif kind == "DI_TYPE":
        wrong = not 1 <= value <= 63
    else:
        wrong = TYPES[kind][2] == "NAMED" and value not in NAMES[kind]
    if wrong:
        raise Refusal("BAD_VALUE", "6.1-6")
    if kind == "ADVICE" and value & ~sum(NAMES[kind]):
        raise Refusal("BAD_VALUE", "6.1-7")
    if kind == "CKN" and (not 1 <= value[0] <= 32 or any(value[1 + value[0]:])):
        raise Refusal("MALFORMED_RECORD", "6.1-11")


def read_fixed(block, octets, short_clause, is_delete=False):
    """The values of a fixed part, checked in the order of its fields: {name: value}."""
    values, at = {}, 0
    for field in block.fields:
        size = TYPES[field.type][1]
        if at + size > len(octets):
            raise Refusal("TRUNCATED", short_clause, at)
        value = value_of(field, octets[at:at + size])
        if is_delete and field.role != "KEY":
            if any(octets[at:at + size]):
                raise Refusal("RESERVED_SET", "6.3-5", at)
        else:
            check_value(field, value)
        values[field.name] = value
        at += size
    return values


def read_attribute(block, number, value):
    """One attribute, beyond its order: (name, value), or None for one that is skipped."""
    field = block.attributes.get(number)
    if field is None:
        if number & SKIPPABLE:
            return None
        raise Refusal("UNKNOWN_TLV", "6.2-3")
    least, most, kind = TYPES[field.type]
    if len(value) > most and kind in ("VARIABLE", "TEXT"):
        raise Refusal("BAD_LENGTH", "6.1-3")
    if not least <= len(value) <= most:
        raise Refusal("BAD_LENGTH", "6.3-8")
    check_value(field, value_of(field, value))
    return field.name, value_of(field, value)


def check_ascending(number, before, clause):
    """6.3-7: attributes stand in strictly ascending order of their types."""
    if number == before:
        raise Refusal("DUPLICATE_TLV", clause)
    if number < before:
        raise Refusal("BAD_VALUE", clause)


def read_record(octets):
    """The record that fills `octets`: (block, operation, values, skipped attributes), or Refusal."""
    whole = split(octets)
    if whole is None:
        raise Refusal("TRUNCATED", "6.2-2")
    number, value, end = whole
    if not is_record_type(number):
        raise Refusal("UNKNOWN_TLV", "6.3-11")
    if end > RECORD_MAX:
        raise Refusal("RECORD_TOO_LONG", "6.3-9")
    block = DI_TYPES.get(number - RECORD_BASE)
    if block is None:
        raise Refusal("UNSUPPORTED_TYPE", "6.2-3")
    if len(value) < 1:
        raise Refusal("TRUNCATED", "6.3-6")
    if value[0] not in (PUT, DELETE):
        raise Refusal("BAD_VALUE", "6.3-2")
    if len(value) < 2:
        raise Refusal("TRUNCATED", "6.3-6")
    if value[1] != VERSION:
        raise Refusal("UNSUPPORTED_VERSION", "6.3-2")
    is_delete = value[0] == DELETE
    values = read_fixed(block, value[2:], "6.3-6", is_delete)
    at, before, skipped = 2 + block.size, -1, []
    if is_delete and at < len(value):
        raise Refusal("TRAILING", "6.3-5", at)
    while at < len(value):
        attribute = split(value, at)
        if attribute is None:
            raise Refusal("TRUNCATED", "6.2-2", at)
        check_ascending(attribute[0], before, "6.3-7")
        before = attribute[0]
        named = read_attribute(block, before, attribute[1])
        if named:
            values[named[0]] = named[1]
        else:
            skipped.append((before, attribute[1]))
        at = attribute[2]
    di_rules.check(block, value[0], values)
    return block, value[0], values, skipped


def read_parameter(number, value):
    """The values of one parameter (7.3-2)."""
    block = PARAMETERS[number]
    values = read_fixed(block, value, "7.3-2")
    if len(value) > block.size:
        raise Refusal("TRAILING", "7.3-2")
    return values


def read_records(octets):
    """What follows the fixed part of DATA: a list of record TLVs, those that are skipped left out."""
    records, at = [], 0
    while at < len(octets):
        whole = split(octets, at)
        if whole is None:
            raise Refusal("TRUNCATED", "7.2-5", at)
        if is_record_type(whole[0]):
            records.append(bytes(octets[at:whole[2]]))
        elif not whole[0] & SKIPPABLE:
            raise Refusal("UNKNOWN_TLV", "7.2-5", at)
        at = whole[2]
    return records


class _Following:
    """Walks what follows a message's fixed part: attributes, then parameters of one kind."""

    def __init__(self, block, values):
        self.block, self.values = block, values
        self.number, self.least, self.most = block.then or (None, 0, 0)
        self.rows, self.before, self.is_closed = [], -1, False

    def take(self, number, value):
        if 1 <= number <= 31:
            self.take_attribute(number, value)
            return
        self.is_closed = True
        if number == self.number:
            self.take_row(value)
        elif not number & SKIPPABLE:
            clause = "7.2-3" if number in PARAMETERS else "6.2-3"
            raise Refusal("UNKNOWN_TLV", clause)

    def take_attribute(self, number, value):
        if self.is_closed:
            raise Refusal("BAD_VALUE", "7.2-7")
        check_ascending(number, self.before, "7.2-7")
        self.before = number
        name, taken = read_attribute(self.block, number, value)
        self.values[name] = taken

    def take_row(self, value):
        if len(self.rows) == self.most:
            raise Refusal("TOO_MANY", "7.2-3")
        row = read_parameter(self.number, value)
        is_about_type = PARAMETERS[self.number].fields[0].type == "DI_TYPE"
        if is_about_type and any(row["type"] == each["type"] for each in self.rows):
            raise Refusal("DUPLICATE_TLV", "7.3-3")
        self.rows.append(row)

    def end(self):
        if len(self.rows) < self.least:
            raise Refusal("MISSING_TLV", "7.2-3")


def read_message(octets):
    """The message that fills `octets`: (block, values, rows), or Refusal. `rows` are the values of
    its parameters, or the octets of DATA's records. A message that is skipped (7.2-4) gives None."""
    whole = split(octets)
    if whole is None:
        raise Refusal("TRUNCATED", "6.2-2")
    number, value, end = whole
    block = MESSAGES.get(number)
    if block is None:
        if number & SKIPPABLE:
            return None
        raise Refusal("UNKNOWN_MESSAGE", "6.2-3")
    if end > MESSAGE_MAX:
        raise Refusal("BAD_LENGTH", "7.2-2")
    values = read_fixed(block, value, "7.2-2")
    if number == DATA:
        return block, values, read_records(value[block.size:])
    following, at = _Following(block, values), block.size
    while at < len(value):
        part = split(value, at)
        if part is None:
            raise Refusal("TRUNCATED", "6.2-6", at)
        following.take(part[0], part[1])
        at = part[2]
    following.end()
    return block, values, following.rows


def split_payload(octets):
    """The messages of a PROTECTED PDU's payload: (list of whole TLVs, rest that is none) (5.4-5)."""
    messages, at = [], 0
    while at < len(octets):
        whole = split(octets, at)
        if whole is None:
            break
        messages.append(bytes(octets[at:whole[2]]))
        at = whole[2]
    return messages, bytes(octets[at:])


def acknowledged(values, rows):
    """The packet numbers that an ACK names, as (first, last) ranges from the highest down (5.6-2)."""
    last = values["largest"]
    first = last - values["first_length"]
    ranges = [(first, last)]
    for row in rows:
        last = first - row["gap"] - 2
        first = last - row["length"]
        ranges.append((first, last))
    if any(low < 0 for low, _ in ranges):
        raise Refusal("drop_payload", "5.6-2")
    return ranges
