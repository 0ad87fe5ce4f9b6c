"""TLVs, records and messages, both ways (sections 6 and 7)."""
import struct
from dataclasses import dataclass, field

from .rules import check_rules
from .errors import DimpError
from .tables import DI_TYPES, MESSAGE_ATTRIBUTES, MESSAGE_NAMES, MESSAGES, NAMES, PARAMS, TYPES

SKIPPABLE = 0x8000
MESSAGE_MAX = 1400
RECORD_MAX = 1200
PUT, DELETE = 1, 2


# --- TLVs (6.2) ---------------------------------------------------------------

def tlv(kind, value):
    return struct.pack(">HH", kind, len(value)) + value


def first_tlv(octets):
    """(type, value, rest); TRUNCATED if the TLV does not fit."""
    if len(octets) < 4:
        raise DimpError("TRUNCATED")
    kind, length = struct.unpack_from(">HH", octets)
    if len(octets) < 4 + length:
        raise DimpError("TRUNCATED")
    return kind, octets[4:4 + length], octets[4 + length:]


def split_tlvs(octets):
    """All TLVs of a string of octets, as (type, value)."""
    found = []
    while octets:
        kind, value, octets = first_tlv(octets)
        found.append((kind, value))
    return found


def only_tlv(octets):
    kind, value, rest = first_tlv(octets)
    if rest:
        raise DimpError("TRAILING")
    return kind, value


# --- fields (6.1) -------------------------------------------------------------

def encode_field(kind, value):
    size, family = TYPES[kind]
    if family in ("INTEGER", "NAMED", "SET"):
        octets = value.to_bytes(size, "big")
    else:
        octets = bytes(value)
    check_size(kind, octets)
    check_value(kind, value)
    return octets


def decode_field(kind, octets):
    check_size(kind, octets)
    value = int.from_bytes(octets, "big") if TYPES[kind][1] in ("INTEGER", "NAMED", "SET") else octets
    check_value(kind, value)
    return value


def check_size(kind, octets):
    size, family = TYPES[kind]
    variable = family in ("VARIABLE", "TEXT")
    if len(octets) > size or (len(octets) != size and not variable):
        raise DimpError("BAD_LENGTH")


def check_value(kind, value):
    family = TYPES[kind][1]
    bad = ((kind == "FLAG" and value > 1)
           or (kind == "VLAN" and value > 4094)
           or (kind == "DI_TYPE" and not 1 <= value <= 63)
           or (kind == "ADVICE" and value & ~7)
           or (kind == "ERROR" and value >= 160)
           or (family == "NAMED" and kind not in ("DI_TYPE", "ERROR") and value not in NAMES[kind]))
    if bad:
        raise DimpError("BAD_VALUE")


def encode_fields(fields, values):
    return b"".join(encode_field(row[1], values[row[0]]) for row in fields)


def fields_size(fields):
    return sum(TYPES[row[1]][0] for row in fields)


def decode_fields(fields, octets, check=decode_field):
    """(values, rest); TRUNCATED at the first field that is not whole."""
    values = {}
    for row in fields:
        size = TYPES[row[1]][0]
        if len(octets) < size:
            raise DimpError("TRUNCATED")
        values[row[0]] = check(row[1], octets[:size])
        octets = octets[size:]
    return values, octets


# --- records (6.3) ------------------------------------------------------------

@dataclass
class Record:
    di_type: int
    fields: dict
    attributes: list = field(default_factory=list)     # (type, octets), ascending
    operation: int = PUT
    version: int = 1

    @property
    def key(self):
        """What identifies the entry within its VSI (6.3-4)."""
        rows = DI_TYPES[self.di_type][1]
        return (self.di_type,) + tuple(self.fields[row[0]] for row in rows if row[2] == "KEY")

    def attribute(self, name):
        """Octets of the attribute with this name, or None."""
        wanted = next(n for n, row in DI_TYPES[self.di_type][2].items() if row[0] == name)
        return dict(self.attributes).get(wanted)


def encode_record(record):
    rows = DI_TYPES[record.di_type][1]
    value = bytes([record.operation, record.version])
    if record.operation == PUT:
        value += encode_fields(rows, record.fields)
        value += b"".join(tlv(kind, octets) for kind, octets in record.attributes)
    else:
        value += b"".join(encode_field(row[1], record.fields[row[0]]) if row[2] == "KEY"
                          else bytes(TYPES[row[1]][0]) for row in rows)
    return tlv(0x0200 + record.di_type, value)


def deletion(record):
    """The DELETE of the same entry."""
    return Record(record.di_type, dict(record.fields), [], DELETE)


def decode_record(octets):
    """A record from its TLV, checked in the order of 6.3-10."""
    kind, value = only_tlv(octets)
    if not 0x0201 <= kind <= 0x023f:
        raise DimpError("UNKNOWN_TLV")
    if len(octets) > RECORD_MAX:
        raise DimpError("RECORD_TOO_LONG")
    di_type = kind - 0x0200
    if di_type not in DI_TYPES:
        raise DimpError("UNSUPPORTED_TYPE")
    operation, version = check_operation(value)
    record = Record(di_type, {}, [], operation, version)
    (decode_put if operation == PUT else decode_delete)(record, value[2:])
    check_rules(record)
    return record


