#!/usr/bin/python3
"""live_bridge.py DIMP PREFIX: drives two `dimp bridge` and a `dimp station` over veth pairs, real frames in and out.

To be run by live-bridge.sh, in the namespace PREFIX-t; the bridges are in PREFIX-a and PREFIX-b:

    vma, vmb: the VM's interface at each bridge      net: a host at bridge a, VLAN 42 untagged
    trunk: another host at bridge a, tagged          core: between the bridges

Frames are made and judged by Scapy, and by this host's own IP stack; nothing here knows the bridge's code.
"""
import json
import os
import pathlib
import pwd
import random
import signal
import socket
import struct
import subprocess
import sys
import time

from scapy.contrib.igmp import IGMP
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import Dot1Q, Ether
from scapy.packet import Raw

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from tally import Tally  # noqa: E402

VSI, OTHER_VSI = "01" * 37, "02" * 37
VM, OTHER_VM = "52:54:00:00:01:01", "52:54:00:00:01:02"
HOST, OTHER_HOST = "52:54:00:00:09:09", "52:54:00:00:09:0a"
BRIDGES = {"a": "02:00:00:00:00:0a", "b": "02:00:00:00:00:0b"}
STATION = "52:54:00:00:0c:0c"
BRIDGE_IPS, STATION_IP = {"a": "198.18.0.1", "b": "198.18.0.2"}, "198.18.0.3"
RECORDS = 1500
RETRY = 20  # the exit code of a station that may ask again
ALL_PACKETS, SOL_PACKET, PACKET_AUXDATA, TAG_IS_VALID = 3, 263, 8, 0x10


def run(*words):
    subprocess.run(words, check=True)


def tagged(octets, beside):
    """The frame with the tag that the kernel took out of it on arrival."""
    for level, kind, value in beside:
        if (level, kind) == (SOL_PACKET, PACKET_AUXDATA):
            status, _, _, _, _, control, protocol = struct.unpack("=IIIHHHH", value)
            if status & TAG_IS_VALID:
                return octets[:12] + struct.pack("!HH", protocol or 0x8100, control) + octets[12:]
    return octets


class Wire:
    """A packet socket at an interface of this namespace."""

    def __init__(self, name):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ALL_PACKETS))
        self.socket.bind((name, ALL_PACKETS))
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)

    def send(self, frame):
        self.socket.send(bytes(frame))

    def take(self, seconds):
        """The next frame that comes in within so long, or None."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                octets, beside, _, origin = self.socket.recvmsg(65535, 128)
            except TimeoutError:
                return None
            if origin[2] != socket.PACKET_OUTGOING:
                return Ether(tagged(octets, beside))
        return None

    def frames(self, text):
        """All frames with that payload; those that come soon after the first are waited for, too."""
        found, patience = [], 3
        while (frame := self.take(patience)) is not None:
            if text in bytes(frame):
                found.append(frame)
                patience = 0.1
        return found

    def has(self, text):
        """Whether one frame with that payload comes, and no other."""
        return len(self.frames(text)) == 1

    def lacks(self, text, seconds=0.3):
        """Whether none comes so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            frame = self.take(left)
            if frame is not None and text in bytes(frame):
                return False
        return True


class Bridge:
    def __init__(self, bench, name, text):
        self.name, self.namespace = name, f"{bench.prefix}-{name}"
        self.path, self.log_path = pathlib.Path(f"{name}.yaml"), pathlib.Path(f"{name}.log")
        self.path.write_text(text)
        with self.log_path.open("w") as log:
            self.process = subprocess.Popen(["ip", "netns", "exec", self.namespace, bench.dimp, "bridge", "--json",
                                             str(self.path)], stdout=log, stderr=subprocess.STDOUT)
        if not self.await_event("started"):
            sys.exit(f"bridge {name} does not start: {self.log_path.read_text()}")

    def events(self):
        lines = self.log_path.read_text().splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def await_event(self, event, count=1, wait=20, **members):
        """Whether there are so many events of this name with these members within so many seconds."""
        end = time.monotonic() + wait
        while True:
            found = [line for line in self.events() if line["event"] == event and
                     all(line.get(key) == value for key, value in members.items())]
            if len(found) >= count:
                return True
            if time.monotonic() > end:
                return False
            time.sleep(0.005)

    def status(self, key):
        for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith(key + ":"):
                return line.split()[1]
        return None


