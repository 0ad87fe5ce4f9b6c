#!/usr/bin/python3
"""What a run of the lab measured, as a table and as JSON: lab_table.py RESULT.json FOLDER...

Each FOLDER is a way of moving, with move.json, meters NAME.meter.json, and notes NAME.note, a line each. The outage of a
service is the longest time without a message from the moment when the VM stopped, less one interval; what has not come
back when the run ended is told as "more than". Of several VMs, each with move-N.json and NAME-N.meter.json, the one that is worst
off counts. Exits 1 when a folder has expect.json, {"NAME": [LEAST, MOST]}, and a number is outside of it:

    SERVICE            its outage in seconds; MOST null: it has not come back
    SERVICE.beyond     its outage, less the time for which the VM was stopped
    SERVICE.lost, SERVICE.twice   shares of its messages
    SERVICE.received   how many came
    stop               the time for which the VM was stopped
    NOTE.note          the note's number
"""
import json
import pathlib
import sys


def read(path):
    return json.loads(path.read_text())


def outage(meter, move):
    """Length in seconds, and whether it lasts: the longest gap that ends after the VM was stopped."""
    length, lasts = 0.0, False
    for gap in meter["gaps"]:
        end = gap["from"] + gap["length"]
        if end > move["stop"] and gap["length"] - meter["every"] > length:
            length, lasts = gap["length"] - meter["every"], gap["lost"] is None
    if meter["received"] == 0:
        return meter["end"] - meter["begin"], True
    return length, lasts


def judge(name, way, expected):
    """What is wrong with a number, if anything is."""
    least, most = expected
    what, _, kind = name.partition(".")
    service = way["services"].get(what)
    if kind == "note":
        value = int(way["notes"].get(what, -1))
    elif name == "stop":
        value = way["stop"]
    elif service is None:
        return f"{name}: was not measured"
    elif kind == "received":
        value = service[kind]
    elif kind in ("lost", "twice"):
        value = service[kind] / (service["received"] + service["lost"])
    elif most is None:
        back = not service["lasts"] or service["outage"] < least
        return f"{name}: came back after {service['outage']:.3f} s" if back else None
    elif service["lasts"]:
        return f"{name}: has not come back"
    else:
        value = service["beyond" if kind == "beyond" else "outage"]
    return None if least <= value <= most else f"{name}: {value:.3f}, expected {least} to {most}"


def read_service(meter, move):
    length, lasts = outage(meter, move)
    return {"outage": length, "beyond": length - (move["run"] - move["stop"]), "lasts": lasts, "lost": meter["missing"],
            "twice": meter["twice"], "received": meter["received"], "connections": meter["connections"],
            "quiet_before": max([gap["length"] for gap in meter["gaps"]
                                 if gap["from"] + gap["length"] <= move["stop"]] or [0.0])}


def read_way(folder):
    moves = {path.stem.partition("-")[2]: read(path) for path in folder.glob("move*.json")}
    way = {"way": folder.name, "stop": max(move["run"] - move["stop"] for move in moves.values()), "services": {},
           "notes": {}}
    for path in sorted(folder.glob("*.meter.json")):
        name, _, number = path.name.split(".")[0].partition("-")
        service, worst = read_service(read(path), moves[number]), way["services"].get(name)
        if worst is None or (service["lasts"], service["beyond"]) > (worst["lasts"], worst["beyond"]):
            way["services"][name] = service
    for path in sorted(folder.glob("*.note")):
        way["notes"][path.stem] = path.read_text().strip()
    expect = folder / "expect.json"
    expected = read(expect) if expect.exists() else {}
    found = [judge(name, way, bounds) for name, bounds in expected.items()]
    way["wrong"] = [text for text in found if text]
    return way, len(expected)


def show(ways):
    names = list(dict.fromkeys(name for way in ways for name in way["services"]))
    notes = list(dict.fromkeys(name for way in ways for name in way["notes"]))
    width = max([22] + [len(way["way"]) + 1 for way in ways])
    print(" " * width + "".join(f"{name:>14}" for name in ["VM stopped"] + names) +
          "".join(f"  {name}" for name in notes))
    for way in ways:
        cells = [f"{way['stop'] * 1000:.0f} ms"]
        for name in names:
            service = way["services"].get(name)
            cells.append("" if service is None else
                         ("> " if service["lasts"] else "") + f"{service['outage'] * 1000:.0f} ms")
        print(f"{way['way']:<{width}}" + "".join(f"{cell:>14}" for cell in cells) +
              "".join(f"  {way['notes'].get(name, '-'):>{len(name)}}" for name in notes))


def main():
    result, *folders = sys.argv[1:]
    passed, ways = 0, []
    for folder in folders:
        way, count = read_way(pathlib.Path(folder))
        ways.append(way)
        passed += count - len(way["wrong"])
    show(ways)
    pathlib.Path(result).write_text(json.dumps({"ways": ways}, indent=1) + "\n")
    wrong = [f"{way['way']}: {text}" for way in ways for text in way["wrong"]]
    print("\n".join(wrong + [f"{passed} passed, {len(wrong)} failed"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
