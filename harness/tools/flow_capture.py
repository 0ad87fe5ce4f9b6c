# SPDX-License-Identifier: MIT
"""What a run left behind, read for drawing: its capture (pcapng), what `dimp decode` makes of its DIMP, its trace and its report."""
import json
import os
import struct
import subprocess
import tempfile
from dataclasses import dataclass

OPTION_NAME, OPTION_FLAGS = 2, 2
INBOUND = 1
ENHANCED_PACKET, INTERFACE = 6, 1


@dataclass
class Sighting:
    """A frame at a port: the node's name, the instant, whether it came in."""
    number: int
    time_us: int
    node: str
    is_inbound: bool
    octets: bytes


def options(body):
    at = 0
    while at + 4 <= len(body):
        code, size = struct.unpack_from('<HH', body, at)
        if code == 0:
            return
        yield code, body[at + 4:at + 4 + size]
        at += 4 + (size + 3 & ~3)


def read_sightings(path):
    with open(path, 'rb') as file:
        data = file.read()
    nodes, sightings, at = [], [], 0
    while at + 12 <= len(data):
        kind, size = struct.unpack_from('<II', data, at)
        body = data[at + 8:at + size - 4]
        if kind == INTERFACE:
            name = next(value for code, value in options(body[8:]) if code == OPTION_NAME)
            nodes.append(name.decode().rsplit('/', 1)[0])
        if kind == ENHANCED_PACKET:
            interface, high, low, kept, _ = struct.unpack_from('<IIIII', body)
            rest = body[20 + (kept + 3 & ~3):]
            flags = next((struct.unpack('<I', value)[0] for code, value in options(rest) if code == OPTION_FLAGS), 0)
            sightings.append(Sighting(len(sightings) + 1, high << 32 | low, nodes[interface], flags & 3 == INBOUND,
                                      body[20:20 + kept]))
        at += size
    return sightings


def read_trace(path):
    """(instant, node, machine, state before, state after, clause) of each transition."""
    transitions = []
    with open(path) as file:
        for line in file:
            instant, node, machine, rest = line.rstrip('\n').split(' ', 3)
            if ' --' not in rest:  # of a VM's memory
                continue
            before, rest = rest.split(' --', 1)
            _, rest = rest.split('--> ', 1)
            after, clause = rest.split(' (', 1)
            seconds, micro = instant.split('.')
            transitions.append((int(seconds) * 1000000 + int(micro), node, machine.rstrip(':'), before, after,
                                clause.rstrip(')')))
    return transitions


class Run:
    """One run of a scenario and all that was written of it."""

    def __init__(self, program, scenario):
        with tempfile.TemporaryDirectory() as folder:
            name = {what: os.path.join(folder, what) for what in ('pcapng', 'keys', 'trace', 'report', 'decoded')}
            subprocess.run([program, 'run', scenario, '-q', '--pcap', name['pcapng'], '--keylog', name['keys'],
                            '--trace', name['trace'], '--json=' + name['report']], check=True)
            subprocess.run([program, 'decode', '-q', '--keys', name['keys'], '--json=' + name['decoded'],
                            name['pcapng']], check=True)
            self.sightings = read_sightings(name['pcapng'])
            self.transitions = read_trace(name['trace'])
            with open(name['report']) as file:
                self.report = json.load(file)
            with open(name['decoded']) as file:
                self.pdus = json.load(file)