class Bench:
    def __init__(self, dimp, prefix):
        self.dimp, self.prefix, self.tally, self.keys = dimp, prefix, Tally(), {}
        self.said, self.is_over_udp, self.filled = "", False, ""
        for name in ("a", "b", "s"):
            key = subprocess.run([dimp, "genkey", "-q"], capture_output=True, text=True, check=True).stdout
            pathlib.Path(f"{name}.key").write_text(key)
            pathlib.Path(f"{name}.key").chmod(0o600)
            self.keys[name] = subprocess.run([dimp, "pubkey"], input=key, capture_output=True, text=True,
                                             check=True).stdout.strip()
        for ours, theirs, bridge in (("vma", "vm", "a"), ("vmb", "vm", "b"), ("net", "net", "a"),
                                     ("trunk", "trunk", "a")):
            self.plug(ours, theirs, bridge)
        run("ip", "link", "add", "core", "netns", f"{prefix}-a", "type", "veth", "peer", "name", "core", "netns",
            f"{prefix}-b")
        for name in ("a", "b"):
            run("ip", "-n", f"{prefix}-{name}", "link", "set", "core", "up")

    def plug(self, ours, theirs, bridge):
        namespace = f"{self.prefix}-{bridge}"
        run("ip", "link", "add", ours, "type", "veth", "peer", "name", theirs, "netns", namespace)
        run("ip", "link", "set", ours, "up")
        run("ip", "-n", namespace, "link", "set", theirs, "up")

    def text_of(self, name):
        """The file of a bridge; the VM is at a when it starts."""
        other = "b" if name == "a" else "a"
        here = "true" if name == "a" else "false"
        hosts = "" if name == "b" else """
  net: {interface: net, kind: host, vlan: 42}
  trunk: {interface: trunk, kind: host}"""
        return f"""# One of two bridges.
name: edge-{name}
key: {name}.key
address: {BRIDGES[name]}
ports:
  vm: {{interface: vm, kind: station, vlan: 42}}
  up: {{interface: core, kind: uplink}}{hosts}
vms:
  vm1: {{vsi: "{VSI}", mac: "{VM}", vlan: 42, port: vm, here: {here}{self.filled if name == "a" else ""}}}
peers:
  edge-{other}: {{key: "{self.keys[other]}", {self.way_to(BRIDGES[other], BRIDGE_IPS[other])}}}
  server: {{key: "{self.keys["s"]}", role: station, {self.way_to(STATION, STATION_IP)}}}
state: {name}.starts
bridge: {{entries: {2 * RECORDS}}}
settings: {{paced_kbps: {500 if self.filled else 0}}}
{"binding: udp" if self.is_over_udp else ""}
"""

    def way_to(self, mac, address):
        return f"address: {address}" if self.is_over_udp else f'mac: "{mac}"'

    def lay_network(self):
        """An IP network of bridges and station beside the interfaces that are bridged."""
        run("ip", "link", "add", "office", "type", "bridge", "stp_state", "0", "forward_delay", "0")
        for name, address in BRIDGE_IPS.items():
            self.plug(f"desk{name}", "desk", name)
            run("ip", "link", "set", f"desk{name}", "master", "office")
            run("ip", "-n", f"{self.prefix}-{name}", "address", "add", f"{address}/24", "dev", "desk")
        run("ip", "link", "set", "office", "up")
        run("ip", "address", "add", f"{STATION_IP}/24", "dev", "office")

    def order(self, to):
        """The command by which the station behind the VM's port of that bridge asks for the DI."""
        interface, source = f"vm{to}", "b" if to == "a" else "a"
        way, address = ["--interface", interface], BRIDGES[to]
        if self.is_over_udp:
            way, address = ["--listen", f"{STATION_IP}:34997"], f"{BRIDGE_IPS[to]}:34997"
        run("ip", "link", "set", interface, "address", STATION)
        return [self.dimp, "station", "--json", "--key", "s.key", *way, "--vsi", VSI, "--source", self.keys[source],
                "--state", "book", "--filter", f"{VM}/42", "--seconds", "8", f"{address},{self.keys[to]}"]

    def move(self, to):
        """Has the station ask; its exit code."""
        done = subprocess.run(self.order(to), capture_output=True, text=True)
        self.said = done.stdout + done.stderr
        return done.returncode


