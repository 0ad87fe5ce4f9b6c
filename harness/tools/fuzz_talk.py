"""Conversations for fuzz_judge: captures of DIMP, opened with their key logs, as steps of that fuzzer."""
import struct

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ETHERNET, HEADER, TAG = 14, 16, 16
INITIATION, REPLY, PROTECTED = 1, 2, 3
SPEAKERS, TALK_MAX = 4, 3900
SEALED, COPY, HANDSHAKE = 0, 13, 14


def keys_of(path):
    """{receiver index: [key]} of a key log."""
    found = {}
    for line in path.read_text().splitlines():
        words = line.split('#')[0].split()
        if words[:1] == ['DIMP_KEY']:
            found.setdefault(int(words[1], 16), []).append(bytes.fromhex(words[2]))
    return found


def opened(pdu, keys):
    """The messages of a PROTECTED PDU, and which of the keys with its index opens it; None when none does."""
    index, number = struct.unpack_from('>IQ', pdu, 4)
    for key in keys.get(index, []):
        try:
            return AESGCM(key).decrypt(struct.pack('>IQ', 0, number), pdu[HEADER:], pdu[:HEADER]), key
        except Exception:  # noqa: BLE001  a wrong seal: another key may be right
            continue
    return None


class Talk:
    """A conversation as it grows."""

    def __init__(self, keys):
        self.keys, self.steps, self.known, self.sets = keys, b'', {}, {}
        self.addresses, self.time, self.count = [], None, 0

    def speaker(self, address):
        if address not in self.addresses:
            self.addresses.append(address)
        return self.addresses.index(address)

    def add(self, frame, time):
        """False once there are more speakers than fuzz_judge has, or it is too long."""
        size, = struct.unpack_from('>H', frame, ETHERNET + 2)
        pdu = frame[ETHERNET:ETHERNET + size]
        sender, receiver = self.speaker(frame[6:12]), self.speaker(frame[:6])
        step = self.step(pdu, sender, receiver)
        if step is None:
            return True
        what, choice, said = step
        waited = min(254, int(max(0, time - (self.time or time)) ** 0.5))
        way = sender | ((receiver - sender) % SPEAKERS - 1) << 2
        whole = bytes([what, way, choice, waited]) + struct.pack('>H', len(said)) + said
        if len(self.addresses) > SPEAKERS or len(self.steps) + len(whole) > TALK_MAX:
            return False
        self.steps, self.time, self.count = self.steps + whole, time, self.count + 1
        return True

    def step(self, pdu, sender, receiver):
        kind = pdu[0] & 15
        if pdu in self.known:
            return COPY, self.known[pdu], b''
        if kind in (INITIATION, REPLY):
            return HANDSHAKE, int(kind == REPLY), b''
        found = opened(pdu, self.keys)
        if found is None:
            return None
        self.known[pdu] = self.count & 255
        sets = self.sets.setdefault((sender, receiver), [])
        if found[1] not in sets:
            sets.append(found[1])
        return SEALED | (sets.index(found[1]) & 1) << 4, 0, found[0]


def talk_of(timed, keys):
    """The steps of (time, frame) in their order."""
    talk = Talk(keys)
    for time, frame in timed:
        if not talk.add(frame, time):
            break
    return talk.steps
