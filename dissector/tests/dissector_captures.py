#!/usr/bin/python3
"""What the plugin says of every capture of pcaps/scenarios: no rule is broken but by those whose scenario lies,
damages or repeats frames. Each of these shows what it does: dissector_captures.py SCRATCH.
"""

import glob
import os
import re
import shutil
import sys

from tshark_run import Tshark

HERE = os.path.dirname(os.path.abspath(__file__))
SCENARIOS = os.path.join(HERE, "../../pcaps/scenarios")
REPEATED = {"5_5_1", "5_2_6"}
# Scenarios in which a speaker, a link or a bridge's hardware does what the text forbids, and by which items it shows.
SHOWN = {
    "fail-bad-value": {"6_3_2"},
    "fail-commit-mismatch": {"9_2_9"},
    "fail-malformed-entry": {"8_4_2"},
    "fail-pn-exhausted": {"8_3_6"},
    "fail-stale-freeze": {"9_2_9"},
    "fail-unsupported-cipher": {"8_3_2"},
    "fail-unsupported-version": {"6_3_2"},
    "fault-corrupt": {"4_1_4", "5_4_4"},
    "fault-duplicate": REPEATED,
    "fault-duplicate-all": REPEATED,
    "mka-pn-exhausted": {"8_3_6"},
    "version-skew-optional": {"6_3_2"},
}


def breaches():
    """The items that warn or more."""
    with open(os.path.join(HERE, "..", "breaches.def"), encoding="ascii") as file:
        return re.findall(r"^BREACH\((\w+), +(?:WARN|ERROR),", file.read(), re.M)


def items_of(tshark, name, listed):
    """Those of these items that a capture shows."""
    paths = [shutil.copy(os.path.join(SCENARIOS, name + ending), tshark.scratch) for ending in (".pcapng", ".keys")]
    for path in paths:
        os.chmod(path, 0o644)
    rows = tshark.fields(paths[0], *("dimp.expert." + item for item in listed), keys=paths[1],
                         filtered="dimp && _ws.expert.severity >= 0x600000")
    return {item for row in rows for item, said in zip(listed, row) if said}


def main():
    tshark = Tshark(sys.argv[1], os.path.join(os.environ["BUILD"], "dimp.so"))
    assert tshark.is_loaded(), tshark.errors
    listed = breaches()
    names = sorted(os.path.basename(path)[:-7] for path in glob.glob(os.path.join(SCENARIOS, "*.pcapng")))
    failed = 0
    for name in names:
        items, expected = items_of(tshark, name, listed), SHOWN.get(name, set())
        if items != expected:
            failed += 1
            print(f"{name}: shows {sorted(items)}, expected {sorted(expected)}")
    print(f"{len(names) - failed} passed, {failed} failed")
    return failed != 0 or not names


if __name__ == "__main__":
    sys.exit(main())
