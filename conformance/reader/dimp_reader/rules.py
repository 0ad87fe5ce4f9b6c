"""The rules of each DI type (section 8)."""
from .checks import is_group, is_host, is_mapped, is_station, require
from .more_rules import INFINITE, MORE_RULES

SAK_SIZES = {0x0080c20001000001: 16, 0x0080c20001000002: 32, 0x0080c20001000003: 16, 0x0080c20001000004: 32}
XPN_SUITES = (0x0080c20001000003, 0x0080c20001000004)


def check_rules(record):
    """Raises the first broken rule; DELETE is held to the rules about KEY fields only (8.0-4)."""
    key_rule, value_rule = RULES[record.di_type]
    key_rule(record.fields)
    if record.operation == 1:
        value_rule(record, record.fields)


def client_key(fields):
    require(is_station(fields["client"]))


def no_rule(*_):
    pass


def acl_values(_, fields):
    for end in ("source", "destination"):
        prefix, address = fields[end + "_prefix"], fields[end]
        require(prefix <= 128)
        if prefix == 0:
            require(not any(address))
        else:
            require(prefix >= 96 or not is_mapped(address))
    require(fields["port_first"] <= fields["port_last"])


def macsec_key(fields):
    require(fields["association_number"] <= 3)


def macsec_values(record, fields):
    suite = fields["cipher_suite"]
    require(suite in SAK_SIZES, "UNSUPPORTED_CIPHER")
    is_xpn = suite in XPN_SUITES
    require(fields["confidentiality_offset"] in ((0,) if is_xpn else (0, 30, 50)), "UNSUPPORTED_CIPHER")
    macsec_attributes(record, suite, is_xpn)
    sectag = fields["sectag"]
    require(not sectag & ~0x70, "RESERVED_SET")
    require(not (sectag & 0x20 and sectag & 0x50))
    limit = 0xc000000000000000 if is_xpn else 0xc0000000
    for name in ("next_pn", "lowest_pn"):
        require(fields[name] >= 1)
        require(fields[name] < limit, "PN_EXHAUSTED")


def macsec_attributes(record, suite, is_xpn):
    sak, ssci, salt = (record.attribute(name) for name in ("sak", "ssci", "salt"))
    require(sak is not None, "MISSING_TLV")
    require(len(sak) == SAK_SIZES[suite])
    if is_xpn:
        require(ssci is not None and salt is not None, "MISSING_TLV")
        require(len(salt) == 12)
    else:
        require(ssci is None and salt is None)


def dhcp_values(_, fields):
    require(1 <= fields["address"][0] <= 223)


def multicast_key(fields):
    group, source = fields["group"], fields["source"]
    require(is_group(group))
    require(not any(source) or (is_host(source) and is_mapped(source) == is_mapped(group)))


def multicast_values(_, fields):
    require(1 <= fields["host_version"] <= (3 if is_mapped(fields["group"]) else 2))
    is_blocked = any(fields["source"]) and fields["filter_mode"] == 2
    require(not is_blocked or fields["remaining"] == INFINITE)


def organisation_key(fields):
    require(any(fields["oui"]))


RULES = {
    1: (client_key, no_rule),
    2: (client_key, acl_values),
    3: (macsec_key, macsec_values),
    4: (client_key, dhcp_values),
    5: (multicast_key, multicast_values),
    **MORE_RULES,
    63: (organisation_key, no_rule),
}
