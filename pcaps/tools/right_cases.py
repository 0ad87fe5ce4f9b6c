"""Fixtures that break no rule of form: worked examples, bounds, links, replay, forgery, slices."""

from fixture_parts import (EXAMPLES, HERE, INDEX, KEY, MESSAGE_EXAMPLES, THERE, Capture, data, data_view,
                           delete, ethernet, experts, message, put, tlv, worked_octets, worked_values)

from dimp_scapy import (DI_TYPES, Initiator, Responder, Sealer, key_line, message_from_plain, plain_message,
                        plain_payload, plain_record, sak_line)
from scapy.contrib.macsec import MACsecSA
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Dot1AD, Dot1Q, Ether
from scapy.packet import Raw

PING = tlv(0x31)


def opened(*views):
    return {"state": "opened", "messages": list(views)}


def between(source, target, pdu):
    return (bytes(Ether(dst=target, src=source, type=0x88B5)) + pdu).ljust(60, b"\0")


def migration():
    """handshake-migration: sections 13 and 14 of the specification, octet for octet."""
    capture = Capture("handshake-migration", "the handshake of section 13 and the one-shot migration "
                      "of section 14: each PDU of it")
    of, told = worked_values("13"), worked_values("14")
    initiator = Initiator(of["initiator.static.secret"], of["initiator.ephemeral.secret"],
                          of["responder.static.public"], 0x01020304, 7 << 32 | 9, 7, of["psk"])
    responder = Responder(of["responder.static.secret"], of["responder.ephemeral.secret"],
                          initiator.initiation, of["initiator.static.public"], 0x05060708, 9,
                          psk=of["psk"])
    sending, receiving, index = initiator.finish(responder.reply)
    station = "02:00:00:00:03:01"
    capture.frame("INITIATION", "5.2-2", between(HERE, THERE, initiator.initiation),
                  {"state": "handshake", "kind": "INITIATION"})
    capture.frame("REPLY", "5.2-5", between(THERE, HERE, responder.reply),
                  {"state": "handshake", "kind": "REPLY"})
    capture.frame("PING, which confirms the keys", "5.3-4",
                  between(HERE, THERE, Sealer(sending, index).seal(PING)), opened({"message": "PING"}))
    ways = {0x0B0B0B0B: ("station.destination", station, HERE),
            0x0A0A0A0A: ("destination.station", HERE, station),
            0x05060708: ("destination.source", HERE, THERE),
            0x01020304: ("source.destination", THERE, HERE)}
    capture.keys = "".join(key_line(each, told["key." + way[0]]) for each, way in ways.items())
    assert (told["key.destination.source"], told["key.source.destination"]) == (sending, receiving)
    for number in range(1, 11):
        pdu = told[f"pdu.{number}"]
        key, source, target = ways[int.from_bytes(pdu[4:8], "big")]
        messages = b"".join(octets for name, octets in told.items()
                            if name.startswith(f"pdu.{number}.message."))
        sealed = Sealer(told["key." + key], int.from_bytes(pdu[4:8], "big")).seal(
            messages, int.from_bytes(pdu[8:16], "big"))
        views = plain_payload(messages)
        capture.frame(f"PDU {number}: " + ", ".join(view["message"] for view in views), "14-3",
                      between(source, target, sealed), opened(*views))
    return capture


def messages():
    """messages: each message of 7.4, as section 15 has it."""
    capture = Capture("messages", "every message, as section 15 works it out")
    for label, octets in MESSAGE_EXAMPLES.items():
        capture.right(label, "7.4-1", octets, plain_message(octets),
                      experts("5.9-3") if label == "CLOSE" else ())
    return capture


def di_types():
    """di-types: each DI type as 8 and 16 have it, and a DELETE of it."""
    capture = Capture("di-types", "every DI type: the examples of 8 and 16, and a DELETE")
    for octets in [*EXAMPLES.values(), *worked_octets("16")]:
        name = plain_record(octets)["type"]
        capture.right_record(name, f"8.{int.from_bytes(octets[:2], 'big') - 0x200}-1", octets)
    for name in EXAMPLES:
        capture.right_record(f"DELETE of {name}", "6.3-5", delete(name))
    return capture


