"""An association with one peer (section 5): handshake, protected PDUs, acknowledgement, repeats."""
import math
import secrets
import struct
import time

from .encoding import decode_message, encode_message, first_tlv, message
from .errors import DimpError
from .handshake import HandshakeError, Initiator, Responder, check_octets
from .pdu import (INITIATION, PROTECTED, REPLY, Drop, Keys, acked_ranges, pack_header, unpack_pdu)

PDU_MAX = 1472
ROOM = PDU_MAX - 32
WINDOW_PDUS = 10
ACK_ROOM = 20 + 12 * 31             # what an ACK may take of a PDU
HANDSHAKE_RETRY, HANDSHAKE_GIVE_UP = 0.1, 5.0
INITIATION_INTERVAL, INITIATION_BURST = 0.02, 10
MAX_ACK_DELAY, GRANULARITY, INITIAL_RTT = 0.001, 0.001, 0.01
REKEY, IDLE, KEEPALIVE = 900.0, 30.0, 5.0
START = secrets.randbelow(256)       # of this process; nothing is kept that would count (5.2-14)
PACKET_THRESHOLD, PROBES, PROBES_BEFORE_HANDSHAKE, OLD_KEYS_PTO = 3, 2, 3, 3


class Outgoing:
    """A message that waits for its acknowledgement; DATA has its age written at each sending (5.6-5)."""

    def __init__(self, item, read_at=None):
        self.item, self.read_at, self.is_done = item, read_at, False
        self.size = len(encode_message(item))

    def octets(self, now):
        if self.read_at is not None:
            self.item.fields["age"] = min(math.ceil((now - self.read_at) * 1000), 0xffffffff)
        return encode_message(self.item)


class SentPdu:
    def __init__(self, items, now):
        self.items, self.at = items, now


class TokenBucket:
    """INITIATIONs of a peer that are processed (5.3-5)."""

    def __init__(self):
        self.tokens, self.at = float(INITIATION_BURST), 0.0

    def take(self, now):
        self.tokens = min(INITIATION_BURST, self.tokens + (now - self.at) / INITIATION_INTERVAL)
        self.at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Waiting:
    """An INITIATION sent, its REPLY awaited."""

    def __init__(self, noise, index, now, first, interval):
        self.noise, self.index, self.at, self.first, self.interval = noise, index, now, first, interval


