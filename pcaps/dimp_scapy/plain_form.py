"""The plain form: what a message or record says, as JSON. It is the form in which the three readers of
`make three-way` are compared and in which fixtures are written, the one that `dimp decode --json`
prints: names for numbers of 6.1-10, members of sets in a list, durations in milliseconds (null:
infinite), addresses as text, octets in hexadecimal, integers beyond 2^53 - 1 as text, secrets hidden.

`plain_*` make it from packets, `*_from_plain` make packets from it."""

import ipaddress
import re

from . import packets, receive_rules
from .facts import (DATA, DELETE, DI_TYPES, MESSAGES, NAMES, NUMBERS, PARAMETERS, PUT, RECORD_BASE,
                    TYPES, INFINITE, Refusal)

EXACT = 2 ** 53 - 1
HIDDEN = "<hidden>"


def _colons(octets):
    return ":".join(f"{octet:02x}" for octet in octets)


def plain_duration(value):
    """6.5-1: milliseconds, or None if it does not end."""
    if value == INFINITE:
        return None
    return (value & 0x7FFFFFFF) * 1000 if value >> 31 else value


def duration_from_plain(milliseconds):
    """6.5-2: milliseconds where they fit, else whole seconds, rounded down."""
    if milliseconds is None:
        return INFINITE
    if milliseconds <= 0x7FFFFFFF:
        return milliseconds
    return 0x80000000 | min(milliseconds // 1000, 0x7FFFFFFE)


def _plain_vsi(octets):
    digits = octets[21:].hex()
    identity = "-".join(digits[first:last] for first, last in
                        ((0, 8), (8, 12), (12, 16), (16, 20), (20, 32)))
    return (f"{octets[:16].hex()}/{int.from_bytes(octets[16:19], 'big')}.{octets[19]}/"
            f"{octets[20]}:{identity}")


def _vsi_from_plain(text):
    manager, kind, version, form, identity = re.fullmatch(r"(.*)/(\d+)\.(\d+)/(\d+):(.*)", text).groups()
    return (bytes.fromhex(manager) + int(kind).to_bytes(3, "big") + bytes([int(version), int(form)]) +
            bytes.fromhex(identity.replace("-", "")))


def _plain_text(octets):
    """6.1-8: text that is no UTF-8 is shown in hexadecimal."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return octets.hex()


def _plain_members(kind, value):
    if kind == "DI_SET":
        return [NAMES["DI_TYPE"].get(bit, bit) for bit in range(64) if value >> bit & 1]
    return [name for number, name in NAMES[kind].items() if value & number]


def _plain_octets(kind, octets):
    if kind in ("MAC", "OUI"):
        return _colons(octets)
    if kind == "IPV4":
        return str(ipaddress.IPv4Address(octets))
    if kind == "IP":
        address = ipaddress.IPv6Address(octets)
        return str(address.ipv4_mapped or address)
    if kind == "SCI":
        return f"{_colons(octets[:6])}/{int.from_bytes(octets[6:], 'big')}"
    if kind == "CKN":
        return octets[1:1 + octets[0]].hex()
    if kind == "VSI":
        return _plain_vsi(octets)
    return octets.hex()


def plain_value(field, value):
    """The plain form of a value as receive_rules gives it."""
    kind = TYPES[field.type][2]
    if field.role == "SECRET":
        return HIDDEN
    if field.type == "MS":
        return plain_duration(value)
    if kind == "NAMED":
        return NAMES[field.type].get(value, value)
    if kind == "SET":
        return _plain_members(field.type, value)
    if kind == "INTEGER":
        return value if value <= EXACT else str(value)
    if kind == "TEXT":
        return _plain_text(value)
    return _plain_octets(field.type, value)


def _octets_from_plain(kind, text):
    if kind == "IPV4":
        return ipaddress.IPv4Address(text).packed
    if kind == "IP":
        address = ipaddress.ip_address(text)
        return bytes(10) + b"\xff\xff" + address.packed if address.version == 4 else address.packed
    if kind == "SCI":
        address, port = text.split("/")
        return bytes.fromhex(address.replace(":", "")) + int(port).to_bytes(2, "big")
    if kind == "CKN":
        name = bytes.fromhex(text)
        return (bytes([len(name)]) + name).ljust(33, b"\0")
    if kind == "VSI":
        return _vsi_from_plain(text)
    return bytes.fromhex(text.replace(":", ""))


def octets_from_plain(field, value):
    """The octets of a value in plain form. Octets are taken as they are, secrets always so."""
    least, _, kind = TYPES[field.type]
    if isinstance(value, bytes):
        return value
    if kind == "TEXT":
        return value.encode("utf-8")
    if kind in ("INTEGER", "NAMED", "SET"):
        if field.type == "MS":
            value = duration_from_plain(value)
        elif field.type == "DI_SET" and isinstance(value, list):
            value = sum(1 << NUMBERS["DI_TYPE"].get(each, each) for each in value)
        elif kind == "SET" and isinstance(value, list):
            value = sum(NUMBERS[field.type][each] for each in value)
        elif kind == "NAMED":
            value = NUMBERS[field.type].get(value, value)
        return int(value).to_bytes(least, "big")
    return _octets_from_plain(field.type, value)


def _plain_fields(block, values):
    return {field.name: plain_value(field, values[field.name]) for field in
            (*block.fields, *block.attributes.values()) if field.name in values}


def plain_record(octets):
    """The plain form of one record's octets; {"error": ..., "octets": ...} if a rule is broken."""
    octets = bytes(octets)
    try:
        block, operation, values, _ = receive_rules.read_record(octets)
    except Refusal as refusal:
        return {"error": refusal.error, "octets": octets.hex()}
    view = {"type": block.name, "operation": "DELETE" if operation == DELETE else "PUT"}
    if operation == DELETE:
        values = {field.name: values[field.name] for field in block.fields if field.role == "KEY"}
    view.update(_plain_fields(block, values))
    return view


def plain_message(octets):
    """The plain form of one message's octets; None for one that is skipped (7.2-4)."""
    octets = bytes(octets)
    try:
        read = receive_rules.read_message(octets)
    except Refusal as refusal:
        return {"error": refusal.error, "octets": octets.hex()}
    if read is None:
        return None
    block, values, rows = read
    view = {"message": block.label, **_plain_fields(block, values)}
    if block.number == DATA:
        view["records"] = [plain_record(row) for row in rows]
    elif block.then:
        parameter = PARAMETERS[block.then[0]]
        view[parameter.name] = [_plain_fields(parameter, row) for row in rows]
    return view


def plain_payload(octets):
    """The plain forms of a payload's messages, skipped ones left out, and an error for a rest that is
    no whole TLV (5.4-5)."""
    whole, rest = receive_rules.split_payload(bytes(octets))
    views = [view for view in map(plain_message, whole) if view]
    if rest:
        views.append({"error": "TRUNCATED", "octets": rest.hex()})
    return views


def _tlv(number, value):
    return number.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value


def _build_block(block, view):
    fixed = b"".join(octets_from_plain(field, view[field.name]) for field in block.fields)
    attributes = b"".join(_tlv(number, octets_from_plain(field, view[field.name]))
                          for number, field in block.attributes.items() if field.name in view)
    return fixed, attributes


def record_from_plain(view):
    """The Record packet of a plain form; "secrets" are given as bytes. A DELETE needs its keys only."""
    block = next(each for each in DI_TYPES.values() if each.name == view["type"])
    if view.get("operation", "PUT") == "DELETE":
        fixed = b"".join(octets_from_plain(field, view[field.name]) if field.role == "KEY"
                         else bytes(TYPES[field.type][1]) for field in block.fields)
        octets = bytes([DELETE, 1]) + fixed
    else:
        octets = bytes([PUT, 1]) + b"".join(_build_block(block, view))
    number = RECORD_BASE + block.number
    return packets.RECORD_CLASSES[number](_tlv(number, octets))


def message_from_plain(view):
    """The Message packet of a plain form; records are plain forms, Record packets or octets."""
    block = next(each for each in MESSAGES.values() if each.label == view["message"])
    octets = b"".join(_build_block(block, view))
    for record in view.get("records", ()):
        octets += bytes(record_from_plain(record) if isinstance(record, dict) else record)
    if block.then:
        parameter = PARAMETERS[block.then[0]]
        octets += b"".join(_tlv(parameter.number, b"".join(_build_block(parameter, row)))
                           for row in view.get(parameter.name, ()))
    return packets.MESSAGE_CLASSES[block.number](_tlv(block.number, octets))
