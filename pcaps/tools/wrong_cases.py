"""Fixtures that break a receive rule of sections 4, 6, 7 or 8: each named with its clause and error."""

from fixture_parts import (KEY, INDEX, Capture, built, data, data_view, delete, ethernet, experts, message,
                           patched, put, tlv)

from dimp_scapy import DIMP, Sealer, message_from_plain

M = "MALFORMED_RECORD"
FILTER = tlv(0x0101, bytes.fromhex("02000000000a0064"))
GROUP_MAC = "01:00:00:00:00:0a"
NO_MAC = "00:00:00:00:00:00"


def dropped(counter="drop_malformed"):
    return {"state": "dropped", "counter": counter}


def pdus():
    """wrong-pdus: every check of the header (10.3, rows 3 to 7, 15, 19)."""
    capture = Capture("wrong-pdus", "PDUs whose header breaks a rule of section 4")
    good = capture.sealer.seal(tlv(0x31))

    def add(what, clause, octets, expert=None, counter="drop_malformed"):
        capture.frame(what, clause, ethernet(octets)[:14 + len(octets)], dropped(counter),
                      expert or experts(clause), receiver=counter)
    add("version 2", "4.1-2", b"\x23" + good[1:], counter="drop_version")
    add("version 0", "4.1-2", b"\x03" + good[1:], counter="drop_version")
    for kind in (0, 4, 15):
        add(f"kind {kind}", "4.1-3", bytes([0x10 | kind]) + good[1:])
    add("reserved octet 1", "4.1-3", good[:1] + b"\x01" + good[2:],
        experts("4.1-3") + experts("5.4-4"))
    add("fewer than 16 octets", "4.1-4", good[:15])
    add("a header and nothing else", "4.1-4", good[:16])
    add("size 15", "4.1-4", patched(good, 2, b"\x00\x0f"))
    add("size beyond what arrived", "4.1-4", patched(good, 2, b"\x00\x25"))
    add("size 31: no room for a seal", "4.2-1", bytes(DIMP(kind=3, size=31)) + bytes(20))
    add("INITIATION with an index", "4.1-6", bytes(DIMP(kind=1, size=144, receiver_index=1)) +
        b"\2" * 128)
    add("INITIATION with a number", "4.1-6", bytes(DIMP(kind=1, size=144, packet_number=1)) +
        b"\2" * 128)
    add("REPLY with a number", "4.1-6", bytes(DIMP(kind=2, size=72, receiver_index=7,
                                                   packet_number=1)) + b"\2" * 56)
    add("INITIATION of 143 octets", "4.2-1", bytes(DIMP(kind=1, size=143)) + bytes(127))
    add("INITIATION of 145 octets", "4.2-1", bytes(DIMP(kind=1, size=145)) + bytes(129))
    add("REPLY of 71 octets", "4.2-1", bytes(DIMP(kind=2, size=71, receiver_index=7)) + bytes(55))
    add("REPLY of 73 octets", "4.2-1", bytes(DIMP(kind=2, size=73, receiver_index=7)) + bytes(57))
    add("number 2^23", "5.4-2", Sealer(KEY, INDEX).seal(tlv(0x31), 1 << 23))
    return capture


