"""What rules of several DI types ask (8.0-6)."""
from .errors import DimpError

MAPPED = bytes(10) + b"\xff\xff"


def require(condition, error="MALFORMED_RECORD"):
    if not condition:
        raise DimpError(error)


def is_station(mac):
    return any(mac) and not mac[0] & 1


def is_mapped(address):
    return address[:12] == MAPPED


def is_group(address):
    return 224 <= address[12] <= 239 if is_mapped(address) else address[0] == 0xff


def is_host(address):
    return 1 <= address[12] <= 223 if is_mapped(address) else address[0] != 0xff
