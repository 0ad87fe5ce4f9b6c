"""Scapy packets of messages, parameters, records and attributes, one class for each table of docs/spec.

    Request(request=1, serial=5, vsi=b"...", parts=[Filter(mac="02:00:00:00:00:0a", vlan=100)])
    Data(migration=7, parts=[DhcpBinding(vlan=100, client=..., parts=[DhcpBinding.Server(value=...)])])

Lengths are filled in when a packet is built, unless they are given: so wrong ones can be built as well.
Dissection never fails: octets that are no whole TLV, or whose TLV cannot hold its fixed part, become
`Octets` or `Unknown`. Whether octets are *right* is `refusal()`'s to say, which asks receive_rules."""

from scapy.fields import (ByteEnumField, ByteField, FlagsField, IntField, IP6Field, IPField, LongField,
                          MACField, PacketListField, ShortEnumField, ShortField, StrField, StrLenField,
                          XShortField, XStrFixedLenField, XStrLenField)
from scapy.packet import Packet

from . import receive_rules
from .facts import (DATA, DI_TYPES, MESSAGES, NAMES, PARAMETERS, PUT, RECORD_BASE, TYPES, VERSION,
                    Refusal)

_INTEGERS = {1: ByteField, 2: ShortField, 4: IntField, 8: LongField}
_ENUMS = {1: ByteEnumField, 2: ShortEnumField}


def class_name(name):
    """round_end -> RoundEnd"""
    return "".join(part.capitalize() for part in name.split("_"))


def _scapy_field(name, field):
    """The Scapy field of one row of a table; a variable one takes what its attribute's length says."""
    least, most, kind = TYPES[field.type]
    if kind in ("VARIABLE", "TEXT"):
        shown = StrLenField if kind == "TEXT" else XStrLenField
        return shown(name, b"", length_from=lambda packet: packet.tlv_length)
    if kind == "NAMED":
        return _ENUMS[least](name, 0, dict(NAMES[field.type]))
    if field.type == "DI_SET":
        return FlagsField(name, 0, 64, [NAMES["DI_TYPE"].get(bit, f"type{bit}") for bit in range(64)])
    if kind == "SET":
        names = NAMES[field.type]
        return FlagsField(name, 0, 8 * least, [names.get(1 << bit, f"bit{bit}")
                                               for bit in range(8 * least)])
    if kind == "INTEGER":
        return _INTEGERS[least](name, 0)
    if field.type == "MAC":
        return MACField(name, "00:00:00:00:00:00")
    if field.type == "IPV4":
        return IPField(name, "0.0.0.0")
    if field.type == "IP":
        return IP6Field(name, "::")
    return XStrFixedLenField(name, bytes(most), most)


class Tlv(Packet):
    """6.2: a type, a length that is filled in when built, and what the class lists behind them."""

    def post_build(self, octets, payload):
        if self.tlv_length is None:
            octets = octets[:2] + (len(octets) - 4).to_bytes(2, "big") + octets[4:]
        return octets + payload

    def do_dissect(self, octets):
        end = 4 + int.from_bytes(octets[2:4], "big")
        return super().do_dissect(octets[:end]) + octets[end:]

    def extract_padding(self, octets):
        return b"", octets

    def guess_payload_class(self, payload):
        return None

    def octets(self):
        """What the packet is on the wire."""
        return bytes(self)


class Unknown(Tlv):
    """A whole TLV of a type that has no table, or that is too short for its table."""
    name = "TLV"
    fields_desc = [XShortField("tlv_type", 0), ShortField("tlv_length", None), XStrLenField(
        "value", b"", length_from=lambda packet: packet.tlv_length)]


class Octets(Packet):
    """Octets that are no whole TLV (6.2-2)."""
    name = "Octets"
    fields_desc = [XStrLenField("load", b"", length_from=lambda packet: packet.octets_left)]
    octets_left = 0

    def do_dissect(self, octets):
        self.octets_left = len(octets)
        return super().do_dissect(octets)

    def extract_padding(self, octets):
        return b"", octets


