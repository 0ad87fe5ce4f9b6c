#!/usr/bin/env python3
"""threats.py FILE: each row about a threat cites a clause of docs/spec that there is, and names a test.

That the tests are there is doc_names.py's to say. Prints file:line: what is wrong; exits 1 then.
"""
import pathlib
import re
import sys

CLAUSE = re.compile(r"\b(\d+(?:\.\d+)?-\d+)\b")
TEST = re.compile(r"`(?:[\w./-]+/[\w.-]+|test_\w+\(\)|make [a-z-]+)`")


def main():
    known = set()
    for path in pathlib.Path("docs/spec").glob("*.md"):
        known.update(re.findall(r"\*\*(\d+(?:\.\d+)?-\d+)\*\*", path.read_text(encoding="utf-8")))
    wrong = rows = 0
    for number, line in enumerate(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").splitlines(), 1):
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if not line.startswith("|") or len(cells) != 4 or cells[0].startswith("---") or "shown by" in line:
            continue
        rows += 1
        cited = CLAUSE.findall(cells[2])
        faults = [f"no such clause: {clause}" for clause in cited if clause not in known]
        if not cited and not cells[2].startswith("beyond the protocol: "):
            faults.append("no clause is cited")
        if not TEST.search(cells[3]):
            faults.append("no test is named")
        for fault in faults:
            print(f"{sys.argv[1]}:{number}: {fault}")
            wrong += 1
    if rows == 0:
        print(f"{sys.argv[1]}: no row about a threat")
    return 1 if wrong or rows == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
