#!/usr/bin/python3
"""Runs shipped scenarios and writes their captures, key logs and golden texts, and the index of all captures.

usage: make_scenarios.py BUILD FOLDER

Writes FOLDER/scenarios and FOLDER/README.md. A golden text has a line for each DIMP frame, as the Scapy
layer reads it: an account of the capture by a reader that shares no line with what made it.
"""

import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)
import make_fixtures  # noqa: E402 (the path has to be set first)
from capture_file import read_capture  # noqa: E402
from three_readers import ROOT, read_by_scapy  # noqa: E402

from dimp_scapy import read_key_log  # noqa: E402

SCENARIOS = os.path.join(ROOT, "harness", "scenarios")
SIZE_MAX = 256 * 1024
# DIMP, RADIUS, EAPOL, ARP, RARP, IGMP, MLD, neighbour discovery, DHCP, DHCPv6. Behind "vlan" all offsets are those of a tagged frame.
CONTROL = ("ether proto 0x88b5 or udp port 34997 or udp port 1812 or udp port 1813 or udp port 3799 or "
           "(vlan and (ether proto 0x88b5 or ether proto 0x888e or arp or rarp or igmp or "
           "ip6[6] == 0 or (ip6[6] == 58 and ip6[40] >= 133 and ip6[40] <= 137) or udp port 67 or udp port 547))")
SAID = ("phase", "result", "reason", "error", "holding", "mode", "round", "is_final")
HEAD = """# Captures

Written by `make pcaps`; `make pcaps-fresh` fails if an octet differs. Open one with the plugin of
`make dissector` and its key log: `tshark -o dimp.keylog_file:NAME.keys -r NAME.pcapng`. Where it is, the
filter that finds what is worth a look stands beside it.

`dimp_scapy/` is DIMP on Scapy, written from docs/spec alone: `PYTHONPATH=pcaps`, `from dimp_scapy import *`;
its docstring shows how. `make scapy-layer` holds it to the worked examples of the specification, `make three-way`
compares its readings with the codec's and the dissector's. `real/` has captures of other protocols from real
programs and a README of its own.

## fixtures

Made by the Scapy layer with fixed keys and times. The comment of each frame says what it is; NAME.json says what
each reader must say of it. `dimp.expert` finds the frames that break a rule, `dimp.expert.6_3_7` those
that break that clause.

| capture | frames | what it holds |
| --- | --- | --- |
"""
MIDDLE = """
## scenarios

Written by `dimp run`, one for each scenario; NAME.txt is what the Scapy layer reads, a line for each frame of DIMP.
A capture holds all frames at all ports of the world. Of runs that are too large for that it holds *control*: DIMP, RADIUS, EAPOL, ARP, RARP,
IGMP, MLD, neighbour discovery, DHCP, and not the frames of services; or the *first* ones of these.

| capture | holds | DIMP frames | what it shows | look at |
| --- | --- | --- | --- | --- |
"""


def shipped():
    """The names of all scenarios."""
    return sorted(name[:-5] for name in os.listdir(SCENARIOS) if name.endswith(".yaml"))


def bounds():
    """What the captures of capture_bounds.txt hold, by scenario."""
    with open(os.path.join(HERE, "capture_bounds.txt"), encoding="utf-8") as file:
        lines = [line.split(maxsplit=1) for line in file if not line.startswith("#")]
    return {name: held.strip() for name, held in lines}


def bound_options(held):
    """What dimp run is told, so that a capture holds that."""
    if held == "all":
        return []
    first = ["--pcap-max", held.split()[1]] if held.startswith("first ") else []
    if held != "control" and not first:
        raise SystemExit(f"capture_bounds.txt: '{held}' is neither control nor first N")
    return ["--pcap-filter", CONTROL] + first


