"""The rules of the DI types (docs/spec, section 8): one function for each, that raises the Refusal of
the first rule which a well-formed record breaks. Rules about KEY fields come first and hold for DELETE,
too; the others are for PUT (6.3-11, 8.0-4). A DI type without a function has no rules of its own."""

from .facts import INFINITE, NUMBERS, PUT, Refusal

MAPPED = bytes(10) + b"\xff\xff"
NO_ADDRESS = bytes(16)
ES, SC, SCB = 0x40, 0x20, 0x10
# cipher suite: octets of the SAK, extended packet numbers or not (8.3-2)
SUITES = {0x0080C20001000001: (16, False), 0x0080C20001000002: (32, False),
          0x0080C20001000003: (16, True), 0x0080C20001000004: (32, True)}


def need(is_right, clause, error="MALFORMED_RECORD"):
    """Refuses the record if a rule is broken."""
    if not is_right:
        raise Refusal(error, clause)


def is_station(mac):
    """8.0-6: neither zero nor a group's."""
    return any(mac) and not mac[0] & 1


def is_mapped(address):
    """6.1-9: an IPv4 address in a field of type IP."""
    return address[:12] == MAPPED


def is_host(address):
    """8.0-6, of 4 or 16 octets."""
    if len(address) == 16 and not is_mapped(address):
        return address[0] != 0xFF
    return 1 <= address[-4] <= 223


def is_group(address):
    """8.0-10."""
    if is_mapped(address):
        return 224 <= address[12] <= 239
    return address[0] == 0xFF


def named(kind, name):
    return NUMBERS[kind][name]


def dot1x_session(is_put, of):
    need(is_station(of["client"]), "8.1-2")


def dynamic_acl(is_put, of):
    need(is_station(of["client"]), "8.2-2")
    if not is_put:
        return
    for prefix, address in (("source_prefix", "source"), ("destination_prefix", "destination")):
        bits = of[prefix]
        need(bits <= 128, "8.2-3")
        if bits == 0:
            need(of[address] == NO_ADDRESS, "8.2-3")
        elif is_mapped(of[address]):
            need(bits >= 96, "8.2-3")
    need(of["port_first"] <= of["port_last"], "8.2-4")


def macsec_sa(is_put, of):
    need(of["association_number"] <= 3, "8.3-3")
    if not is_put:
        return
    need(of["cipher_suite"] in SUITES, "8.3-2", "UNSUPPORTED_CIPHER")
    key_size, is_extended = SUITES[of["cipher_suite"]]
    offsets = (0,) if is_extended else (0, 30, 50)
    need(of["confidentiality_offset"] in offsets, "8.3-3", "UNSUPPORTED_CIPHER")
    need("sak" in of, "8.3-4", "MISSING_TLV")
    if is_extended:
        need("ssci" in of and "salt" in of, "8.3-4", "MISSING_TLV")
        need(len(of["salt"]) == 12, "8.3-4")
    else:
        need("ssci" not in of and "salt" not in of, "8.3-4")
    need(len(of["sak"]) == key_size, "8.3-4")
    need(not of["sectag"] & ~(ES | SC | SCB), "8.3-5", "RESERVED_SET")
    need(not (of["sectag"] & SC and of["sectag"] & (ES | SCB)), "8.3-5")
    need(of["next_pn"] >= 1 and of["lowest_pn"] >= 1, "8.3-6")
    end = 0xC000000000000000 if is_extended else 0xC0000000
    need(of["next_pn"] < end and of["lowest_pn"] < end, "8.3-6", "PN_EXHAUSTED")


def dhcp_binding(is_put, of):
    need(is_station(of["client"]), "8.4-2")
    if is_put:
        need(is_host(of["address"]), "8.4-2")


def multicast_membership(is_put, of):
    group, source = of["group"], of["source"]
    need(is_group(group), "8.5-2")
    if source != NO_ADDRESS:
        need(is_host(source) and is_mapped(source) == is_mapped(group), "8.5-2")
    if is_put:
        need(1 <= of["host_version"] <= (3 if is_mapped(group) else 2), "8.5-4")
        is_blocked = source != NO_ADDRESS and of["filter_mode"] == named("FILTER_MODE", "EXCLUDE")
        need(not is_blocked or of["remaining"] == INFINITE, "8.5-5")


def mka_participant(is_put, of):
    if not is_put:
        return
    need(any(of["member"]), "8.6-3")
    need(of["next_message"] and of["next_key"] and of["mka_version"], "8.6-3")
    need(of["next_association_number"] <= 3, "8.6-3")
    need("icv_key" in of and "wrapping_key" in of, "8.6-4", "MISSING_TLV")
    need(len(of["icv_key"]) in (16, 32) and len(of["wrapping_key"]) in (16, 32), "8.6-4")
    for key in ("latest", "old"):
        need(of[key + "_association_number"] <= 3, "8.6-6")
        if not any(of[key + "_key"]):
            need(not (of[key + "_association_number"] or of[key + "_is_receiving"] or
                      of[key + "_is_transmitting"] or of[key + "_lowest_pn"]), "8.6-6")
    if any(of["latest_key"]) and any(of["old_key"]):
        need(of["latest_association_number"] != of["old_association_number"], "8.6-6")


