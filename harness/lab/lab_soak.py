#!/usr/bin/python3
"""lab_soak.py BUILD MOVES [SEED]: a VM's DI goes back and forth between two live bridges, one of which is killed with
SIGKILL now and then, at a random moment of a move, and started again (as root).

After each move, when all is quiet, at most one bridge may have the DI in force, and that one must agree with what the
station was told: SUCCESS, the new one; FAIL, the old one, if it has not been killed itself. A third of the moves have no kill:
they must succeed. After each move neither a bridge's memory nor its descriptors may have grown since its last start.
A move that came too late because its programs had no processor is inconclusive: another is made instead, and one of 20 may be so
at the most. Prints in which phases bridges were killed, what stations were told, and "N passed, N failed"; KEEP_LOGS=FOLDER
keeps what the bridges and the station said in a move that failed, VERBOSE=1 prints a line a move.
"""
import argparse
import collections
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "tools"))
from positive_number import positive_number  # noqa: E402
from starvation import Starvation, await_end, end_of  # noqa: E402

VSI = "01" * 37
VM = "52:54:00:c7:3e:ce"
ADDRESS = {"a": "52:54:00:00:0a:0a", "b": "52:54:00:00:0b:0a"}
STATION = {"a": "52:54:00:00:0a:01", "b": "52:54:00:00:0b:01"}
# A lease that does not end, and a group.
DI = "0204 0022 01 01 002a 525400c73ece 0a00000a ffffffff 0001 0004 deadbeef 0002 0004 0a000001\n"
# One way between the bridges, so that phases last.
DELAY_US = 15000
QUIET_SECONDS, STATION_SECONDS = 8, 60
DEADLINE_MS, KILL_WITHIN_SECONDS = 2000, 0.2
INCONCLUSIVE_ONE_IN = 20


def run(*words, **more):
    return subprocess.run(words, capture_output=True, text=True, **more)


def demand(*words):
    done = run(*words)
    if done.returncode != 0:
        sys.exit(f"lab_soak: {' '.join(words)}: {done.stderr}")
    return done.stdout


