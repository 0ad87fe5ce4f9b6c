#!/usr/bin/python3
"""Random reports, leaves and queries to a Linux bridge and to `dimp replay`: do both believe the same?

usage: mdb_random.py DIMP COUNT [FIRST]      seeds FIRST (1) to FIRST+COUNT-1; as root, for network namespaces

Every seed has a bridge of its own in a network namespace, with two ports that VMs are on and one where a
querier may be.  The frames sent to a port, and those the bridge itself sends there, are the port's capture;
the bridge's mdb is asked for again and again.  At each of those instants `dimp replay` must know the same
groups on the port, in the same filter mode, with the same sources forwarded and blocked.

What is drawn goes by the seed:
  newest    IGMPv3 and MLDv2, the bridge being querier: all six kinds of records, any sources
  older     IGMPv2 and MLDv1: reports and leaves
  mixed     both on one port, but a group has hosts of one version
  external  newest, and another querier asks, in general and about groups, with the S flag and without
  asked     external, and it asks about sources, too

Where Linux 6.1 and 6.18 do not go by the RFCs, as drawn here before it was left out:
- Of another querier's question about sources it lowers no timer (RFC 3376 6.6.1 has it lower them): in
  `asked` it may forward a source that is blocked or forgotten here.
- It has no older host present timers (RFC 3376 7.3.2, RFC 3810 8.3.2): a report of an older version leaves
  the sources of a group that is known already as they are, and BLOCK is taken while an older host is about.
  So a group with hosts of two versions is not drawn.
- An ALLOW of no source makes an entry of a group from which nothing is forwarded: it is taken for none.
"""
import ctypes
import json
import os
import random
import select
import socket
import struct
import subprocess
import sys
import tempfile
import time

import mdb_frames as frames

HERE = os.path.dirname(os.path.abspath(__file__))
BRIDGES, HOSTS = "dimp-mdb-br%d" % os.getpid(), "dimp-mdb-ho%d" % os.getpid()
PROFILES = ("newest", "older", "mixed", "external", "asked")
GROUPS = ("239.7.7.1", "239.7.7.2", "ff0e::71", "ff0e::72")
SOURCES = {False: ["10.9.0.%d" % n for n in range(1, 5)], True: ["2001:db8::%d" % n for n in range(1, 5)]}
EVENTS = 36
# The kernel's timers of seconds go off up to a quarter of a second late (64 ticks of its timer wheel), and a
# loaded machine adds to it; the clocks of frames and answers are this script's own.
LATE, EARLY = 0.34, 0.08
AT_ONCE = 8


def run(command, **options):
    return subprocess.run(command.split(), check=True, capture_output=True, text=True, **options).stdout


def enter(namespace):
    with open("/var/run/netns/" + namespace, encoding="ascii") as file:
        if ctypes.CDLL(None, use_errno=True).setns(file.fileno(), 0x40000000) != 0:
            raise SystemExit("mdb_random: cannot enter %s" % namespace)


class Port:
    """A port of a bridge: the socket on its far end, and what passed there."""

    def __init__(self, name, station):
        self.name, self.station, self.passed = name, station, []
        self.socket = None

    def open(self):
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind((self.name + "x", 0))
        self.socket.setblocking(False)

    def send(self, frame):
        self.passed.append((time.time(), frame))
        self.socket.send(frame)

    def receive(self):
        try:
            frame, where = self.socket.recvfrom(2000)
        except BlockingIOError:
            return
        if where[2] != socket.PACKET_OUTGOING:
            self.passed.append((time.time(), frame))

    def write(self, path):
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
            for at, frame in sorted(self.passed, key=lambda row: row[0]):
                file.write(struct.pack("<IIII", int(at), int(at % 1 * 1e6), len(frame), len(frame)) + frame)


