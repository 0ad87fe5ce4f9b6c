#!/usr/bin/python3
"""live_bulk.py DIMP PREFIX [RECORDS [OCTETS [MTU [REPEATS]]]]: how fast two `dimp bridge` copy the DI of a VM over a veth pair,
beside one TCP stream of iperf3 on the same pair with offloads off. To be run by live-bridge.sh.

Records are 802.1X sessions of OCTETS each, which do not run out; with OCTETS=22 leases. Both programs use MTU. Each repeat
is a TCP stream, then a move. The copy is timed from the start of the station's program, handshakes included, until it is
told that all is staged; the cutover, in which both ends sum up all entries and the new one puts them into force, until it
is told of SUCCESS. Every record has to be in force at
its new bridge: number, octets and the sum of SHA-256 over each, made here from the octets that the old bridge was given.
Fails when the median of the ratios is under BAR.
"""
import argparse
import hashlib
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess
import sys
import time

from live_bridge import BRIDGES, STATION, VM, VSI, Bench, Bridge, run, wait_for_ports
from positive_number import positive_number

BAR, TCP_SECONDS, MOVE_SECONDS, LEASE_SIZE = float(os.environ.get("BAR", "0.5")), 3, 300, 22
TCP_PORT, ADDRESSES = "5201", {"a": "198.18.1.1", "b": "198.18.1.2"}


def lease(number):
    """Section 8.4 of the specification: VLAN 42, a client, its address, for ever."""
    return bytes.fromhex("0204001201010 02a0200".replace(" ", "")) + number.to_bytes(4, "big") + \
        (0x0a000000 + number).to_bytes(4, "big") + b"\xff" * 4


def session(number, size):
    """Section 8.1: a client, and as much of Class, State and texts as makes up the size."""
    attributes, left = b"", size - 24
    for kind in (1, 2, 3, 4, 5):
        if left >= 5:
            length = min(left - 4, 253)
            attributes += bytes((0, kind)) + length.to_bytes(2, "big") + \
                (f"{number:08}-".encode() * 29)[:length]
            left -= length + 4
    fixed = bytes.fromhex("01010200") + number.to_bytes(4, "big") + bytes.fromhex("002a0d01") + b"\xff" * 8
    return b"\x02\x01" + (len(fixed) + len(attributes)).to_bytes(2, "big") + fixed + attributes


def write_records(count, size):
    """The file of the old bridge, and what is to be found at the new one: entries, octets, the sum of their hashes."""
    total = octets = 0
    with open("records.bin", "wb") as file:
        for number in range(count):
            record = lease(number) if size == LEASE_SIZE else session(number, size)
            file.write(record)
            octets += len(record)
            total += int.from_bytes(hashlib.sha256(record).digest(), "big")
    return {"entries": count, "octets": octets, "digest": f"{total % (1 << 256):064x}"}


class Bulk(Bench):
    """The two bridges, with room for all, and a network of IP on the cable between them."""

    def __init__(self, dimp, prefix, count, mtu):
        super().__init__(dimp, prefix)
        self.count, self.filled = count, ", di: records.bin"
        for name, address in ADDRESSES.items():
            where = f"{prefix}-{name}"
            run("ip", "-n", where, "address", "add", f"{address}/24", "dev", "core")
            run("ip", "-n", where, "link", "set", "core", "mtu", str(mtu))
            subprocess.run(["ip", "netns", "exec", where, "ethtool", "-K", "core", "tx", "off", "rx", "off", "sg", "off",
                            "tso", "off", "gso", "off", "gro", "off"], check=True, capture_output=True)

    def text_of(self, name):
        text = super().text_of(name)
        text = re.sub(r"entries: \d+", f"entries: {self.count + 1000}", text) + "locked: true\n"
        return re.sub(r"paced_kbps: \d+", f"paced_kbps: 0, thaw: {MOVE_SECONDS}s", text)

    def order(self, to):
        order = super().order(to)
        return order[:2] + ["--deadline", str(MOVE_SECONDS * 1000)] + order[2:order.index("--seconds")] + \
            order[order.index("--seconds") + 2:]

    def tcp(self):
        """Megabits a second that a stream's receiver takes in."""
        inside = [["ip", "netns", "exec", f"{self.prefix}-{name}", "iperf3", "-p", TCP_PORT] for name in "ab"]
        with subprocess.Popen(inside[1] + ["-s", "-1"], stdout=subprocess.DEVNULL) as server:
            time.sleep(0.5)
            done = subprocess.run(inside[0] + ["-c", ADDRESSES["b"], "-t", str(TCP_SECONDS), "-J"], check=True,
                                  capture_output=True)
            server.wait(10)
        return json.loads(done.stdout)["end"]["sum_received"]["bits_per_second"] / 1e6


def digest_of(bench, bridge):
    """What `dimp ctl` says of the VM's DI."""
    done = subprocess.run([bench.dimp, "ctl", "--json", f"{bridge}.ctl", "show", "digest"], capture_output=True, text=True,
                          check=True)
    return [{key: row[key] for key in ("entries", "octets", "digest")} for row in json.loads(done.stdout)["rows"]]