def numbered():
    number = 0
    while True:
        number += 1
        yield f"frame {number:05} of the test".encode()


TEXTS = numbered()


def datagram(source, destination, text, **more):
    return Ether(src=source, dst=destination) / IP(src="192.0.2.1", dst=more.pop("to", "192.0.2.2")) / \
        UDP(sport=1000, dport=2000) / Raw(text)


def check_forwarding(bench, vm, net, when):
    text = next(TEXTS)
    vm.send(datagram(VM, HOST, text))
    frames = net.frames(text)
    bench.tally.check(len(frames) == 1, f"{when}: a frame of the VM came {len(frames)} times")
    bench.tally.check(all(Dot1Q not in frame and frame.src == VM for frame in frames), "it was changed on its way")
    text = next(TEXTS)
    net.send(datagram(HOST, VM, text))
    bench.tally.check(vm.has(text), "a frame to the VM did not come once")
    text = next(TEXTS)
    vm.send(datagram("52:54:00:00:66:66", HOST, text))
    bench.tally.check(net.lacks(text), "a frame of somebody who is no VM passed")
    vm.send(Ether(src=VM, dst=HOST, type=0x88b6) / Raw(b"short"))
    found = net.frames(b"short")
    bench.tally.check([len(frame) for frame in found] == [60], "a short frame was not padded")


def check_tags(bench, vm, trunk):
    """On arrival at the bridge its kernel has put the tag of each of these beside the frame."""
    text = next(TEXTS)
    trunk.send(Ether(src=OTHER_HOST, dst=VM) / Dot1Q(vlan=42, prio=5) / Raw(text))
    frames = vm.frames(text)
    bench.tally.check(len(frames) == 1 and Dot1Q not in frames[0], "a tagged frame did not come without its tag")
    text = next(TEXTS)
    trunk.send(Ether(src=OTHER_HOST, dst=VM) / Dot1Q(vlan=43) / Raw(text))
    bench.tally.check(vm.lacks(text), "a frame of another VLAN came")
    text = next(TEXTS)
    vm.send(datagram(VM, OTHER_HOST, text))
    frames = trunk.frames(text)
    bench.tally.check([frame[Dot1Q].vlan for frame in frames if Dot1Q in frame] == [42],
                      "a frame of the VM did not come with its tag")


def check_checksums(bench, vm):
    """Datagrams of this host's own, whose checksums a card would fill in."""
    run("ip", "address", "add", "192.0.2.1/24", "dev", "net")
    run("ip", "neighbour", "add", "192.0.2.2", "lladdr", VM, "dev", "net")
    text = next(TEXTS)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(text, ("192.0.2.2", 2000))
    frames = vm.frames(text)
    bench.tally.check(len(frames) == 1, "a datagram of the host did not come")
    for frame in frames:
        told = frame[UDP].chksum
        del frame[UDP].chksum
        bench.tally.check(told == Ether(bytes(frame))[UDP].chksum, "its checksum is wrong")
    run("ip", "address", "del", "192.0.2.1/24", "dev", "net")


def check_interfaces(bench, bridge, vm, net):
    namespace = f"{bench.prefix}-a"
    check = bench.tally.check
    run("ip", "-n", namespace, "link", "set", "net", "down")
    check(bridge.await_event("port", interface="net", state="down"), "it is not said that an interface went down")
    run("ip", "-n", namespace, "link", "set", "net", "up")
    check(bridge.await_event("port", 2, interface="net", state="up"), "or that it came up")
    check_forwarding(bench, vm, net, "after down and up")
    for name in ("vma", "net"):
        run("ip", "link", "set", name, "mtu", "9000")
    long = next(TEXTS) + b"." * 7000
    for name in ("vm", "net"):
        run("ip", "-n", namespace, "link", "set", name, "mtu", "9000")
        check(bridge.await_event("port", interface=name, mtu="9000"), f"{name}'s new MTU is not said")
    vm.send(datagram(VM, HOST, long))
    check(net.has(long), "a jumbo frame did not pass")


