#!/usr/bin/python3
"""live_soak.py DIMP PREFIX MOVES [SEED]: a VM goes back and forth between two `dimp bridge`, and now and then one of them
is killed at a random moment of a move and started again. After each move exactly one bridge lets the VM's frames pass,
or none does where the move failed and the DI is lost with the bridge that had it; no bridge grows in memory or
descriptors. A move that came too late because its programs had no processor is inconclusive: another is made instead, and one
of 20 may be so at the most. To be run by live-bridge.sh; prints the seed, what failed and "N passed, N failed"."""
import argparse
import os
import pathlib
import random
import subprocess
import sys
import time

from live_bridge import HOST, TEXTS, VM, Bench, Bridge, Wire, datagram, wait_for_ports
from positive_number import positive_number
from starvation import Starvation, await_end

KILLED_ONE_IN, MOVE_SECONDS = int(os.environ.get("KILLED_ONE_IN", "10")), 0.06
STATION_SECONDS, INCONCLUSIVE_ONE_IN = 40, 20


class Soak:
    def __init__(self, bench, dice):
        self.bench, self.dice, self.place = bench, dice, "a"
        self.bridges = {name: Bridge(bench, name, bench.text_of(name)) for name in ("a", "b")}
        wait_for_ports(bench, self.bridges)
        self.wires = {name: Wire(name) for name in ("vma", "vmb", "net")}
        self.kills = self.lost = self.unsure = 0

    def passes(self, name, seconds):
        """Whether the bridge lets a frame of the VM pass, within so long."""
        text = next(TEXTS)
        self.wires[f"vm{name}"].send(datagram(VM, HOST, text))
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            frame = self.wires["net"].take(left)
            if frame is not None and text in bytes(frame):
                return True
        return False

    def restart(self, name, is_here):
        """As its server would have it: with the VM, whose DI is to be learned anew, or without."""
        text = self.bench.text_of(name).replace("here: true", f"here: {str(is_here).lower()}")
        self.bridges[name] = Bridge(self.bench, name, text.replace("here: false", f"here: {str(is_here).lower()}"))

    def kill(self, name):
        self.bridges[name].process.kill()
        self.bridges[name].process.wait()
        self.kills += 1

    def move(self):
        to = "b" if self.place == "a" else "a"
        victim = self.dice.choice("ab") if self.dice.randrange(KILLED_ONE_IN) == 0 else None
        watched = [bridge.process for bridge in self.bridges.values()]
        starvation = Starvation(watched)
        with open("station.log", "w") as log:
            station = subprocess.Popen(self.bench.order(to), stdout=log, stderr=subprocess.STDOUT)
        if victim is not None:
            time.sleep(self.dice.uniform(0, MOVE_SECONDS))
            self.kill(victim)
        self.bench.tally.check(await_end(station, STATION_SECONDS), "a station does not end")
        is_starved = starvation.is_excuse(watched + [station])
        code = station.wait()
        if victim is None and code != 0 and is_starved:
            self.unsure += 1
        elif victim is None:
            self.judge(to, code)
        return to, victim, code

    def judge(self, to, code):
        said = pathlib.Path("station.log").read_text()
        self.bench.tally.check(code == 0, f"a move to {to} without a kill ends with {code}: {said[-300:]}")
        if code != 0 and os.environ.get("VERBOSE"):
            for bridge in self.bridges.values():
                print("".join(bridge.log_path.read_text().splitlines(True)[-40:]))

    def active(self, place, patience):
        """Which bridges let frames pass; one that need not has less time to."""
        return [name for name in "ab" if self.passes(name, patience if name == place else 0.4)]

    def settle(self, to, victim, code):
        """Where the VM is after a move, the bridge that was killed running again; its DI may be nowhere."""
        if victim is not None:
            # Without the VM at first: frames of the other's VMs pass bridge a on their way.
            self.restart(victim, False)
            wait_for_ports(self.bench, self.bridges)
        # A move that nobody disturbed and that failed all the same leaves the VM where it is.
        place = to if victim is not None or code == 0 else self.place
        active = self.active(place, 1.0 if victim else 5.0)
        self.bench.tally.check(len(active) <= 1, "both bridges let the VM's frames pass")
        self.bench.tally.check(victim is not None or active == [place], f"after a move to {to} frames pass at {active}")
        if active:
            self.place = active[0]
            return
        # The DI went with the bridge that had it: there the VM begins anew.
        self.lost += 1
        self.place = victim or to
        self.bridges[self.place].process.kill()
        self.bridges[self.place].process.wait()
        self.restart(self.place, True)
        wait_for_ports(self.bench, self.bridges)
        active = self.active(self.place, 5.0)
        self.bench.tally.check(active == [self.place], f"begun anew at {self.place} frames pass at {active}")


def footprint(process):
    """Descriptors, and resident memory in KiB."""
    status = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    return len(os.listdir(f"/proc/{process.pid}/fd")), resident


def main():
    parser = argparse.ArgumentParser(usage="make live-soak N=1000 SEED=1; without SEED it is another each time")
    parser.add_argument("dimp")
    parser.add_argument("prefix")
    parser.add_argument("moves", type=positive_number, metavar="N")
    parser.add_argument("seed", type=positive_number, metavar="SEED", nargs="?", default=int(time.time()))
    chosen = parser.parse_args()
    moves, seed = chosen.moves, chosen.seed
    print(f"seed {seed}")
    soak = Soak(Bench(chosen.dimp, chosen.prefix), random.Random(seed))
    check, first = soak.bench.tally.check, {}
    verbose = os.environ.get("VERBOSE")
    number = -1
    while number + 1 < moves + soak.unsure <= moves + moves // INCONCLUSIVE_ONE_IN:
        number += 1
        was = soak.place
        to, victim, code = soak.move()
        soak.settle(to, victim, code)
        if verbose:
            print(f"{number}: from {was} to {to}, killed {victim}, station {code}: at {soak.place}")
        if victim is not None:
            first.pop(victim, None)
        for name, bridge in soak.bridges.items():
            descriptors, resident = footprint(bridge.process)
            # What it needs for a move it has after ten of them.
            first.setdefault(name, [number + 10, 0, 0])
            if number == first[name][0]:
                first[name][1:] = [descriptors, resident]
            if number > first[name][0]:
                check(descriptors <= first[name][1], f"{name} has {descriptors} descriptors, had {first[name][1]}")
                check(resident <= first[name][2] + 1024, f"{name} has {resident} KiB, had {first[name][2]}")
    for bridge in soak.bridges.values():
        bridge.process.terminate()
        check(bridge.process.wait(20) == 0, f"bridge {bridge.name} does not end in order")
    check(soak.unsure <= moves // INCONCLUSIVE_ONE_IN, "too many moves were inconclusive")
    print(f"{number + 1 - soak.unsure} moves, {soak.unsure} inconclusive, {soak.kills} kills, "
          f"{soak.lost} times the DI was lost with its bridge")
    return soak.bench.tally.end()


if __name__ == "__main__":
    sys.exit(main())
