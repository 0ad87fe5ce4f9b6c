"""DIMP on Scapy, written from docs/spec alone.

    from dimp_scapy import *
    pdu = Sealer(key, receiver_index=0x05060708).seal([Ping()])
    frame = Ether(dst=..., src=...) / DIMP(pdu)
    payload = Opener(key).open(bytes(frame[DIMP]))
    plain_payload(payload)              # [{'message': 'PING'}]

There is a class for each message (Request), parameter (Filter) and DI type (DhcpBinding), made from the
tables of the specification; an attribute's class is a member of it (DhcpBinding.Server). refusal() says
which receive rule octets break: its error's name and its clause. pcaps/README.md tells more."""

from .facts import (DATA, DI_TYPES, ETHERTYPE, LIMITS, MESSAGES, NAMES, NUMBERS, PARAMETERS, PORT,
                    REASON_OF, TYPES, Refusal)
from .key_log import KeyLogError, key_line, read_key_log, sak_line
from .move_ticket import Move, is_ticket_right, manager_public, sign_ticket
from .packets import (ALL_CLASSES, BY_NAME, MESSAGE_CLASSES, PARAMETER_CLASSES, RECORD_CLASSES, Message,
                      Octets, Parameter, Payload, Record, Tlv, Unknown, parse_message)
from .pdu_packets import DIMP, Initiation, Protected, Reply, check_pdu
from .plain_form import (message_from_plain, plain_message, plain_payload, plain_record,
                         record_from_plain)
from .receive_rules import acknowledged, read_message, read_record, split_payload
from .secrets_of_pdus import (Initiator, Opener, Responder, Sealer, check_of, open_with, public_of)
from .sip_digest import canonical, digest, siphash

globals().update({each.__name__: each for each in ALL_CLASSES.values()})
__all__ = [name for name in globals() if not name.startswith("_")]
