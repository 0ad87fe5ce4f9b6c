"""The registry's .def files, read as text: which blocks and fields there are."""

import os
import re
from dataclasses import dataclass, field

FOLDER = os.path.join(os.path.dirname(__file__), "..", "..", "model", "registry")


@dataclass
class Field:
    name: str
    type: str
    role: str
    attribute: int


@dataclass
class Block:
    name: str
    number: int
    label: str
    version: int
    fields: dict = field(default_factory=dict)
    parameter: str = ""
    fewest: int = 0
    most: int = 0


def read(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        text = re.sub(r"/\*.*?\*/", "", file.read(), flags=re.S)
    return re.findall(r"^([A-Z_]+)\s*\((.*)\)\s*$", text, flags=re.M)


def split(arguments):
    return [part.strip().strip('"') for part in
            re.findall(r'"(?:[^"\\]|\\.)*"|[^,]+', arguments)]


def blocks(name):
    """The blocks of di.def, messages.def or tlvs.def, by name."""
    found = {}
    for macro, text in read(name):
        words = split(text)
        if macro == "BEGIN":
            found[words[1]] = Block(words[1], int(words[2], 0), words[4], int(words[3]))
        elif macro == "FIELD":
            found[words[0]].fields[words[1]] = Field(words[1], words[2], words[3], 0)
        elif macro == "ATTR":
            found[words[0]].fields[words[1]] = Field(words[1], words[3], words[4], int(words[2]))
        elif macro == "PARAM":
            block = found[words[0]]
            block.parameter, block.fewest, block.most = (
                words[1].lower(), int(words[2]), int(words[3]))
    return found


MESSAGES = blocks("messages.def")
PARAMETERS = blocks("tlvs.def")
DI_TYPES = blocks("di.def")
TYPES = {words[0]: (int(words[2]), words[3])
         for words in (split(text) for macro, text in read("types.def") if macro == "TYPE")}
NAMES = {}
for _macro, _text in read("names.def"):
    if _macro == "NAME":
        _words = split(_text)
        NAMES.setdefault(_words[0], {})[int(_words[2])] = _words[1]
NAMES["ERROR"] = {int(words[1]): words[0]
                  for words in (split(text) for macro, text in read("errors.def"))}
NAMES["DI_TYPE"] = {block.number: block.name for block in DI_TYPES.values()}
