#!/usr/bin/env python3
"""bounds.py [--prove [NAME...]]: each bound of the registry has a test that reaches it.

Each LIMIT of model/registry/limits.def and each CAPACITY of capacities.def has a line in bounds.txt, beside this
file: its name, then tests that reach it, `noun/test_name` of harness/unit or a drill. Fails if a line, a bound or a
test is missing. --prove builds the model with each bound moved by one, up or down, and fails if none
of its tests notices; a bound that sizes a struct (bounds.txt says `sizes`) is not moved, since the
tests are built with it, nor one that its tests only reach (`reached`). BUILD, COMPILE_MODEL, LINK and LIBRARIES say how to build.
"""
import os
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from tally import Tally

REGISTRY = pathlib.Path("model/registry")
WORDS = {"sizes", "reached"}
ROW = re.compile(r"^(?:LIMIT|CAPACITY)\((\w+), *(\d+)", re.MULTILINE)


def bounds():
    return {name: int(value) for file in ("limits.def", "capacities.def")
            for name, value in ROW.findall((REGISTRY / file).read_text(encoding="utf-8"))}


def listed():
    lines = (pathlib.Path(__file__).parent / "bounds.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split() for line in lines if line and not line.startswith("#")]
    return {words[0]: words[1:] for words in rows}


def is_there(test):
    if test.endswith((".drill", ".yaml")):
        return pathlib.Path(test).is_file()
    noun, name = test.split("/")
    path = pathlib.Path(f"harness/unit/test_{noun}.c")
    return path.is_file() and f"TEST({name})" in path.read_text(encoding="utf-8")


def build(name, value, folder):
    """unit and dimp with the bound moved."""
    text = (REGISTRY / "limits.def").read_text(encoding="utf-8")
    (folder / "limits.def").write_text(re.sub(rf"(LIMIT\({name}, *)\d+", rf"\g<1>{value}", text), encoding="utf-8")
    built, objects = pathlib.Path(os.environ["BUILD"]), []
    for source in sorted(pathlib.Path("model").glob("*.c")):
        if f"DIMP_{name}" in source.read_text(encoding="utf-8"):
            target = folder / f"{source.stem}.o"
            words = shlex.split(os.environ["COMPILE_MODEL"])
            subprocess.run([*words[:1], "-iquote", str(folder), *words[1:], "-c", str(source), "-o", str(target)],
                           check=True)
            objects.append(target)
    archives = [built / "libharness.a", built / "libdimp.a"]
    units = [path for path in (built / "obj/harness/unit").glob("*.o")
             if pathlib.Path(f"harness/unit/{path.stem}.c").is_file()]
    for program, mains in (("unit", [*units, built / "obj/unit_suites.o"]), ("dimp", [built / "obj/harness/cli/dimp.o"])):
        subprocess.run([*shlex.split(os.environ["LINK"]), *map(str, [*objects, *mains, *archives]),
                        *shlex.split(os.environ["LIBRARIES"]), "-lm", "-o", str(folder / program)], check=True)


def notices(test, folder):
    if test.endswith(".drill"):
        words = [folder / "dimp", "drill", test, "-q"]
    elif test.endswith(".yaml"):
        words = [folder / "dimp", "run", test, "-q"]
    else:
        words = [folder / "unit", test]
    done = subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return done.returncode not in (0, 2, 77)


def proved(name, value, tests):
    for moved in (value, value + 1, value - 1):
        with tempfile.TemporaryDirectory() as folder:
            build(name, moved, pathlib.Path(folder))
            found = any(notices(test, pathlib.Path(folder)) for test in tests)
        # Where it stands all is well, or nothing is proved.
        if found:
            return moved != value
    return False


def main():
    tally, known, tests = Tally(), bounds(), listed()
    for name in tests:
        tally.check(name in known, f"bounds.txt: {name} is no bound")
    for name in known:
        named = [test for test in tests.get(name, []) if test not in WORDS]
        tally.check(named, f"{name}: no test is named")
        for test in named:
            tally.check(is_there(test), f"{name}: no such test: {test}")
    if "--prove" in sys.argv:
        wanted = sys.argv[sys.argv.index("--prove") + 1:]
        for name, value in known.items():
            if name.isupper() and not WORDS & set(tests.get(name, [])) and (not wanted or name in wanted):
                tally.check(proved(name, value, tests.get(name, [])), f"{name}: moved by one, and no test notices")
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