def check_return(bench, bridge):
    """A port that disappears and comes back, to a process that may not open one any more."""
    check = bench.tally.check
    check(bridge.status("CapEff") == "0" * 16 and bridge.status("CapBnd") == "0" * 16, "the bridge has capabilities")
    check(bridge.status("NoNewPrivs") == "1", "it may get new privileges")
    run("ip", "link", "del", "net")
    check(bridge.await_event("port", interface="net", state="gone"), "it is not said that an interface went")
    time.sleep(0.3)
    bench.plug("net", "net", "a")
    check(bridge.await_event("port", 3, interface="net", state="up") or
          bridge.await_event("port", 4, interface="net", state="up"), "or that it came back")
    return Wire("net")


def check_groups(bench, net, wire, wanted, what):
    text = next(TEXTS)
    net.send(Ether(src=HOST, dst="01:00:5e:01:02:03") / IP(src="192.0.2.1", dst="239.1.2.3", ttl=4) /
             UDP(sport=1000, dport=2000) / Raw(text))
    comes = wire.has(text) if wanted else wire.lacks(text)
    bench.tally.check(comes, f"{what}: not {wanted} frames of its group")


def check_move(bench, bridges, wires, to):
    """The VM's frames are gated at its new bridge before, and pass there after; the group that it joined comes along."""
    check, other = bench.tally.check, "b" if to == "a" else "a"
    net, old, new = wires["net"], wires[f"vm{other}"], wires[f"vm{to}"]
    text = next(TEXTS)
    new.send(datagram(VM, HOST, text))
    check(net.lacks(text), f"to {to}: a frame passed before its DI came")
    activated = sum(event["event"] == "activate" for event in bridges[to].events())
    code = bench.move(to)
    check(code == 0, f"to {to}: the station's exit code is {code}: {bench.said}")
    check(bridges[to].await_event("activate", activated + 1, vm="vm1"), f"to {to}: nothing went into force")
    check(bridges[other].await_event("released", vm="vm1"), f"to {to}: the old bridge released nothing")
    text = next(TEXTS)
    new.send(datagram(VM, HOST, text))
    check(net.has(text), f"to {to}: a frame did not pass after")
    text = next(TEXTS)
    net.send(datagram(HOST, VM, text))
    check(new.has(text) and old.lacks(text, 0.1), f"to {to}: a frame to the VM went elsewhere")
    text = next(TEXTS)
    old.send(datagram(VM, HOST, text))
    check(net.lacks(text), f"to {to}: the old bridge lets it pass still")
    new.send(datagram(VM, HOST, text))
    check_groups(bench, net, new, 1, f"to {to}, at the new bridge")
    check_groups(bench, net, old, 0, f"to {to}, at the old bridge")


def check_reload(bench, bridges, wires):
    """A policy that forbids the VM's VLAN, and another VM, come with SIGHUP."""
    check, bridge = bench.tally.check, bridges["b"]
    good = bridge.path.read_text()
    bridge.path.write_text(good.replace("bridge: {", "bridge: {policy: {vlans: [7]}, "))
    bridge.process.send_signal(signal.SIGHUP)
    check(bridge.await_event("reloaded"), "it does not say that it read its file again")
    code = bench.move("b")
    check(code >= 20 and "POLICY" in bench.said, f"a VLAN that the new policy forbids came: {code}: {bench.said}")
    bridge.path.write_text(good.replace("ports:", "prots:"))
    bridge.process.send_signal(signal.SIGHUP)
    check(bridge.await_event("reload_failed"), "a wrong file is not told")
    more = f'  vm2: {{vsi: "{OTHER_VSI}", mac: "{OTHER_VM}", vlan: 42, port: vm, here: true}}\n'
    bridge.path.write_text(good.replace("peers:", more + "peers:"))
    bridge.process.send_signal(signal.SIGHUP)
    check(bridge.await_event("vm_added", name="vm2") and bridge.await_event("reloaded", 2), "no VM was added")
    text = next(TEXTS)
    wires["vmb"].send(datagram(OTHER_VM, HOST, text))
    check(wires["net"].has(text), "a frame of the added VM did not pass")


