"""The handshake (5.2) and sealed PDUs (5.4, 5.5), on the `cryptography` package.

Everything random is passed in: fixtures are the same octets every time."""

import hashlib
import hmac

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from .facts import PACKET_NUMBERS, WINDOW, Refusal
from .pdu_packets import DIMP, Initiation, Protected, Reply

PROTOCOL = b"Noise_IKpsk2_25519_AESGCM_SHA256"
PROLOGUE = b"DIMPv1"
CHECK_LABEL = b"DIMP initiation check"
NO_PSK = bytes(32)


def public_of(secret):
    """The X25519 public key of 32 secret octets."""
    key = X25519PrivateKey.from_private_bytes(secret)
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def agree(secret, public):
    """X25519; zeros are a failure (5.1-2), which the package raises as ValueError."""
    try:
        return X25519PrivateKey.from_private_bytes(secret).exchange(
            X25519PublicKey.from_public_bytes(public))
    except ValueError as error:
        raise Refusal("drop_handshake", "5.1-2") from error


def nonce(number):
    """5.2-1, 5.4-1: four zero octets and the number."""
    return bytes(4) + number.to_bytes(8, "big")


def check_of(responder_public, octets):
    """5.2-4: what stands at octet 128 of an INITIATION whose first 128 octets these are."""
    key = hashlib.sha256(CHECK_LABEL + responder_public).digest()
    return hmac.new(key, octets, "sha256").digest()[:16]


class Noise:
    """The symmetric state of the Noise paper, revision 34, for this one pattern."""

    def __init__(self, responder_public):
        self.hash = PROTOCOL.ljust(32, b"\0") if len(PROTOCOL) <= 32 else \
            hashlib.sha256(PROTOCOL).digest()
        self.chain, self.key = self.hash, None
        self.mix_hash(PROLOGUE)
        self.mix_hash(responder_public)

    def copy(self):
        """A copy to read a REPLY with, which may be a false one (5.2-10)."""
        other = object.__new__(Noise)
        other.__dict__.update(self.__dict__)
        return other

    def mix_hash(self, octets):
        self.hash = hashlib.sha256(self.hash + octets).digest()

    def expand(self, octets, count):
        """Noise's HKDF: `count` outputs of 32 octets."""
        secret = hmac.new(self.chain, octets, "sha256").digest()
        outputs, last = [], b""
        for index in range(1, count + 1):
            last = hmac.new(secret, last + bytes([index]), "sha256").digest()
            outputs.append(last)
        return outputs

    def mix_key(self, octets):
        self.chain, self.key = self.expand(octets, 2)

    def mix_ephemeral(self, public):
        """Token e of a pattern with psk: the key goes into hash and chain."""
        self.mix_hash(public)
        self.mix_key(public)

    def mix_psk(self, psk):
        self.chain, told, self.key = self.expand(psk, 3)
        self.mix_hash(told)

    def seal(self, plain):
        sealed = AESGCM(self.key).encrypt(nonce(0), plain, self.hash)
        self.mix_hash(sealed)
        return sealed

    def open(self, sealed):
        try:
            plain = AESGCM(self.key).decrypt(nonce(0), sealed, self.hash)
        except InvalidTag as error:
            raise Refusal("drop_handshake", "5.2-2") from error
        self.mix_hash(sealed)
        return plain

    def split(self):
        """5.2-9: the key of what the initiator sends, and that of what the responder sends."""
        return tuple(self.expand(b"", 2))


class Initiator:
    """One end of a handshake: `initiation` is the PDU to send; finish() reads the REPLY."""

    def __init__(self, static, ephemeral, responder_public, index, stamp, start, psk=NO_PSK):
        self.static, self.ephemeral, self.index, self.psk = static, ephemeral, index, psk
        state = self.noise = Noise(responder_public)
        public = public_of(ephemeral)
        state.mix_ephemeral(public)
        state.mix_key(agree(ephemeral, responder_public))
        sealed_static = state.seal(public_of(static))
        state.mix_key(agree(static, responder_public))
        told = index.to_bytes(4, "big") + stamp.to_bytes(8, "big") + bytes([1, 1, start, 0])
        pdu = DIMP(kind=1) / Initiation(ephemeral=public, static=sealed_static,
                                        sealed=state.seal(told))
        self.initiation = bytes(pdu)[:128] + check_of(responder_public, bytes(pdu)[:128])

    def finish(self, reply):
        """(key to send with, key to receive with, the responder's index), or Refusal."""
        pdu = DIMP(reply)
        if pdu.receiver_index != self.index:
            raise Refusal("drop_unknown_index", "5.2-13")
        state, public = self.noise.copy(), pdu[Reply].ephemeral
        state.mix_ephemeral(public)
        state.mix_key(agree(self.ephemeral, public))
        state.mix_key(agree(self.static, public))
        state.mix_psk(self.psk)
        told = state.open(pdu[Reply].sealed)
        index, lowest, highest, selected = int.from_bytes(told[:4], "big"), *told[4:7]
        if index == 0 or selected != 1 or not lowest <= 1 <= highest:
            raise Refusal("drop_handshake", "5.2-13")
        sending, receiving = state.split()
        return sending, receiving, index