def messages():
    """wrong-messages: every rule of section 7, and those of 6 that a message can break."""
    capture = Capture("wrong-messages", "messages that break a rule of sections 6 and 7")
    wrong = capture.wrong
    request = message("REQUEST")
    bare = {name: value for name, value in request.items() if name not in ("ticket", "filter")}
    head = bytes(message_from_plain(bare))[4:]
    ticket = tlv(1, bytes(113))
    offer = bytes(message_from_plain({"message": "OFFER", "migration": 1, "epoch": 1}))[4:]
    row = bytes.fromhex("0004 00000001 00000022")
    capture.payload("a rest that is no TLV", "5.4-5", tlv(0x31) + b"\0\1", [
        {"message": "PING"}, {"error": "TRUNCATED"}], experts("5.4-5"))
    capture.payload("a message cut short", "5.4-5", built("CANCEL")[:-1], [{"error": "TRUNCATED"}],
                    experts("5.4-5"))
    wrong("a mode without a name", "6.1-6", "BAD_VALUE", built("REQUEST", mode=3))
    wrong("mode 0", "6.1-6", "BAD_VALUE", built("SOLICIT", mode=0))
    wrong("a phase without a name", "6.1-6", "BAD_VALUE", built("PROGRESS", phase=10))
    wrong("a result without a name", "6.1-6", "BAD_VALUE", built("RESPONSE", result=0))
    wrong("a reason without a name", "6.1-6", "BAD_VALUE", built("RESPONSE", reason=5),
          experts("6.1-6") + experts("9.5-3"))
    wrong("error 160, a speaker's own", "6.1-6", "BAD_VALUE", built("REFUSE", error=160))
    wrong("a holding without a name", "6.1-6", "BAD_VALUE", built("I-HAVE", holding=4))
    wrong("DI type 0 in a row", "6.1-6", "BAD_VALUE",
          tlv(0x11, offer + tlv(0x102, b"\0\0" + row[2:])))
    wrong("DI type 64 in a row", "6.1-6", "BAD_VALUE",
          tlv(0x11, offer + tlv(0x102, b"\0\x40" + row[2:])))
    wrong("advice without a name", "6.1-7", "BAD_VALUE", built("RESPONSE", advice=8),
          experts("6.1-7") + experts("9.5-3"))
    wrong("a flag of 2", "6.1-4", "BAD_VALUE", built("ABORTED", is_from_source=2))
    wrong("VLAN 4095 in a filter", "6.1-5", "BAD_VALUE",
          tlv(0x01, head + tlv(0x101, bytes.fromhex("02000000000a0fff"))))
    wrong("an unknown message without bit S", "6.2-3", "UNKNOWN_MESSAGE", tlv(0x00FF, b"new"))
    wrong("octets after the parameters", "6.2-6", "TRUNCATED", tlv(0x01, head + FILTER + b"\0"))
    wrong("octets after a message without parameters", "6.2-6", "TRUNCATED", tlv(0x31, b"\0\1"))
    wrong("a message of 1,401 octets", "7.2-2", "BAD_LENGTH", tlv(0x31, tlv(0x8101, bytes(1393))))
    for label in ("REQUEST", "RELEASED", "DATA", "ACK", "CLOSE"):
        octets = built(label) if label != "DATA" else data(0)
        size = {"REQUEST": 106, "RELEASED": 20, "DATA": 18, "ACK": 16, "CLOSE": 2}[label]
        wrong(f"{label} whose fixed part lacks an octet", "7.2-2", "TRUNCATED",
              tlv(int.from_bytes(octets[:2], "big"), octets[4:4 + size - 1]))
    wrong("REQUEST without FILTER", "7.2-3", "MISSING_TLV", tlv(0x01, head))
    wrong("REQUEST with 17 FILTERs", "7.2-3", "TOO_MANY", tlv(0x01, head + 17 * FILTER))
    wrong("a parameter of another kind", "7.2-3", "UNKNOWN_TLV",
          tlv(0x01, head + FILTER + tlv(0x102, row)))
    wrong("a parameter where there are none", "7.2-3", "UNKNOWN_TLV", tlv(0x31, FILTER))
    wrong("FILTER in DATA", "7.2-5", "UNKNOWN_TLV", tlv(0x14, data(0)[4:] + FILTER))
    wrong("a TLV of DATA that does not fit", "7.2-5", "TRUNCATED", tlv(0x14, data(0)[4:] + b"\2\4\0\1"))
    wrong("a ticket twice", "7.2-7", "DUPLICATE_TLV", tlv(0x01, head + 2 * ticket + FILTER))
    wrong("a ticket behind a FILTER", "7.2-7", "BAD_VALUE", tlv(0x01, head + FILTER + ticket))
    wrong("a ticket of 112 octets", "6.3-8", "BAD_LENGTH", tlv(0x01, head + tlv(1, bytes(112)) + FILTER))
    wrong("an unknown attribute", "6.2-3", "UNKNOWN_TLV", tlv(0x01, head + tlv(2, b"") + FILTER))
    wrong("a row that ends early", "7.3-2", "TRUNCATED", tlv(0x11, offer + tlv(0x102, row[:-1])))
    wrong("octets behind a row", "7.3-2", "TRAILING", tlv(0x11, offer + tlv(0x102, row + b"\0")))
    wrong("a DI type twice", "7.3-3", "DUPLICATE_TLV", tlv(0x11, offer + 2 * tlv(0x102, row)))
    ack = {"message": "ACK", "largest": 1, "delay": 0, "first_length": 2, "ack_range": []}
    capture.payload("ACK of numbers below 0", "5.6-2", bytes(message_from_plain(ack)), [ack],
                    experts("5.6-2"))
    return capture