def reread(bridge, text):
    """The bridge reads its file again, and has said what came of it."""
    times = sum(line["event"] in ("reloaded", "reload_failed") for line in bridge.events())
    bridge.path.write_text(text)
    bridge.process.send_signal(signal.SIGHUP)
    end = time.monotonic() + 5
    while sum(line["event"] in ("reloaded", "reload_failed") for line in bridge.events()) == times and time.monotonic() < end:
        time.sleep(0.005)


def check_reload_takes_away(bench, bridges, wires):
    """What the file has no more goes, what it has otherwise changes; not a VM whose DI is here."""
    check, bridge = bench.tally.check, bridges["b"]
    good = bench.text_of("b")
    reread(bridge, "locked: true\nradius: {address: 192.0.2.1, server: 192.0.2.2, server_mac: \"02:00:00:00:00:01\", secret: b.key}\n" + good)
    reread(bridge, good)
    fixed = [line["what"] for line in bridge.events() if line["event"] == "reload_waits" and line["what"] != "vm"]
    check(fixed == ["locked", "radius"], f"what takes a restart is said as {fixed}")
    reread(bridge, good.replace(VM, "52:54:00:00:01:77"))
    check(bridge.await_event("vm_changed", name="vm1"), "the VM's address does not change")
    lines = good.splitlines(keepends=True)
    reread(bridge, "".join(line for line in lines if VSI not in line).replace("vms:", f'vms:\n  vm2: {{vsi: "{OTHER_VSI}", '
                                                                              f'mac: "{OTHER_VM}", vlan: 42, port: vm}}'))
    check(bridge.await_event("vm_removed", name="vm1"), "a VM that is elsewhere is not removed")
    code = bench.move("b")
    check(code >= 20 and "POLICY" in bench.said, f"the DI of a VM that is not known came: {code}: {bench.said}")
    reread(bridge, good)
    check(bridge.await_event("vm_added", name="vm1"), "it is not added again")
    code = bench.move("b")
    check(code == 0, f"its DI does not come: {code}: {bench.said}")
    check_forwarding(bench, wires["vmb"], wires["net"], "in the place of a removed one")
    waits = [line for line in bridge.events() if line["event"] == "reload_waits"]
    reread(bridge, good.replace(VM, "52:54:00:00:01:77"))
    more = [line for line in bridge.events() if line["event"] == "reload_waits"][len(waits):]
    more = [line for line in more if line.get("name") == "vm1"]
    check(len(more) == 1 and more[0]["what"] == "vm" and "DI is here" in more[0]["why"], f"a VM that is here changed: {more}")
    check_forwarding(bench, wires["vmb"], wires["net"], "when its change waits")
    reread(bridge, "".join(line for line in lines if "role: station" not in line))
    check(bridge.await_event("peer_removed", name="server"), "a peer is not removed")
    silent = subprocess.run([*bench.order("b"), "--seconds", "1"], capture_output=True, text=True)
    check(silent.returncode == 12, f"a peer that was removed is answered: {silent}")
    reread(bridge, good)
    check(bridge.await_event("peer_added", name="server"), "a peer does not come back")
    code = bench.move("a")
    check(code == 0, f"the DI does not go back: {code}: {bench.said}")


def fill(bench):
    """So many leases that moving them at 0.5 Mbit/s takes half a second: octets by section 8.2 of the specification."""
    records = (f"0204 0012 01 01 002a 0200{number:08x} {0x0a000000 + number:08x} ffffffff" for number in range(RECORDS))
    pathlib.Path("leases.hex").write_text("\n".join(records))
    bench.filled = ", di: leases.hex"


def begin_move(bench):
    """Two bridges, the DI on its way from a to b."""
    bridges = {name: Bridge(bench, name, bench.text_of(name)) for name in ("a", "b")}
    wait_for_ports(bench, bridges)
    with open("station.log", "w") as log:
        station = subprocess.Popen(bench.order("b"), stdout=log, stderr=subprocess.STDOUT)
    # b may say that it asks before a has heard of it.
    bench.tally.check(bridges["a"].await_event("freeze"), "no move began")
    return bridges, station


def check_drain(bench):
    """Told to end in the middle of a move, both bridges see it through."""
    bridges, station = begin_move(bench)
    for bridge in bridges.values():
        bridge.process.terminate()
    code = station.wait(10)
    bench.tally.check(code == 0, f"the station ends with {code}: {pathlib.Path('station.log').read_text()}")
    for name, bridge in bridges.items():
        bench.tally.check(bridge.await_event("drain", moves="1"), f"{name} has no move under way")
    end(bench, bridges)


