"""Checks of the plugin: each is a function whose first line says what is proved. Called by dissector-test.sh
with the scratch folder that holds captures of runs and their key logs."""

import json
import os
import subprocess
import sys

import plain_view
from tshark_run import Tshark

HERE = os.path.dirname(os.path.abspath(__file__))
BUILD = os.environ["BUILD"]
BROKEN = ('_ws.malformed || _ws.short || _ws.expert.group == "Malformed" || '
          '_ws.expert.group == "Undecoded" || _ws.lua.error || '
          '_ws.malformed.dissector_bug')


class World:
    """What every check uses."""

    def __init__(self, scratch):
        self.scratch = scratch
        self.tshark = Tshark(scratch, os.path.join(BUILD, "dimp.so"))
        self.captures = sorted(name for name in os.listdir(scratch) if name.endswith(".pcapng"))

    def path(self, name):
        return os.path.join(self.scratch, name)

    def keys(self, capture):
        return self.path(capture.replace(".pcapng", ".keys"))


def check_loaded(world):
    """tshark lists the plugin: nothing below passes for want of it."""
    assert world.tshark.is_loaded(), world.tshark.errors


def check_opened(world):
    """Every PDU of every capture is dissected, and opened with the key log."""
    for capture in world.captures:
        rows = world.tshark.fields(world.path(capture), "dimp.kind", "dimp.seal.state",
                                   "_ws.col.Protocol", keys=world.keys(capture),
                                   filtered="eth.type == 0x88b5")
        assert rows, capture
        for kind, state, protocol in rows:
            assert protocol == "DIMP", (capture, protocol)
            assert state == ("1" if kind == "3" else ""), (capture, kind, state)


def check_hidden(world):
    """Without keys every payload stays sealed and the frame says so."""
    capture = world.captures[0]
    rows = world.tshark.fields(world.path(capture), "dimp.seal.state", "_ws.col.Info",
                               filtered="dimp.kind == 3")
    assert rows
    for state, info in rows:
        assert state == "0" and info.startswith("PROTECTED (no key)"), (state, info)


def check_sound(world):
    """No frame of a run is malformed, none meets a dissector bug, none breaks a rule."""
    for capture in world.captures:
        listed = world.tshark.run("-r", world.path(capture), "-V", "-Y", BROKEN,
                                  *Tshark.options(world.keys(capture), None))
        assert not listed, (capture, listed[:2000])
        rows = world.tshark.fields(world.path(capture), "frame.number", "_ws.expert.message",
                                   keys=world.keys(capture),
                                   filtered='_ws.expert.severity >= 0x600000 && dimp')
        assert not rows, (capture, rows[:5])


def check_same_as_codec(world):
    """The plugin and the codec read the same from every opened PDU, member by member."""
    compared = 0
    for capture in world.captures:
        text = subprocess.run([os.path.join(BUILD, "dimp"), "decode", "--json", "-", "--keys",
                               world.keys(capture), world.path(capture)], capture_output=True,
                              check=False).stdout
        theirs = {item["frame"]: item for item in json.loads(text) if item["item"] == "pdu"}
        for frame, layers in world.tshark.layers(world.path(capture), keys=world.keys(capture)):
            ours = plain_view.payload(layers[0])
            if ours is None:
                continue
            expected = [{name: value for name, value in item.items()
                         if name not in ("item", "text")}
                        for item in theirs[frame]["payload"]]
            assert ours == expected, (capture, frame, ours, expected)
            compared += len(ours)
    assert compared > 100, compared


def check_hides_secrets(world):
    """Secrets are hidden unless the preference asks for them (DIMP 12-2)."""
    capture = next(name for name in world.captures if name.startswith("every-di-type"))
    with open(world.keys(capture), encoding="ascii") as file:
        sak = next(line.split()[-1] for line in file if line.startswith("MACSEC_SAK"))
    spelled = ":".join(sak[at:at + 2] for at in range(0, len(sak), 2))
    for preference, is_shown in (("FALSE", False), ("TRUE", True)):
        text = world.tshark.run("-r", world.path(capture), "-T", "json", "-V", "-o",
                                "dimp.show_secrets:" + preference,
                                *Tshark.options(world.keys(capture), None))
        assert (spelled in text or sak in text) == is_shown, preference


def check_fields(world):
    """Filter names are those of the snapshot, none twice and none renamed."""
    names = [line.split("\t")[2] + "\t" + line.split("\t")[3]
             for line in world.tshark.run("-G", "fields").splitlines()
             if line.startswith("F\t") and line.split("\t")[2].startswith("dimp.")]
    only = [name.split("\t")[0] for name in names]
    twice = sorted({name for name in only if only.count(name) > 1})
    assert not twice, twice
    path = os.path.join(HERE, "field_names.txt")
    if os.environ.get("WRITE"):
        with open(path, "w", encoding="ascii") as file:
            file.write("\n".join(sorted(names)) + "\n")
    with open(path, encoding="ascii") as file:
        kept = file.read().splitlines()
    gone = sorted(set(kept) - set(names))
    new = sorted(set(names) - set(kept))
    assert not gone, ("renamed or gone; if meant: WRITE=1 make dissector-test", gone)
    # What the registry's rows add needs no edit here; the next WRITE=1 takes it in.
    assert all(name.startswith("dimp.") for name in new), new


def main():
    world = World(sys.argv[1])
    wanted = sys.argv[2] if len(sys.argv) > 2 else ""
    checks = [(name, check) for name, check in globals().items()
              if name.startswith("check_") and wanted in name]
    failed = 0
    for name, check in checks:
        try:
            check(world)
        except (AssertionError, RuntimeError, KeyError, subprocess.TimeoutExpired) as problem:
            failed += 1
            print(f"{name}: {check.__doc__}\n    {type(problem).__name__}: {str(problem)[:4000]}")
    print(f"{len(checks) - failed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
