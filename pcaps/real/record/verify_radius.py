"""Part of verify_real.py: RADIUS between the bridge and its server, their secret being known."""
import hashlib
import hmac
import struct

from recorded_frames import ethertype

ACCESS_REQUEST, ACCESS_ACCEPT, ACCESS_CHALLENGE = 1, 2, 11
VENDOR_SPECIFIC, EAP_MESSAGE, MESSAGE_AUTHENTICATOR = 26, 79, 80
CISCO, CISCO_AVPAIR = 9, 1
RADIUS_PORT = 1812


def radius_messages(frames):
    for at, octets in frames:
        if ethertype(octets) != 0x0800 or octets[23] != 17:
            continue
        # Certificates make requests that go in two; what they carry is not needed here.
        if struct.unpack("!H", octets[20:22])[0] & 0x3FFF:
            continue
        datagram = octets[14 + (octets[14] & 15) * 4:]
        if RADIUS_PORT in struct.unpack("!HH", datagram[:4]):
            length = struct.unpack("!H", datagram[10:12])[0]
            yield at, datagram[8:8 + length]


def attributes(message):
    at = 20
    while at + 2 <= len(message) and message[at + 1] >= 2:
        yield message[at], at + 2, message[at + 2:at + message[at + 1]]
        at += message[at + 1]


def wire_value(grant):
    """The octets of a grant: a number, a text, or one of Cisco's pairs."""
    value = grant["value"]
    if isinstance(value, int):
        return struct.pack("!I", value)
    if grant["attribute"] == VENDOR_SPECIFIC:
        return struct.pack("!IBB", CISCO, CISCO_AVPAIR, len(value) + 2) + value.encode()
    return value.encode()


def verify_authenticators(tally, at, message, request_authenticator, secret):
    """RFC 2865 3 and RFC 3579 3.2; both are computed with the request's authenticator in place."""
    zeroed = bytearray(message)
    zeroed[4:20] = request_authenticator
    received = None
    for kind, offset, value in attributes(message):
        if kind == MESSAGE_AUTHENTICATOR:
            received = value
            zeroed[offset:offset + 16] = bytes(16)
    expected = hmac.new(secret, bytes(zeroed), "md5").digest()
    if received is not None or EAP_MESSAGE in {kind for kind, _, _ in attributes(message)}:
        tally.check(received == expected, f"at {at}: RADIUS Message-Authenticator is wrong")
    if message[0] == ACCESS_REQUEST:
        return
    response = hashlib.md5(message[:4] + request_authenticator + message[20:] + secret).digest()
    tally.check(message[4:20] == response, f"at {at}: RADIUS Response Authenticator is wrong")


def verify_radius(tally, recording):
    truth = recording.truth
    if recording.server is None:
        return
    grants = [entry for entry in truth["truth"] if entry["kind"] == "radius_grant"]
    secret = truth["radius_secret"].encode()
    requests, accepted = {}, 0
    for at, message in radius_messages(recording.server):
        if message[0] == ACCESS_REQUEST:
            requests[message[1]] = message[4:20]
        if message[1] not in requests:
            continue
        verify_authenticators(tally, at, message, requests[message[1]], secret)
        if message[0] != ACCESS_REQUEST:
            del requests[message[1]]
        granted = {(kind, value) for kind, _, value in attributes(message)}
        # An answer without EAP is no authentication: a list is downloaded.
        if message[0] != ACCESS_ACCEPT or EAP_MESSAGE not in {kind for kind, _ in granted}:
            continue
        accepted += 1
        for grant in grants:
            tally.check((grant["attribute"], wire_value(grant)) in granted,
                        f"at {at}: attribute {grant['attribute']} is not {grant['value']!r}")
    sessions = [entry for entry in truth["truth"] if entry["kind"] == "dot1x_session"]
    counted = [entry["successes"] for entry in sessions if entry["successes"] is not None]
    tally.check(accepted == counted[-1],
                f"{accepted} Access-Accepts, hostapd counts {counted[-1]}")
