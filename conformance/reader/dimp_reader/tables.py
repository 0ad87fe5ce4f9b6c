"""The tables of the specification, as data: types, names, messages, parameters, DI types, errors."""
from .di_types import MORE_DI_TYPES

# type -> (size, kind); VARIABLE and TEXT sizes are the largest allowed (6.1-3)
TYPES = {
    "U8": (1, "INTEGER"), "U16": (2, "INTEGER"), "U32": (4, "INTEGER"), "U64": (8, "INTEGER"),
    "FLAG": (1, "INTEGER"), "VLAN": (2, "INTEGER"), "MS": (4, "INTEGER"),
    "MODE": (1, "NAMED"), "PHASE": (1, "NAMED"), "RESULT": (1, "NAMED"), "REASON": (1, "NAMED"),
    "ERROR": (2, "NAMED"), "ADVICE": (1, "SET"), "DI_TYPE": (2, "NAMED"), "DI_SET": (8, "SET"),
    "ACL_ACTION": (1, "NAMED"), "DIRECTION": (1, "NAMED"), "VALIDATE": (1, "NAMED"),
    "FILTER_MODE": (1, "NAMED"), "TERMINATION": (1, "NAMED"), "MACSEC_CAPABILITY": (1, "NAMED"),
    "SAVI_ORIGIN": (1, "NAMED"), "SAVI_STATE": (1, "NAMED"), "REGISTRAR": (1, "NAMED"),
    "MMRP_ATTRIBUTE": (1, "NAMED"), "METER": (1, "NAMED"), "MEMBER": (12, "OCTETS"), "CKN": (33, "OCTETS"),
    "HOLDING": (1, "NAMED"), "TICKET": (113, "OCTETS"),
    "MAC": (6, "OCTETS"), "IPV4": (4, "OCTETS"), "IP": (16, "OCTETS"), "OUI": (3, "OCTETS"),
    "SCI": (8, "OCTETS"), "ID16": (16, "OCTETS"), "PEER": (32, "OCTETS"), "VSI": (37, "OCTETS"),
    "OCTETS32": (32, "VARIABLE"), "OCTETS253": (253, "VARIABLE"), "OCTETS1024": (1024, "VARIABLE"),
    "TEXT253": (253, "TEXT"),
}

NAMES = {  # 6.1-10
    "MODE": {1: "ONE_SHOT", 2: "STAGED"},
    "PHASE": {1: "LOCATING", 2: "SOLICITED", 3: "COPYING", 4: "STAGED", 5: "FREEZING",
              6: "COMMITTING", 7: "ACTIVATING", 8: "AT_RISK", 9: "ABORTING"},
    "RESULT": {1: "SUCCESS", 2: "FAIL", 3: "AT_RISK"},
    "REASON": {0: "NONE", 1: "RESOURCE_LIMITED", 2: "TRANSFER_FAILED", 3: "INVALID_DI", 4: "POLICY_CONFLICT"},
    "HOLDING": {0: "NOTHING", 1: "OWNER", 2: "INCOMING", 3: "TOMBSTONE"},
    "ADVICE": {1: "STOP", 2: "RETRY", 4: "CONTINUE_AT_RISK"},
    "ACL_ACTION": {0: "DENY", 1: "PERMIT"},
    "DIRECTION": {1: "RECEIVE", 2: "TRANSMIT"},
    "VALIDATE": {0: "DISABLED", 1: "CHECK", 2: "STRICT"},
    "FILTER_MODE": {1: "INCLUDE", 2: "EXCLUDE"},
    "TERMINATION": {0: "DEFAULT", 1: "RADIUS_REQUEST"},
    "MACSEC_CAPABILITY": {0: "NONE", 1: "INTEGRITY", 2: "CONFIDENTIALITY", 3: "OFFSETS"},
    "SAVI_ORIGIN": {1: "DISCOVERY", 2: "DHCP", 3: "SEND", 4: "MANUAL"},
    "SAVI_STATE": {1: "TENTATIVE", 2: "VALID", 3: "TESTING"},
    "REGISTRAR": {1: "IN", 2: "LEAVING"},
    "MMRP_ATTRIBUTE": {1: "SERVICE", 2: "ADDRESS"},
    "METER": {1: "SINGLE_RATE", 2: "TWO_RATES", 3: "BANDWIDTH_PROFILE"},
}

