#!/usr/bin/python3
"""live_field.py DIMP PREFIX: two `dimp bridge` as networks are met in the field: tags of all kinds, sockets that hear groups,
segmentation that is left to cards, and interfaces that go down, get another MTU, another name or vanish in the middle of a
move. To be run by live-bridge.sh, as live_bridge.py is; prints what failed and "N passed, N failed"."""
import json
import pathlib
import socket
import subprocess
import sys
import time

from scapy.layers.l2 import Dot1AD, Dot1Q, Ether
from scapy.packet import Raw

from live_bridge import (HOST, OTHER_HOST, RETRY, TEXTS, VM, Bench, Bridge, Wire, begin_move, check_forwarding, datagram, end, fill, run,
                         wait_for_ports)

OCTETS = 400_000
PAUSE_SECONDS = 0.2


def check_tags(bench, wires):
    """Tags that are none of a customer's VLAN, and two of them."""
    check, vm, net, trunk = bench.tally.check, wires["vma"], wires["net"], wires["trunk"]
    text = next(TEXTS)
    trunk.send(Ether(src=OTHER_HOST, dst=VM) / Dot1Q(vlan=42) / Dot1Q(vlan=7) / Raw(text))
    frames = vm.frames(text)
    check([[tag.vlan for tag in tags_of(frame)] for frame in frames] == [[7]], "a tag inside another came otherwise")
    text = next(TEXTS)
    trunk.send(Ether(src=OTHER_HOST, dst=VM) / Dot1AD(vlan=42) / Raw(text))
    check(vm.lacks(text), "a service provider's tag was taken for a customer's")
    text = next(TEXTS)
    vm.send(Ether(src=VM, dst=OTHER_HOST) / Dot1Q(vlan=0, prio=5) / Raw(text))
    frames = trunk.frames(text)
    check([(tag.vlan, tag.prio) for frame in frames for tag in tags_of(frame)] == [(42, 5)],
          f"a tag of priority alone came as {[repr(frame) for frame in frames]}")
    text = next(TEXTS)
    net.send(Ether(src=HOST, dst=OTHER_HOST) / Dot1Q(vlan=0, prio=5) / Raw(text))
    frames = trunk.frames(text)
    check([(tag.vlan, tag.prio) for frame in frames for tag in tags_of(frame)] == [(42, 5)],
          f"a host's tag of priority alone came as {[repr(frame) for frame in frames]}")
    text = next(TEXTS)
    vm.send(Ether(src=VM, dst=HOST) / Dot1Q(vlan=43) / Raw(text))
    check(net.lacks(text), "the VM sent into another VLAN")


def tags_of(frame):
    found, layer = [], frame
    while (layer := layer.payload) and isinstance(layer, Dot1Q):
        found.append(layer)
    return found


def await_state(bridge, interface, state, mtu=None):
    """Whether the interface is so at last."""
    end_at = time.monotonic() + 5
    while time.monotonic() < end_at:
        told = [event for event in bridge.events() if event["event"] == "port" and event["interface"] == interface]
        if told and told[-1]["state"] == state and mtu in (None, told[-1].get("mtu")):
            return True
        time.sleep(0.02)
    return False


def promiscuity(bench, interface):
    shown = subprocess.run(["ip", "-n", f"{bench.prefix}-a", "-d", "-j", "link", "show", "dev", interface],
                           capture_output=True, text=True, check=True).stdout
    return json.loads(shown)[0]["promiscuity"]


def check_hearing(bench, bridge):
    """Its sockets hear every group and every address, also at an interface that was renamed, or went and came."""
    check, namespace = bench.tally.check, f"{bench.prefix}-a"
    check(all(promiscuity(bench, name) == 1 for name in ("vm", "core", "net", "trunk")), "a port does not hear all frames")
    run("ip", "-n", namespace, "link", "set", "net", "name", "other")
    check(await_state(bridge, "net", "gone"), "it is not said that a name is gone")
    run("ip", "-n", namespace, "link", "set", "other", "name", "net")
    check(await_state(bridge, "net", "up"), "or that it is there again")
    run("ip", "link", "del", "net")
    check(await_state(bridge, "net", "gone"), "it is not said that an interface is gone")
    bench.plug("net", "net", "a")
    check(await_state(bridge, "net", "up"), "or that it is there again")
    check(promiscuity(bench, "net") == 1, "it does not hear all frames of the one that came")


def take_stream(listener, end_at, came):
    """Counts octets of the first connection until it ends, or until then."""
    try:
        listener.settimeout(end_at - time.monotonic())
        taker, _ = listener.accept()
        while (left := end_at - time.monotonic()) > 0:
            taker.settimeout(left)
            octets = taker.recv(65536)
            if not octets:
                return
            came.append(len(octets))
    except OSError:
        pass


def stream(bench, port, seconds):
    """A TCP stream from a host with its own kernel at net to the VM's, at vma; how many octets came in so long."""
    came, end_at = [], time.monotonic() + seconds
    program = f"import socket; s = socket.create_connection(('192.0.2.2', {port}), 5); s.sendall(b'.' * {OCTETS}); s.close()"
    with socket.create_server(("192.0.2.2", port)) as listener:
        sender = subprocess.Popen(["ip", "netns", "exec", f"{bench.prefix}-h", sys.executable, "-c", program],
                                  stderr=subprocess.DEVNULL)
        take_stream(listener, end_at, came)
    sender.kill()
    sender.wait()
    return sum(came)


