"""Who may have DI, and who may ask for it (9.7)."""
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LABEL = b"DIMP ticket 1"
AT_RISK_RIGHT = 1
TICKET = 1                  # attribute of REQUEST, SOLICIT, NOTIFY; of WHO-HAS it is 2


class Ticket:
    """The 113 octets of 9.7-3."""

    def __init__(self, octets):
        self.types, self.rights = int.from_bytes(octets[:8], "big"), octets[8]
        self.not_after, self.station, self.signature = int.from_bytes(octets[9:17], "big"), octets[17:49], octets[49:]

    def signed(self, vsi, serial, source, destination, filters):
        """The octets that the manager signed (9.7-2)."""
        rows = b"".join(row["mac"] + row["vlan"].to_bytes(2, "big") for row in filters)
        return (LABEL + vsi + serial.to_bytes(8, "big") + source + destination + self.station + self.types.to_bytes(8, "big")
                + bytes([self.rights]) + self.not_after.to_bytes(8, "big") + bytes([len(filters)]) + rows)


def ticket_of(item, number=TICKET):
    octets = dict(item.attributes).get(number)
    return Ticket(octets) if octets is not None else None


class Authority:
    """Of one bridge: its policy ("any", "consent" or "ticket"), the manager's key, and the clock if it is to be trusted."""

    def __init__(self, bridge, policy="any", manager=None, clock_s=0):
        self.bridge, self.policy, self.clock_s = bridge, policy, clock_s
        self.manager = Ed25519PublicKey.from_public_bytes(manager) if manager and any(manager) else None
        self.expected = {}              # VSI -> the station behind which it is to be (9.7-11)

    # --- tickets ---

    def _is_over(self, ticket, now):
        if not ticket.not_after:
            return False
        return not self.clock_s or self.clock_s + now // 1000000 > ticket.not_after

    def is_right(self, ticket, item, source, destination, types, now):
        """Whether a ticket is right for the move that a message is about (9.7-3)."""
        if ticket is None or self.manager is None or types & ~1 & ~ticket.types or self._is_over(ticket, now):
            return False
        try:
            self.manager.verify(ticket.signature, ticket.signed(item.vsi, item.serial, source, destination, item.params))
        except InvalidSignature:
            return False
        return True

    # --- at the source ---

    def may_have(self, source, peer, solicit, now):
        if self.policy == "consent":
            return source.consent == (solicit.serial, peer)
        if self.policy == "ticket":
            return self.is_right(ticket_of(solicit), solicit, self.bridge.speaker.public, peer, solicit.types, now)
        return True

    def may_know(self, source, peer, item, now):
        """Whether WHO-HAS is answered truthfully (9.8-1, 9.8-4)."""
        if self.policy == "consent":
            return source is not None and source.consent == (item.serial, peer)
        if self.policy == "ticket":
            types = int.from_bytes(dict(item.attributes).get(1, b"\xff" * 8), "big")
            return self.is_right(ticket_of(item, 2), item, self.bridge.speaker.public, peer, types, now)
        return True

    def announce(self, peer, item):
        """The error of ANNOUNCED, in the order of 9.7-9."""
        source = self.bridge.owner_of(item.vsi)
        if peer in self.bridge.bridges or not self.is_at(item.vsi, peer):
            return "NOT_AUTHORISED"
        wanted = (item.serial, item.destination)
        if source and item.serial and source.consent == wanted:
            return "NONE"
        if source is None:
            return "CONTEXT_NOT_FOUND"
        if item.serial <= max(source.highest_serial, source.consent[0] if source.consent else 0):
            return "STALE_SERIAL"
        source.consent = wanted
        return "NONE"

    # --- at the destination ---

    def is_at(self, vsi, station):
        """Whether the VSI is, or is to be, at this station as far as is known."""
        known = self.expected.get(vsi) or self.bridge.triggers.pending_station(vsi)
        if known is None:
            owner = self.bridge.owner_of(vsi)
            known = owner.station if owner else None
        return known in (None, station)

    def refuses_request(self, station, request):
        """9.7-8, 9.7-11; None if the station may ask."""
        if station is None:
            return None
        ticket = ticket_of(request)
        is_refused = (station in self.bridge.bridges or not self.is_at(request.vsi, station)
                      or (ticket is not None and ticket.station != station))
        return "NOT_AUTHORISED" if is_refused else None

    def refuses_proceed(self, destination, now):
        """9.7-7; None if PROCEED is to be carried out."""
        ticket, request = ticket_of(destination.request), destination.request
        if ticket is not None and not ticket.rights & AT_RISK_RIGHT:
            return "NOT_AUTHORISED"
        if self.policy != "ticket":
            return None
        source = destination.source or self.bridge.speaker.public
        types = destination.types or (request.required | request.optional) & self.bridge.supported
        is_right = self.is_right(ticket, request, source, self.bridge.speaker.public, types, now)
        return None if is_right else "NOT_AUTHORISED"

    def station_of(self, vsi, destination):
        """At which station a VSI is that has come here (9.7-12)."""
        expected = self.expected.pop(vsi, None)
        if destination is None or expected is not None:
            return expected
        ticket = ticket_of(destination.request)
        return destination.station or (ticket.station if ticket else None)
