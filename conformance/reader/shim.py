#!/usr/bin/python3
"""The shim of this speaker: dimp conform run --target shim:conformance/reader/shim.py

docs/VENDOR.md goes through it, in the order in which to write one. conformance/shims/upper.py speaks the protocol.
"""
import functools
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "shims"))
from dimp_reader.authority import Authority
from dimp_reader.bridge import ALL_TYPES, Bridge
from dimp_reader.core import Core
from dimp_reader.encoding import decode_message, encode_message, encode_record
from dimp_reader.places import Places
from dimp_reader.settings import settings
from dimp_reader.station import COMMANDS, Station
from upper import Unimplemented, octets, serve

# Step 1: what it supports; everything else is no.
SUPPORTED = ("BRIDGE", "STATION", "SETTINGS", "EXACT_TIME", "LOOK_UP", "VLAN_MAPPING", "END_DOUBT", "ANNOUNCE", "CONSENT", "TICKETS",
             "TRUSTED_CLOCK", "HOST_ORDERS", "NOTIFY", "LIMITS", "PRESHARED")


class Iut:
    """What there is of the implementation for one case, and what its host remembers."""

    # --- step 2: made as the case wants it; Unimplemented for what cannot be ---

    def __init__(self, begin):
        self.sent, self.told, self.freezes = [], [], []
        self.record = self.activating = self.request = None
        self.core = Core(octets(begin, "secret"), begin["boot_count"], self.transmit, self.tell, choose(settings, begin, "settings"))
        self.peers = [octets(peer, "key") for peer in begin["peers"]]
        for public, peer in zip(self.peers, begin["peers"]):
            self.core.add_peer(public, octets(peer, "preshared"))
        first_id = begin["boot_count"] << 32
        self.machine = self.make_bridge(begin, first_id) if begin["role"] == "bridge" else Station(self.core, self, first_id)
        self.core.machine = self.machine

    def make_bridge(self, begin, first_id):
        bridges = [octets(peer, "key") for peer in begin["peers"] if peer.get("bridge")]
        bridge = Bridge(self.core, bridges, first_id, begin.get("types", ALL_TYPES) & ALL_TYPES)
        bridge.places = choose(functools.partial(Places, bridge), begin, "limits")
        bridge.remap = dict(begin.get("vlans", []))
        bridge.authority = Authority(bridge, begin.get("authority", "any"), octets(begin, "manager"), begin.get("clock_s", 0))
        return bridge

    # --- step 3: PDUs and time ---

    def transmit(self, public, pdu):
        self.sent.append((self.peers.index(public), pdu))

    def receive(self, peer, pdu, now):
        self.core.receive(self.peers[peer], pdu, now)

    def deadline(self):
        return self.core.deadline()

    def expire(self, now):
        self.core.settle(now)

    # --- step 4: what the host is told ---

    def tell(self, name, details):
        """Of a bridge's machine, or of an association."""
        event = {"event": name}
        if name == "freeze":
            self.freezes.append((details["source"], details["token"]))
        elif name == "notified":
            self.request = details["destination"]
        elif name == "activate":
            self.activating = details["destination"]
        elif name == "record":
            self.record = details["destination"], details["record"].key
            event["record"] = encode_record(details["record"]).hex()
        into = {"message": lambda item: encode_message(item).hex(), "peer": self.peers.index, "error": str}
        event.update({member: into[member](value) for member, value in details.items() if member in into})
        self.told.append(event)

    def progress(self, _request, item):
        self.tell(item.name, {"message": item})

    response = progress

    def announced(self, peer, error):
        self.tell("announced", {"peer": peer, "error": error})

    # --- step 5: what the host orders; the name of the error if it is refused ---

    def order(self, name, ask, now):
        method = self.order_command if name in COMMANDS else getattr(self, "order_" + name, None)
        if method is None:
            raise Unimplemented("order %s" % name)
        error = method(ask, now)
        self.core.settle(now)
        return error

    def order_add(self, ask, _now):
        item = decode_message(octets(ask, "message"))
        return None if self.machine.places.has_vsi(item.vsi) and self.machine.add(item.vsi, item.params) else "TABLE_FULL"

    def order_put(self, ask, now):
        return self.machine.change(octets(ask, "vsi"), octets(ask, "record"), now)

    def order_frozen(self, _ask, now, back=1):
        source, token = self.freezes[-back]
        source.host_frozen(token, now)

    # --- step 6: the other orders ---

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
        self.machine.sources[octets(ask, "vsi")].leave(now)

    def order_arrive(self, ask, now):
        self.machine.arrive(octets(ask, "vsi"), ask.get("serial", 0), now)

    def order_expect(self, ask, _now):
        peer = ask.get("peer")
        self.machine.authority.expected[octets(ask, "vsi")] = None if peer is None else self.peers[peer]

    def order_revoke(self, ask, now):
        return self.machine.revoke(octets(ask, "vsi"), now)

    def order_end_doubt(self, ask, _now):
        doubted = [one for one in self.machine.requests.values() if one.vsi == octets(ask, "vsi") and one.is_in_doubt()]
        return doubted[0].end_doubt() if doubted else "NO_SUCH_REQUEST"

    def order_close(self, ask, now):
        self.core.now = now
        self.core.associations[self.peers[ask["peer"]]].close(now)

    def order_request(self, ask, now):
        item = decode_message(octets(ask, "message"))
        fields = {name: value for name, value in item.fields.items() if name != "request"}
        self.request = self.machine.ask(now, self.peers[ask["peer"]], item.params, item.attributes, **fields)

    def order_command(self, ask, now):
        if isinstance(self.machine, Bridge):
            return self.machine.triggers.command(self.request, ask["do"], now)
        if self.request is None:
            return "NO_SUCH_REQUEST"
        return None if self.request.order(ask["do"]) else "WRONG_STATE"

    def order_pull(self, ask, now):
        self.request = self.machine.triggers.pull(decode_message(octets(ask, "message")), now)

    def order_notify(self, ask, _now):
        return self.machine.triggers.notify(self.peers[ask["peer"]], decode_message(octets(ask, "message")))

    def order_announce(self, ask, now):
        item = decode_message(octets(ask, "message"))
        return None if self.machine.announce(now, self.peers[ask["peer"]], item) else "TABLE_FULL"

    # --- and what is looked at ---

    def status(self, vsi):
        source = self.machine.sources.get(vsi)
        return source and {"owner": source.state != "RELEASED", "epoch": source.epoch, "serial": source.serial,
                           "entries": len(source.table.entries)}

    def entries(self, vsi):
        source = self.machine.sources.get(vsi)
        records = source.table.records(self.core.now) if source and source.state != "RELEASED" else []
        return [encode_record(record) for record in records]

    def counter(self, name):
        return self.machine.triggers.unmet if name == "notify_unmet" else self.core.counter(name)


def choose(make, begin, which):
    """What `make` makes of the numbers that a "begin" has under this name."""
    try:
        return make(**begin.get(which, {}))
    except KeyError as unknown:
        raise Unimplemented("%s %s" % (which, unknown)) from None


if __name__ == "__main__":
    serve(Iut, "the reader of docs/spec", SUPPORTED)