def run(name, held, base):
    """Writes capture and key log of a scenario; whether the capture is small enough."""
    subprocess.run([os.path.join(sys.argv[1], "dimp"), "run", "-q", "--no-invariants",
                    os.path.join(SCENARIOS, name + ".yaml"), "--pcap", base + ".pcapng",
                    "--keylog", base + ".keys"] + bound_options(held), check=True)
    os.chmod(base + ".keys", 0o644)
    return os.path.getsize(base + ".pcapng") <= SIZE_MAX


def run_bounded(name, held, base):
    """What the capture of a scenario holds: all, what the list says, or control where all is too much."""
    for holds in (held,) if held else ("all", "control"):
        if run(name, holds, base):
            return holds
    raise SystemExit(f"{name}: its capture has more than {SIZE_MAX} octets: capture_bounds.txt can bound it")


def named_facts(message):
    facts = [f"{name}={message[name]}" for name in SAID if name in message]
    if "records" in message:
        facts.append(f"records={len(message['records'])}")
    return message.get("message", "?") + ("(" + " ".join(facts) + ")" if facts else "")


def told(reading):
    """One frame's reading in a line."""
    if reading["state"] == "opened":
        return ", ".join(map(named_facts, reading["messages"])) or "nothing"
    return " ".join(reading.values())


def golden(capture, keylog):
    """The lines of a capture's golden text."""
    with open(keylog, encoding="ascii") as file:
        keys, _ = read_key_log(file.read())
    frames, lines = read_capture(capture), []
    for number, (octets, size, time) in enumerate(frames, 1):
        reading = read_by_scapy(octets, len(octets) < size, keys)
        if reading:
            source, target = octets[6:12].hex(":"), octets[:6].hex(":")
            lines.append(f"{number:5} {time:>10}  {source} > {target}  {told(reading)}")
    return lines


def shown_by(name):
    """The first sentence of a scenario's opening comment, two if it is short."""
    comment = []
    with open(os.path.join(SCENARIOS, name + ".yaml"), encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                break
            comment.append(line.lstrip("#").strip())
    sentences = re.split(r"(?<=\.) ", " ".join(part for part in comment if part))
    text = " ".join(sentences[:2]) if len(sentences[0]) < 60 else sentences[0]
    return text.rstrip(".:").replace("|", "\\|")


def filter_for(lines):
    """What to type to see how it came out."""
    if not lines:
        return "`eapol \\|\\| igmp \\|\\| icmpv6 \\|\\| dhcp \\|\\| arp`"
    text = "\n".join(lines)
    for mark, shown in (("result=FAIL", "dimp.response.result == 2"), ("AT_RISK", "dimp.progress.phase == 8"),
                        ("ABORT(", "dimp.abort"), ("drop_", "dimp.expert"), ("RESPONSE(", "dimp.response"),
                        ("CLOSE(", "dimp.close")):
        if mark in text:
            return f"`{shown}`"
    return "`dimp`"


def main():
    folder = sys.argv[2]
    scenarios, held, rows = os.path.join(folder, "scenarios"), bounds(), []
    os.makedirs(scenarios, exist_ok=True)
    for name in set(held) - set(shipped()):
        raise SystemExit(f"capture_bounds.txt: no scenario {name}")
    for name in shipped():
        base = os.path.join(scenarios, name)
        holds = run_bounded(name, held.get(name), base)
        lines = golden(base + ".pcapng", base + ".keys")
        with open(base + ".txt", "w", encoding="utf-8") as file:
            file.write("".join(line + "\n" for line in lines))
        rows.append(f"| {name} | {holds} | {len(lines)} | {shown_by(name)} | {filter_for(lines)} |\n")
    fixtures = [f"| {capture.name} | {len(capture.cases)} | {capture.about} |\n"
                for capture in make_fixtures.captures()]
    with open(os.path.join(folder, "README.md"), "w", encoding="utf-8") as file:
        file.write(HEAD + "".join(fixtures) + MIDDLE + "".join(rows))


if __name__ == "__main__":
    main()