def check_segmentation(bench, bridge):
    """Two kernels speak TCP over the bridge. Segments left to a card that is not there are dropped, and that is said; checksums
    left to it are filled in."""
    check, host = bench.tally.check, f"{bench.prefix}-h"
    run("ip", "link", "set", "net", "netns", host)
    run("ip", "-n", host, "link", "set", "net", "up", "address", HOST)
    run("ip", "-n", host, "address", "add", "192.0.2.1/24", "dev", "net")
    run("ip", "link", "set", "vma", "address", VM)
    run("ip", "address", "add", "192.0.2.2/24", "dev", "vma")
    check(await_state(bridge, "net", "up"), "the host's end is not up")
    ethtool(host, "net", "on")
    stream(bench, 2001, 1.0)
    check(any("segmentation" in event.get("why", "") for event in bridge.events()), "that frames are too long is not said")
    ethtool(host, "net", "off")
    came = stream(bench, 2002, 20.0)
    check(came == OCTETS, f"of a stream without segments for a card {came} octets came")
    run("ip", "address", "del", "192.0.2.2/24", "dev", "vma")
    run("ip", "-n", host, "link", "set", "net", "netns", f"{bench.prefix}-t")
    run("ip", "link", "set", "net", "up")


def ethtool(namespace, interface, state):
    """Segments are left to the card, or not; checksums are either way."""
    run("ip", "netns", "exec", namespace, "ethtool", "-K", interface, "tx", "on", "tso", state, "gso", state)


def down(bench):
    run("ip", "-n", f"{bench.prefix}-a", "link", "set", "core", "down")
    time.sleep(PAUSE_SECONDS)
    run("ip", "-n", f"{bench.prefix}-a", "link", "set", "core", "up")


def vanish(bench):
    run("ip", "-n", f"{bench.prefix}-a", "link", "del", "core")
    time.sleep(PAUSE_SECONDS)
    run("ip", "link", "add", "core", "netns", f"{bench.prefix}-a", "type", "veth", "peer", "name", "core", "netns",
        f"{bench.prefix}-b")
    for name in ("a", "b"):
        run("ip", "-n", f"{bench.prefix}-{name}", "link", "set", "core", "up")


def shorten(bench):
    """Frames of the move were as long as 9,000 octets before."""
    set_mtu(bench, 1500)


def set_mtu(bench, mtu):
    for name in ("a", "b"):
        run("ip", "-n", f"{bench.prefix}-{name}", "link", "set", "core", "mtu", str(mtu))


def check_moves(bench):
    """The uplink goes down, vanishes, or takes shorter frames only, in the middle of a move: it is seen through."""
    set_mtu(bench, 9000)
    for happens in (shorten, down, vanish):
        bridges, station = begin_move(bench)
        happens(bench)
        code = station.wait(15)
        said = pathlib.Path("station.log").read_text()[-300:]
        bench.tally.check(code == 0, f"{happens.__name__}: the station ends with {code}: {said}")
        bench.tally.check(bridges["b"].await_event("activate", vm="vm1"), f"{happens.__name__}: nothing went into force")
        end(bench, bridges)


def check_too_short(bench):
    """An uplink that cannot carry DIMP is said to be one; a move over it fails, and the next, when it can, does not."""
    check = bench.tally.check
    set_mtu(bench, 1400)
    bridges = {name: Bridge(bench, name, bench.text_of(name)) for name in ("a", "b")}
    wait_for_ports(bench, bridges)
    for bridge in bridges.values():
        check(any("MTU of 1472" in event.get("why", "") for event in bridge.events()), "a short MTU is not said")
    code = bench.move("b")
    check(code == RETRY, f"a move over an uplink that carries nothing long: {code}: {bench.said[-300:]}")
    set_mtu(bench, 1500)
    check(all(await_state(bridge, "core", "up", "1500") for bridge in bridges.values()), "the MTU is not seen")
    code = bench.move("b")
    check(code == 0, f"the move after it ends with {code}: {bench.said[-300:]}")
    end(bench, bridges)


def check_late(bench):
    """An interface that is not there when the bridge starts is waited for."""
    namespace = f"{bench.prefix}-a"
    run("ip", "-n", namespace, "link", "set", "net", "name", "later")
    bridge = Bridge(bench, "a", bench.text_of("a"))
    bench.tally.check(await_state(bridge, "net", "gone"), "it is not said what is not there")
    run("ip", "-n", namespace, "link", "set", "later", "name", "net", "up")
    bench.tally.check(await_state(bridge, "net", "up"), "it is not said that it came")
    text, wire = next(TEXTS), Wire("vma")
    Wire("net").send(datagram(HOST, VM, text))
    bench.tally.check(wire.has(text), "no frame passes there")
    end(bench, {"a": bridge})


def main():
    bench = Bench(sys.argv[1], sys.argv[2])
    run("ip", "netns", "add", f"{bench.prefix}-h")
    bridges = {name: Bridge(bench, name, bench.text_of(name)) for name in ("a", "b")}
    wires = {name: Wire(name) for name in ("vma", "vmb", "net", "trunk")}
    try:
        wait_for_ports(bench, bridges)
        check_forwarding(bench, wires["vma"], wires["net"], "at first")
        check_tags(bench, wires)
        check_hearing(bench, bridges["a"])
        check_forwarding(bench, wires["vma"], Wire("net"), "at an interface that came")
        check_segmentation(bench, bridges["a"])
    finally:
        end(bench, bridges)
    check_late(bench)
    fill(bench)
    check_moves(bench)
    check_too_short(bench)
    return bench.tally.end()


if __name__ == "__main__":
    sys.exit(main())