def decode_key(octets):
    """The key of a record, whatever else is wrong with it."""
    kind, value = only_tlv(octets)
    di_type = kind - 0x0200
    if di_type not in DI_TYPES:
        raise DimpError("UNSUPPORTED_TYPE")
    keys = [row for row in DI_TYPES[di_type][1] if row[2] == "KEY"]
    fields, _ = decode_fields(keys, value[2:])
    return (di_type,) + tuple(fields[row[0]] for row in keys)


def check_operation(value):
    if not value:
        raise DimpError("TRUNCATED")
    if value[0] not in (PUT, DELETE):
        raise DimpError("BAD_VALUE")
    if len(value) < 2:
        raise DimpError("TRUNCATED")
    if value[1] != 1:
        raise DimpError("UNSUPPORTED_VERSION")
    return value[0], value[1]


def decode_put(record, octets):
    _, rows, known = DI_TYPES[record.di_type]
    record.fields, rest = decode_fields(rows, octets)
    last = 0
    while rest:
        kind, value, rest = first_tlv(rest)
        if kind == last and record.attributes:
            raise DimpError("DUPLICATE_TLV")
        if kind < last:
            raise DimpError("BAD_VALUE")
        last = kind
        if kind in known:
            decode_field(known[kind][1], value)
        elif not kind & SKIPPABLE:
            raise DimpError("UNKNOWN_TLV")
        record.attributes.append((kind, value))


def decode_delete(record, octets):
    rest = octets
    for name, kind, role in DI_TYPES[record.di_type][1]:
        size = TYPES[kind][0]
        if len(rest) < size:
            raise DimpError("TRUNCATED")
        if role == "KEY":
            record.fields[name] = decode_field(kind, rest[:size])
        elif any(rest[:size]):
            raise DimpError("RESERVED_SET")
        else:
            record.fields[name] = 0 if TYPES[kind][1] in ("INTEGER", "NAMED", "SET") else bytes(size)
        rest = rest[size:]
    if rest:
        raise DimpError("TRAILING")


# --- messages (7) -------------------------------------------------------------

@dataclass
class Message:
    name: str
    fields: dict
    params: list = field(default_factory=list)    # dicts, or octets of records for DATA
    attributes: list = field(default_factory=list)     # (type, octets), ascending

    def __getattr__(self, name):
        try:
            return self.__dict__["fields"][name]
        except KeyError:
            raise AttributeError(name) from None


def message(_message_name, _rows=(), **fields):
    return Message(_message_name, fields, list(_rows))


def encode_message(item):
    kind, rows, parameter, fewest, most = MESSAGES[item.name]
    value = encode_fields(rows, item.fields)
    value += b"".join(tlv(number, octets) for number, octets in item.attributes)
    if parameter == "record":
        value += b"".join(item.params)
    elif parameter:
        number, fields = PARAMS[parameter]
        check_count(len(item.params), fewest, most)
        value += b"".join(tlv(number, encode_fields(fields, row)) for row in item.params)
    if len(value) + 4 > MESSAGE_MAX:
        raise DimpError("BAD_LENGTH")
    return tlv(kind, value)


def decode_message(octets):
    """A message from its TLV; None if its type is unknown and may be skipped."""
    kind, value = only_tlv(octets)
    name = MESSAGE_NAMES.get(kind)
    if name is None:
        if kind & SKIPPABLE:
            return None
        raise DimpError("UNKNOWN_MESSAGE")
    if len(octets) > MESSAGE_MAX:
        raise DimpError("BAD_LENGTH")
    _, rows, parameter, fewest, most = MESSAGES[name]
    fields, rest = decode_fields(rows, value)
    attributes, rest = decode_message_attributes(MESSAGE_ATTRIBUTES.get(name, {}), rest)
    params = (decode_record_tlvs(rest) if parameter == "record"
              else decode_params(parameter, rest, fewest, most))
    return Message(name, fields, params, attributes)


def decode_message_attributes(known, octets):
    """([(type, octets)], what follows) of the attributes behind the fixed part (7.2-7)."""
    found = []
    while octets:
        kind, value, rest = first_tlv(octets)
        if not 1 <= kind <= 31:
            break
        if kind not in known:
            raise DimpError("UNKNOWN_TLV")
        if found and kind <= found[-1][0]:
            raise DimpError("DUPLICATE_TLV" if kind == found[-1][0] else "BAD_VALUE")
        decode_field(known[kind][1], value)
        found.append((kind, value))
        octets = rest
    return found, octets


def decode_params(parameter, octets, fewest, most):
    number, fields = PARAMS[parameter] if parameter else (None, None)
    found = []
    for kind, value in split_tlvs(octets):
        if kind == number:
            found.append(decode_param(fields, value))
        elif not kind & SKIPPABLE:
            raise DimpError("UNKNOWN_TLV")
    check_count(len(found), fewest, most)
    types = [row["type"] for row in found if "type" in row]
    if len(types) != len(set(types)):
        raise DimpError("DUPLICATE_TLV")
    return found


def decode_param(fields, value):
    row, rest = decode_fields(fields, value)
    if rest:
        raise DimpError("TRAILING")
    return row


def check_count(count, fewest, most):
    if count < fewest:
        raise DimpError("MISSING_TLV")
    if count > most:
        raise DimpError("TOO_MANY")


def decode_record_tlvs(octets):
    """The records of a DATA as octets, not yet read (7.2-5)."""
    found = []
    for kind, value in split_tlvs(octets):
        if 0x0201 <= kind <= 0x023f:
            found.append(tlv(kind, value))
        elif not kind & SKIPPABLE:
            raise DimpError("UNKNOWN_TLV")
    return found