def check_drain_refuses(bench):
    """Told to end while a move to it waits for a source that stands still, a bridge begins no other, and says why."""
    check = bench.tally.check
    bridges = {name: Bridge(bench, name, bench.text_of(name)) for name in ("a", "b")}
    wait_for_ports(bench, bridges)
    bridges["a"].process.send_signal(signal.SIGSTOP)
    with open("station.log", "w") as log, subprocess.Popen(bench.order("b"), stdout=log, stderr=subprocess.STDOUT) as station:
        check(bridges["b"].await_event("associated", peer="server"), "the station is not heard")
        time.sleep(0.3)
        station.kill()
    bridges["b"].process.terminate()
    check(bridges["b"].await_event("drain", moves="1"), "b has no move under way")
    words = [word.replace(VSI, OTHER_VSI).replace(VM, OTHER_VM) for word in bench.order("b")]
    done = subprocess.run(words, capture_output=True, text=True)
    check(done.returncode == 22 and "MIGRATIONS_LIMIT" in done.stdout, f"a bridge that ends took a move: {done}")
    check(bridges["b"].process.wait(10) == 0, "b does not end well")
    bridges["a"].process.send_signal(signal.SIGCONT)
    bridges["a"].process.terminate()
    check(bridges["a"].process.wait(10) == 0, "a does not end well")


def check_kill(bench, wires):
    """The old bridge is killed in the middle of a move: the new one says so, lets nothing pass, and takes it from the
    old one's next run, which begins within the same second."""
    check = bench.tally.check
    bridges, station = begin_move(bench)
    bridges["a"].process.kill()
    bridges["a"].process.wait()
    check(not bridges["b"].await_event("activate", wait=0), "what was half there went into force")
    code = station.wait(10)
    check(code >= 20, f"the station ends with {code}")
    text = next(TEXTS)
    wires["vmb"].send(datagram(VM, HOST, text))
    check(wires["net"].lacks(text), "a frame passed without DI")
    # Told that moves with higher serials are over, it hands out nothing.
    bridges["a"] = Bridge(bench, "a", bench.text_of("a").replace("here: true", f"here: true, serial: {1 << 40}"))
    wait_for_ports(bench, bridges)
    code = bench.move("b")
    if "STALE_SERIAL" not in bench.said:  # as below
        code = bench.move("b")
    check(code >= 20 and "STALE_SERIAL" in bench.said, f"a move that is over took the DI: {code}: {bench.said}")
    bridges["a"].process.kill()
    bridges["a"].process.wait()
    bridges["a"] = Bridge(bench, "a", bench.text_of("a"))
    wait_for_ports(bench, bridges)
    code = bench.move("b")
    if code == RETRY:  # it came to the last attempt at the dead one, which had nothing left to try
        code = bench.move("b")
    check(code == 0, f"the old bridge's next run hands out nothing: {code}: {bench.said}")
    end(bench, bridges)


def check_user(bench):
    """A bridge that becomes somebody else reads its file again as that one."""
    check, nobody = bench.tally.check, pwd.getpwnam("nobody")
    text = bench.text_of("a") + "user: nobody\n"
    for name in ("a.key", "a.yaml"):
        path = pathlib.Path(name)
        path.write_text(text if name == "a.yaml" else path.read_text())
        os.chown(name, nobody.pw_uid, nobody.pw_gid)
    bridge = Bridge(bench, "a", text)
    check(bridge.status("Uid") == str(nobody.pw_uid) and bridge.status("Groups") in (None, str(nobody.pw_gid)),
          "it is not nobody")
    check(bridge.status("CapPrm") == "0" * 16, "nobody has capabilities")
    bridge.process.send_signal(signal.SIGHUP)
    check(bridge.await_event("reloaded"), "nobody cannot read the file again")
    end(bench, {"a": bridge})
    wrong = subprocess.run([bench.dimp, "bridge", "--check", "none.yaml"], capture_output=True, text=True)
    check(wrong.returncode == 2 and "none.yaml" in wrong.stderr, "a file that is not there is not told")