class World:
    """One seed: its bridge, what is to happen there, and what the bridge said."""

    def __init__(self, seed, start):
        self.seed, self.dice = seed, random.Random(seed)
        self.profile = PROFILES[seed % len(PROFILES)]
        self.is_asked_by_another = self.profile in ("external", "asked")
        self.bridge = "b%d" % seed
        self.ports = [Port("p%d%s" % (seed, letter), frames.Station(seed * 4 + index, "10.9.0.%d" % (100 + index)))
                      for index, letter in enumerate("abq")]
        self.actions = sorted(self.plan(start), key=lambda row: row[0])
        self.said = []
        self.log = []

    def make(self):
        is_querier = int(not self.is_asked_by_another)
        # One who asks elsewhere does so every 2 s; the bridge itself every second, to forget soon.
        run("ip -n %s link add %s type bridge stp_state 0 forward_delay 0 mcast_snooping 1 mcast_querier %d "
            "mcast_igmp_version 3 mcast_mld_version 2 mcast_query_interval 100 mcast_query_response_interval 100 "
            "mcast_startup_query_interval 100 mcast_startup_query_count 2 mcast_last_member_count 2 "
            "mcast_last_member_interval %d mcast_membership_interval %d mcast_querier_interval 25500"
            % (BRIDGES, self.bridge, is_querier, 20 if is_querier else 100, 300 if is_querier else 500))
        for port in self.ports:
            run("ip link add %s netns %s type veth peer name %sx netns %s" % (port.name, BRIDGES, port.name, HOSTS))
            run("ip -n %s link set %sx up" % (HOSTS, port.name))
            run("ip -n %s link set %s master %s" % (BRIDGES, port.name, self.bridge))
            run("ip -n %s link set %s up" % (BRIDGES, port.name))

    def plan(self, start):
        at = start + 1.6
        if self.is_asked_by_another:
            for beat in range(5):
                for group in ("0.0.0.0", "::"):
                    yield start + 0.9 + 2 * beat, self.ask, (group, (), dict(response=1, interval=2))
        # Leaves that are asked about tell how long last members are waited for.
        for group in ("239.7.7.99", "ff0e::99"):
            for index in range(2):
                yield at - 0.6, self.tell, (index, frames.TO_EX, group, ())
                yield at - 0.5, self.tell, (index, frames.TO_IN, group, ())
            if self.is_asked_by_another:
                yield at - 0.4, self.ask, (group, (), dict(response=1, interval=2))
        for _ in range(EVENTS):
            at += self.dice.choice((0.01, 0.05, 0.1, 0.25))
            yield at, *self.draw()
            if self.dice.random() < 0.4:
                yield at + 0.2, self.look, ()
        for pause in (0.7, 1.5, 3.5, 5.5 if self.is_asked_by_another else 4):
            yield at + pause, self.look, ()

    def draw(self):
        group = self.dice.choice(GROUPS)
        sources = [one for one in SOURCES[":" in group] if self.dice.random() < 0.5]
        if self.is_asked_by_another and self.dice.random() < 0.3:
            told = dict(response=1, interval=2, suppress=self.dice.random() < 0.3)
            is_of_sources = self.profile == "asked" and self.dice.random() < 0.5
            return self.ask, (group, sources if is_of_sources else (), told)
        index = self.dice.randrange(2)
        is_older = {"older": True, "mixed": (index + GROUPS.index(group)) % 2 == 0}.get(self.profile, False)
        if is_older:
            return self.tell_older, (index, group, self.dice.random() < 0.35)
        return self.tell, (index, self.dice.randrange(1, 7), group, sources)

    # ---- what happens ----

    def note(self, text):
        self.log.append((time.time(), text))

    def tell(self, index, change, group, sources):
        port = self.ports[index]
        port.send(port.station.records((change, group, sources)))
        self.note("%s %s %s %s" % (port.name, frames.NAMES[change], group, ",".join(sources)))

    def tell_older(self, index, group, is_leave):
        port = self.ports[index]
        port.send(port.station.leave(group) if is_leave else port.station.report(group))
        self.note("%s %s %s" % (port.name, "leave" if is_leave else "report", group))

    def ask(self, group, sources, told):
        port = self.ports[2]
        port.send(port.station.query(group, sources, **told))
        self.note("query %s %s%s" % (group, ",".join(sources), " S" if told.get("suppress") else ""))

    def look(self):
        before = time.time()
        text = run("bridge -n %s -d -s -j mdb show dev %s" % (BRIDGES, self.bridge))
        self.said.append((before, time.time(), json.loads(text)))

    # ---- what came of it ----

    def kernel_view(self, told, port):
        """{group: (mode, forwarded sources, blocked sources)}"""
        view = {}
        for bridge in told:
            for entry in bridge.get("mdb", []):
                if entry["port"] != port.name or "src" in entry or entry["grp"].startswith("ff02::"):
                    continue
                mode = entry.get("filter_mode", "exclude")
                listed = {one["address"]: float(one["timer"]) for one in entry.get("source_list", [])}
                blocked = {one for one, timer in listed.items() if timer == 0 and mode == "exclude"}
                if mode == "exclude" or listed:
                    view[entry["grp"]] = (mode, frozenset(set(listed) - blocked), frozenset(blocked))
        return view