def boundary_records(capture):
    for text, value in (("nothing left", 0), ("12.345 s", 12345), ("the longest in ms", 0x7FFFFFFF),
                        ("one second more", 2147484000), ("the longest that ends", 2147483646000),
                        ("infinite", None)):
        capture.right_record("duration: " + text, "6.5-1", put("dhcp_binding", remaining=value))
    seconds = put("dhcp_binding", ("transaction", "server"), remaining=bytes.fromhex("80000e10"))
    chunk = len(capture.cases)
    capture.payload("seconds where milliseconds would do", "6.5-1", data(chunk, seconds), [data_view(
        chunk, [{"type": "dhcp_binding", "operation": "PUT", "vlan": 100, "client": "02:00:00:00:00:0a",
                 "address": "10.0.0.10", "remaining": 3600000}])])
    capture.right_record("VLAN 4094", "6.1-5", put("dhcp_binding", vlan=4094))
    capture.right_record("text of 253 octets", "6.1-3", put("dot1x_session", identity="a" * 253))
    capture.right_record("empty text", "6.1-3", put("dot1x_session", identity=""))
    capture.right_record("text in UTF-8", "6.1-8", put("dot1x_session", identity="Zo\u00eb \u2713"))
    capture.right_record("a CKN of 1 octet", "6.1-11", put("mka_peer", key_name="7f"))
    capture.right_record("an attribute that is skipped", "6.2-3",
                         put("dhcp_binding", more=tlv(0x8005, b"new")))
    whole = put("organisation_specific", value=b"\1" * 1024, more=tlv(0x8005, bytes(149)))
    assert len(whole) == 1200
    capture.right_record("a record of 1,200 octets", "6.3-9", whole)
    capture.right_record("prefix 0: any address", "8.2-3",
                         put("dynamic_acl", source="::", source_prefix=0))
    capture.right_record("prefix 96 of IPv4", "8.2-3", put("dynamic_acl", destination_prefix=96))
    capture.right_record("the last PN", "8.3-6", put("macsec_sa", next_pn=0xBFFFFFFF))
    capture.right_record("the first octet of a host's address", "8.0-6",
                         put("arp_entry", address="223.255.255.255"))
    capture.right_record("a delegated prefix of one bit", "8.9-2",
                         put("dhcpv6_binding", address="8000::", prefix=1))
    capture.right_record("no router's querier", "8.12-3", put(
        "multicast_router", ("querier_remaining", "query_interval", "response_interval", "robustness"),
        is_querier=0, version=0))


