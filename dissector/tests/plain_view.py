"""What tshark's JSON says of a payload, in the words of `dimp decode --json`, so that the two
readers can be compared member by member."""

import registry_rows as registry

INFINITE_SECONDS = 0x7fffffff
EXACT = 2 ** 53 - 1


def number(text):
    value = int(text, 0) if text not in ("True", "False") else int(text == "True")
    return value if value <= EXACT else str(value)


def duration(text):
    seconds, _, nanoseconds = text.partition(".")
    if int(seconds) == INFINITE_SECONDS:
        return None
    return int(seconds) * 1000 + int((nanoseconds + "000000000")[:9]) // 1000000


def octets(text):
    return text.replace(":", "")


def vsi(text):
    digits = octets(text)
    identity = digits[42:]
    identity = "-".join((identity[:8], identity[8:12], identity[12:16], identity[16:20],
                         identity[20:]))
    return (f"{digits[:32]}/{int(digits[32:38], 16)}.{int(digits[38:40], 16)}/"
            f"{int(digits[40:42], 16)}:{identity}")


def members(type_name, value):
    names = registry.NAMES["DI_TYPE" if type_name == "DI_SET" else type_name]
    if type_name == "DI_SET":
        return [names.get(bit, bit) for bit in range(64) if value >> bit & 1]
    return [name for bit, name in names.items() if value & bit]


def octet_value(type_name, text):
    if type_name == "IP":
        return text[7:] if text.startswith("::ffff:") and "." in text else text
    if type_name == "OUI":
        value = int(text, 0)
        return f"{value >> 16:02x}:{value >> 8 & 255:02x}:{value & 255:02x}"
    if type_name == "SCI":
        return f"{text[:17]}/{int(octets(text[17:]), 16)}"
    if type_name == "VSI":
        return vsi(text)
    if type_name == "CKN":
        digits = octets(text)
        return digits[2:2 + 2 * int(digits[:2], 16)]
    return text if type_name in ("MAC", "IPV4") else octets(text)


def value_of(field, text):
    kind = registry.TYPES[field.type][1]
    if field.role == "SECRET":
        return "<hidden>"
    if field.type == "MS":
        return duration(text)
    if kind == "INTEGER":
        return number(text)
    if kind == "NAMED":
        return registry.NAMES[field.type].get(int(text, 0), int(text, 0))
    if kind == "SET":
        return members(field.type, int(text, 0))
    return text if kind == "TEXT" else octet_value(field.type, text)


def is_tree(value):
    return isinstance(value, list)


def take_fields(pairs, prefix, block, into):
    for key, value in pairs:
        if key == "dimp.attribute" and is_tree(value):
            take_fields(value, prefix, block, into)
        name = key[len(prefix):] if key.startswith(prefix) else ""
        if name in block.fields and not is_tree(value):
            into[name] = value_of(block.fields[name], value)


def record(name, pairs):
    block = registry.DI_TYPES[name]
    said = dict(pair for pair in pairs if not is_tree(pair[1]))
    if said["dimp.verdict"] != "0":
        return {"error": registry.NAMES["ERROR"][int(said["dimp.verdict"])]}
    view = {"type": name,
            "operation": {"1": "PUT", "2": "DELETE"}.get(said.get("dimp.record.operation"))}
    taken = {}
    take_fields(pairs, f"dimp.di.{name}.", block, taken)
    for member, value in taken.items():
        if view["operation"] != "DELETE" or block.fields[member].role == "KEY":
            view[member] = value
    return view


def message(name, pairs):
    block = registry.MESSAGES[name]
    view = {"message": block.label}
    take_fields(pairs, f"dimp.{name}.", block, view)
    if block.parameter:
        view[block.parameter] = []
    if name == "data":
        view["records"] = []
    for key, value in pairs:
        if key.startswith("dimp.parameter.") and is_tree(value):
            row = {}
            parameter = key[len("dimp.parameter."):]
            take_fields(value, key + ".", registry.PARAMETERS[parameter], row)
            view.setdefault(parameter, []).append(row)
        if key == "dimp.unknown_record":
            verdict = dict(pair for pair in value if not is_tree(pair[1]))["dimp.verdict"]
            view["records"].append({"error": registry.NAMES["ERROR"][int(verdict)]})
        if key.startswith("dimp.di.") and is_tree(value) and key.count(".") == 2:
            view["records"].append(record(key[len("dimp.di."):], value))
    return view


def payload(layer):
    """The messages of a dimp layer; None when its PDU was not opened."""
    for key, value in layer:
        if key == "dimp.payload":
            return [message(name[len("dimp."):], pairs) for name, pairs in value
                    if name[len("dimp."):] in registry.MESSAGES and is_tree(pairs)]
    return None


def find_all(layer, wanted):
    """All values of a field, wherever it stands in the layer."""
    found = []
    for key, value in layer:
        if key == wanted:
            found.append(value)
        if is_tree(value):
            found += find_all(value, wanted)
    return found