def general_records(capture):
    """Records that break a rule of section 6."""
    wrong = capture.wrong_record
    dhcp = put("dhcp_binding")
    wrong("text of 254 octets", "6.1-3", "BAD_LENGTH", put("dot1x_session", identity="a" * 254))
    wrong("a flag of 2", "6.1-4", "BAD_VALUE", put("learned_mac", is_sticky=2))
    wrong("VLAN 4095", "6.1-5", "BAD_VALUE", put("dhcp_binding", vlan=4095))
    wrong("an action without a name", "6.1-6", "BAD_VALUE", put("dynamic_acl", action=2))
    wrong("a direction without a name", "6.1-6", "BAD_VALUE", put("traffic_counters", direction=0))
    for what, name in (("of 0 octets", b"\0"), ("of 33 octets", b"\x21"), ("with zeros in front", b"\1")):
        key = name + b"\1" * 32 if name != b"\1" else b"\1\1\1" + bytes(30)
        wrong("a CKN " + what, "6.1-11", M, put("mka_peer", key_name=key))
    wrong("an attribute cut short", "6.2-2", "TRUNCATED", put("dhcp_binding", more=b"\0\3\0\4\0"))
    wrong("an unknown DI type", "6.2-3", "UNSUPPORTED_TYPE", tlv(0x0230, b"\1\1new"))
    wrong("an unknown attribute", "6.2-3", "UNKNOWN_TLV", put("dhcp_binding", more=tlv(5, b"\0")))
    wrong("operation 3", "6.3-2", "BAD_VALUE", patched(dhcp, 4, b"\3"))
    wrong("operation 0", "6.3-2", "BAD_VALUE", patched(dhcp, 4, b"\0"))
    wrong("version 2", "6.3-2", "UNSUPPORTED_VERSION", patched(dhcp, 5, b"\2"))
    wrong("a DELETE with values", "6.3-5", "RESERVED_SET",
          patched(delete("dhcp_binding"), 14, b"\x0a"))
    wrong("a DELETE that ends in its zeros behind a value", "6.3-10", "RESERVED_SET",
          tlv(0x0204, patched(delete("dhcp_binding"), 14, b"\x0a")[4:4 + 16]), ("6_3_5", "6_3_6"))
    wrong("a DELETE that ends in its zeros", "6.3-10", "TRUNCATED",
          tlv(0x0204, delete("dhcp_binding")[4:4 + 16]), ("6_3_6",))
    wrong("operation 3 and nothing else", "6.3-10", "BAD_VALUE", tlv(0x0204, b"\3"), ("6_3_2", "6_3_6"))
    wrong("a PUT without a version", "6.3-10", "TRUNCATED", tlv(0x0204, b"\1"), ("6_3_6",))
    wrong("a DELETE with attributes", "6.3-5", "TRAILING",
          tlv(0x0204, delete("dhcp_binding")[4:] + tlv(1, bytes(4))))
    wrong("a fixed part that ends early", "6.3-6", "TRUNCATED", tlv(0x0204, dhcp[4:4 + 17]))
    wrong("a record without octets", "6.3-6", "TRUNCATED", tlv(0x0204))
    wrong("an attribute twice", "6.3-7", "DUPLICATE_TLV",
          put("dhcp_binding", more=tlv(2, bytes.fromhex("0a000001"))))
    wrong("attributes out of order", "6.3-7", "BAD_VALUE",
          put("dhcp_binding", ("transaction",), tlv(1, bytes(4))))
    wrong("an attribute of another size", "6.3-8", "BAD_LENGTH",
          put("dhcp_binding", ("server",), tlv(2, bytes(5))))
    wrong("a record of 1,201 octets", "6.3-9", "RECORD_TOO_LONG",
          put("organisation_specific", value=b"\1" * 1024, more=tlv(0x8005, bytes(150))))