REASON_OF = {  # 9.4-1
    "NONE": """NONE=0 NO_SUCH_PEER=160 NO_SUCH_VSI=161 NO_SUCH_REQUEST=162 WRONG_STATE=163 TABLE_FULL=164
        VSI_FROZEN=165""",
    "INVALID_DI": """TRUNCATED=1 TRAILING=2 UNKNOWN_TLV=3 DUPLICATE_TLV=4 MISSING_TLV=5 BAD_LENGTH=6 BAD_VALUE=7
        RESERVED_SET=8 UNKNOWN_MESSAGE=10 UNSUPPORTED_TYPE=32 UNSUPPORTED_VERSION=33 MALFORMED_RECORD=34
        RECORD_TOO_LONG=35 UNSUPPORTED_CIPHER=36 PN_EXHAUSTED=37""",
    "RESOURCE_LIMITED": "TOO_MANY=9 ASSOCIATION_NUMBER_BUSY=38 TYPE_LIMIT=41 NO_ROOM=42 MIGRATIONS_LIMIT=78",
    "TRANSFER_FAILED": """BAD_SEAL=11 CONTEXT_NOT_FOUND=64 STALE_SERIAL=65 BUSY=66 ENDED=67 UNKNOWN_MIGRATION=68
        STALE_FREEZE=69 DIGEST_MISMATCH=70 DEADLINE_PASSED=71 CANCELLED=72 PEER_LOST=73 IN_DOUBT=74
        ACTIVATION_FAILED=75 SUPERSEDED=77 REVOKED=79 UNKNOWN_SOURCE=80 THAWED=81 ASSOCIATION_CLOSED=128
        ASSOCIATION_IDLE=129 ASSOCIATION_LIMIT=130 HANDSHAKE_FAILED=131""",
    "POLICY_CONFLICT": "POLICY_REFUSED=39 ENTRY_CONFLICT=40 NOT_AUTHORISED=76",
}
ERRORS, REASONS = {}, {}
for _reason, _text in REASON_OF.items():
    for _item in _text.split():
        _name, _number = _item.split("=")
        ERRORS[_name] = int(_number)
        REASONS[_name] = _reason
ERROR_NAMES = {number: name for name, number in ERRORS.items()}
NAMES["ERROR"] = {number: name for number, name in ERROR_NAMES.items() if number < 160}
ADVICE_OF = {"NONE": 0, "RESOURCE_LIMITED": 1, "TRANSFER_FAILED": 2 | 4, "INVALID_DI": 1 | 4, "POLICY_CONFLICT": 1}


def number_of(kind, name):
    """The number of a name of 6.1-10."""
    return next(number for number, known in NAMES[kind].items() if known == name)


def _fields(text):
    return [tuple(item.split(":")) for item in text.split()]


PARAMS = {  # 7.3
    "filter": (0x0101, _fields("mac:MAC vlan:VLAN")),
    "offer_row": (0x0102, _fields("type:DI_TYPE entries:U32 octets:U32")),
    "result_row": (0x0103, _fields("type:DI_TYPE offered:U32 installed:U32 rejected:U32 error:ERROR")),
    "digest_row": (0x0104, _fields("type:DI_TYPE entries:U32 sum:U64")),
    "ack_range": (0x0105, _fields("gap:U32 length:U32")),
}