def mka_peer(is_put, of):
    need(any(of["member"]), "8.7-2")
    if is_put:
        need(of["last_message"] >= 1, "8.7-3")
        need(of["remaining"] != INFINITE, "8.7-5")


def learned_mac(is_put, of):
    need(is_station(of["client"]), "8.8-2")


def dhcpv6_binding(is_put, of):
    address, bits = of["address"], of["prefix"]
    need(is_station(of["client"]), "8.9-2")
    need(is_host(address) and not is_mapped(address) and address != NO_ADDRESS, "8.9-2")
    need(1 <= bits <= 128, "8.9-2")
    need(int.from_bytes(address, "big") & (1 << (128 - bits)) - 1 == 0, "8.9-2")
    if not is_put:
        return
    need(of.get("transaction", 0) <= 0xFFFFFF, "8.9-4")
    for name in ("client_duid", "server_duid"):
        need(name not in of or 3 <= len(of[name]) <= 130, "8.9-4")


def savi_binding(is_put, of):
    need(is_host(of["address"]) and of["address"] != NO_ADDRESS, "8.10-2")
    if not is_put:
        return
    need(is_station(of["client"]), "8.10-2")
    if of["state"] == named("SAVI_STATE", "VALID"):
        need("test_remaining" not in of, "8.10-4")
    else:
        need("test_remaining" in of, "8.10-4", "MISSING_TLV")
        need(of["test_remaining"] != INFINITE, "8.10-4")


def arp_entry(is_put, of):
    need(is_host(of["address"]), "8.11-2")
    if is_put:
        need(is_station(of["client"]), "8.11-2")


def multicast_router(is_put, of):
    need(is_host(of["router"]) and of["router"] != NO_ADDRESS, "8.12-2")
    if not is_put:
        return
    if of["is_querier"]:
        need(1 <= of["version"] <= (3 if is_mapped(of["router"]) else 2), "8.12-3")
        need("querier_remaining" in of, "8.12-3", "MISSING_TLV")
    else:
        need(of["version"] == 0, "8.12-3")
        told = ("querier_remaining", "query_interval", "response_interval", "robustness")
        need(not any(name in of for name in told), "8.12-3")


def need_registration(of, clause):
    """8.13-3: IN for ever, or LEAVING for a while."""
    is_in = of["registrar"] == named("REGISTRAR", "IN")
    need(is_in == (of["remaining"] == INFINITE), clause)


def mvrp_registration(is_put, of):
    need(1 <= of["vlan"], "8.13-2")
    if is_put:
        need(is_station(of["origin"]), "8.13-2")
        need_registration(of, "8.13-3")


def mmrp_registration(is_put, of):
    address = of["address"]
    if of["kind"] == named("MMRP_ATTRIBUTE", "ADDRESS"):
        is_reserved = address[:5] == bytes.fromhex("0180c20000") and address[5] <= 0x0F
        need(any(address) and not is_reserved and of["service"] == 0, "8.14-2")
    else:
        need(not any(address) and of["service"] <= 1, "8.14-2")
    if is_put:
        need(is_station(of["origin"]), "8.14-3")
        need_registration(of, "8.14-3")


def policer(is_put, of):
    need(not any(of["client"]) or is_station(of["client"]), "8.15-2")
    if not is_put:
        return
    if of["meter"] == named("METER", "SINGLE_RATE"):
        need(of["excess_rate"] == 0, "8.15-3")
    if of["meter"] == named("METER", "TWO_RATES"):
        need(of["excess_rate"] >= of["committed_rate"], "8.15-3")
    if of["meter"] != named("METER", "BANDWIDTH_PROFILE"):
        need(of["is_coupled"] == 0, "8.15-3")
    need(of["committed_tokens"] <= of["committed_burst"], "8.15-4")
    need(of["excess_tokens"] <= of["excess_burst"], "8.15-4")


def traffic_counters(is_put, of):
    need(not any(of["client"]) or is_station(of["client"]), "8.16-2")


def portal_session(is_put, of):
    need(is_station(of["client"]), "8.17-2")
    if is_put:
        need("octets_quota" not in of or "octets_used" in of, "8.17-4", "MISSING_TLV")


def organisation_specific(is_put, of):
    need(any(of["oui"]), "8.63-2")


RULES = {rule.__name__: rule for rule in (
    dot1x_session, dynamic_acl, macsec_sa, dhcp_binding, multicast_membership, mka_participant,
    mka_peer, learned_mac, dhcpv6_binding, savi_binding, arp_entry, multicast_router,
    mvrp_registration, mmrp_registration, policer, traffic_counters, portal_session,
    organisation_specific)}


def check(block, operation, values):
    """Raises the Refusal of the first rule of the DI type that the record breaks."""
    rule = RULES.get(block.name)
    if rule:
        rule(operation == PUT, values)
