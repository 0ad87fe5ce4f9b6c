#!/usr/bin/python3
"""Writes pcaps/fixtures: captures, key logs and manifests, the same octets every time.

usage: make_fixtures.py FOLDER
"""

import itertools
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import right_cases  # noqa: E402 (the path has to be set first)
import sequel_cases  # noqa: E402
import wrong_cases  # noqa: E402
from capture_file import write_capture  # noqa: E402
from fixture_parts import START_US  # noqa: E402


def captures():
    """All captures with their cases."""
    return [make() for make in (*right_cases.CAPTURES, *wrong_cases.CAPTURES, *sequel_cases.CAPTURES)]


def manifest(capture):
    """What the manifest of a capture says, a dict for each frame."""
    rows = []
    for number, case in enumerate(capture.cases, 1):
        row = {"frame": number, "what": case.what, "clause": case.clause, "reading": case.reading,
               "expert": list(case.expert)}
        if case.receiver:
            row["receiver"] = case.receiver
        rows.append(row)
    speakers = {"speakers": capture.name + ".speakers"} if capture.speakers else {}
    return {"capture": capture.name + ".pcapng", "keys": capture.name + ".keys", **speakers,
            "about": capture.about, "frames": rows}


def frames(capture):
    """What write_capture takes: 1 ms between frames, and what a case waits."""
    waited = list(itertools.accumulate(case.wait_us for case in capture.cases))
    return [(case.frame[:case.captured], len(case.frame), START_US + 1000 * number + waited[number],
             f"{case.what} (DIMP {case.clause})") for number, case in enumerate(capture.cases)]


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for capture in captures():
        base = os.path.join(folder, capture.name)
        write_capture(base + ".pcapng", frames(capture))
        if capture.speakers:
            with open(base + ".speakers", "w", encoding="ascii") as file:
                file.writelines(f'"{name}","{public.hex()}","{secret.hex()}"\n'
                                for name, public, secret in capture.speakers)
        with open(base + ".keys", "w", encoding="ascii") as file:
            file.write(capture.keys)
        head = manifest(capture)
        rows = head.pop("frames")
        with open(base + ".json", "w", encoding="utf-8") as file:
            file.write(json.dumps(head, indent=1)[:-2] + ',\n "frames": [\n  ' + ",\n  ".join(
                json.dumps(row) for row in rows) + "\n ]\n}\n")


if __name__ == "__main__":
    main()
