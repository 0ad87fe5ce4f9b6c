"""The PDU header (4.1) and what follows it, bound to EtherType 0x88B5 and UDP port 34997."""

from scapy.fields import (BitEnumField, BitField, IntField, LongField, ShortField, XByteField,
                          XIntField, XStrField, XStrFixedLenField)
from scapy.layers.inet import UDP
from scapy.layers.l2 import CookedLinux, Dot1AD, Dot1Q, Ether
from scapy.packet import Packet, bind_layers

from .facts import ETHERTYPE, PDU_MAX, PORT, Refusal

INITIATION, REPLY, PROTECTED = 1, 2, 3
KINDS = {INITIATION: "INITIATION", REPLY: "REPLY", PROTECTED: "PROTECTED"}


class DIMP(Packet):
    """The header that every PDU starts with; `size` is filled in when built, unless it is given."""
    name = "DIMP"
    fields_desc = [BitField("version", 1, 4), BitEnumField("kind", PROTECTED, 4, KINDS),
                   XByteField("reserved", 0), ShortField("size", None),
                   XIntField("receiver_index", 0), LongField("packet_number", 0)]

    def post_build(self, octets, payload):
        if self.size is None:
            octets = octets[:2] + (len(octets) + len(payload)).to_bytes(2, "big") + octets[4:]
        return octets + payload

    def extract_padding(self, octets):
        size = max(self.size - 16, 0)
        return octets[:size], octets[size:]

    def guess_payload_class(self, payload):
        return {INITIATION: Initiation, REPLY: Reply, PROTECTED: Protected}.get(
            self.kind, super().guess_payload_class(payload))


class Initiation(Packet):
    """5.2-2; `sealed` holds index, stamp, versions, start."""
    name = "INITIATION"
    fields_desc = [XStrFixedLenField("ephemeral", bytes(32), 32),
                   XStrFixedLenField("static", bytes(48), 48),
                   XStrFixedLenField("sealed", bytes(32), 32),
                   XStrFixedLenField("check", bytes(16), 16)]


class Reply(Packet):
    """5.2-5; `sealed` holds index, versions, start."""
    name = "REPLY"
    fields_desc = [XStrFixedLenField("ephemeral", bytes(32), 32),
                   XStrFixedLenField("sealed", bytes(24), 24)]


class Protected(Packet):
    """4.2: sealed messages and their tag; Opener opens them."""
    name = "PROTECTED"
    fields_desc = [XStrField("sealed", b"")]


bind_layers(Ether, DIMP, type=ETHERTYPE)
bind_layers(Dot1Q, DIMP, type=ETHERTYPE)
bind_layers(Dot1AD, DIMP, type=ETHERTYPE)
bind_layers(CookedLinux, DIMP, proto=ETHERTYPE)
bind_layers(UDP, DIMP, dport=PORT)
bind_layers(UDP, DIMP, sport=PORT)
bind_layers(UDP, DIMP, sport=PORT, dport=PORT)


def check_pdu(octets):
    """The PDU at the start of what arrived, without padding, or the Refusal of the first check of 10.3
    (rows 2 to 7, 15) that fails."""
    if len(octets) < 16:
        raise Refusal("drop_malformed", "4.1-4")
    if octets[0] >> 4 != 1:
        raise Refusal("drop_version", "4.1-2")
    kind, size = octets[0] & 15, int.from_bytes(octets[2:4], "big")
    index, number = (int.from_bytes(octets[first:last], "big") for first, last in ((4, 8), (8, 16)))
    if kind not in KINDS or octets[1]:
        raise Refusal("drop_malformed", "4.1-3")
    if kind != PROTECTED and number or kind == INITIATION and index:
        raise Refusal("drop_malformed", "4.1-6")
    if not 16 <= size <= len(octets):
        raise Refusal("drop_malformed", "4.1-4")
    if size > PDU_MAX:
        raise Refusal("-", "3-5")
    if kind == INITIATION and size != 144 or kind == REPLY and size != 72 or size < 32:
        raise Refusal("drop_malformed", "4.2-1")
    return bytes(octets[:size])
