"""One speaker over UDP on loopback: socket, clock, and a host that does at once what it is asked."""
import json
import random
import select
import socket
import sys
import time

from .core import Core
from .encoding import encode_record, tlv
from .errors import name_of
from .tables import DI_TYPES, NAMES

LINGER = 400000


def clock():
    return time.monotonic_ns() // 1000


class Speaker(Core):
    def __init__(self, listen, secret, drop=0.0, seed=1, shows_secrets=False, out=sys.stdout, settings=None):
        super().__init__(secret, int(time.time()) & 0xffffffff, self._transmit, self._host, settings)
        self.stamps.last = time.time_ns() << 2          # a 64-bit number that rises over all starts (5.2-12)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(listen)
        self.socket.setblocking(False)
        self.by_address, self.address_of = {}, {}
        self.drop, self.random = drop, random.Random(seed)
        self.shows_secrets, self.out = shows_secrets, out
        self.activating, self.freezing = [], []
        self.now = clock()

    def add(self, address, public, psk=None):
        self.add_peer(public, psk)
        self.by_address[address], self.address_of[public] = public, address

    def _transmit(self, public, pdu):
        if self.random.random() * 100 >= self.drop:
            self.socket.sendto(pdu, self.address_of[public])

    def event(self, name, **details):
        print(json.dumps({"event": name, "t": round(time.monotonic(), 3), **details}), file=self.out, flush=True)

    def printable(self, record):
        """A record in hexadecimal, what is SECRET as asterisks (12-2)."""
        octets = encode_record(record).hex()
        known = DI_TYPES[record.di_type][2]
        if not self.shows_secrets:
            for kind, value in record.attributes:
                if kind in known and known[kind][2] == "SECRET":
                    octets = octets.replace(tlv(kind, value).hex(), tlv(kind, b"").hex()[:4] + "%04x" % len(value)
                                            + "**" * len(value))
        return octets

    # --- the host: of a bridge, and of a station ---

    def _host(self, name, details):
        if name == "freeze":
            self.freezing.append((details["source"], details["token"]))
        elif name == "activate":
            self.activating.append(details["destination"])
        elif name in ("associated", "lost"):
            self.event(name, peer=details["peer"].hex(), **{key: details[key] for key in ("error",) if key in details})
        elif name in ("released", "gone", "thaw"):
            self.event(name, vsi=details["source"].vsi.hex())

    def _obey(self, now):
        """The host confirms at once what it was asked for."""
        for source, token in self.freezing:
            source.host_frozen(token, now)
        for destination in self.activating:
            destination.host_active(now)
        is_busy = bool(self.freezing or self.activating)
        self.freezing, self.activating = [], []
        return is_busy

    def progress(self, request, item):
        phase = NAMES["PHASE"][item.phase]
        self.event("progress", phase=phase, error=name_of(item.error), entries=item.entries, octets=item.octets)
        command = {"STAGED": "cutover", "DECIDING": request.decision}.get(request.state)
        if command:
            self.event("command", command=command)
            request.order(command)

    def response(self, _request, item):
        self.event("response", result=NAMES["RESULT"][item.result], reason=NAMES["REASON"][item.reason],
                   error=name_of(item.error), advice=item.advice, rows=item.params)

    # --- running ---

    def run(self, seconds, stays=False):
        end = clock() + int(seconds * 1000000)
        while (now := clock()) < end:
            self._step(now)
            if not stays and self.machine.is_done():
                end, stays = min(end, now + LINGER), True
        for association in self.associations.values():
            association.close(clock())
        self.event("counters", counters={peer.hex()[:8]: association.counters
                                         for peer, association in self.associations.items()})
        self.socket.close()

    def _step(self, now):
        self.settle(now)
        while self._obey(now):
            self.settle(now)
        wait = max(0, (self.deadline() or now + 20000) - now)
        ready, _, _ = select.select([self.socket], [], [], min(wait, 20000) / 1e6)
        if ready:
            self._take()

    def _take(self):
        for _ in range(64):
            try:
                octets, address = self.socket.recvfrom(65535)
            except (BlockingIOError, ConnectionRefusedError):
                return
            public = self.by_address.get(address)
            if public:
                self.receive(public, octets, clock())
