#!/usr/bin/python3
"""ns3_speed.py BUILD: how fast the engines are, and what the bindings cost.

Engines: a little world (frames back and forth over a link, timers that set and cancel others) by the native engine and
over ns-3 with each of its schedulers, in seconds of the processor's time; the best of three, the start taken off.

Bindings: the same world in C over the bindings and in plain C++, in instructions, which valgrind counts and which do
not depend on what else the machine does. More than 5 % on a frame or a timer fails.
"""
import os
import re
import resource
import subprocess
import sys

ENGINES = ("native", "ns3:priority-queue", "ns3:map", "ns3:heap", "ns3:calendar", "ns3:list")
FRAMES, TIMERS, COUNTED, MOST_PERCENT = 200000, 600000, 20000, 5


def seconds(command):
    best = None
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        took = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        best = took if best is None else min(best, took)
    return best


def instructions(command):
    said = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", *command],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True).stderr
    return int(re.search(r"refs:\s+([\d,]+)", said).group(1).replace(",", ""))


def each(program, frames, timers):
    """Instructions of a frame or timer: those of twice as many, less those of as many."""
    run = [program, "priority-queue"]
    once = instructions(run + [str(frames), str(timers)])
    return (instructions(run + [str(2 * frames), str(2 * timers)]) - once) / (frames + timers)


def main():
    build = sys.argv[1]
    program = os.path.join(build, "ns3_engine_speed")
    print(f"{'engine':20s} {'frames/s':>12s} {'timers/s':>12s}")
    for engine in ENGINES:
        start = seconds([program, engine, "1", "1"])
        rates = [count / max(seconds([program, engine, *counts]) - start, 0.001)
                 for count, counts in ((FRAMES, (str(FRAMES), "0")), (TIMERS, ("0", str(TIMERS))))]
        print(f"{engine:20s} {rates[0]:12,.0f} {rates[1]:12,.0f}", flush=True)
    failed = 0
    print(f"\n{'instructions':20s} {'plain C++':>12s} {'bindings':>12s}")
    for name, counts in (("a frame", (COUNTED, 0)), ("a timer", (0, COUNTED))):
        plain, shim = [each(os.path.join(build, one), *counts) for one in ("ns3_plain_speed", "ns3_shim_speed")]
        more = 100 * (shim - plain) / plain
        failed += more > MOST_PERCENT
        print(f"{name:20s} {plain:12,.0f} {shim:12,.0f} {more:+6.1f} %")
    print(f"{2 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