class Bridge:
    def __init__(self, soak, name):
        self.soak, self.name, self.process = soak, name, None
        self.namespace = f"{soak.prefix}-{name}"
        self.control = f"{soak.work}/{name}.control"
        self.log = pathlib.Path(soak.work, f"{name}.log")
        self.usage = None

    def start(self, is_here, serial=0):
        """With a VM that is there moves up to that serial are over."""
        other = "b" if self.name == "a" else "a"
        keys = self.soak.keys
        pathlib.Path(self.soak.work, f"{self.name}.yaml").write_text(f"""name: edge-{self.name}
key: {self.name}.key
address: "{ADDRESS[self.name]}"
state: {self.name}.state
ports:
  vm: {{interface: p1, kind: station, vlan: 42}}
  up: {{interface: u1, kind: uplink}}
vms:
  vm1: {{vsi: "{VSI}", mac: "{VM}", vlan: 42, port: vm, here: {str(is_here).lower()}{f', serial: {serial}, di: di.hex' if is_here else ''}}}
peers:
  edge-{other}: {{key: "{keys[other]}", mac: "{ADDRESS[other]}"}}
  server: {{key: "{keys['s' + self.name]}", mac: "{STATION[self.name]}", role: station}}
""")
        if self.log.exists():
            self.log.rename(f"{self.log}.before")
        with self.log.open("w") as log:
            self.process = subprocess.Popen(["ip", "netns", "exec", self.namespace, self.soak.dimp, "bridge", "--json", "-v",
                                             "--control", self.control, f"{self.soak.work}/{self.name}.yaml"],
                                            stdout=log, stderr=subprocess.STDOUT)
        for _ in range(400):
            if '"started"' in self.log.read_text():
                self.usage = None
                return
            time.sleep(0.01)
        sys.exit(f"lab_soak: bridge {self.name} does not start: {self.log.read_text()}")

    def kill(self):
        """Its last phase, as far as it said so."""
        self.process.kill()
        self.process.wait()
        phase = "OWNER or none"
        for line in self.log.read_text().splitlines():
            if line.startswith("{") and line.endswith("}"):
                event = json.loads(line)
                if event["event"] == "transition" and event["detail"].startswith(("source:", "destination:")):
                    phase = event["detail"].split(" (")[0].replace(":", "").split(" --")[0].split()[0] + " " + \
                        event["detail"].split("--> ")[1].split()[0]
        return phase

    def show(self, what):
        answer = run(self.soak.dimp, "ctl", "--json", self.control, "show", what)
        return json.loads(answer.stdout)["rows"] if answer.returncode == 0 else None

    def has_di(self):
        return any(row["in_force"] for row in self.show("di") or [])

    def is_idle(self):
        """Whether it says that nothing is under way."""
        return self.show("migrations") == []

    def measure(self):
        """Descriptors, and resident KiB."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        resident = int(status.split("VmRSS:")[1].split()[0])
        return len(os.listdir(f"/proc/{self.process.pid}/fd")), resident


class Soak:
    def __init__(self, build, work, seed):
        self.dimp, self.work, self.dice = f"{build}/dimp", work, random.Random(seed)
        self.prefix = f"lab-soak-{os.getpid()}"
        self.keys, self.passed, self.wrong, self.unsure = {}, 0, [], []
        # Of moves; and of those that are over.
        self.serial = self.over = int(time.time())
        self.phases, self.told = collections.Counter(), collections.Counter()
        pathlib.Path(work, "di.hex").write_text(DI)
        for name in ("a", "b", "sa", "sb"):
            key = demand(self.dimp, "genkey", "-q")
            path = pathlib.Path(work, f"{name}.key")
            path.touch(mode=0o600)
            path.write_text(key)
            self.keys[name] = run(self.dimp, "pubkey", input=key).stdout.strip()
        for name in ("a", "b", "x"):
            demand("ip", "netns", "add", f"{self.prefix}-{name}")
        for name in ("a", "b"):
            self.plug(name)
        self.cable = subprocess.Popen(["ip", "netns", "exec", f"{self.prefix}-x", f"{build}/lab_cable", f"{work}/cable",
                                       "if:xa", "if:xb"])
        while not os.path.exists(f"{work}/cable"):
            time.sleep(0.01)
        demand("sh", "-c", f"printf 'delay {DELAY_US}' | socat -u - UNIX-SENDTO:{work}/cable")
        self.bridges = {name: Bridge(self, name) for name in ("a", "b")}

    def plug(self, name):
        namespace = f"{self.prefix}-{name}"
        demand("ip", "-n", namespace, "link", "add", "h1", "address", STATION[name], "type", "veth", "peer", "name", "p1")
        demand("ip", "link", "add", "u1", "netns", namespace, "type", "veth", "peer", "name", f"x{name}", "netns",
               f"{self.prefix}-x")
        for where, link in ((namespace, "h1"), (namespace, "p1"), (namespace, "u1"), (f"{self.prefix}-x", f"x{name}")):
            demand("ip", "-n", where, "link", "set", link, "up")

    def check(self, is_well, what):
        if is_well:
            self.passed += 1
            return
        self.wrong.append(what)
        print(what, flush=True)
        if "KEEP_LOGS" in os.environ:
            folder = pathlib.Path(os.environ["KEEP_LOGS"], what.split(":")[0].replace(" ", "-"))
            folder.mkdir(parents=True, exist_ok=True)
            for path in pathlib.Path(self.work).glob("*.log*"):
                shutil.copy(path, folder)

    def ask(self, old, new):
        """The station of the VM's new server begins."""
        self.serial += 1
        with pathlib.Path(self.work, "station.log").open("w") as log:
            return subprocess.Popen(["ip", "netns", "exec", f"{self.prefix}-{new}", self.dimp, "station", "--json", "--key",
                                     f"{self.work}/s{new}.key", "--interface", "h1", "--vsi", VSI, "--mode", "staged",
                                     "--filter", f"{VM}/42", "--source", self.keys[old], "--state", f"{self.work}/book",
                                     "--serial", str(self.serial), "--deadline", str(DEADLINE_MS),
                                     f"{ADDRESS[new]},{self.keys[new]}"], stdout=log, stderr=subprocess.STDOUT)

    def strike(self, victim, old, station):
        """Kills it, and starts it again: the VM is behind it if it was, and if its new server has not had SUCCESS meanwhile."""
        bridge = self.bridges[victim]
        self.phases[bridge.kill()] += 1
        if victim == old:
            time.sleep(0.2)
        code = end_of(station)
        bridge.start(victim == old and code != 0, self.over if code is None else self.serial)

    def settle(self, wanted):
        """Who has the DI in force, once it is as wanted, nothing is under way for a second, or time is over."""
        end = time.monotonic() + QUIET_SECONDS
        quiet_since = time.monotonic()
        while True:
            owners = {name for name, bridge in self.bridges.items() if bridge.has_di()}
            now = time.monotonic()
            if not all(bridge.is_idle() for bridge in self.bridges.values()):
                quiet_since = now
            if owners == wanted or now > end or now - quiet_since > 1:
                return owners
            time.sleep(0.05)

    def hear(self, station):
        """What the station was told."""
        if not await_end(station, STATION_SECONDS):
            sys.exit("lab_soak: the station does not end")
        said = pathlib.Path(self.work, "station.log").read_text()
        last = [line for line in said.splitlines() if '"outcome"' in line]
        return json.loads(last[-1]) if last else {"result": "NONE", "error": said.strip()[-80:]}

    def move(self, number, old, new):
        """One move; where the VM is afterwards."""
        victim = self.dice.choice([None, old, new])
        watched = [bridge.process for bridge in self.bridges.values()] + [self.cable]
        starvation = Starvation(watched)
        station = self.ask(old, new)
        if victim is not None:
            time.sleep(self.dice.uniform(0, KILL_WITHIN_SECONDS))
            self.strike(victim, old, station)
        outcome = self.hear(station)
        is_starved = victim is None and starvation.is_excuse(watched + [station])
        code = station.wait()
        self.over = self.serial
        self.told[f'{outcome["result"]} {outcome["error"]}'] += 1
        text = f"move {number} {old}->{new}, killed {victim}: exit {code} {outcome['result']} {outcome['error']}"
        if victim is None and code != 0 and is_starved:
            self.unsure.append(f"{text}: no processor for {starvation.seconds(watched):.1f} s")
        elif victim is None:
            self.check(code == 0, f"{text}: nobody was killed")
        if "VERBOSE" in os.environ:
            print(text, flush=True)
        here = new if code == 0 else old
        owners = self.settle({here})
        self.check(len(owners) < 2, f"{text}: two have the DI in force")
        # What was killed with the DI that had moved there, or was released to it, has lost it.
        is_lost = victim == new and owners == set()
        self.check(owners == {here} or is_lost, f"{text}: in force at {sorted(owners)}, expected {here}")
        self.told["lost with the bridge that was killed"] += is_lost
        if owners != {here}:
            self.put_right(here)
        return here

    def put_right(self, here):
        """Whoever runs VMs begins anew where it is: the other forgets, this one learns."""
        for name, bridge in self.bridges.items():
            bridge.kill()
            bridge.start(name == here, self.over)
        self.told["put right"] += 1

    def watch_growth(self, number):
        for name, bridge in self.bridges.items():
            now = bridge.measure()
            if bridge.usage is None:
                bridge.usage = now
            self.check(now[0] <= bridge.usage[0] + 2, f"move {number}: {name} has {now[0]} descriptors, had {bridge.usage[0]}")
            self.check(now[1] <= bridge.usage[1] + 4096, f"move {number}: {name} has {now[1]} KiB, had {bridge.usage[1]}")

    def end(self):
        for process in [self.cable] + [bridge.process for bridge in self.bridges.values()]:
            if process is not None:
                process.kill()
                process.wait()
        for name in ("a", "b", "x"):
            run("ip", "netns", "del", f"{self.prefix}-{name}")