class Responder:
    """The other end: reads an INITIATION, or raises Refusal; `reply` is the PDU to send."""

    def __init__(self, static, ephemeral, initiation, expected, index, start, highest_stamp=-1,
                 psk=NO_PSK):
        self.index = index
        pdu, public = DIMP(initiation), public_of(static)
        if pdu[Initiation].check != check_of(public, initiation[:128]):
            raise Refusal("drop_check", "5.2-4")
        state, theirs = Noise(public), pdu[Initiation].ephemeral
        state.mix_ephemeral(theirs)
        state.mix_key(agree(static, theirs))
        self.peer = state.open(pdu[Initiation].static)
        state.mix_key(agree(static, self.peer))
        told = state.open(pdu[Initiation].sealed)
        self.peer_index, self.stamp = (int.from_bytes(told[first:last], "big")
                                       for first, last in ((0, 4), (4, 12)))
        if self.peer != expected or told[15]:
            raise Refusal("drop_handshake", "5.2-8")
        if self.peer_index == 0 or not told[12] <= 1 <= told[13]:
            raise Refusal("drop_handshake", "5.2-7")
        if self.stamp <= highest_stamp:
            raise Refusal("drop_handshake", "5.2-6")
        state.mix_ephemeral(public_of(ephemeral))
        state.mix_key(agree(ephemeral, theirs))
        state.mix_key(agree(ephemeral, self.peer))
        state.mix_psk(psk)
        answer = index.to_bytes(4, "big") + bytes([1, 1, 1, start])
        self.reply = bytes(DIMP(kind=2, receiver_index=self.peer_index) / Reply(
            ephemeral=public_of(ephemeral), sealed=state.seal(answer)))
        self.receiving, self.sending = state.split()


class Sealer:
    """Seals PDUs of one direction: `key`, and the index at the receiver."""

    def __init__(self, key, receiver_index, number=0):
        self.key, self.receiver_index, self.number = key, receiver_index, number

    def seal(self, payload, number=None):
        """The octets of a PROTECTED PDU of messages (packets or octets), with the next number unless
        one is given (5.4-1, 5.4-2)."""
        if number is None:
            number, self.number = self.number, self.number + 1
        octets = payload if isinstance(payload, bytes) else b"".join(map(bytes, payload))
        header = bytes(DIMP(kind=3, size=32 + len(octets), receiver_index=self.receiver_index,
                            packet_number=number))
        return header + AESGCM(self.key).encrypt(nonce(number), octets, header)


class Opener:
    """Opens PDUs of one direction in the order of 10.3, with a replay window (5.5)."""

    def __init__(self, key):
        self.key, self.highest, self.seen = key, -1, set()

    def open(self, octets):
        """The payload of a PROTECTED PDU, or Refusal."""
        pdu = DIMP(octets)
        number = pdu.packet_number
        if number >= PACKET_NUMBERS:
            raise Refusal("drop_malformed", "5.4-2")
        if number in self.seen:
            raise Refusal("drop_replay", "5.5-1")
        if number <= self.highest - WINDOW:
            raise Refusal("drop_replay", "5.5-2")
        payload = open_with(self.key, octets)
        self.highest = max(self.highest, number)
        self.seen.add(number)
        return payload


def open_with(key, octets):
    """The payload of a PROTECTED PDU under a key, whatever came before it, or Refusal."""
    pdu = DIMP(octets)
    try:
        return AESGCM(key).decrypt(nonce(pdu.packet_number), pdu[Protected].sealed, octets[:16])
    except InvalidTag as error:
        raise Refusal("drop_authentication", "5.4-4") from error