def boundary():
    """boundary: the last value that is right, of everything that has a bound."""
    capture = Capture("boundary", "the last values and sizes that are right")
    boundary_records(capture)
    rows = [{"mac": f"02:00:00:00:00:{each:02x}", "vlan": each} for each in range(16)]
    view = message("REQUEST", filter=rows)
    capture.right("REQUEST with 16 FILTERs", "7.2-3", bytes(message_from_plain(view)), view)
    view = {"message": "OFFER", "migration": 1, "epoch": 1, "offer_row": []}
    capture.right("OFFER without rows", "7.2-3", bytes(message_from_plain(view)), view)
    named = {block.number: block.name for block in DI_TYPES.values()}
    view = {**view, "offer_row": [{"type": named.get(each, each), "entries": 2 ** 32 - 1, "octets": each}
                                  for each in range(1, 64)]}
    capture.right("OFFER with 63 rows", "7.2-3", bytes(message_from_plain(view)), view)
    view = {"message": "ACK", "largest": 200, "delay": 0, "first_length": 0,
            "ack_range": [{"gap": 0, "length": 0}] * 31}
    capture.right("ACK with 31 ranges", "5.6-4", bytes(message_from_plain(view)), view)
    view = {"message": "ACK", "largest": 1, "delay": 0, "first_length": 1, "ack_range": []}
    capture.right("ACK down to 0", "5.6-2", bytes(message_from_plain(view)), view)
    view = message("ACCEPT", types=["dhcp_binding", 62, "organisation_specific"])
    capture.right("an unknown type in a set", "6.1-7", bytes(message_from_plain(view)), view)
    view = message("REFUSE", error=159)
    capture.right("error 159, which has no name", "6.1-6", bytes(message_from_plain(view)), view)
    view = message("CANCEL", request=str(2 ** 64 - 1))
    capture.right("a request of all ones", "6.1-2", bytes(message_from_plain(view)), view)
    long = tlv(0x31, tlv(0x8101, bytes(1392)))
    assert len(long) == 1400
    capture.right("a message of 1,400 octets", "7.2-2", long, {"message": "PING"})
    capture.right("a message that is skipped", "7.2-4", tlv(0x8031, b"new"), None)
    capture.right("a TLV that is skipped in DATA", "6.2-6",
                  tlv(0x14, data(900)[4:] + tlv(0x8201, b"new")), data_view(900, []))
    capture.payload("no message at all", "5.4-3", b"", [])
    capture.payload("three messages", "5.4-3", PING + tlv(0x8031) + PING, [{"message": "PING"}] * 2)
    capture.frame("the last packet number", "5.4-2", ethernet(Sealer(KEY, INDEX).seal(PING, 2 ** 23 - 1)),
                  opened({"message": "PING"}))
    return capture


def attacks():
    """attacks: what a receiver drops by number or seal, in the order in which it arrives."""
    capture = Capture("attacks", "replayed, reordered, forged, under other keys: what came before counts")
    sealer, ping = Sealer(KEY, INDEX), opened({"message": "PING"})

    def add(what, clause, pdu, reading=ping, expert=(), receiver="taken"):
        capture.frame(what, clause, ethernet(pdu), reading, expert, receiver=receiver)
    pdus = {number: sealer.seal(PING, number) for number in (0, 1, 2, 3, 1500, 477, 476, 4)}
    add("number 0", "5.4-2", pdus[0])
    add("number 2, overtaking 1", "5.5-1", pdus[2])
    add("number 1, overtaken", "5.5-1", pdus[1])
    add("number 2 again: a replay", "5.5-1", pdus[2], expert=experts("5.5-1"), receiver="drop_replay")
    add("number 3 forged: another seal", "5.4-4", pdus[3][:-1] + bytes([pdus[3][-1] ^ 1]),
        {"state": "wrong key"}, experts("5.4-4"), "drop_authentication")
    add("number 3 forged: another header", "5.4-1", pdus[3][:8] + bytes(7) + b"\4" + pdus[3][16:],
        {"state": "wrong key"}, experts("5.4-4"), "drop_authentication")
    add("number 3, true: the forged ones did not spoil it", "5.5-1", pdus[3])
    add("sealed with another key", "5.4-4", Sealer(bytes(32), INDEX).seal(PING, 5),
        {"state": "wrong key"}, experts("5.4-4"), "drop_authentication")
    add("an index that nobody gave out", "5.4-4", Sealer(KEY, 0x600DCAFE).seal(PING, 5),
        {"state": "no key"}, (), "drop_unknown_index")
    add("number 1500: the window moves", "5.5-2", pdus[1500])
    add("number 477, the last in the window", "5.5-2", pdus[477])
    add("number 476, too old", "5.5-2", pdus[476], expert=experts("5.5-2"), receiver="drop_replay")
    add("number 4, too old and never seen", "5.5-2", pdus[4], expert=experts("5.5-2"),
        receiver="drop_replay")
    return capture