def main():
    parser = argparse.ArgumentParser(usage="make lab-soak N=1000 SEED=1")
    parser.add_argument("build", type=os.path.realpath)
    parser.add_argument("moves", type=positive_number, metavar="N")
    parser.add_argument("seed", type=positive_number, metavar="SEED")
    chosen = parser.parse_args()
    build, moves, seed = chosen.build, chosen.moves, chosen.seed
    with tempfile.TemporaryDirectory() as work:
        soak = Soak(build, work, seed)
        try:
            soak.bridges["a"].start(True)
            soak.bridges["b"].start(False)
            here = "a"
            number = 0
            while number < moves + len(soak.unsure) <= moves + moves // INCONCLUSIVE_ONE_IN:
                number += 1
                here = soak.move(number, here, "b" if here == "a" else "a")
                soak.watch_growth(number)
        finally:
            soak.end()
    is_starved = len(soak.unsure) > moves // INCONCLUSIVE_ONE_IN
    print("\n".join(soak.unsure + ["too many moves were inconclusive"] * is_starved))
    print("killed in:", ", ".join(f"{phase} {count}" for phase, count in sorted(soak.phases.items())))
    print("told:", ", ".join(f"{text} {count}" for text, count in soak.told.most_common() if count))
    print(f"{number - len(soak.unsure)} moves, {len(soak.unsure)} inconclusive")
    print(f"{soak.passed} passed, {len(soak.wrong) + is_starved} failed")
    return 1 if soak.wrong or is_starved else 0


if __name__ == "__main__":
    sys.exit(main())
