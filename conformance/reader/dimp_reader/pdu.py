"""PDU header (section 4), replay window (5.5), ranges of packet numbers (5.6), one set of keys."""
import struct

from . import handshake
from .encoding import message
from .settings import ACK_EVERY, ACKS_REMEMBERED, RECEIVED_PDU_MAX

HEADER = struct.Struct(">BBHIQ")
VERSION = 1
INITIATION, REPLY, PROTECTED = 1, 2, 3
NUMBER_LIMIT = 1 << 23
REPLAY_WINDOW = 1984
RANGES_MAX = 32


class Drop(Exception):
    """A PDU to be dropped; the name of its counter."""


def pack_header(kind, size, index, number):
    return HEADER.pack(VERSION << 4 | kind, 0, size, index, number)


def unpack_pdu(octets):
    """(kind, index, number, the octets of the PDU without what lies behind)."""
    if len(octets) > RECEIVED_PDU_MAX:
        raise Drop("too_long")
    if len(octets) < HEADER.size:
        raise Drop("drop_malformed")
    first, reserved, size, index, number = HEADER.unpack_from(octets)
    if first >> 4 != VERSION:
        raise Drop("drop_version")
    kind = first & 15
    if kind not in (INITIATION, REPLY, PROTECTED) or reserved or not 16 <= size <= len(octets):
        raise Drop("drop_malformed")
    sizes = {INITIATION: size == handshake.INITIATION_SIZE, REPLY: size == handshake.REPLY_SIZE,
             PROTECTED: size >= 32 and number < NUMBER_LIMIT}
    if not sizes[kind] or (kind != PROTECTED and number) or (kind == INITIATION and index):
        raise Drop("drop_malformed")
    return kind, index, number, octets[:size]


class ReplayWindow:
    def __init__(self):
        self.highest, self.seen = -1, set()

    def is_new(self, number):
        return number > self.highest - REPLAY_WINDOW and number not in self.seen

    def mark(self, number):
        self.seen.add(number)
        if number > self.highest:
            self.highest = number
            if len(self.seen) > 2 * REPLAY_WINDOW:
                self.seen = {n for n in self.seen if n > number - REPLAY_WINDOW}


def ranges_of(numbers, most=RANGES_MAX):
    """[(first, last)] from the highest downwards."""
    ranges = []
    for number in sorted(numbers, reverse=True):
        if ranges and ranges[-1][0] == number + 1:
            ranges[-1][0] = number
        elif len(ranges) == most:
            break
        else:
            ranges.append([number, number])
    return ranges


def ack_message(numbers, delay_us, most=RANGES_MAX):
    ranges = ranges_of(numbers, min(most, RANGES_MAX))
    rows = [{"gap": above[0] - below[1] - 2, "length": below[1] - below[0]}
            for above, below in zip(ranges, ranges[1:])]
    first, last = ranges[0]
    return message("ack", rows, largest=last, delay=min(delay_us, 0xffffffff), first_length=last - first)


def acked_ranges(ack):
    """[(first, last)] that an ACK names; None if one goes below zero."""
    ranges = [(ack.largest - ack.first_length, ack.largest)]
    for row in ack.params:
        last = ranges[-1][0] - row["gap"] - 2
        ranges.append((last - row["length"], last))
    return None if min(first for first, _ in ranges) < 0 else ranges


class Keys:
    """One set of keys: both directions, their numbers, what was sent and what arrived under them."""

    def __init__(self, local_index, remote_index, send, receive, now, handshake_sent, is_initiator):
        self.local_index, self.remote_index = local_index, remote_index
        self.send_key, self.receive_key = send, receive
        self.made, self.handshake_sent, self.is_initiator = now, handshake_sent, is_initiator
        self.next_number = 0
        self.window = ReplayWindow()
        self.received = set()           # numbers to name in ACKs
        self.largest_at = now           # when the largest arrived
        self.waiting, self.ack_due = 0, None
        self.sent = {}                  # number -> SentPdu, not acknowledged
        self.largest_acked, self.last_eliciting_at = -1, now
        self.sent_at = {}               # number -> time, of all PDUs
        self.bounds = []                # (number received, when it had not been sent yet) for 5.6-6

    def seal(self, payload):
        number = self.next_number
        self.next_number += 1
        header = pack_header(PROTECTED, 32 + len(payload), self.remote_index, number)
        return number, header + handshake.seal(self.send_key, number, header, payload)

    def unseal(self, number, pdu):
        if not self.window.is_new(number):
            raise Drop("drop_replay")
        try:
            payload = handshake.unseal(self.receive_key, number, pdu[:16], pdu[16:])
        except handshake.HandshakeError:
            raise Drop("drop_authentication") from None
        self.window.mark(number)
        return payload

    def note_ack(self, number, ack, now):
        """Notes when PDU `number`, which holds `ack`, had not been sent yet (5.6-6, 5.6-12); of older ones the newest stays."""
        named = self.sent_at[ack.largest]
        held = named + ack.delay * 999 // 1000
        self.bounds.append((number, held if held <= now else named))
        if len(self.bounds) > ACKS_REMEMBERED:
            self.bounds.sort()
            first, second = self.bounds[:2]
            self.bounds[:2] = [(second[0], max(first[1], second[1]))]

    def transit(self, number, now):
        """Upper bound of the time that a PDU was under way (5.6-6)."""
        sent = [when for at, when in self.bounds if at <= number]
        return now - max(sent, default=self.handshake_sent)

    def note_arrival(self, number, is_eliciting, now, max_delay):
        """Arms the acknowledgement timer (5.6-3)."""
        expected = max(self.received, default=-1) + 1
        self.received.add(number)
        if number >= expected:
            self.largest_at = now
        if len(self.received) > 4096:
            self.received = {n for n in self.received if n > number - 2048}
        if not is_eliciting:
            return
        self.waiting += 1
        due = now if self.waiting >= ACK_EVERY or number != expected else now + max_delay
        self.ack_due = due if self.ack_due is None else min(due, self.ack_due)

    def take_ack(self, now, most=RANGES_MAX):
        """The ACK message to send now."""
        self.waiting, self.ack_due = 0, None
        return ack_message(self.received, now - self.largest_at, most)
