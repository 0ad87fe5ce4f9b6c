"""A recording as the parts of verify_real.py see it: timed frames and truth; and their tally."""
import collections
import json
import pathlib
import struct

from scapy.error import Scapy_Exception
from scapy.utils import rdpcap

Frame = collections.namedtuple("Frame", "at octets")
Recording = collections.namedtuple("Recording", "name truth frames cak inside server")


class Tally:
    """Counts checks and prints the ones that fail, unless it is quiet."""

    def __init__(self, is_quiet=False):
        self.passed = self.failed = 0
        self.is_quiet = is_quiet
        self.name = ""

    def check(self, holds, statement):
        if holds:
            self.passed += 1
            return
        self.failed += 1
        if not self.is_quiet:
            print(f"FAIL {self.name}: {statement}")


def read_frames(path):
    try:
        packets = rdpcap(str(path))
    except Scapy_Exception as error:
        raise ValueError(f"{path.name}: {error}") from error
    first = packets[0].time if packets else 0
    return [Frame(float(packet.time - first), packet.original) for packet in packets]


def read_recording(path):
    path = pathlib.Path(path)
    name = path.name.removesuffix(".pcapng")
    truth = json.loads(path.with_name(name + ".truth.json").read_text())
    cak = inside = server = None
    if "cak" in truth:
        cak = dict(line.split() for line in path.with_name(truth["cak"]).read_text().splitlines())
        inside = read_frames(path.with_name(truth["inside"]))
    if "server" in truth:
        server = read_frames(path.with_name(truth["server"]))
    return Recording(name, truth, read_frames(path), cak, inside, server)


def octets_of(mac):
    return bytes.fromhex(mac.replace(":", ""))


def ethertype(octets):
    return struct.unpack("!H", octets[12:14])[0]


def until(frames, time):
    return [frame for frame in frames if frame.at <= time]
