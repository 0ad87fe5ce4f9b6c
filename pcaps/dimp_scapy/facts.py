"""The tables of docs/spec as Python has them: loaded from spec_facts.json, which read_spec.py writes."""

import collections
import json
import pathlib

Field = collections.namedtuple("Field", "name type role")
Field.__doc__ = "One row of a table: its name, its type (6.1-3) and its role (6.3-3)."

Block = collections.namedtuple("Block", "number name label fields attributes then size")
Block.__doc__ = """A message, parameter or DI type: fixed part, {number: attribute}, what follows it (the
parameter's number, least, most, or None), and the octets of the fixed part."""

_spec = json.loads(pathlib.Path(__file__).with_name("spec_facts.json").read_text("utf-8"))

TYPES = {name: tuple(row) for name, row in _spec["TYPES"].items()}
NAMES = {kind: {int(number): name for number, name in rows.items()}
         for kind, rows in _spec["NAMES"].items()}
NUMBERS = {kind: {name: number for number, name in rows.items()} for kind, rows in NAMES.items()}
LIMITS = _spec["LIMITS"]
REASON_OF = _spec["REASON_OF"]


def _blocks(rows):
    blocks = {}
    for number, row in rows.items():
        fields = tuple(Field(*field[1:]) for field in row["fields"])
        attributes = {int(each): Field(*field) for each, field in row["attributes"].items()}
        blocks[int(number)] = Block(int(number), row["name"], row.get("label", row["name"]), fields,
                                    dict(sorted(attributes.items())), row["then"],
                                    sum(TYPES[field.type][1] for field in fields))
    return dict(sorted(blocks.items()))


MESSAGES = _blocks(_spec["MESSAGES"])
PARAMETERS = _blocks(_spec["PARAMETERS"])
DI_TYPES = _blocks(_spec["DI_TYPES"])

ETHERTYPE = 0x88B5        # 3-2
PORT = 34997              # 3-3
PDU_MAX = 8972            # 3-5
MESSAGE_MAX = 1400        # 7.2-2
RECORD_MAX = 1200         # 6.3-9
PACKET_NUMBERS = 1 << 23  # 5.4-2
WINDOW = 1024             # 5.5-2
RECORD_BASE = 0x0200      # 6.3-1
SKIPPABLE = 0x8000        # 6.2-3
PUT, DELETE = 1, 2        # 6.3-2
VERSION = 1               # 8.0-3
DATA = 0x0014
INFINITE = 0xFFFFFFFF     # 6.5-1


class Refusal(Exception):
    """A receive rule is broken: `error` is its name in 9.4 (or the counter of 10.4), `clause` the
    clause of docs/spec that says so, `at` the octet at which it showed."""

    def __init__(self, error, clause, at=0):
        super().__init__(f"{error} (DIMP {clause})")
        self.error, self.clause, self.at = error, clause, at
