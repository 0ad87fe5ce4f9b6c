"""The upper tester protocol (docs/CONFORM.md) for an implementation that is a Python object, as iut_host.c is for C.

The object has `sent` and `told`, lists that it adds to, and methods receive(peer, pdu, now), deadline(), expire(now), order(name, ask, now),
and, if it can, status(vsi), entries(vsi) and counter(name). Octets are bytes, times microseconds; peers are numbers. What it cannot do it says
with Unimplemented, and the suite skips the case.
"""
import json
import sys


class Unimplemented(Exception):
    """It cannot do that (yet): why."""


def octets(ask, name):
    return bytes.fromhex(ask.get(name) or "")


def receive(iut, ask):
    iut.receive(ask["peer"], octets(ask, "pdu"), ask["now_us"])
    return {}


def wait(iut, ask):
    """Goes on to the next deadline, but not beyond the time that is asked for."""
    at = iut.deadline()
    if at is None or at > ask["until_us"]:
        return {"now_us": ask["until_us"], "happened": False}
    now = max(at, ask["now_us"])
    iut.expire(now)
    return {"now_us": now, "happened": True}


def status(iut, ask):
    held = iut.status(octets(ask, "vsi"))
    return {"known": False} if held is None else {"known": True, **held}


def entries(iut, ask):
    return {"records": [record.hex() for record in iut.entries(octets(ask, "vsi"))]}


def counter(iut, ask):
    return {"value": iut.counter(ask["name"])}


def order(iut, ask):
    error = iut.order(ask["do"], ask, ask["now_us"])
    return {"error": error} if error else {}


QUESTIONS = {"receive": receive, "wait": wait, "status": status, "entries": entries, "counter": counter}


def hand_over(iut, said):
    """What it sent and told meanwhile goes with the answer, in order."""
    if iut.sent:
        said["sent"] = [{"peer": peer, "pdu": pdu.hex()} for peer, pdu in iut.sent]
    if iut.told:
        said["told"] = list(iut.told)
    iut.sent.clear()
    iut.told.clear()
    return said


def serve(make, name, supported):
    """Answers questions until there are no more. `make(begin)` makes the object as a "begin" says."""
    iut = None
    for line in sys.stdin:
        ask = json.loads(line)
        said = {}
        try:
            if ask["do"] == "hello":
                said = {"protocol": 1, "name": name}
            elif ask["do"] == "supports":
                said = {"supports": ask["capability"] in supported}
            elif ask["do"] == "begin":
                iut = make(ask)
            elif ask["do"] == "end":
                iut = None
            else:
                said = hand_over(iut, QUESTIONS.get(ask["do"], order)(iut, ask))
        except Unimplemented as why:
            said = {"unimplemented": str(why)}
        print(json.dumps(said), flush=True)
