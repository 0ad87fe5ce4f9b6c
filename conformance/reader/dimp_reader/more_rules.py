"""The rules of the DI types from 6 on (sections 8.6 to 8.62)."""
from .checks import is_host, is_mapped, is_station, require

INFINITE = 0xffffffff
RESERVED_GROUPS = bytes.fromhex("0180c20000")


def is_ckn(octets):
    return 1 <= octets[0] <= 32 and not any(octets[1 + octets[0]:])


def is_host_not_zero(address):
    return is_host(address) and any(address)


def participant_key(fields):
    require(is_ckn(fields["key_name"]))


def participant_values(record, fields):
    require(any(fields["member"]))
    require(fields["next_message"] >= 1 and fields["mka_version"] >= 1 and fields["next_key"] >= 1)
    require(fields["next_association_number"] <= 3)
    for name in ("icv_key", "wrapping_key"):
        octets = record.attribute(name)
        require(octets is not None, "MISSING_TLV")
        require(len(octets) in (16, 32))
    for which in ("latest", "old"):
        about = [fields[which + suffix] for suffix in
                 ("_association_number", "_is_receiving", "_is_transmitting", "_lowest_pn")]
        require(about[0] <= 3)
        require(any(fields[which + "_key"]) or not any(about))
    if any(fields["latest_key"]) and any(fields["old_key"]):
        require(fields["latest_association_number"] != fields["old_association_number"])


def peer_key(fields):
    require(is_ckn(fields["key_name"]))
    require(any(fields["member"]))


def peer_values(_, fields):
    require(fields["last_message"] >= 1)
    require(fields["remaining"] != INFINITE)


def client_key(fields):
    require(is_station(fields["client"]))


def no_rule(*_):
    pass


def dhcpv6_key(fields):
    client_key(fields)
    address, prefix = fields["address"], fields["prefix"]
    require(is_host_not_zero(address) and not is_mapped(address))
    require(1 <= prefix <= 128)
    require(not int.from_bytes(address, "big") & ((1 << (128 - prefix)) - 1))


def dhcpv6_values(record, _):
    transaction = record.attribute("transaction")
    require(transaction is None or transaction[0] == 0)
    for name in ("client_duid", "server_duid"):
        duid = record.attribute(name)
        require(duid is None or 3 <= len(duid) <= 130)


def savi_key(fields):
    require(is_host_not_zero(fields["address"]))


def savi_values(record, fields):
    client_key(fields)
    test = record.attribute("test_remaining")
    if fields["state"] == 2:
        require(test is None)
    else:
        require(test is not None, "MISSING_TLV")
        require(int.from_bytes(test, "big") != INFINITE)


def arp_key(fields):
    require(1 <= fields["address"][0] <= 223)


def arp_values(_, fields):
    client_key(fields)


def router_key(fields):
    require(is_host_not_zero(fields["router"]))


def router_values(record, fields):
    if fields["is_querier"]:
        require(1 <= fields["version"] <= (3 if is_mapped(fields["router"]) else 2))
        require(record.attribute("querier_remaining") is not None, "MISSING_TLV")
    else:
        require(fields["version"] == 0)
        require(not any(kind < 0x8000 for kind, _ in record.attributes))


def mvrp_key(fields):
    require(fields["vlan"] >= 1)


def registration_values(_, fields):
    require(is_station(fields["origin"]))
    require((fields["registrar"] == 1) == (fields["remaining"] == INFINITE))


def mmrp_key(fields):
    address = fields["address"]
    if fields["kind"] == 2:
        require(any(address) and not (address[:5] == RESERVED_GROUPS and address[5] <= 0x0f))
        require(fields["service"] == 0)
    else:
        require(not any(address))
        require(fields["service"] <= 1)


def whole_or_client_key(fields):
    require(not any(fields["client"]) or is_station(fields["client"]))


def policer_values(_, fields):
    meter = fields["meter"]
    require(meter != 1 or fields["excess_rate"] == 0)
    require(meter != 2 or fields["excess_rate"] >= fields["committed_rate"])
    require(meter == 3 or not fields["is_coupled"])
    require(fields["committed_tokens"] <= fields["committed_burst"])
    require(fields["excess_tokens"] <= fields["excess_burst"])


def portal_values(record, _):
    require(record.attribute("octets_quota") is None or record.attribute("octets_used") is not None, "MISSING_TLV")


MORE_RULES = {
    6: (participant_key, participant_values),
    7: (peer_key, peer_values),
    8: (client_key, no_rule),
    9: (dhcpv6_key, dhcpv6_values),
    10: (savi_key, savi_values),
    11: (arp_key, arp_values),
    12: (router_key, router_values),
    13: (mvrp_key, registration_values),
    14: (mmrp_key, registration_values),
    15: (whole_or_client_key, policer_values),
    16: (whole_or_client_key, no_rule),
    17: (client_key, portal_values),
}