# 7.4: name -> (TLV type, fields, parameter or None, fewest, most)
MESSAGES = {
    "request": (0x0001, _fields("request:U64 serial:U64 vsi:VSI mode:MODE source:PEER required:DI_SET "
                                "optional:DI_SET deadline:U32"), "filter", 1, 16),
    "cutover": (0x0002, _fields("request:U64"), None, 0, 0),
    "proceed": (0x0003, _fields("request:U64"), None, 0, 0),
    "cancel": (0x0004, _fields("request:U64"), None, 0, 0),
    "progress": (0x0005, _fields("request:U64 phase:PHASE error:ERROR entries:U32 octets:U32"), None, 0, 0),
    "response": (0x0006, _fields("request:U64 result:RESULT reason:REASON error:ERROR advice:ADVICE"),
                 "result_row", 0, 63),
    "announce": (0x0007, _fields("vsi:VSI serial:U64 destination:PEER"), None, 0, 0),
    "announced": (0x0008, _fields("vsi:VSI serial:U64 error:ERROR"), None, 0, 0),
    "solicit": (0x0010, _fields("migration:U64 serial:U64 vsi:VSI mode:MODE types:DI_SET grant_entries:U32 "
                                "grant_octets:U32 digest_key:ID16"), "filter", 1, 16),
    "offer": (0x0011, _fields("migration:U64 epoch:U32"), "offer_row", 0, 63),
    "accept": (0x0012, _fields("migration:U64 types:DI_SET"), None, 0, 0),
    "refuse": (0x0013, _fields("migration:U64 error:ERROR"), None, 0, 0),
    "data": (0x0014, _fields("migration:U64 round:U16 chunk:U32 age:U32"), "record", 0, None),
    "round_end": (0x0015, _fields("migration:U64 round:U16 is_final:FLAG chunks:U32 changes:U32 freeze:U64"),
                  "digest_row", 0, 63),
    "freeze": (0x0016, _fields("migration:U64"), None, 0, 0),
    "commit": (0x0017, _fields("migration:U64 freeze:U64"), "digest_row", 0, 63),
    "released": (0x0018, _fields("migration:U64 freeze:U64 epoch:U32"), None, 0, 0),
    "abort": (0x0019, _fields("migration:U64 freeze:U64 is_from_source:FLAG error:ERROR"), None, 0, 0),
    "aborted": (0x001a, _fields("migration:U64 freeze:U64 is_from_source:FLAG"), None, 0, 0),
    "done": (0x001b, _fields("migration:U64 freeze:U64"), None, 0, 0),
    "who_has": (0x001c, _fields("lookup:U64 serial:U64 vsi:VSI"), "filter", 0, 16),
    "i_have": (0x001d, _fields("lookup:U64 vsi:VSI holding:HOLDING serial:U64 epoch:U32 entries:U32"), None, 0, 0),
    "notify": (0x001e, _fields("vsi:VSI serial:U64 required:DI_SET optional:DI_SET deadline:U32"), "filter", 1, 16),
    "ack": (0x0030, _fields("largest:U64 delay:U32 first_length:U32"), "ack_range", 0, 31),
    "ping": (0x0031, [], None, 0, 0),
    "close": (0x0032, _fields("error:ERROR"), None, 0, 0),
}
MESSAGE_ATTRIBUTES = {name: {1: ("ticket", "TICKET")} for name in ("request", "solicit", "notify")}      # 7.2-7
MESSAGE_ATTRIBUTES["who_has"] = {1: ("types", "DI_SET"), 2: ("ticket", "TICKET")}
MESSAGE_NAMES = {row[0]: name for name, row in MESSAGES.items()}

# 8: number -> (name, fixed fields, {attribute number: field})
DI_TYPES = {
    1: ("dot1x_session",
        _fields("client:MAC:KEY vlan:VLAN:VALUE method:U8:VALUE termination:TERMINATION:VALUE "
                "session_remaining:MS:DECAYS reauthentication_remaining:MS:DECAYS"),
        dict(enumerate(_fields("identity:TEXT253:VALUE filter_id:TEXT253:VALUE class:OCTETS253:VALUE "
                               "accounting_session:TEXT253:VALUE state:OCTETS253:VALUE"), 1))),
    2: ("dynamic_acl",
        _fields("client:MAC:KEY sequence:U16:KEY action:ACL_ACTION:VALUE vlan:VLAN:VALUE ethertype:U16:VALUE "
                "ip_protocol:U8:VALUE source_prefix:U8:VALUE destination_prefix:U8:VALUE source:IP:VALUE "
                "destination:IP:VALUE port_first:U16:VALUE port_last:U16:VALUE"),
        dict(enumerate(_fields("template:TEXT253:VALUE matches:U64:COUNTER"), 1))),
    3: ("macsec_sa",
        _fields("sci:SCI:KEY association_number:U8:KEY direction:DIRECTION:KEY cipher_suite:U64:VALUE "
                "confidentiality_offset:U8:VALUE is_encrypting:FLAG:VALUE is_in_use:FLAG:VALUE sectag:U8:VALUE "
                "validate:VALIDATE:VALUE replay_window:U32:VALUE next_pn:U64:COUNTER lowest_pn:U64:COUNTER"),
        dict(enumerate(_fields("key_identifier:ID16:VALUE sak:OCTETS32:SECRET ssci:U32:VALUE "
                               "salt:OCTETS32:SECRET"), 1))),
    4: ("dhcp_binding",
        _fields("vlan:VLAN:KEY client:MAC:KEY address:IPV4:VALUE remaining:MS:DECAYS"),
        dict(enumerate(_fields("transaction:U32:VALUE server:IPV4:VALUE"), 1))),
    5: ("multicast_membership",
        _fields("vlan:VLAN:KEY group:IP:KEY source:IP:KEY filter_mode:FILTER_MODE:VALUE host_version:U8:VALUE "
                "remaining:MS:DECAYS"),
        dict(enumerate(_fields("older_host_remaining:MS:DECAYS"), 1))),
    **MORE_DI_TYPES,
    63: ("organisation_specific",
         _fields("oui:OUI:KEY subtype:U16:KEY identifier:U32:KEY remaining:MS:DECAYS"),
         dict(enumerate(_fields("value:OCTETS1024:VALUE"), 1))),
}