def counter(bench, bridge, name):
    done = subprocess.run([bench.dimp, "ctl", f"{bridge}.ctl", "metrics"], capture_output=True, text=True, check=True)
    return sum(int(line.split()[-1]) for line in done.stdout.splitlines() if line.startswith(name + "{"))


def peak_memory(bridge):
    """Mebibytes, at most so far."""
    return int(bridge.status("VmHWM")) // 1024


class Controlled(Bridge):
    """Started with a control socket; what it is filled with takes its time."""

    def __init__(self, bench, name):
        self.name, self.namespace = name, f"{bench.prefix}-{name}"
        self.path, self.log_path = pathlib.Path(f"{name}.yaml"), pathlib.Path(f"{name}.log")
        self.path.write_text(bench.text_of(name))
        with self.log_path.open("w") as log:
            self.process = subprocess.Popen(["ip", "netns", "exec", self.namespace, bench.dimp, "bridge", "--json",
                                             "--control", f"{name}.ctl", str(self.path)], stdout=log,
                                            stderr=subprocess.STDOUT)
        if not self.await_event("started", wait=120):
            sys.exit(f"bridge {name} does not start: {self.log_path.read_text()}")


def move(bench, expected):
    """One move of everything from a to b, and what came of it."""
    check = bench.tally.check
    bridges = {name: Controlled(bench, name) for name in "ab"}
    try:
        wait_for_ports(bench, bridges)
        check(digest_of(bench, "a") == [expected], f"the old bridge has {digest_of(bench, 'a')} of {expected}")
        begun, busy_before, busy_staged = time.monotonic(), busy(bridges), [0, 0]
        station = subprocess.Popen(bench.order("b") + ["--mode", "staged"], stdout=subprocess.PIPE, text=True)
        said, staged = "", 0.0
        for line in station.stdout:
            said += line
            if '"STAGED"' in line and not staged:
                staged, busy_staged = time.monotonic(), busy(bridges)
        code, ended = station.wait(MOVE_SECONDS), time.monotonic()
        check(code == 0 and staged, f"the move ends with {code}: {said[-1000:]}")
        if code != 0 or not staged:
            print(bridges["b"].log_path.read_text()[-2000:])
            sys.exit(bench.tally.end())
        found = digest_of(bench, "b")
        check(found == [expected], f"the new bridge has {found} of {expected}")
        return {"copy": staged - begun, "busy": [after - before for before, after in zip(busy_before, busy_staged)], "cut": ended - staged, "lost": counter(bench, "a", "dimp_pdus_lost_total"),
                "memory": peak_memory(bridges["b"])}
    finally:
        for bridge in bridges.values():
            bridge.process.kill()
            bridge.process.wait()


def busy(bridges):
    """Seconds of processor time of each so far, the kernel's on their account included."""
    ticks = os.sysconf("SC_CLK_TCK")
    return [sum(int(word) for word in pathlib.Path(f"/proc/{bridge.process.pid}/stat").read_text().split()[13:15]) / ticks
            for bridge in bridges.values()]


def version(*words):
    return subprocess.run(words, capture_output=True, text=True).stdout.splitlines()[0]


def main():
    parser = argparse.ArgumentParser(usage="make live-bulk RECORDS=1000000 OCTETS=1190 MTU=1500 REPEATS=3")
    parser.add_argument("dimp")
    parser.add_argument("prefix")
    for name in ("RECORDS", "OCTETS", "MTU", "REPEATS"):
        parser.add_argument(name, type=positive_number)
    chosen = parser.parse_args()
    count, mtu = chosen.RECORDS, chosen.MTU
    bench = Bulk(chosen.dimp, chosen.prefix, count, mtu)
    expected = write_records(count, chosen.OCTETS)
    print(f"{count} records of {expected['octets'] // count} octets, MTU {mtu}, AES-256-GCM; {version(bench.dimp, 'version')}, "
          f"{version('iperf3', '--version')}, {version('openssl', 'version')}, Linux {platform.release()}, "
          f"{os.cpu_count()} processors")
    print("   TCP Mbit/s  DIMP Mbit/s  ratio  records/s  copy s  CPU s of both  cutover s  PDUs lost  MiB at the new bridge", flush=True)
    ratios = []
    for _ in range(chosen.REPEATS):
        tcp = bench.tcp()
        done = move(bench, expected)
        goodput = expected["octets"] * 8 / done["copy"] / 1e6
        ratios.append(goodput / tcp)
        print(f"{tcp:13.0f} {goodput:12.0f} {ratios[-1]:6.2f} {count / done['copy']:10.0f} {done['copy']:7.2f} "
              f"{done['busy'][0]:6.2f} {done['busy'][1]:6.2f} "
              f"{done['cut']:9.2f} {done['lost']:10} {done['memory']:8}", flush=True)
    median = statistics.median(ratios)
    bench.tally.check(median >= BAR, f"the median of the ratios, {median:.2f}, is under {BAR}")
    print(f"median of the ratios: {median:.2f}; at least {BAR} is wanted")
    return bench.tally.end()


if __name__ == "__main__":
    sys.exit(main())
