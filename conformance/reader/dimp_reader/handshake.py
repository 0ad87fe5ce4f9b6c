"""Noise_IKpsk2_25519_AESGCM_SHA256 as section 5.2 uses it."""
import hashlib
import hmac
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

NAME = b"Noise_IKpsk2_25519_AESGCM_SHA256"      # 32 octets: used as the first hash as it is
PROLOGUE = b"DIMPv1"
CHECK_LABEL = b"DIMP initiation check"
INITIATION_SIZE, REPLY_SIZE = 144, 72


class HandshakeError(Exception):
    """A handshake PDU that does not open."""


def nonce(counter):
    return bytes(4) + struct.pack(">Q", counter)


def seal(key, counter, associated, octets):
    return AESGCM(key).encrypt(nonce(counter), octets, associated)


def unseal(key, counter, associated, octets):
    try:
        return AESGCM(key).decrypt(nonce(counter), octets, associated)
    except InvalidTag:
        raise HandshakeError("seal") from None


class KeyPair:
    def __init__(self, secret=None):
        self.private = X25519PrivateKey.from_private_bytes(secret) if secret else X25519PrivateKey.generate()
        self.public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def secret(self):
        return self.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())

    def exchange(self, public):
        try:
            shared = self.private.exchange(X25519PublicKey.from_public_bytes(public))
        except ValueError:      # an all-zero result (5.1-2)
            raise HandshakeError("zero") from None
        if not any(shared):
            raise HandshakeError("zero")
        return shared


def hkdf(chaining, material, count):
    secret = hmac.new(chaining, material, hashlib.sha256).digest()
    outputs, last = [], b""
    for number in range(1, count + 1):
        last = hmac.new(secret, last + bytes([number]), hashlib.sha256).digest()
        outputs.append(last)
    return outputs


class Symmetric:
    """SymmetricState of the Noise framework, with its CipherState inside."""

    def __init__(self):
        self.hash = self.chaining = NAME
        self.key, self.counter = None, 0
        self.mix_hash(PROLOGUE)

    def copy(self):
        other = object.__new__(Symmetric)
        other.__dict__.update(self.__dict__)
        return other

    def mix_hash(self, octets):
        self.hash = hashlib.sha256(self.hash + octets).digest()

    def mix_key(self, material):
        self.chaining, self.key = hkdf(self.chaining, material, 2)
        self.counter = 0

    def mix_psk(self, psk):
        self.chaining, mixed, self.key = hkdf(self.chaining, psk, 3)
        self.mix_hash(mixed)
        self.counter = 0

    def mix_ephemeral(self, public):
        """The e token of a handshake with a pre-shared key."""
        self.mix_hash(public)
        self.mix_key(public)

    def seal(self, octets):
        sealed = seal(self.key, self.counter, self.hash, octets)
        self.counter += 1
        self.mix_hash(sealed)
        return sealed

    def unseal(self, sealed):
        octets = unseal(self.key, self.counter, self.hash, sealed)
        self.counter += 1
        self.mix_hash(sealed)
        return octets

    def split(self):
        return hkdf(self.chaining, b"", 2)


def check_octets(responder_public, octets):
    """The check at the end of an INITIATION (5.2-4)."""
    key = hashlib.sha256(CHECK_LABEL + responder_public).digest()
    return hmac.new(key, octets, hashlib.sha256).digest()[:16]


class Initiator:
    """Makes one INITIATION and reads its REPLY."""

    def __init__(self, static, peer_public, psk, ephemeral=None):
        self.static, self.peer_public, self.psk = static, peer_public, psk or bytes(32)
        self.ephemeral = ephemeral or KeyPair()
        self.symmetric = None

    def initiation(self, header, payload):
        state = Symmetric()
        state.mix_hash(self.peer_public)
        state.mix_ephemeral(self.ephemeral.public)
        state.mix_key(self.ephemeral.exchange(self.peer_public))
        octets = header + self.ephemeral.public + state.seal(self.static.public)
        state.mix_key(self.static.exchange(self.peer_public))
        octets += state.seal(payload)
        self.symmetric = state
        return octets + check_octets(self.peer_public, octets)

    def read_reply(self, pdu):
        """(payload, send key, receive key); the waiting state stays as it was (5.2-10)."""
        state = self.symmetric.copy()
        public = pdu[16:48]
        state.mix_ephemeral(public)
        state.mix_key(self.ephemeral.exchange(public))
        state.mix_key(self.static.exchange(public))
        state.mix_psk(self.psk)
        payload = state.unseal(pdu[48:72])
        send, receive = state.split()
        return payload, send, receive


class Responder:
    """Reads one INITIATION and makes its REPLY."""

    def __init__(self, static, psk, ephemeral=None):
        self.static, self.psk = static, psk or bytes(32)
        self.ephemeral = ephemeral or KeyPair()
        self.symmetric = self.peer_ephemeral = self.peer_public = None

    def read_initiation(self, pdu):
        """(initiator's static public key, payload); the check was verified before."""
        state = Symmetric()
        state.mix_hash(self.static.public)
        self.peer_ephemeral = pdu[16:48]
        state.mix_ephemeral(self.peer_ephemeral)
        state.mix_key(self.static.exchange(self.peer_ephemeral))
        self.peer_public = state.unseal(pdu[48:96])
        state.mix_key(self.static.exchange(self.peer_public))
        payload = state.unseal(pdu[96:128])
        self.symmetric = state
        return self.peer_public, payload

    def reply(self, header, payload):
        """(REPLY, send key, receive key)."""
        state = self.symmetric
        state.mix_ephemeral(self.ephemeral.public)
        state.mix_key(self.ephemeral.exchange(self.peer_ephemeral))
        state.mix_key(self.ephemeral.exchange(self.peer_public))
        state.mix_psk(self.psk)
        sealed = state.seal(payload)
        receive, send = state.split()
        return header + self.ephemeral.public + sealed, send, receive
