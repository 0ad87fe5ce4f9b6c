#!/usr/bin/python3
"""The shim of this speaker for `dimp conform run --target shim:conformance/reader/shim.py`: the upper tester protocol of
docs/CONFORM.md, lines of JSON, in the order in which docs/VENDOR.md goes through it."""
import json
import sys

from dimp_reader.authority import Authority
from dimp_reader.bridge import ALL_TYPES, Bridge
from dimp_reader.core import Core
from dimp_reader.encoding import PUT, decode_message, decode_record, encode_message, encode_record
from dimp_reader.errors import DimpError
from dimp_reader.settings import settings
from dimp_reader.station import COMMANDS, Station

# What it can do; all else is "no".
SUPPORTED = ("BRIDGE", "STATION", "SETTINGS", "EXACT_TIME", "LOOK_UP", "VLAN_MAPPING", "END_DOUBT", "ANNOUNCE", "CONSENT", "TICKETS",
             "TRUSTED_CLOCK")


class Unimplemented(Exception):
    """The suite skips the case."""


class Iut:
    """What there is of the implementation for one case, and what its host remembers."""

    # --- step 2: made as the case wants it ---

    def __init__(self, begin):
        if begin.get("limits"):
            raise Unimplemented("limits")
        try:
            chosen = settings(**begin.get("settings", {}))
        except KeyError as unknown:
            raise Unimplemented("setting %s" % unknown) from None
        if chosen.paced_kbps:
            raise Unimplemented("the paced controller")
        self.sent, self.told, self.freezes = [], [], []
        self.record = self.activating = self.request = None
        self.core = Core(bytes.fromhex(begin["secret"]), begin["boot_count"], self.transmit, self.tell, chosen)
        self.peers = [bytes.fromhex(peer["key"]) for peer in begin["peers"]]
        for public in self.peers:
            self.core.add_peer(public)
        first_id = begin["boot_count"] << 32
        if begin["role"] == "bridge":
            bridges = [public for public, peer in zip(self.peers, begin["peers"]) if peer.get("bridge")]
            self.machine = Bridge(self.core, bridges, first_id, begin.get("types", ALL_TYPES) & ALL_TYPES)
            self.machine.remap = dict(begin.get("vlans", []))
            self.machine.authority = Authority(self.machine, begin.get("authority", "any"), bytes.fromhex(begin.get("manager", "")),
                                               begin.get("clock_s", 0))
        else:
            self.machine = Station(self.core, self, first_id)
        self.core.machine = self.machine

    # --- step 3: PDUs and time ---

    def transmit(self, public, pdu):
        self.sent.append({"peer": self.peers.index(public), "pdu": pdu.hex()})

    def receive(self, ask):
        self.core.receive(self.peers[ask["peer"]], bytes.fromhex(ask["pdu"]), ask["now_us"])
        return {}

    def wait(self, ask):
        at = self.core.deadline()
        if at is None or at > ask["until_us"]:
            return {"now_us": ask["until_us"], "happened": False}
        now = max(at, ask["now_us"])
        self.core.settle(now)
        return {"now_us": now, "happened": True}

    # --- step 4: what the host is told ---

    def tell(self, name, details):
        """Of a bridge's machine, or of an association."""
        event = {"event": name}
        if name == "freeze":
            self.freezes.append((details["source"], details["token"]))
        elif name == "activate":
            self.activating = details["destination"]
        elif name == "record":
            self.record = details["destination"], details["record"].key
            event["record"] = encode_record(details["record"]).hex()
        if "message" in details:
            event["message"] = encode_message(details["message"]).hex()
        if "peer" in details:
            event["peer"] = self.peers.index(details["peer"])
        if "error" in details:
            event["error"] = details["error"]
        self.told.append(event)

    def progress(self, _request, item):
        self.tell(item.name, {"message": item})

    response = progress

    def announced(self, peer, error):
        self.tell("announced", {"peer": peer, "error": error})

    # --- step 5: what the host orders ---

    def order(self, ask):
        name = ask["do"]
        if name in COMMANDS:
            error = self.command(name)
        else:
            method = getattr(self, "order_" + name, None)
            if method is None:
                raise Unimplemented("order %s" % name)
            error = method(ask, ask["now_us"])
        self.core.settle(ask["now_us"])
        return {"error": error} if error else {}

    def command(self, name):
        if not isinstance(self.request, object) or self.request is None:
            return "NO_SUCH_REQUEST"
        return None if self.request.order(name) else "WRONG_STATE"

    def order_add(self, ask, _now):
        item = decode_message(bytes.fromhex(ask["message"]))
        self.machine.add(item.vsi, item.params)

    def order_put(self, ask, now):
        source = self.machine.sources.get(bytes.fromhex(ask["vsi"]))
        if source is None:
            return "NO_SUCH_VSI"
        if source.state in ("FROZEN", "RELEASED"):
            return "VSI_FROZEN"
        record = decode_record(bytes.fromhex(ask["record"]))
        if record.operation == PUT:
            source.table.put(record, now)
        elif record.key in source.table.entries:
            source.table.delete(record.key)
        return source.changed(now)

    def order_frozen(self, _ask, now, back=1):
        source, token = self.freezes[-back]
        source.host_frozen(token, now)

    def order_frozen_late(self, ask, now):
        self.order_frozen(ask, now, 2)

    def order_activated(self, _ask, now):
        self.activating.host_active(now)

    def order_failed(self, _ask, now):
        self.activating.host_failed(now)

    def order_reject(self, ask, now):
        destination, key = self.record
        destination.turn_down(key, ask["error"], now)

    def order_left(self, ask, now):
        self.machine.sources[bytes.fromhex(ask["vsi"])].leave(now)

    def order_arrive(self, ask, now):
        self.machine.arrive(bytes.fromhex(ask["vsi"]), ask.get("serial", 0), now)

    def order_revoke(self, ask, now):
        source = self.machine.sources.get(bytes.fromhex(ask["vsi"]))
        if source is None or source.state == "RELEASED":
            return "WRONG_STATE" if source else "NO_SUCH_VSI"
        return source.end("REVOKED", now)

    def order_end_doubt(self, ask, _now):
        for one in self.machine.requests.values():
            if one.vsi == bytes.fromhex(ask["vsi"]) and one.is_in_doubt():
                return one.end_doubt()
        return "NO_SUCH_REQUEST"

    def order_close(self, ask, now):
        self.core.now = now
        self.core.associations[self.peers[ask["peer"]]].close(now)

    def order_request(self, ask, now):
        item = decode_message(bytes.fromhex(ask["message"]))
        fields = {name: value for name, value in item.fields.items() if name != "request"}
        self.request = self.machine.ask(now, self.peers[ask["peer"]], item.params, item.attributes, **fields)

    def order_expect(self, ask, _now):
        peer = ask.get("peer")
        self.machine.authority.expected[bytes.fromhex(ask["vsi"])] = None if peer is None else self.peers[peer]

    def order_announce(self, ask, now):
        item = decode_message(bytes.fromhex(ask["message"]))
        return None if self.machine.announce(now, self.peers[ask["peer"]], item) else "TABLE_FULL"

    # --- step 6: what is looked at ---

    def status(self, ask):
        source = self.machine.sources.get(bytes.fromhex(ask["vsi"]))
        if source is None:
            return {"known": False}
        return {"known": True, "owner": source.state != "RELEASED", "epoch": source.epoch, "serial": source.serial,
                "entries": len(source.table.entries)}

    def entries(self, ask):
        source = self.machine.sources.get(bytes.fromhex(ask["vsi"]))
        records = source.table.records(self.core.now) if source and source.state != "RELEASED" else []
        return {"records": [encode_record(record).hex() for record in records]}

    def counter(self, ask):
        return {"value": self.core.counter(ask["name"])}


def answer(iut, ask):
    """(the implementation from now on, the answer)."""
    do = ask["do"]
    if do == "hello":
        return iut, {"protocol": 1, "name": "the reader of docs/spec"}
    if do == "supports":
        return iut, {"supports": ask["capability"] in SUPPORTED}
    if do == "begin":
        return Iut(ask), {}
    if do == "end":
        return None, {}
    method = getattr(iut, do, None) if do in ("receive", "wait", "status", "entries", "counter") else iut.order
    said = method(ask)
    said.update({name: value for name, value in (("sent", iut.sent), ("told", iut.told)) if value})
    iut.sent, iut.told = [], []
    return iut, said


def main():
    iut = None
    for line in sys.stdin:
        try:
            iut, said = answer(iut, json.loads(line))
        except Unimplemented as why:
            said = {"unimplemented": str(why)}
        except DimpError as error:
            said = {"error": error.name}
        print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