class Association:
    """`user` has up(peer), restarted(peer), lost(peer, error), message(peer, message, transit, now)."""

    def __init__(self, static, peer_public, psk, user, transmit):
        self.static, self.peer, self.psk = static, peer_public, psk
        self.user, self.transmit = user, transmit
        self.queue, self.counters = [], {}
        self.current = self.old = self.unconfirmed = self.waiting = None
        self.old_until = self.no_rekey_before = 0.0
        self.highest_stamp, self.last_stamp, self.peer_start = -1, 0, None
        self.bucket = TokenBucket()
        self.rtt, self.rtt_var = INITIAL_RTT, INITIAL_RTT / 2
        self.probes, self.probe_at, self.heard, self.last_eliciting = 0, None, 0.0, 0.0
        self.eliciting_since_heard = None

    # --- from the user ---

    def send(self, item, read_at=None):
        self.queue.append(Outgoing(item, read_at))

    def close(self, error="ASSOCIATION_CLOSED"):
        if self.current:
            self._emit(encode_message(message("close", error=DimpError(error).number)))
        self._end(None)

    # --- from the link ---

    def datagram(self, octets, now):
        try:
            kind, index, number, pdu = unpack_pdu(octets)
            if kind == INITIATION:
                self._initiation(pdu, now)
            elif kind == REPLY:
                self._reply(index, pdu, now)
            elif kind == PROTECTED:
                self._protected(index, number, pdu, now)
        except Drop as drop:
            self._count(drop.args[0])
        self._flush(now)

    def _count(self, name):
        self.counters[name] = self.counters.get(name, 0) + 1

    # --- handshake (5.2, 5.3) ---

    def _send_initiation(self, now, first, interval):
        index = secrets.randbelow(0xffffffff) + 1
        self.last_stamp = max(int(time.time() * 2 ** 32), self.last_stamp + 1)
        noise = Initiator(self.static, self.peer, self.psk)
        payload = struct.pack(">IQBBBB", index, self.last_stamp, 1, 1, START, 0)
        self.waiting = Waiting(noise, index, now, first, interval)
        self.transmit(noise.initiation(pack_header(INITIATION, 144, 0, 0), payload))

    def _initiation(self, pdu, now):
        if check_octets(self.static.public, pdu[:128]) != pdu[128:]:
            raise Drop("drop_check")
        if not self.bucket.take(now):
            raise Drop("drop_rate")
        noise = Responder(self.static, self.psk)
        try:
            public, payload = noise.read_initiation(pdu)
        except HandshakeError:
            raise Drop("drop_handshake") from None
        index, stamp, lowest, highest, start, reserved = struct.unpack(">IQBBBB", payload)
        if public != self.peer or reserved or not index or not lowest <= 1 <= highest or stamp <= self.highest_stamp:
            raise Drop("drop_handshake")
        self.highest_stamp = stamp
        if self.waiting and self.static.public > self.peer:
            return                              # crossing: ours stands (5.3-3)
        self.waiting = None
        self._answer(noise, index, start, now)

    def _answer(self, noise, remote_index, start, now):
        index = secrets.randbelow(0xffffffff) + 1
        header = pack_header(REPLY, 72, remote_index, 0)
        try:
            pdu, send, receive = noise.reply(header, struct.pack(">IBBBB", index, 1, 1, 1, START))
        except HandshakeError:
            raise Drop("drop_handshake") from None
        self.unconfirmed = Keys(index, remote_index, send, receive, now, now, False)
        self.unconfirmed.start = start
        self.transmit(pdu)

    def _reply(self, index, pdu, now):
        waiting = self.waiting
        if waiting is None or waiting.index != index:
            raise Drop("drop_unknown_index")
        try:
            payload, send, receive = waiting.noise.read_reply(pdu)
        except HandshakeError:
            raise Drop("drop_handshake") from None
        remote, lowest, highest, selected, start = struct.unpack(">IBBBB", payload)
        if selected != 1 or not lowest <= 1 <= highest or not remote:
            raise Drop("drop_handshake")
        self.waiting = None
        keys = Keys(index, remote, send, receive, now, waiting.at, True)
        keys.start = start
        self._sample(now - waiting.at)
        self._take_over(keys, now)
        if not self.queue:
            self.send(message("ping"))

    def _take_over(self, keys, now):
        """New keys are in use; everything not acknowledged goes again under them (5.8-3)."""
        self.old, self.current, self.unconfirmed = self.current, keys, None
        if self.old:
            self.old_until = now + OLD_KEYS_PTO * self._probe_timeout()
            self.queue = self._unacknowledged(self.old) + self.queue
        self.probes, self.probe_at, self.heard, self.eliciting_since_heard = 0, None, now, None
        if self.peer_start not in (None, keys.start):
            self.user.restarted(self.peer)      # the peer has forgotten all (5.8-7)
        self.peer_start = keys.start
        self.user.up(self.peer)

    @staticmethod
    def _unacknowledged(keys):
        found = []
        for number in sorted(keys.sent):
            found += [item for item in keys.sent[number].items if not item.is_done and item not in found]
        keys.sent.clear()
        return found

    # --- protected PDUs (5.4) ---

    def _protected(self, index, number, pdu, now):
        keys = next((k for k in (self.current, self.unconfirmed, self.old) if k and k.local_index == index), None)
        if keys is None:
            raise Drop("drop_unknown_index")
        payload = keys.unseal(number, pdu)
        if keys is self.unconfirmed:
            self._sample(now - keys.made)
            self._take_over(keys, now)
        if keys is self.current:
            self.heard, self.eliciting_since_heard = now, None
        self._payload(keys, number, payload, now)

    def _payload(self, keys, number, payload, now):
        items, is_eliciting = self._messages(payload)
        acks = [item for item in items if item.name == "ack"]
        for item in acks:
            self._acknowledged(keys, number, item, now)
        if keys is self.current:
            keys.note_arrival(number, is_eliciting, now, MAX_ACK_DELAY)
        transit = keys.transit(number, now)
        for item in items:
            if item.name == "close" and keys is self.current:
                return self._end("PEER_LOST")
            if item.name not in ("ack", "ping", "close"):
                self.user.message(self.peer, item, transit, now)

    def _messages(self, payload):
        """The messages that can be read, and whether anything elicits an ACK."""
        items, is_eliciting = [], False
        while payload:
            try:
                kind, value, rest = first_tlv(payload)
            except DimpError:
                self._count("drop_payload")
                break
            is_eliciting = is_eliciting or kind != 0x0030
            try:
                item = decode_message(payload[:4 + len(value)])
                items += [item] if item else []
            except DimpError:
                self._count("drop_message")
            payload = rest
        return items, is_eliciting

    def _acknowledged(self, keys, number, ack, now):
        ranges = acked_ranges(ack)
        if ranges is None or ack.largest >= keys.next_number:
            return self._count("drop_payload")
        keys.note_ack(number, ack, now)
        if ack.largest in keys.sent:
            delay = min(ack.delay / 1e6, MAX_ACK_DELAY)
            self._sample(max(now - keys.sent[ack.largest].at - delay, 1e-6))
        found = [n for n in keys.sent if any(first <= n <= last for first, last in ranges)]
        for one in found:
            for item in keys.sent.pop(one).items:
                item.is_done = True
        if found:
            self.probes = 0
            self.probe_at = now + self._probe_timeout() if keys.sent else None
        self._lose(keys, [n for n in keys.sent if n + PACKET_THRESHOLD <= ack.largest])

    def _lose(self, keys, numbers):
        for number in sorted(numbers, reverse=True):
            items = [item for item in keys.sent.pop(number).items if not item.is_done]
            self.queue = [item for item in items if item not in self.queue] + self.queue

    # --- round-trip time ---

    def _sample(self, rtt):
        self.rtt_var = 0.75 * self.rtt_var + 0.25 * abs(self.rtt - rtt)
        self.rtt = 0.875 * self.rtt + 0.125 * rtt

    def _probe_timeout(self):
        return (self.rtt + max(4 * self.rtt_var, GRANULARITY) + MAX_ACK_DELAY) * 2 ** min(self.probes, 6)

    # --- sending ---

    def poll(self, now):
        """Runs the timers and sends what may go."""
        self._handshake_timers(now)
        if self.old and now >= self.old_until:
            self.old = None
        if self.current:
            self._probe_timer(now)
            self._idle_timers(now)
        self._flush(now)

    def _handshake_timers(self, now):
        if self.unconfirmed and now - self.unconfirmed.made > HANDSHAKE_GIVE_UP:
            self.unconfirmed = None
        if self.waiting:
            self._repeat_initiation(now)
        elif not self.unconfirmed and now >= self.no_rekey_before and (self._must_open() or self._must_rekey(now)):
            own_wait = HANDSHAKE_RETRY * (1.5 if self.static.public < self.peer else 1)
            self._send_initiation(now, now, own_wait)

    def _must_open(self):
        return self.queue and not self.current

    def _must_rekey(self, now):
        if not self.current:
            return False
        after = REKEY if self.current.is_initiator else REKEY * 9 / 8
        return now - self.current.made > after or self.probes >= PROBES_BEFORE_HANDSHAKE

    def _repeat_initiation(self, now):
        waiting = self.waiting
        if now - waiting.first >= HANDSHAKE_GIVE_UP:
            self.waiting = None
            if self.current and self.heard > waiting.first:
                self.no_rekey_before = now + HANDSHAKE_GIVE_UP
            else:
                self._end("HANDSHAKE_FAILED")
        elif now - waiting.at >= waiting.interval:
            self._send_initiation(now, waiting.first, 2 * waiting.interval)

    def _probe_timer(self, now):
        if not self.current.sent:
            self.probe_at = None
        if self.probe_at is None or now < self.probe_at:
            return
        self.probes += 1
        self.probe_at = now + self._probe_timeout()
        oldest = [self.current.sent[n] for n in sorted(self.current.sent)][:PROBES]
        for pdu in oldest:
            items = [item for item in pdu.items if not item.is_done]
            self._send_pdu(items or [Outgoing(message("ping"))], now)

    def _idle_timers(self, now):
        if now - max(self.heard, self.eliciting_since_heard or 0) > IDLE:
            self._end("ASSOCIATION_IDLE")
        elif self.user.is_busy(self.peer) and now - self.last_eliciting > KEEPALIVE:
            self.send(message("ping"))
            self.last_eliciting = now

    def _flush(self, now):
        keys = self.current
        while keys and self.queue and len(keys.sent) < WINDOW_PDUS:
            self._send_pdu(self._fill(), now)
        if keys and keys.ack_due is not None and now >= keys.ack_due:
            self._emit(encode_message(keys.take_ack(now)))

    def _fill(self):
        """Takes messages from the queue for one PDU."""
        items, room = [], ROOM
        while self.queue:
            item = self.queue[0]
            if not item.is_done and item.size > room:
                break
            self.queue.pop(0)
            if not item.is_done and item not in items:
                items.append(item)
                room -= item.size
        return items

    def _send_pdu(self, items, now):
        if not items:
            return
        keys, octets = self.current, b"".join(item.octets(now) for item in items)
        if keys.waiting and len(octets) + ACK_ROOM <= ROOM:
            octets = encode_message(keys.take_ack(now)) + octets
        number = self._emit(octets, now)
        keys.sent[number] = SentPdu(items, now)
        self.last_eliciting = now
        if self.eliciting_since_heard is None:
            self.eliciting_since_heard = now
        self.probe_at = now + self._probe_timeout()

    def _emit(self, payload, now=None):
        keys = self.current
        number, pdu = keys.seal(payload)
        keys.sent_at[number] = time.monotonic() if now is None else now
        self.transmit(pdu)
        return number

    def _end(self, error):
        """All keys and messages go (5.9)."""
        self.current = self.old = self.unconfirmed = self.waiting = None
        self.queue, self.probe_at, self.probes = [], None, 0
        if error:
            self.user.lost(self.peer, error)

    def next_timer(self, now):
        """Seconds until poll() has something to do."""
        times = [now + 0.05]
        if self.probe_at:
            times.append(self.probe_at)
        if self.current and self.current.ack_due is not None:
            times.append(self.current.ack_due)
        if self.waiting:
            times.append(self.waiting.at + self.waiting.interval)
        return max(0.0, min(times) - now)
