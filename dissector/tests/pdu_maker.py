"""PDUs, frames and captures written from docs/spec alone, to say to the plugin what no speaker says."""

import hashlib
import hmac
import struct

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = bytes(range(32))
INDEX = 0x0badcafe
MAC_A, MAC_B = bytes.fromhex("02000000000a"), bytes.fromhex("02000000000b")
ETHERTYPE, UDP_PORT = 0x88B5, 34997


def tlv(number, value=b""):
    return struct.pack(">HH", number, len(value)) + value


def header(kind, size, index, number, version=1, reserved=0):
    return struct.pack(">BBHIQ", version << 4 | kind, reserved, size, index, number)


def protected(payload, number, index=INDEX, key=KEY, **more):
    front = header(3, 32 + len(payload), index, number, **more)
    nonce = bytes(4) + struct.pack(">Q", number)
    return front + AESGCM(key).encrypt(nonce, payload, front)


def ethernet(octets, ethertype=ETHERTYPE, to=MAC_B, sender=MAC_A):
    return to + sender + struct.pack(">H", ethertype) + octets


def vlan(octets, *tags):
    """The frame's octets behind its addresses, within 802.1Q tags (the first outermost)."""
    inner = struct.pack(">H", ETHERTYPE) + octets
    for number, (tpid, identifier) in enumerate(reversed(tags)):
        inner = struct.pack(">HH", tpid, identifier) + inner
    return MAC_B + MAC_A + inner


def ipv4(octets):
    udp = struct.pack(">HHHH", UDP_PORT, UDP_PORT, 8 + len(octets), 0) + octets
    front = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(udp), 1, 0x4000, 64, 17, 0,
                        bytes([192, 0, 2, 1]), bytes([192, 0, 2, 2]))
    return ethernet(front + udp, 0x0800)


def ipv6(octets):
    udp = struct.pack(">HHHH", UDP_PORT, UDP_PORT, 8 + len(octets), 0xffff) + octets
    address = bytes.fromhex("20010db8000000000000000000000001")
    return ethernet(struct.pack(">IHBB", 0x60000000, len(udp), 17, 64) + address + address + udp,
                    0x86dd)


def macsec_integrity(octets):
    """Within 802.1AE that protects and does not encrypt: E and C are 0, the ICV is not right."""
    sectag = bytes([0x20, 0]) + struct.pack(">I", 7) + MAC_A + b"\0\1"
    return ethernet(sectag + struct.pack(">H", ETHERTYPE) + octets + bytes(16), 0x88e5)


def capture(path, frames, interval_us=1000):
    """A pcap file; a frame is its octets, or (octets captured, octets on the wire)."""
    with open(path, "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xa1b2c3d4, 2, 4, 0, 0, 262144, 1))
        for number, frame in enumerate(frames):
            octets, size = frame if isinstance(frame, tuple) else (frame, len(frame))
            at = number * interval_us
            file.write(struct.pack("<IIII", at // 1000000, at % 1000000, len(octets), size))
            file.write(octets)


def keylog(path, *keys):
    with open(path, "w", encoding="ascii") as file:
        for index, key in keys or ((INDEX, KEY),):
            file.write(f"DIMP_KEY {index:08x} {key.hex()}\n")


def public_key(secret):
    return X25519PrivateKey.from_private_bytes(secret).public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def shared(secret, public):
    return X25519PrivateKey.from_private_bytes(secret).exchange(
        X25519PublicKey.from_public_bytes(public))


def hkdf(chaining, material):
    temporary = hmac.digest(chaining, material, "sha256")
    one = hmac.digest(temporary, b"\1", "sha256")
    return one, hmac.digest(temporary, one + b"\2", "sha256")


def initiation(secret, ephemeral, responder, payload, spoil=b""):
    """An INITIATION (DIMP 5.2-2) from |secret|; |spoil| is put over its sealed static key."""
    digest = chaining = b"Noise_IKpsk2_25519_AESGCM_SHA256"
    for octets in (b"DIMPv1", responder, public_key(ephemeral)):
        digest = hashlib.sha256(digest + octets).digest()
    chaining, _ = hkdf(chaining, public_key(ephemeral))
    chaining, key = hkdf(chaining, shared(ephemeral, responder))
    sealed = AESGCM(key).encrypt(bytes(12), public_key(secret), digest)
    digest = hashlib.sha256(digest + sealed).digest()
    chaining, key = hkdf(chaining, shared(secret, responder))
    pdu = header(1, 144, 0, 0) + public_key(ephemeral) + spoil + sealed[len(spoil):]
    pdu += AESGCM(key).encrypt(bytes(12), payload, digest)
    check_key = hashlib.sha256(b"DIMP initiation check" + responder).digest()
    return pdu + hmac.digest(check_key, pdu, "sha256")[:16]