def check_noise(bench, bridge, wires):
    """Frames of any octets at every port: the bridge goes on. The seed is always the same."""
    dice = random.Random(8)
    heads = [bytes.fromhex(text) for text in ("0800", "86dd", "0806", "888e", "88b5", "88e5", "8100002a0800", "8940", "")]
    for number in range(3000):
        source = bytes.fromhex((VM if number % 2 else HOST).replace(":", ""))
        target = dice.choice([b"\xff" * 6, bytes.fromhex("0180c2000003"), bytes.fromhex("01005e010203"),
                              bytes.fromhex(BRIDGES["a"].replace(":", "")), source])
        frame = target + source + dice.choice(heads) + dice.choice([b"", b"\x45\x00", b"\x60\x00"]) + \
            dice.randbytes(dice.randrange(1400))
        wires[dice.choice(["vma", "net", "trunk"])].socket.send(frame[:1500].ljust(15, b"\0"))
    time.sleep(0.2)
    wires["net"].send(datagram(HOST, VM, next(TEXTS)))  # the host is there again
    time.sleep(0.2)
    bench.tally.check(bridge.process.poll() is None, "frames of any octets ended the bridge")


def check_udp(bench, wires):
    """The same moves with DIMP over UDP, of which none goes over the interfaces that are bridged."""
    bench.is_over_udp = True
    bench.lay_network()
    bridges = {name: Bridge(bench, name, bench.text_of(name)) for name in ("a", "b")}
    wait_for_ports(bench, bridges)
    try:
        join(wires["vma"])
        check_move(bench, bridges, wires, "b")
        check_move(bench, bridges, wires, "a")
    finally:
        end(bench, bridges)


def join(vm):
    vm.send(Ether(src=VM, dst="01:00:5e:01:02:03") / IP(src="192.0.2.2", dst="239.1.2.3", ttl=1) /
            IGMP(type=0x16, gaddr="239.1.2.3"))
    time.sleep(0.1)  # what comes at two ports has no order


def wait_for_ports(bench, bridges):
    """The kernel takes a second to find that a new interface has a carrier."""
    for bridge, names in (("a", ("vm", "core", "net", "trunk")), ("b", ("vm", "core"))):
        for name in names:
            bench.tally.check(bridges[bridge].await_event("port", interface=name, state="up"), f"{name} is not up")


def end(bench, bridges):
    for bridge in bridges.values():
        bridge.process.terminate()
        code = bridge.process.wait(10)
        bench.tally.check(code == 0, f"bridge {bridge.name} ended with {code}")
        bench.tally.check(bridge.await_event("end", moves_cut_off="0"), "it did not end in order")
        if bench.tally.failed:
            print(bridge.log_path.read_text()[-3000:])


def main():
    bench = Bench(sys.argv[1], sys.argv[2])
    bridges = {name: Bridge(bench, name, bench.text_of(name)) for name in ("a", "b")}
    wires = {name: Wire(name) for name in ("vma", "vmb", "net", "trunk")}
    try:
        wait_for_ports(bench, bridges)
        check_forwarding(bench, wires["vma"], wires["net"], "at first")
        check_tags(bench, wires["vma"], wires["trunk"])
        check_checksums(bench, wires["vma"])
        check_interfaces(bench, bridges["a"], wires["vma"], wires["net"])
        wires["net"] = check_return(bench, bridges["a"])
        check_noise(bench, bridges["a"], wires)
        wires["net"], wires["vma"] = Wire("net"), Wire("vma")
        check_forwarding(bench, wires["vma"], wires["net"], "when it is back")
        check_groups(bench, wires["net"], wires["vma"], 0, "before it joined")
        join(wires["vma"])
        check_groups(bench, wires["net"], wires["vma"], 1, "once it joined")
        check_move(bench, bridges, wires, "b")
        check_move(bench, bridges, wires, "a")
        check_reload(bench, bridges, wires)
        check_reload_takes_away(bench, bridges, wires)
    finally:
        end(bench, bridges)
    check_user(bench)
    check_udp(bench, wires)
    bench.is_over_udp = False
    fill(bench)
    check_drain(bench)
    check_drain_refuses(bench)
    check_kill(bench, wires)
    return bench.tally.end()


if __name__ == "__main__":
    sys.exit(main())
