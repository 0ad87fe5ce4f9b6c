#!/usr/bin/python3
"""failing_memory.py PROGRAM SCRATCH [--sample N] [--only NAME] [--each]: nothing is lost when memory runs out.

PROGRAM is dimp with failing_memory.c, under AddressSanitizer. Each command of COMMANDS runs as it
should, then again and again with one call for memory failing (N), or all from one on (N+): of each
place that asks for memory the 1st, 8th, 64th, ... call, or with --each every one. What must hold each time:

- it ends, by itself, without a report of a sanitizer or a leak;
- its exit code is that of all well, and then output and files are those of the run without failure;
- or it is one of REFUSALS, and then the complaint names memory;
- of its files each is whole, or not there; and there are no others.

--sample N takes N of these for each command, others each day of the year, so that the short form
gets about.
"""
import argparse
import concurrent.futures
import datetime
import os
import pathlib
import random
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from tally import Tally

LIMIT_SECONDS = 30
REFUSALS = {2, 70}  # EXIT_CODE_USAGE: what was asked for cannot be had; EXIT_CODE_INTERNAL
WORLDS = "harness/tools/memory"
# name: arguments; @NAME is a file that the command writes, in a folder of its own.
COMMANDS = {
    "run": ["run", f"{WORLDS}/every-client.yaml", "--pcap", "@pcap", "--keylog", "@keys",
            "--trace", "@trace", "--json", "@report.json"],
    "run-filtered": ["run", f"{WORLDS}/few-frames.yaml", "--pcap", "@pcap", "--pcap-filter", "udp",
                     "--twice", "--transparency"],
    "run-faults": ["run", f"{WORLDS}/every-fault.yaml", "--json"],
    "run-vdp": ["run", f"{WORLDS}/by-vdp.yaml"],
    "check-wrong": ["scenario", "check", "harness/unit/data/scenarios-wrong/names.yaml"],
    "check-shapes": ["scenario", "check", "harness/unit/data/scenarios-wrong/shapes.yaml"],
    "schema": ["scenario", "schema", "--json", "@report.json"],
    "explain": ["scenario", "explain", f"{WORLDS}/few-frames.yaml"],
    "explain-name": ["explain", "STALE_SERIAL", "--json"],
    "replay-dhcp": ["replay", "--events", "pcaps/real/dhcp.pcapng"],
    "replay-radius": ["replay", "--radius-secret", "radius-secret", "--json", "@report.json",
                      "pcaps/real/dot1x-radius.pcapng", "pcaps/real/dot1x-radius.server.pcapng"],
    "replay-mka": ["replay", "--cak", "pcaps/real/mka-macsec.cak", "pcaps/real/mka-macsec.pcapng"],
    "decode": ["decode", "--keys", "pcaps/scenarios/main-job.keys", "pcaps/scenarios/main-job.pcapng"],
    "decode-json": ["decode", "--json", "@report.json", "--keys", "pcaps/scenarios/main-job.keys",
                    "pcaps/scenarios/main-job.pcapng"],
    "decode-hex": ["decode", "0031", "0000"],
    "drill": ["drill", "conformance/cases", "--filter", "9.3-9_frozen", "-v"],
    "drill-json": ["drill", "conformance/cases", "--filter", "frozen_thaws", "--json", "@report.json"],
    "campaign": ["campaign", "--seeds", "1", "--first", "5", "--jobs", "1", "--ledger", "@ledger", "--csv", "@csv",
                 "--json", "@report.json", "--as-drawn", "--regressions", "@regressions"],
    "campaign-file": ["campaign", "harness/unit/data/campaign.yaml", "--seeds", "1", "--jobs", "1",
                      "--csv", "@csv", "--regressions", "@regressions"],
    "compare": ["compare", f"{WORLDS}/report.json", f"{WORLDS}/report.json"],
}


def is_reported(said):
    return any(word in said for word in ("Sanitizer", "runtime error:", "Assertion"))


class Result:
    """What a run left behind."""

    def __init__(self, code, output, complaint, files):
        self.code, self.output, self.complaint, self.files = code, output, complaint, files


