#!/usr/bin/python3
"""secrets_left.py BUILD SCENARIO...: no key is left in memory when all that used it is gone.

A scenario is run with a key log, which names its keys, and again without one by run_and_stop, which
has the same keys, since runs are deterministic, and stops when all is destroyed. All of its memory is
then read from here, freed memory and stacks too, for the keys of associations, SAKs, and the CAKs of files with
the ICKs and KEKs made of them, as octets and as hex. That these are its keys is seen where it stops before
anything is destroyed: some are found. Then the same with a key left there on purpose.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
from mka_derivation import derive
from tally import Tally

LEFT = bytes(range(0xA1, 0xB1))


def keys_of_cak(path):
    words = dict(line.split() for line in path.read_text(encoding="ascii").splitlines())
    ckn, cak = bytes.fromhex(words["ckn"]), bytes.fromhex(words["cak"])
    return {"CAK": cak, "ICK": derive(cak, b"IEEE8021 ICK", ckn), "KEK": derive(cak, b"IEEE8021 KEK", ckn)}


def keys_of(build, scenario, folder):
    """What the run uses: name to octets."""
    log = folder / "run.keys"
    subprocess.run([build / "dimp", "run", "-q", scenario, "--keylog", log], check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    keys = {}
    for line in log.read_text(encoding="ascii").splitlines():
        words = line.split()
        keys[f"{words[0]} {len(keys)}"] = bytes.fromhex(words[2] if words[0] == "DIMP_KEY" else words[5])
    for name in set(re.findall(r"\bcak: ([^,}\s]+)", scenario.read_text(encoding="utf-8"))):
        for what, octets in keys_of_cak(scenario.parent / name).items():
            keys[f"{what} of {name}"] = octets
    return keys


def memory_of(process):
    """Each part that can be written: (where it is, octets)."""
    with open(f"/proc/{process}/maps", encoding="ascii") as maps, open(f"/proc/{process}/mem", "rb") as memory:
        for line in maps:
            words = line.split()
            if words[1][:2] != "rw":
                continue
            first, end = (int(part, 16) for part in words[0].split("-"))
            memory.seek(first)
            yield words[5] if len(words) > 5 else "nameless", memory.read(end - first)


def left(build, scenario, keys, *more):
    """Which keys are there when nothing should be."""
    process = subprocess.Popen([build / "run_and_stop", scenario, *more])
    try:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        if not os.WIFSTOPPED(status):
            return [f"run_and_stop ended, {status}"]
        found = []
        for where, octets in memory_of(process.pid):
            for name, key in keys.items():
                for form, text in (("", key), (" as hex", key.hex().encode())):
                    count = octets.count(text)
                    if count:
                        found.append(f"{name}{form}, {count} times in {where}")
        return found
    finally:
        process.kill()
        process.wait()


def main():
    build, tally = pathlib.Path(sys.argv[1]), Tally()
    with tempfile.TemporaryDirectory() as folder:
        for name in sys.argv[2:]:
            scenario = pathlib.Path(name)
            keys = keys_of(build, scenario, pathlib.Path(folder))
            tally.check(left(build, scenario, keys, "held"), f"{scenario.name}: it runs without any of {len(keys)} keys")
            found = left(build, scenario, keys)
            tally.check(keys and not found, f"{scenario.name}, of {len(keys)} keys: {'; '.join(found[:12])}")
            print(f"{scenario.name}: {len(keys)} keys, {len(found)} left")
    found = left(build, scenario, {"left": LEFT}, LEFT.hex())
    # The argument itself is hex, and the octets are where malloc had them.
    tally.check(any("as hex" not in text and "heap" in text for text in found),
                f"what was left on purpose is not found: {found}")
    return tally.end()


if __name__ == "__main__":
    sys.exit(main())