def replay_views(dimp, capture, vm):
    """[(instant, {group: (mode, forwarded, blocked)})] after every change, by the clock of the capture."""
    answer = subprocess.run([dimp, "replay", "--json", "--events", "--vm", vm, "--at", "60", capture],
                            capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        raise SystemExit("mdb_random: dimp replay %s: %s" % (capture, answer.stderr))
    records, views = {}, [(-1.0, {})]
    for event in json.loads(answer.stdout)["events"]:
        change = event["change"]
        if change["type"] != "multicast_membership":
            continue
        key = (change["group"], change["source"])
        if change["operation"] == "PUT":
            records[key] = change
        else:
            records.pop(key, None)
        if views[-1][0] == event["at"]:
            views.pop()
        views.append((event["at"], view_of(records)))
    return views


def view_of(records):
    view = {}
    for group in {group for group, _ in records}:
        rows = {source: record for (one, source), record in records.items() if one == group}
        mode = "exclude" if "::" in rows else "include"
        forwarded = {source for source, record in rows.items()
                     if source != "::" and record["filter_mode"] == "INCLUDE"}
        view[group] = (mode, frozenset(forwarded), frozenset(set(rows) - forwarded - {"::"}))
    return view


def at_any_time(views, since, until, group):
    """What was believed of the group at any time between."""
    held = []
    for index, (at, view) in enumerate(views):
        end = views[index + 1][0] if index + 1 < len(views) else float("inf")
        if at <= until and end >= since:
            held.append(view.get(group))
    return held


def say(belief):
    if belief is None:
        return "nothing"
    mode, forwarded, blocked = belief
    return "%s {%s}{%s}" % (mode, ",".join(sorted(forwarded)), ",".join(sorted(blocked)))


class Judge:
    def __init__(self, dimp):
        self.dimp, self.checks, self.known, self.rows = dimp, 0, 0, []

    def judge(self, world, folder):
        for port in world.ports[:2]:
            capture = os.path.join(folder, port.name + ".pcap")
            port.write(capture)
            first = min(row[0] for row in port.passed)
            views = replay_views(self.dimp, capture, port.station.mac_text())
            for before, after, told in world.said:
                self.compare(world, port, (before - first, after - first),
                             (world.kernel_view(told, port), views), first)

    def compare(self, world, port, when, beliefs, first):
        kernel, views = beliefs
        for group in GROUPS:
            self.checks += 1
            ours = at_any_time(views, when[0] - LATE, when[1] + EARLY, group)
            theirs = kernel.get(group)
            if theirs in ours or is_on_the_way(theirs, ours):
                continue
            if world.profile == "asked" and any(is_asked_way(theirs, one) for one in ours):
                self.known += 1
                continue
            about = [text for at, text in world.log
                     if at - first <= when[1] and group in text and (port.name in text or text[:5] == "query")]
            self.rows.append("seed %d (%s) at %.2f s, %s on %s: kernel %s, here %s; before: %s" % (
                world.seed, world.profile, when[0], group, port.name, say(theirs),
                " or ".join(sorted({say(one) for one in ours})), "; ".join(about)))


def is_on_the_way(theirs, ours):
    """Several timers of a group run out at one instant here, and one after another in the kernel."""
    forwarded = [one[1] if one else frozenset() for one in ours]
    return (theirs is not None and len(set(ours)) > 1 and
            frozenset.intersection(*forwarded) <= theirs[1] <= frozenset.union(*forwarded))


def is_asked_way(theirs, ours):
    """The kernel keeps what here a question about sources has ended, and believes the same otherwise."""
    if theirs is None:
        return False
    if ours is None:
        return theirs[0] == "include"
    return theirs[0] == ours[0] and theirs[1] >= ours[1] and theirs[2] <= ours[2]


def play(worlds):
    """Does what is planned, at its time, and listens in between."""
    actions = sorted(((at, number, action, arguments) for number, world in enumerate(worlds)
                      for at, action, arguments in world.actions), key=lambda row: row[:2])
    ports = {port.socket: port for world in worlds for port in world.ports}
    for at, _, action, arguments in actions:
        while True:
            ready = select.select(list(ports), [], [], max(0, at - time.time()))[0]
            for one in ready:
                ports[one].receive()
            if time.time() >= at:
                break
        action(*arguments)


def play_batch(judge, seeds):
    for namespace in (BRIDGES, HOSTS):
        run("ip netns add " + namespace)
    run("ip netns exec %s sysctl -qw net.ipv6.conf.default.disable_ipv6=1" % HOSTS)
    run("ip netns exec %s sysctl -qw net.ipv6.conf.default.accept_dad=0" % BRIDGES)
    try:
        made = [World(seed, 0) for seed in seeds]
        for world in made:
            world.make()
        enter(HOSTS)
        for port in [port for world in made for port in world.ports]:
            port.open()
        start = time.time()
        for world in made:
            world.actions = [(start + at, action, arguments) for at, action, arguments in world.actions]
        for world in made:
            run("ip -n %s link set %s up" % (BRIDGES, world.bridge))
        play(made)
        with tempfile.TemporaryDirectory() as folder:
            for world in made:
                judge.judge(world, os.environ.get("MDB_KEEP", folder))
    finally:
        for namespace in (BRIDGES, HOSTS):
            subprocess.run(["ip", "netns", "del", namespace], check=False)


def main():
    dimp, count = os.path.abspath(sys.argv[1]), int(sys.argv[2])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    if os.geteuid() != 0:
        raise SystemExit("mdb_random: needs root, for network namespaces")
    judge = Judge(dimp)
    seeds = list(range(first, first + count))
    for start in range(0, count, AT_ONCE):
        play_batch(judge, seeds[start:start + AT_ONCE])
    for row in judge.rows:
        print("FAIL " + row)
    print("%d passed (%d of them by the kernel's known way), %d failed"
          % (judge.checks - len(judge.rows), judge.known, len(judge.rows)))
    raise SystemExit(1 if judge.rows else 0)


if __name__ == "__main__":
    main()
