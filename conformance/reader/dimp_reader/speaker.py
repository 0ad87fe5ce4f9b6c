"""One speaker over UDP on loopback: socket, associations, events."""
import json
import random
import select
import socket
import sys
import time

from .association import Association
from .encoding import encode_record, tlv
from .handshake import KeyPair
from .tables import DI_TYPES

LINGER = 0.4


class Speaker:
    def __init__(self, listen, secret, drop=0.0, seed=1, shows_secrets=False, out=sys.stdout):
        self.static = KeyPair(secret)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(listen)
        self.socket.setblocking(False)
        self.associations, self.by_address = {}, {}
        self.drop, self.random = drop, random.Random(seed)
        self.shows_secrets, self.out = shows_secrets, out
        self.machine = None
        self.now = time.monotonic()

    def add_peer(self, address, public, psk=None):
        def transmit(pdu):
            if self.random.random() * 100 >= self.drop:
                self.socket.sendto(pdu, address)
        association = Association(self.static, public, psk, self, transmit)
        self.associations[public] = self.by_address[address] = association

    def send(self, peer, item, read_at=None):
        """Queues a message unless the same waits already to be sent."""
        association = self.associations[peer]
        if not any(waiting.item == item for waiting in association.queue):
            association.send(item, read_at)

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

    # --- from the associations ---

    def up(self, peer):
        self.event("associated", peer=peer.hex())
        self.machine.up(peer, self.now)

    def restarted(self, peer):
        self.event("restarted", peer=peer.hex())
        self.machine.lost(peer, self.now)

    def lost(self, peer, error):
        self.event("lost", peer=peer.hex(), error=error)
        self.machine.lost(peer, self.now)

    def message(self, peer, item, transit, now):
        self.machine.message(peer, item, transit, now)

    def is_busy(self, peer):
        return self.machine.is_busy(peer)

    # --- running ---

    def run(self, seconds, stays=False):
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            self._step(now)
            if not stays and self.machine.is_done():
                end, stays = min(end, now + LINGER), True
        for association in self.associations.values():
            association.close()
        self.event("counters", counters={peer.hex()[:8]: association.counters
                                         for peer, association in self.associations.items()})
        self.socket.close()

    def _step(self, now):
        self.now = now
        self.machine.tick(now)
        for association in self.associations.values():
            association.poll(now)
        wait = min(association.next_timer(now) for association in self.associations.values())
        ready, _, _ = select.select([self.socket], [], [], min(wait, 0.02))
        if ready:
            self._receive()

    def _receive(self):
        for _ in range(64):
            try:
                octets, address = self.socket.recvfrom(65535)
            except (BlockingIOError, ConnectionRefusedError):
                return
            self.now = time.monotonic()
            association = self.by_address.get(address)
            if association:
                association.datagram(octets, self.now)