def links():
    """links: everything that DIMP travels in."""
    capture = Capture("links", "EtherType and UDP, in VLAN tags and integrity-only MACsec, padded, jumbo")
    sealer = capture.sealer

    def add(what, clause, wrap, chunk, expert=()):
        view = data_view(chunk, [plain_record(EXAMPLES["dhcp_binding"])])
        capture.frame(what, clause, wrap(sealer.seal(data(chunk, EXAMPLES["dhcp_binding"]))),
                      opened(view), expert)
    head = Ether(dst=THERE, src=HERE)
    raw = Raw
    datagram = UDP(sport=34997, dport=34997)
    add("Ethernet", "3-2", ethernet, 0)
    add("a VLAN tag", "3-2", lambda pdu: bytes(head / Dot1Q(vlan=100, type=0x88B5) / raw(pdu)), 1)
    add("a priority tag", "3-2", lambda pdu: bytes(head / Dot1Q(vlan=0, prio=6, type=0x88B5) / raw(pdu)), 2)
    add("QinQ", "3-2", lambda pdu: bytes(head / Dot1AD(vlan=7) / Dot1Q(vlan=100, type=0x88B5) / raw(pdu)),
        3)
    add("UDP over IPv4", "3-3", lambda pdu: bytes(
        head / IP(src="192.0.2.1", dst="192.0.2.2", id=1, flags="DF") / datagram / raw(pdu)), 4)
    add("UDP over IPv6", "3-3", lambda pdu: bytes(
        head / IPv6(src="2001:db8::1", dst="2001:db8::2") / datagram / raw(pdu)), 5)
    add("UDP over IPv4 in a VLAN", "3-3", lambda pdu: bytes(
        head / Dot1Q(vlan=9) / IP(src="192.0.2.1", dst="192.0.2.2", id=2, flags="DF") / datagram /
        raw(pdu)), 6)
    sa = MACsecSA(sci=bytes.fromhex("0200000001010001"), an=1, pn=1, key=bytes(range(16)), icvlen=16,
                  encrypt=0, send_sci=1)
    capture.keys += sak_line(bytes.fromhex("0200000001010001"), 1, bytes(range(16)))
    add("integrity-only MACsec", "3-2", lambda pdu: macsec(sa, pdu), 7)
    add("padding of zeros", "3-2", lambda pdu: ethernet(pdu) + bytes(30), 8)
    add("padding that is not zero", "3-2", lambda pdu: ethernet(pdu) + b"\xa5" * 30, 9, experts("3-2"))
    records = [put("organisation_specific", identifier=each, value=b"\5" * 1000) for each in range(6)]
    views = [data_view(20 + each, [plain_record(record)]) for each, record in enumerate(records)]
    payload = b"".join(data(20 + each, record) for each, record in enumerate(records))
    payload += 2 * tlv(0x8031, bytes(1000))
    payload += tlv(0x8031, bytes(8940 - len(payload) - 4))
    capture.frame("a jumbo PDU, the largest there is", "3-5", ethernet(sealer.seal(payload)),
                  opened(*views))
    assert len(payload) == 8940
    return capture


def macsec(sa, pdu):
    """An integrity-only MACsec frame whose ICV is right."""
    frame = sa.encrypt(sa.encap(Ether(dst=THERE, src=HERE, type=0x88B5) / Raw(pdu)))
    sa.pn += 1
    return bytes(frame)


def sliced():
    """sliced: one frame of which less and less was captured."""
    capture = Capture("sliced", "frames of which a part was captured: shown as sliced, not as wrong")
    octets = data(0, EXAMPLES["macsec_sa"], EXAMPLES["dhcp_binding"])
    frame = ethernet(capture.sealer.seal(octets))
    views = [data_view(0, [plain_record(EXAMPLES[name]) for name in ("macsec_sa", "dhcp_binding")])]
    capture.frame("all of it", "4.1-4", frame, opened(*views))
    for size in (len(frame) - 1, len(frame) - 16, len(frame) - 17, 60, 46, 31, 30, 29, 18, 16, 15):
        capture.frame(f"{size} octets of it", "4.1-4", frame, {"state": "sliced"}, captured=size)
    padded = frame + bytes(10)
    capture.frame("the padding cut off: nothing of the PDU is missing", "3-2", padded,
                  opened(*views), experts("5.5-1"), captured=len(frame))
    return capture


CAPTURES = (migration, messages, di_types, boundary, attacks, links, sliced)