def records_of_ports(capture):
    """Records that break a rule of 8.1 to 8.5."""
    wrong = capture.wrong_record
    wrong("client a group's", "8.1-2", M, put("dot1x_session", client=GROUP_MAC))
    wrong("DELETE of no client", "8.1-2", M, delete("dot1x_session", client=NO_MAC))
    wrong("no client", "8.2-2", M, put("dynamic_acl", client=NO_MAC))
    wrong("prefix of 95 for IPv4", "8.2-3", M, put("dynamic_acl", source_prefix=95))
    wrong("prefix of 129", "8.2-3", M, put("dynamic_acl", destination="2001:db8::",
                                            destination_prefix=129))
    wrong("any address, but not zero", "8.2-3", M, put("dynamic_acl", source_prefix=0))
    wrong("ports backwards", "8.2-4", M, put("dynamic_acl", port_first=444))
    suite = 0x0080C20001000000
    extended = {"cipher_suite": suite + 3, "confidentiality_offset": 0, "ssci": 1,
                "salt": bytes(12)}
    sa = "macsec_sa"
    wrong("cipher suite 5", "8.3-2", "UNSUPPORTED_CIPHER", put(sa, cipher_suite=suite + 5))
    wrong("offset 31", "8.3-3", "UNSUPPORTED_CIPHER", put(sa, confidentiality_offset=31))
    wrong("offset 30 with XPN", "8.3-3", "UNSUPPORTED_CIPHER",
          put(sa, **{**extended, "confidentiality_offset": 30}))
    wrong("AN 4", "8.3-3", M, put(sa, association_number=4))
    wrong("no SAK", "8.3-4", "MISSING_TLV", put(sa, ("sak",)))
    wrong("a SAK of the other size", "8.3-4", M, put(sa, sak=bytes(32)))
    wrong("an SSCI without XPN", "8.3-4", M, put(sa, ssci=1))
    wrong("XPN without SSCI", "8.3-4", "MISSING_TLV", put(sa, ("ssci",), **extended))
    wrong("a salt of 11 octets", "8.3-4", M, put(sa, **{**extended, "salt": bytes(11)}))
    wrong("SecTAG bit 0x01", "8.3-5", "RESERVED_SET", put(sa, sectag=0x21))
    wrong("SC with ES", "8.3-5", M, put(sa, sectag=0x60))
    wrong("SC with SCB", "8.3-5", M, put(sa, sectag=0x30))
    wrong("next PN 0", "8.3-6", M, put(sa, next_pn=0))
    wrong("next PN at its end", "8.3-6", "PN_EXHAUSTED", put(sa, next_pn=0xC0000000))
    wrong("next XPN at its end", "8.3-6", "PN_EXHAUSTED",
          put(sa, **extended, next_pn=0xC000000000000000))
    wrong("client a group's", "8.4-2", M, put("dhcp_binding", client=GROUP_MAC))
    wrong("address a group's", "8.4-2", M, put("dhcp_binding", address="224.0.0.1"))
    wrong("address 0.0.0.0", "8.4-2", M, put("dhcp_binding", address="0.0.0.0"))
    wrong("group no group's", "8.5-2", M, put("multicast_membership", group="10.0.0.1"))
    wrong("source of the other family", "8.5-2", M,
          put("multicast_membership", source="2001:db8::1", filter_mode="INCLUDE"))
    wrong("IGMPv4", "8.5-4", M, put("multicast_membership", host_version=4))
    wrong("a blocked source with an end of its own", "8.5-5", M,
          put("multicast_membership", source="10.0.0.1"))
    wrong("MLDv3", "8.5-4", M, put("multicast_membership", group="ff02::1:3"))


def records_of_keys(capture):
    """Records that break a rule of 8.6 or 8.7."""
    wrong, mka = capture.wrong_record, "mka_participant"
    wrong("no MI", "8.6-3", M, put(mka, member=bytes(12)))
    wrong("next MN 0", "8.6-3", M, put(mka, next_message=0))
    wrong("next KN 0", "8.6-3", M, put(mka, next_key=0))
    wrong("MKA version 0", "8.6-3", M, put(mka, mka_version=0))
    wrong("next AN 4", "8.6-3", M, put(mka, next_association_number=4))
    wrong("no KEK", "8.6-4", "MISSING_TLV", put(mka, ("wrapping_key",)))
    wrong("an ICK of 17 octets", "8.6-4", M, put(mka, icv_key=bytes(17)))
    wrong("latest AN 4", "8.6-6", M, put(mka, latest_association_number=4))
    wrong("no old key, but it receives", "8.6-6", M, put(mka, old_is_receiving=1))
    wrong("two keys with one AN", "8.6-6", M, put(mka, old_key="11" * 16))
    wrong("no MI", "8.7-2", M, put("mka_peer", member=bytes(12)))
    wrong("last MN 0", "8.7-3", M, put("mka_peer", last_message=0))
    wrong("a life without end", "8.7-5", M, put("mka_peer", remaining=None))


