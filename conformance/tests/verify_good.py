#!/usr/bin/python3
"""dimp verify finds nothing in the captures of pcaps/scenarios but what verify_known.txt names, nor in every fourth of them from its
middle on, with frames missing, shuffled, and with each frame twice; and nothing without keys.

    conformance/tests/verify_good.py DIMP
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "pcaps/scenarios"
sys.path.insert(0, str(ROOT / "pcaps/tools"))

from capture_file import read_capture, write_capture  # noqa: E402

WELL, UNMET, USAGE, INCONCLUSIVE = 0, 1, 2, 10
# Which captures are also judged in other forms: every so manieth.
STRIDE = 4


def known():
    """{capture: {clause}}"""
    found = {}
    for line in (ROOT / "conformance/tests/verify_known.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, clause = line.split()
            found.setdefault(name, set()).add(clause)
    return found


def verify(dimp, capture, keys=None):
    """The exit code and the clauses that are broken."""
    command = [dimp, "verify", str(capture), "--json"] + (["--keys", str(keys)] if keys else [])
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == USAGE and "no DIMP in its" in done.stderr:
        return USAGE, set()
    if done.returncode not in (WELL, UNMET, INCONCLUSIVE):
        return done.returncode, {done.stderr}
    report = json.loads(done.stdout)
    named = {row["clause"] for row in report["requirements"] if row["verdict"] == "FAIL"}
    assert named == {row["clause"] for row in report["violations"]}
    return done.returncode, named


def forms(frames, dice):
    """Other captures of the same exchange, with what they are."""
    yield "from the middle on", frames[len(frames) // 2:]
    yield "a third missing", [frame for frame in frames if dice.random() > 0.33]
    yield "frames in another order", dice.sample(frames, len(frames))
    yield "each frame twice", [frame for frame in frames for _ in range(2)]


def judge_forms(dimp, capture, keys, folder, allowed):
    """What is wrong with other forms of a capture."""
    dice = random.Random(capture.stem)
    frames = [(octets, size, time, "") for octets, size, time in read_capture(capture)]
    for what, form in forms(frames, dice):
        path = pathlib.Path(folder, "form.pcapng")
        write_capture(path, form)
        _, broken = verify(dimp, path, keys)
        if broken - allowed:
            yield f"{capture.name}, {what}: {sorted(broken - allowed)}"


def main(dimp):
    expected, wrong, judged, empty = known(), [], 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for index, capture in enumerate(sorted(SCENARIOS.glob("*.pcapng"))):
            keys, allowed = capture.with_suffix(".keys"), expected.pop(capture.stem, set())
            code, broken = verify(dimp, capture, keys)
            judged += code in (WELL, UNMET)
            empty += code in (USAGE, INCONCLUSIVE)
            if broken != allowed or (code == UNMET) != bool(allowed):
                wrong.append(f"{capture.name}: exit {code}, {sorted(broken)}")
            if index % STRIDE == 0:
                wrong += judge_forms(dimp, capture, keys, folder, allowed)
    wrong += [f"verify_known.txt: no capture {name}" for name in expected]
    code, broken = verify(dimp, SCENARIOS / "main-job.pcapng")
    if code != INCONCLUSIVE or broken:
        wrong.append(f"main-job without keys: exit {code}, {sorted(broken)}")
    print("\n".join(wrong), f"{judged} captures judged, {empty} without anything to judge", sep="\n")
    print(f"{judged + empty - len(wrong)} passed, {len(wrong)} failed")
    return 1 if wrong or judged < 200 else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
