"""What fixtures are made of: the worked examples of docs/spec as plain forms and octets, cases, and the
frames around them. Nothing here is random: times, keys and addresses are fixed."""

import collections
import copy
import pathlib
import re

from three_readers import ROOT  # noqa: F401 (sets the path for dimp_scapy)

from dimp_scapy import (DI_TYPES, MESSAGES, Sealer, key_line, message_from_plain, plain_message,
                        plain_record, read_record, record_from_plain)
from scapy.layers.l2 import Ether

# A destination bridge, a source bridge, a station.
HERE, THERE, STATION = "02:00:00:00:01:01", "02:00:00:00:02:01", "02:00:00:00:03:01"
OF_STATION = ("REQUEST", "CUTOVER", "PROCEED", "CANCEL", "ANNOUNCE")
TO_STATION = ("PROGRESS", "RESPONSE", "ANNOUNCED")
OF_SOURCE = ("OFFER", "DATA", "ROUND-END", "RELEASED")
KEY, INDEX = bytes(range(32)), 0x0BADCAFE
START_US = 1_700_000_000_000_000

# One frame: what it is, the clause it is about, the octets on the wire, the octets captured of them, the
# reading that every reader must give, the clauses of the dissector's expert items, and what a receiver
# that has seen the frames before makes of it ("taken", a counter, or None where it has no say); wait_us is
# how long nothing was sent before it.
Case = collections.namedtuple("Case", "what clause frame captured reading expert receiver wait_us")


def text_of(name):
    """The text of a section of the specification."""
    return next(pathlib.Path(ROOT, "docs/spec").glob(name + "-*.md")).read_text("utf-8")


def worked_octets(name):
    """The octets of each block of section 15 or 16, or of the examples of 8."""
    found = re.findall(r"\*Example\.\*\n\n```\n(.*?)^```$" if name == "08" else r"^```\n(.*?)^```$",
                       text_of(name), re.M | re.S)
    return [bytes.fromhex("".join(re.sub(r"#.*", "", block).split())) for block in found]


def worked_values(name):
    """`name = hex` over one or several lines of section 13 or 14: {name: octets}."""
    found, last = {}, None
    for block in re.findall(r"^```\n(.*?)^```$", text_of(name), re.M | re.S):
        for line in block.splitlines():
            said = re.fullmatch(r"(?:([a-z0-9.]+)\s+= |\s+)([0-9a-f]+)", line)
            last = said.group(1) or last
            found[last] = found.get(last, b"") + bytes.fromhex(said.group(2))
    return found


def with_secrets(octets):
    """The plain form of a record, its secrets as octets, so that it can be built again."""
    _, _, values, _ = read_record(octets)
    view = plain_record(octets)
    return {name: values[name] if value == "<hidden>" else value for name, value in view.items()}


EXAMPLES = {plain_record(octets)["type"]: octets for octets in worked_octets("08")}
MESSAGE_EXAMPLES = {plain_message(octets)["message"]: octets for octets in worked_octets("15")}


def tlv(number, value=b""):
    return number.to_bytes(2, "big") + len(value).to_bytes(2, "big") + value


def put(name, drop=(), more=b"", **changes):
    """The example of a DI type with fields changed, attributes dropped and octets appended."""
    view = {**with_secrets(EXAMPLES[name]), **changes}
    octets = bytes(record_from_plain({field: value for field, value in view.items()
                                      if field not in drop}))
    return tlv(int.from_bytes(octets[:2], "big"), octets[4:] + more)


def delete(name, **changes):
    """A DELETE of the example's entry."""
    return bytes(record_from_plain({**plain_record(EXAMPLES[name]), **changes, "operation": "DELETE"}))


def patched(octets, at, value):
    return octets[:at] + value + octets[at + len(value):]


def data_view(chunk, records):
    return {"message": "DATA", "migration": 1, "round": 0, "chunk": chunk, "age": 0,
            "records": records}


def data(chunk, *records):
    """The octets of DATA with these records' octets."""
    return bytes(message_from_plain(data_view(chunk, records)))


def message(label, **changes):
    """The plain form of the example of a message with fields changed."""
    octets = MESSAGE_EXAMPLES[label]
    return {**copy.deepcopy(plain_message(octets)), **changes}


def built(label, **changes):
    return bytes(message_from_plain(message(label, **changes)))


def way_of(view):
    """From whom to whom a message goes."""
    label = view.get("message") if view else None
    if label in OF_STATION:
        return STATION, HERE
    if label in TO_STATION:
        return HERE, STATION
    return (THERE, HERE) if label in OF_SOURCE or view and view.get("is_from_source") else (HERE, THERE)


def ethernet(pdu, kind=0x88B5, way=(HERE, THERE)):
    """A frame as it is on the wire, padded to 60 octets where it is shorter."""
    return (bytes(Ether(dst=way[1], src=way[0], type=kind)) + pdu).ljust(60, b"\0")


def experts(clause):
    return (clause.replace(".", "_").replace("-", "_"),)


class Capture:
    """Collects the cases of one capture; every PDU has the next packet number of one set of keys."""

    def __init__(self, name, about):
        self.name, self.about, self.cases = name, about, []
        self.sealer = Sealer(KEY, INDEX)
        self.keys = key_line(INDEX, KEY)
        self.speakers = []  # (MAC address, public key, secret key or nothing)

    def frame(self, what, clause, frame, reading, expert=(), captured=None, receiver=None, wait_us=0):
        """A frame with all that is said of it."""
        self.cases.append(Case(what, clause, frame, len(frame) if captured is None else captured,
                               reading, tuple(sorted(expert)), receiver, wait_us))

    def payload(self, what, clause, octets, messages, expert=(), way=(HERE, THERE), **more):
        """A PROTECTED PDU of these octets, which reads as these messages."""
        self.frame(what, clause, ethernet(self.sealer.seal(octets), way=way),
                   {"state": "opened", "messages": messages}, expert, **more)

    def right(self, what, clause, octets, view, expert=()):
        self.payload(what, clause, octets, [view] if view else [], expert, way_of(view))

    def right_record(self, what, clause, octets, view=None):
        chunk = len(self.cases)
        self.payload(what, clause, data(chunk, octets),
                     [data_view(chunk, [view or plain_record(octets)])])

    def wrong(self, what, clause, error, octets, expert=None):
        self.payload(what, clause, octets, [{"error": error}], expert or experts(clause))

    def wrong_record(self, what, clause, error, octets, expert=None):
        chunk = len(self.cases)
        self.payload(what, clause, data(chunk, octets), [data_view(chunk, [{"error": error}])],
                     expert or experts(clause))


assert len(EXAMPLES) == len(DI_TYPES) and len(MESSAGE_EXAMPLES) == len(MESSAGES)
