"""Tickets of the VSI manager (9.7-2, 9.7-3): composed, signed with Ed25519, verified."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

LABEL = b"DIMP ticket 1"
AT_RISK = 1


class Move:
    """What a ticket is about: VSI (37 octets), serial, the static keys of source, destination and
    station, and filters as (MAC address, VLAN) of 6 octets and a number."""

    def __init__(self, vsi, serial, keys, filters):
        self.vsi, self.serial, self.keys, self.filters = vsi, serial, keys, filters

    def signed_octets(self, types, rights, not_after):
        """The octets of 9.7-2; types is a DI_SET."""
        octets = LABEL + self.vsi + self.serial.to_bytes(8, "big") + b"".join(self.keys)
        octets += types.to_bytes(8, "big") + bytes([rights]) + not_after.to_bytes(8, "big")
        return octets + bytes([len(self.filters)]) + b"".join(
            mac + vlan.to_bytes(2, "big") for mac, vlan in self.filters)


def sign_ticket(manager_secret, move, types, rights=0, not_after=0):
    """The 113 octets of a TICKET."""
    signature = Ed25519PrivateKey.from_private_bytes(manager_secret).sign(
        move.signed_octets(types, rights, not_after))
    return (types.to_bytes(8, "big") + bytes([rights]) + not_after.to_bytes(8, "big") +
            move.keys[2] + signature)


def is_ticket_right(manager_public, move, ticket, asked, now=None):
    """Whether a source with this manager takes it for what SOLICIT asks: signature, types, time. A
    source without a trusted clock (now None) refuses one that ends (9.7-3)."""
    types, rights, not_after = (int.from_bytes(ticket[first:last], "big")
                                for first, last in ((0, 8), (8, 9), (9, 17)))
    keys = (*move.keys[:2], ticket[17:49])
    signed = Move(move.vsi, move.serial, keys, move.filters).signed_octets(types, rights, not_after)
    try:
        Ed25519PublicKey.from_public_bytes(manager_public).verify(ticket[49:], signed)
    except InvalidSignature:
        return False
    is_in_time = not_after == 0 or (now is not None and now <= not_after)
    return is_in_time and not asked & ~types


def manager_public(secret):
    """The Ed25519 public key of a manager's 32 secret octets."""
    return Ed25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(
        Encoding.Raw, PublicFormat.Raw)
