"""A speaker without a wire or a clock: associations, one machine, what the host is told. Whoever drives it gives the time."""
from .association import Association, Stamps
from .handshake import KeyPair
from .settings import settings as all_settings


class Core:
    """`transmit(peer, pdu)` sends; `host(name, details)` is told events."""

    def __init__(self, secret, boot_count, transmit, host, settings=None):
        self.static = KeyPair(secret)
        self.settings = settings or all_settings()
        self.stamps = Stamps(boot_count)
        self.transmit, self.host = transmit, host
        self.associations = {}              # static public key -> Association
        self.role_drops = 0
        self.machine = None
        self.now = 0

    @property
    def public(self):
        return self.static.public

    def add_peer(self, public, psk=None):
        self.associations[public] = Association(self.static, public, psk, self, lambda pdu: self.transmit(public, pdu),
                                                self.settings, self.stamps)

    def counter(self, name):
        total = sum(association.counters.get(name, 0) for association in self.associations.values())
        return total + self.role_drops if name == "drop_role" else total

    # --- what machines use ---

    def send(self, peer, item, read_at=None):
        """Queues a message unless the same waits already to be sent."""
        association = self.associations.get(peer)
        if association and not any(waiting.item == item for waiting in association.queue):
            association.send(item, read_at)

    def backlog(self, peer):
        """Messages that wait or are not acknowledged."""
        return self.associations[peer].backlog() if peer in self.associations else 0

    def count(self, peer, name):
        self.associations[peer].count(name)

    def tell(self, name, **details):
        self.host(name, details)

    def event(self, name, **details):
        """For those who look on."""

    def printable(self, record):
        """Nobody prints here."""

    def count_role(self, _peer):
        self.role_drops += 1

    def is_peer(self, public):
        return public in self.associations

    def is_up(self, peer):
        return peer in self.associations and self.associations[peer].is_up

    def open(self, peer, now):
        if peer in self.associations:
            self.associations[peer].open(now)

    def silent_at(self, peer):
        return self.associations[peer].silent_at() if peer in self.associations else None

    # --- from the associations ---

    def up(self, peer, is_renewed):
        if not is_renewed:
            self.tell("associated", peer=peer)
        self.machine.up(peer, is_renewed, self.now)

    def restarted(self, peer, is_renewed):
        self.tell("associated", peer=peer)
        self.machine.restarted(peer, is_renewed, self.now)

    def lost(self, peer, error):
        self.tell("lost", peer=peer, error=error)
        self.machine.lost(peer, self.now)

    def message(self, peer, item, transit, now):
        self.machine.message(peer, item, transit, now)

    def is_busy(self, peer):
        return self.machine.is_busy(peer)

    def is_waiting(self, peer):
        return self.machine.is_waiting(peer)

    # --- from whoever drives it ---

    def receive(self, peer, pdu, now):
        self.now = now
        self.associations[peer].datagram(pdu, now)
        self.settle(now)

    def settle(self, now):
        """Runs what is due, and sends what may go."""
        self.now = now
        self.machine.tick(now)
        for _ in range(2):                  # one may have something to say to another
            for association in self.associations.values():
                association.poll(now)

    def deadline(self):
        times = [association.deadline() for association in self.associations.values()] + [self.machine.deadline()]
        return min((time for time in times if time is not None), default=None)
