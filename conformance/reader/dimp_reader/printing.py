"""Values and records as sections 8, 15 and 16 write them."""
import ipaddress

from .encoding import PUT
from .durations import to_ms
from .checks import is_mapped
from .tables import DI_TYPES, NAMES, TYPES


def show_ip(octets):
    if is_mapped(octets):
        return str(ipaddress.IPv4Address(octets[12:]))
    return str(ipaddress.IPv6Address(octets))


def show_duration(wire):
    milliseconds = to_ms(wire)
    return "infinite" if milliseconds is None else "%d.%03d s" % divmod(milliseconds, 1000)


def show_vsi(octets):
    parts = octets[21:25], octets[25:27], octets[27:29], octets[29:31], octets[31:37]
    return "%s/%d.%d/%d:%s" % (octets[:16].hex(), int.from_bytes(octets[16:19], "big"), octets[19], octets[20],
                               "-".join(part.hex() for part in parts))


def show_set(names):
    return lambda value: "|".join(name for bit, name in sorted(names.items()) if value & bit) or "none"


def show_di_type(number):
    return DI_TYPES[number][0] if number in DI_TYPES else str(number)


SHOW = {
    "VSI": show_vsi,
    "ADVICE": show_set(NAMES["ADVICE"]),
    "DI_SET": show_set({1 << number: row[0] for number, row in DI_TYPES.items()}),
    "DI_TYPE": show_di_type,
    "MAC": lambda octets: octets.hex(":"),
    "OUI": lambda octets: octets.hex(":"),
    "IPV4": lambda octets: str(ipaddress.IPv4Address(octets)),
    "IP": show_ip,
    "SCI": lambda octets: "%s/%d" % (octets[:6].hex(":"), int.from_bytes(octets[6:], "big")),
    "MS": show_duration,
    "CKN": lambda octets: octets[1:1 + octets[0]].hex(),
}


def show(kind, value):
    if kind in SHOW:
        return SHOW[kind](value)
    if kind in NAMES:
        return NAMES[kind][value]
    family = TYPES[kind][1]
    if family == "TEXT":
        return '"%s"' % "".join(chr(c) if 32 <= c < 127 and c not in b'"\\' else "\\x%02x" % c for c in value)
    return value.hex() if isinstance(value, bytes) else str(value)


def show_attribute(row, value):
    if row[2] == "SECRET":
        return "<hidden>"
    if TYPES[row[1]][1] in ("INTEGER", "NAMED", "SET"):
        value = int.from_bytes(value, "big")
    return show(row[1], value)


def describe(record):
    name, rows, known = DI_TYPES[record.di_type]
    if record.operation != PUT:
        name, rows = name + " delete", [row for row in rows if row[2] == "KEY"]
    words = [name] + ["%s=%s" % (row[0], show(row[1], record.fields[row[0]])) for row in rows]
    for kind, value in record.attributes:
        if kind in known:
            words.append("%s=%s" % (known[kind][0], show_attribute(known[kind], value)))
    return " ".join(words)
