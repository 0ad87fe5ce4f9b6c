#!/usr/bin/python3
"""ns3_equivalence.py PROGRAM [--jobs N] [--engine NAME] [SCENARIO.yaml...]: both engines run the same world.

Each scenario (all shipped ones, if none is named) is run by the native engine and over ns-3. Both must meet what it
expects, with all invariants on, and come to the same outcome. Where links are ideal, both must say the same: the
protocol digest is over every DIMP message on every port, in order, with its sender and its fields, without ACK, PING
and age. What is on the wire in the same microsecond has no order. Where hundreds of moves go on at the same instant,
the engines may take what arrives together in another order, and with it the moves: each move's messages must then be
the same, in order. That says less, and holds for the scenarios of AT_ONCE alone.

Most runs are the same in every octet of every frame and at every microsecond, which the run's own digest tells at
once; the protocol digest is taken of the others. A scenario whose links lose, double, flip, delay at random, reorder
or overflow, or have an attacker on them, may differ there; it must come to the same results.
"""
import argparse
import concurrent.futures
import glob
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

DIMP = "ether proto 0x88b5 or udp port 34997"
# What makes a link's frames differ from what was sent, or a full queue drop them, in a scenario or what it includes.
CHANCE = re.compile(r"\b(loss|duplicate|corrupt|jitter|reorder|queue|attack|attacker)\s*:")
INCLUDE = re.compile(r"^\s*(?:-\s*|include:\s*\[?\s*)([\w./-]+\.yaml)", re.MULTILINE)
UNSAID = ("ACK", "PING")
# Where so many moves begin at one instant that the engines take them in another order.
AT_ONCE = ("hundreds-one-shot",)
# Outcome of a run that must be the same when links are not ideal.
RESULTS = ("name", "vm", "from", "to", "mode", "result", "reason", "error", "runs_at")


def text_of(path):
    with open(path, encoding="utf-8") as stream:
        text = stream.read()
    parts = [os.path.join(os.path.dirname(path), name) for name in INCLUDE.findall(text)]
    return text + "".join(text_of(part) for part in parts if os.path.exists(part))


def run(program, engine, path, base):
    """The report of a run, its capture and key log beside it; or what it complained of."""
    done = subprocess.run([program, "run", path, "--engine", engine, "-q", f"--json={base}.json", "--pcap", f"{base}.pcapng",
                           "--pcap-filter", DIMP, "--keylog", f"{base}.keys"],
                          stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        return None, f"{engine}: exit code {done.returncode}: {done.stderr.strip()}"
    with open(base + ".json", encoding="utf-8") as stream:
        return json.load(stream), ""


def without_age(value):
    if isinstance(value, dict):
        return {key: without_age(each) for key, each in value.items() if key not in ("age", "text")}
    return [without_age(each) for each in value] if isinstance(value, list) else value


def said(pdu):
    """The messages of a PDU, or what it is when it has none that can be read: each as the move it is of, and text."""
    ends = [pdu.get("from"), pdu.get("to")]
    messages = [without_age(each) for each in pdu.get("payload", []) if each.get("message") not in UNSAID]
    if not messages and pdu.get("kind") == "PROTECTED" and pdu.get("state") == "opened":
        return []
    if not messages:
        return [("", json.dumps(ends + [pdu.get("kind"), pdu.get("state")]))]
    return [(json.dumps(ends + [each.get("migration", each.get("request"))]), json.dumps(ends + [each], sort_keys=True))
            for each in messages]


def messages_of(program, base):
    """All that is said on the ports of a run, in order: (instant, move, text)."""
    shown = subprocess.run([program, "decode", "--json", "--keys", f"{base}.keys", f"{base}.pcapng"],
                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False)
    pdus = [each for each in json.loads(shown.stdout or "[]") if each.get("item") == "pdu"]
    return sorted((pdu["time_us"], move, text) for pdu in pdus for move, text in said(pdu))


def digest(texts):
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def digest_by_move(messages):
    """The same whatever order moves have among one another."""
    return digest(text for _, _, text in sorted((move, at, text) for at, (_, move, text) in enumerate(messages)))


def results(report):
    return [{key: each.get(key) for key in RESULTS} for each in report["migrations"]]


def compare(program, engine, path):
    """(word, text): OCTETS, DIGEST, that of each of the MOVES or OUTCOME are the same; or FAIL."""
    is_ideal = not CHANCE.search(text_of(path))
    is_at_once = os.path.basename(path)[:-len(".yaml")] in AT_ONCE
    with tempfile.TemporaryDirectory() as scratch:
        bases = [os.path.join(scratch, name) for name in ("native", "ns3")]
        reports = []
        for name, base in zip(("native", engine), bases):
            report, complaint = run(program, name, path, base)
            if report is None:
                return "FAIL", complaint
            reports.append(report)
        if reports[0] == reports[1]:
            return "OCTETS", ""
        if results(reports[0]) != results(reports[1]):
            return "FAIL", f"results differ: native {results(reports[0])}, ns-3 {results(reports[1])}"
        said_by = [messages_of(program, base) for base in bases]
    count = len(said_by[0])
    if count == 0 and reports[0]["dimp_pdus"] != 0:
        return "FAIL", "nothing of what was said can be read"
    if digest(text for _, _, text in said_by[0]) == digest(text for _, _, text in said_by[1]):
        return "DIGEST", f"{count} messages"
    if is_at_once and digest_by_move(said_by[0]) == digest_by_move(said_by[1]):
        return "MOVES", f"{count} messages"
    if is_ideal:
        return "FAIL", f"protocol digests differ, links being ideal: {count} messages of native, {len(said_by[1])} of ns-3"
    return "OUTCOME", "links are not ideal"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--engine", default="ns3")
    parser.add_argument("scenarios", nargs="*")
    options = parser.parse_args()
    missing = [path for path in options.scenarios if not os.path.isfile(path)]
    if missing:
        parser.error(f"no such scenario: {' '.join(missing)}")
    paths = options.scenarios or sorted(glob.glob("harness/scenarios/*.yaml"))
    counts = dict.fromkeys(("OCTETS", "DIGEST", "MOVES", "OUTCOME", "FAIL"), 0)
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for path, (word, text) in zip(paths, pool.map(lambda each: compare(options.program, options.engine, each), paths)):
            counts[word] += 1
            print(f"{word:8s} {os.path.basename(path)[:-5]}{': ' if text else ''}{text}", flush=True)
    print(f"the same in every octet and microsecond: {counts['OCTETS']}; the same protocol digest: {counts['DIGEST']}; "
          f"of each move: {counts['MOVES']}; "
          f"links not ideal, the same outcome: {counts['OUTCOME']}")
    print(f"{len(paths) - counts['FAIL']} passed, {counts['FAIL']} failed")
    return 1 if counts["FAIL"] or not paths else 0


if __name__ == "__main__":
    sys.exit(main())