def _chooser(classes):
    """For PacketListField: the class of the TLV that comes next, by its type."""
    def choose(packet, before, current, remaining):
        whole = receive_rules.split(remaining) if remaining else None
        if whole is None:
            return Octets if remaining else None
        found = classes(packet).get(whole[0])
        return found if found and found.least <= len(whole[1]) else Unknown
    return choose


def _attribute_class(number, field):
    least, _, kind = TYPES[field.type]
    fields = [XShortField("tlv_type", number), ShortField("tlv_length", None), _scapy_field("value", field)]
    if kind not in ("VARIABLE", "TEXT"):
        fields.append(StrField("rest", b""))
    return type(class_name(field.name), (Tlv,), {
        "__doc__": f"Attribute {number}, {field.name}, of type {field.type}.", "name": field.name,
        "fields_desc": fields, "least": least, "number": number, "field": field})


def _tlv_class(block, number, more, parts, bases):
    """A class for a block; its attributes' classes are members of it, and in `attributes`."""
    fields = [XShortField("tlv_type", number), ShortField("tlv_length", None), *more]
    fields += [_scapy_field(field.name, field)
               for field in block.fields]
    fields.append(parts)
    attributes = {each: _attribute_class(each, field) for each, field in block.attributes.items()}
    members = {each.__name__: each for each in attributes.values()}
    return type(class_name(block.name), bases, {
        "__doc__": f"{block.label} (0x{number:04x}); members are its attributes.",
        "name": block.label, "fields_desc": fields, "block": block, "attributes": attributes,
        "least": block.size + len(more), **members})


class Message(Tlv):
    """A message of 7.4."""

    def refusal(self):
        """The Refusal that a receiver answers these octets with, or None if they are right."""
        try:
            receive_rules.read_message(bytes(self))
        except Refusal as refusal:
            return refusal
        return None


class Parameter(Tlv):
    """A parameter of 7.3."""


class Record(Tlv):
    """A record of 8: operation, version, fixed part, attributes."""

    def refusal(self):
        """The Refusal that a receiver answers these octets with, or None if they are right."""
        try:
            receive_rules.read_record(bytes(self))
        except Refusal as refusal:
            return refusal
        return None


def _list_of(classes):
    return PacketListField("parts", [], next_cls_cb=_chooser(classes))


PARAMETER_CLASSES = {
    number: _tlv_class(block, number, [], StrField("rest", b""), (Parameter,))
    for number, block in PARAMETERS.items()}
RECORD_CLASSES = {
    RECORD_BASE + number: _tlv_class(
        block, RECORD_BASE + number,
        [ByteEnumField("operation", PUT, {1: "PUT", 2: "DELETE"}), ByteField("record_version", VERSION)],
        _list_of(lambda packet: packet.attributes), (Record,))
    for number, block in DI_TYPES.items()}


def _parts_of_message(packet):
    if packet.block.number == DATA:
        return RECORD_CLASSES
    return {**packet.attributes, **PARAMETER_CLASSES}


MESSAGE_CLASSES = {
    number: _tlv_class(block, number, [], _list_of(_parts_of_message), (Message,))
    for number, block in MESSAGES.items()}
ALL_CLASSES = {**MESSAGE_CLASSES, **PARAMETER_CLASSES, **RECORD_CLASSES}
BY_NAME = {each.block.name: each for each in ALL_CLASSES.values()}


class Payload(Packet):
    """The payload of a PROTECTED PDU once it is opened: messages (5.4-3)."""
    name = "DIMP messages"
    fields_desc = [PacketListField("messages", [],
                                   next_cls_cb=_chooser(lambda packet: MESSAGE_CLASSES))]


def parse_message(octets):
    """The packet of one message, whatever is wrong with it."""
    return Payload(bytes(octets)).messages[0]
