#!/usr/bin/python3
"""Reads the tables of docs/spec and writes pcaps/dimp_scapy/spec_facts.json from them.

usage: read_spec.py [--check]

The Scapy layer knows names, numbers, types, roles and offsets from the specification's text and from
nowhere else; a DI type, message or parameter that gets a table there needs no line of code here.
--check writes nothing and fails if the file is not what the tables give.
"""

import json
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TARGET = ROOT / "pcaps/dimp_scapy/spec_facts.json"


def tables():
    """All generated tables: {title: list of rows, each a list of cells}, heads left out."""
    found = {}
    for path in sorted((ROOT / "docs/spec").glob("*.md")):
        title = None
        for line in path.read_text(encoding="utf-8").splitlines():
            mark = re.fullmatch(r"<!-- generated: (.*) -->", line)
            if mark:
                title = mark.group(1)
                rows = []
            elif line == "<!-- end -->" and title:
                found[title] = rows[2:]
                title = None
            elif title and line.startswith("|"):
                rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def types(rows):
    """{type: (least octets, most octets, kind)}"""
    facts = {}
    for name, octets, kind, _ in rows:
        least, _, most = octets.partition("-")
        facts[name] = (int(least), int(most or least), kind)
    return facts


def names(found):
    """{type: {number: name}}, those of errors and DI types among them."""
    facts = {}
    for kind, number, name, _ in found["names"]:
        facts.setdefault(kind, {})[int(number)] = name
    facts["ERROR"] = {int(row[0]): row[1] for row in found["errors"]}
    facts["DI_TYPE"] = {int(row[0]): row[1] for row in found["di-types"]}
    return facts


def block(rows):
    """One table of fields: its fixed part, its attributes, and what may follow them."""
    facts = {"fields": [], "attributes": {}, "then": None}
    for place, name, kind, role, meaning in rows:
        attribute = re.fullmatch(r"attribute (\d+)", place)
        if attribute:
            facts["attributes"][int(attribute.group(1))] = (name, kind, role)
        elif place == "then":
            least, most = re.fullmatch(r"(\d+) to (\d+) of them", meaning).groups()
            facts["then"] = (int(kind.split()[1], 16), int(least), int(most))
        else:
            facts["fields"].append((int(place), name, kind, role))
    return facts


def assert_gapless(name, facts, sizes):
    """Offsets are a second telling of the types' sizes: the two have to agree."""
    at = 0
    for offset, field, kind, _ in facts["fields"]:
        if offset != at:
            raise SystemExit(f"docs/spec: {name}.{field} stands at {offset}, the sizes say {at}")
        at += sizes[kind][1]
    return at


def collect():
    found = tables()
    sizes = types(found["types"])
    facts = {"TYPES": sizes, "NAMES": names(found), "MESSAGES": {}, "PARAMETERS": {},
             "DI_TYPES": {}}
    facts["LIMITS"] = {row[0]: int(row[1]) for row in found["limits"]}
    facts["REASON_OF"] = {row[1]: row[2] for row in found["errors"]}
    for number, label, _ in found["messages"]:
        name = label.lower().replace("-", "_")
        facts["MESSAGES"][int(number, 16)] = {"name": name, "label": label,
                                              **block(found["message " + name])}
    for number, name, _, octets in found["params"]:
        facts["PARAMETERS"][int(number, 16)] = {"name": name, **block(found["param " + name])}
        if assert_gapless(name, facts["PARAMETERS"][int(number, 16)], sizes) != int(octets):
            raise SystemExit(f"docs/spec: {name} has not {octets} octets")
    for number, name, _, octets in found["di-types"]:
        facts["DI_TYPES"][int(number)] = {"name": name, **block(found["di " + name])}
        if assert_gapless(name, facts["DI_TYPES"][int(number)], sizes) != int(octets):
            raise SystemExit(f"docs/spec: {name} has not {octets} octets")
    for each in facts["MESSAGES"].values():
        assert_gapless(each["name"], each, sizes)
    return facts


def main():
    facts = collect()
    text = json.dumps(facts, indent=1, sort_keys=True) + "\n"
    # A field or an attribute takes one line.
    text = re.sub(r"\[\s+([^][{}]*?)\s+\]",
                  lambda row: "[" + re.sub(r"\s*\n\s*", " ", row.group(1)) + "]", text)
    if "--check" in sys.argv[1:]:
        if not TARGET.exists() or TARGET.read_text(encoding="utf-8") != text:
            raise SystemExit(f"{TARGET.relative_to(ROOT)} is not what docs/spec says: "
                             "run make spec-facts")
    else:
        TARGET.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