def records_of_addresses(capture):
    """Records that break a rule of 8.8 to 8.12."""
    wrong = capture.wrong_record
    wrong("address a group's", "8.8-2", M, put("learned_mac", client=GROUP_MAC))
    dhcpv6 = "dhcpv6_binding"
    wrong("client a group's", "8.9-2", M, put(dhcpv6, client=GROUP_MAC))
    for address in ("ff02::1", "10.0.0.1", "::"):
        wrong("address " + address, "8.9-2", M, put(dhcpv6, address=address))
    wrong("prefix 129", "8.9-2", M, put(dhcpv6, prefix=129))
    wrong("bits behind the prefix", "8.9-2", M, put(dhcpv6, prefix=64))
    wrong("a transaction of 25 bits", "8.9-4", M, put(dhcpv6, transaction=0x1000000))
    wrong("a DUID of 2 octets", "8.9-4", M, put(dhcpv6, client_duid="0001"))
    savi = "savi_binding"
    wrong("address ::", "8.10-2", M, put(savi, address="::"))
    wrong("client a group's", "8.10-2", M, put(savi, client=GROUP_MAC))
    wrong("a test without its time", "8.10-4", "MISSING_TLV", put(savi, state="TESTING"))
    wrong("valid, with a test's time", "8.10-4", M, put(savi, test_remaining=1))
    wrong("a test without end", "8.10-4", M, put(savi, state="TENTATIVE", test_remaining=None))
    wrong("address 0.0.0.10", "8.11-2", M, put("arp_entry", address="0.0.0.10"))
    wrong("client a group's", "8.11-2", M, put("arp_entry", client=GROUP_MAC))
    router = "multicast_router"
    wrong("router a group's", "8.12-2", M, put(router, router="ff02::1", version=2))
    wrong("IGMPv4 querier", "8.12-3", M, put(router, version=4))
    wrong("a querier without its time", "8.12-3", "MISSING_TLV", put(router, ("querier_remaining",)))
    wrong("no querier, with a version", "8.12-3", M, put(
        router, ("querier_remaining", "query_interval", "response_interval", "robustness"),
        is_querier=0))
    wrong("no querier, with its times", "8.12-3", M, put(router, is_querier=0, version=0))


def records_of_services(capture):
    """Records that break a rule of 8.13 to 8.17, or 8.63."""
    wrong = capture.wrong_record
    wrong("VLAN 0", "8.13-2", M, put("mvrp_registration", vlan=0))
    wrong("origin a group's", "8.13-2", M, put("mvrp_registration", origin=GROUP_MAC))
    wrong("LEAVING for ever", "8.13-3", M, put("mvrp_registration", registrar="LEAVING"))
    wrong("IN for a while", "8.13-3", M, put("mvrp_registration", remaining=1))
    mmrp = "mmrp_registration"
    wrong("a reserved address", "8.14-2", M, put(mmrp, address="01:80:c2:00:00:0f"))
    wrong("an address and a service", "8.14-2", M, put(mmrp, service=1))
    wrong("a service and an address", "8.14-2", M, put(mmrp, kind="SERVICE"))
    wrong("service 2", "8.14-2", M, put(mmrp, kind="SERVICE", service=2, address=NO_MAC))
    wrong("origin a group's", "8.14-3", M, put(mmrp, origin=GROUP_MAC))
    wrong("IN for a while", "8.14-3", M, put(mmrp, remaining=1))
    wrong("client a group's", "8.15-2", M, put("policer", client=GROUP_MAC))
    wrong("single rate with a second", "8.15-3", M, put("policer", meter="SINGLE_RATE"))
    wrong("peak below committed", "8.15-3", M, put("policer", excess_rate=1))
    wrong("coupled", "8.15-3", M, put("policer", is_coupled=1))
    wrong("more tokens than the burst", "8.15-4", M, put("policer", committed_tokens=65537))
    wrong("client a group's", "8.16-2", M, put("traffic_counters", client=GROUP_MAC))
    wrong("client a group's", "8.17-2", M, put("portal_session", client=GROUP_MAC))
    wrong("a quota without use", "8.17-4", "MISSING_TLV",
          put("portal_session", ("octets_used",), octets_quota=9))
    wrong("no OUI", "8.63-2", M, put("organisation_specific", oui="00:00:00"))


def records():
    """wrong-records: every rule of sections 6 and 8 that a record's octets can break."""
    capture = Capture("wrong-records", "records that break a rule of sections 6 and 8, inside right DATA")
    for add in (general_records, records_of_ports, records_of_keys, records_of_addresses,
                records_of_services):
        add(capture)
    right = put("dhcp_binding", ("transaction", "server"))
    chunk = len(capture.cases)
    view = {"type": "dhcp_binding", "operation": "PUT", "vlan": 100, "client": "02:00:00:00:00:0a",
            "address": "10.0.0.10", "remaining": 12345}
    capture.payload("a wrong record between two right ones", "7.2-5",
                    data(chunk, right, put("dhcp_binding", vlan=4095), right),
                    [data_view(chunk, [view, {"error": "BAD_VALUE"}, view])], experts("6.1-5"))
    return capture


CAPTURES = (pdus, messages, records)