class Command:
    def __init__(self, program, name, scratch):
        self.program, self.name, self.scratch = program, name, scratch
        self.whole = self.run("whole", {})
        self.is_sound = not is_reported(self.whole.complaint.decode(errors="replace"))

    def run(self, label, environment):
        folder = self.scratch / f"{self.name}-{label}"
        folder.mkdir()
        arguments = [str(folder / word[1:]) if word.startswith("@") else word
                     for word in COMMANDS[self.name]]
        # What the unwinder of the listing holds is no leak.
        leaks = int("DIMP_MEMORY_LIST" not in environment)
        suppressed = f"suppressions={HERE / 'libraries.supp'}:print_suppressions=0"
        sanitizers = {"LSAN_OPTIONS": suppressed,
                      "ASAN_OPTIONS": f"exitcode=99:detect_leaks={leaks}", "UBSAN_OPTIONS": "exitcode=99"}
        try:
            done = subprocess.run([self.program, *arguments], stdin=subprocess.DEVNULL,
                                  capture_output=True, check=False, timeout=LIMIT_SECONDS,
                                  env={**os.environ, **sanitizers, **environment})
            code, output, complaint = done.returncode, done.stdout, done.stderr
        except subprocess.TimeoutExpired as late:
            code, output, complaint = "none: it does not end", late.stdout or b"", late.stderr or b""
        # What names the folder is told of as if all runs had the same.
        here = str(folder).encode()
        result = Result(code, output.replace(here, b"@"), complaint.replace(here, b"@"),
                        {path.name: None if path.is_dir() else path.read_bytes()
                         for path in folder.iterdir()})
        shutil.rmtree(folder)
        return result

    def places(self):
        """The calls to fail: (number, which place)."""
        path = self.scratch / f"{self.name}.list"
        self.run("listing", {"DIMP_MEMORY_LIST": str(path)})
        lines = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
        return sorted({int(words[0]) for words in lines})

    def judge(self, fails):
        """What is wrong with the run in which these calls fail; None: nothing."""
        result = self.run(f"fails-{fails}", {"DIMP_MEMORY_FAILS": fails})
        said = result.complaint.decode(errors="replace")
        if is_reported(said):
            return f"exit {result.code}, a sanitizer reports:\n{said[:2400]}"
        difference = self.judge_whole(result)
        if result.code == self.whole.code and difference is None:
            return None
        if result.code == self.whole.code and result.code not in REFUSALS:
            return f"exit {result.code} but {difference}"
        if result.code not in REFUSALS:
            return f"exit {result.code}: {said[:500]}"
        if "memory" not in said.lower():
            return f"exit {result.code} without naming memory: {said[:500]!r}"
        for name, octets in result.files.items():
            if not self.may_stand(name, octets):
                return f"{name} is left behind, {len(octets or '')} octets"
        return None

    def may_stand(self, name, octets):
        """A ledger is made to be cut off; reports of a campaign say which run could not be made."""
        return name.startswith("ledger") or self.name.startswith("campaign") or self.whole.files.get(name, b"") == octets

    def judge_whole(self, result):
        if result.complaint != self.whole.complaint:
            return f"says other things: {result.complaint[:300]!r}"
        if result.output != self.whole.output:
            return "prints something else"
        for name in {*self.whole.files, *result.files}:
            if name.startswith("ledger"):
                continue
            if self.whole.files.get(name, b"none") != result.files.get(name, b"none"):
                return f"{name} is another"
        return None


def chosen(places, sample):
    numbers = [f"{number}{sign}" for number in places for sign in ("", "+")]
    if sample is None or sample >= len(numbers):
        return numbers
    return random.Random(datetime.date.today().toordinal()).sample(numbers, sample)


def judge_command(command, options, tally):
    started, faults = time.time(), {}
    if options.each:
        places = range(1, max(command.places()) + 1)
    else:
        places = command.places()
    tally.check(command.is_sound and places, f"{command.name}: {command.whole.complaint[:500]!r}")
    tally.check(command.whole.code not in REFUSALS or command.name.startswith("check-"),
                f"{command.name} is refused with all memory: {command.whole.complaint[:500]!r}")
    numbers = options.fails.split(",") if options.fails else chosen(places, options.sample)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for fails, fault in zip(numbers, pool.map(command.judge, numbers)):
            tally.count(fault is None)
            if fault is not None:
                faults.setdefault(fault, []).append(fails)
    for fault, calls in faults.items():
        print(f"FAIL {command.name} with call {' '.join(calls[:8])} failing, {len(calls)} in all: {fault}")
    print(f"{command.name}: {len(numbers)} failures, {time.time() - started:.0f} s", flush=True)


def main():
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("program")
    reader.add_argument("scratch", type=pathlib.Path)
    reader.add_argument("--sample", type=int)
    reader.add_argument("--only", default="")
    reader.add_argument("--fails", help="these calls alone: 17 or 17+")
    reader.add_argument("--each", action="store_true")
    reader.add_argument("--jobs", type=int, default=1)
    options = reader.parse_args()
    tally = Tally()
    for name in COMMANDS:
        if options.only in name:
            judge_command(Command(options.program, name, options.scratch), options, tally)
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
