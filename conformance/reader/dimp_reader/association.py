"""An association with one peer (section 5): handshake, protected PDUs, acknowledgement, repeats. It reads no clock."""
import secrets
import struct

from . import settings as limits
from .encoding import decode_message, encode_message, first_tlv, message
from .errors import DimpError, name_of
from .handshake import HandshakeError, Initiator, Responder, check_octets
from .pdu import (INITIATION, PROTECTED, REPLY, Drop, Keys, acked_ranges, pack_header, unpack_pdu)
from .recovery import Recovery, SentPdu

ROOM = limits.PDU_MAX - 32
ACK_FIXED, ACK_RANGE = 20, 12
VERSION = 1


class Stamps:
    """The stamps of a speaker and its start (5.2-6, 5.2-14)."""

    def __init__(self, boot_count):
        self.start, self.last = boot_count & 0xff, boot_count << 32

    def next(self):
        self.last += 1
        return self.last


class Outgoing:
    """A message that waits for its acknowledgement; DATA has its age written at each sending (5.6-5)."""

    def __init__(self, item, read_at=None):
        self.item, self.read_at, self.is_done = item, read_at, False
        self.size = len(encode_message(item))

    def octets(self, now):
        if self.read_at is not None:
            self.item.fields["age"] = min(-((self.read_at - now) // 1000), 0xffffffff)
        return encode_message(self.item)


class TokenBucket:
    """INITIATIONs of a peer that are processed (5.3-5)."""

    def __init__(self, settings):
        self.interval, self.burst = settings.initiation_interval_us, settings.initiation_burst
        self.filled, self.at = self.burst * self.interval, 0

    def take(self, now):
        self.filled = min(self.burst * self.interval, self.filled + now - self.at)
        self.at = now
        if self.filled < self.interval:
            return False
        self.filled -= self.interval
        return True


class Attempt:
    """A handshake that this end has begun, or puts off; without noise no INITIATION waits for a REPLY."""

    def __init__(self, first, interval):
        self.first, self.interval, self.next_at = first, interval, first + interval
        self.noise = self.index = self.at = None


class Association:
    """`user` has up(peer, is_renewed), restarted(peer), lost(peer, error), message(peer, message, transit, now), is_busy(peer) and
    is_waiting(peer)."""

    def __init__(self, static, peer_public, psk, user, transmit, settings=None, stamps=None):
        self.static, self.peer, self.psk = static, peer_public, psk
        self.user, self.transmit = user, transmit
        self.settings = settings or limits.settings()
        self.stamps = stamps or Stamps(secrets.randbelow(2 ** 32))
        self.queue, self.counters = [], {}
        self.current = self.old = self.unconfirmed = self.attempt = None
        self.old_until = self.no_rekey_before = 0
        self.highest_stamp, self.peer_start = -1, None
        self.bucket = TokenBucket(self.settings)
        self.recovery = Recovery(self.settings)
        self.heard = self.last_eliciting = 0
        self.eliciting_since_heard = None

    # --- from the user ---

    def send(self, item, read_at=None):
        self.queue.append(Outgoing(item, read_at))

    def open(self, now):
        """Opens the association though there is nothing to say yet."""
        if self.current is None and self.attempt is None:
            self._begin(now)

    def close(self, now, error="ASSOCIATION_CLOSED"):
        if self.current:
            self._emit(encode_message(message("close", error=DimpError(error).number)), now)
        if self.current or self.attempt or self.queue:
            self._end(error)

    def backlog(self):
        """Messages that wait or are not acknowledged."""
        under_way = [item for pdu in self.current.sent.values() for item in pdu.items] if self.current else []
        return len({id(item) for item in self.queue + under_way if not item.is_done})

    @property
    def is_up(self):
        return self.current is not None

    # --- from the link ---

    def datagram(self, octets, now):
        self.count("pdus_received")
        self.count("octets_received", len(octets))
        try:
            kind, index, number, pdu = unpack_pdu(octets)
            if kind == INITIATION:
                self._initiation(pdu, now)
            elif kind == REPLY:
                self._reply(index, pdu, now)
            elif kind == PROTECTED:
                self._protected(index, number, pdu, now)
        except Drop as drop:
            self.count(drop.args[0])
        self.poll(now)

    def count(self, name, by=1):
        self.counters[name] = self.counters.get(name, 0) + by

    def _transmit(self, pdu):
        self.count("pdus_sent")
        self.count("octets_sent", len(pdu))
        self.transmit(pdu)

    # --- handshake (5.2, 5.3) ---

    def _own_wait(self):
        """The first interval (5.3-1)."""
        wait = self.settings.handshake_retry_us
        return wait * 3 // 2 if self.static.public < self.peer else wait

    def _begin(self, now):
        """An INITIATION at once, or after a while if there are keys that are not confirmed yet."""
        self.attempt = Attempt(now, self._own_wait())
        if not self.unconfirmed or self.current:
            self._send_initiation(now)

    def _send_initiation(self, now):
        attempt = self.attempt
        attempt.index, attempt.at = secrets.randbelow(0xffffffff) + 1, now
        attempt.noise = Initiator(self.static, self.peer, self.psk)
        payload = struct.pack(">IQBBBB", attempt.index, self.stamps.next(), VERSION, VERSION, self.stamps.start, 0)
        self._transmit(attempt.noise.initiation(pack_header(INITIATION, 144, 0, 0), payload))

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
        if (public != self.peer or reserved or not index or not lowest <= VERSION <= highest
                or stamp <= self.highest_stamp):
            raise Drop("drop_handshake")
        self.highest_stamp = stamp
        if self.attempt and self.attempt.noise and self.static.public > self.peer:
            return                              # crossing: ours stands (5.3-3)
        self._answer(noise, index, start, now)

    def _answer(self, noise, remote_index, start, now):
        index = secrets.randbelow(0xffffffff) + 1
        header = pack_header(REPLY, 72, remote_index, 0)
        try:
            pdu, send, receive = noise.reply(header, struct.pack(">IBBBB", index, VERSION, VERSION, VERSION,
                                                                 self.stamps.start))
        except HandshakeError:
            raise Drop("drop_handshake") from None
        if self.attempt and self.attempt.noise:
            self.attempt.noise = None           # forgotten; the next is due an interval later
            self.attempt.next_at = now + self.attempt.interval
        self.unconfirmed = Keys(index, remote_index, send, receive, now, now, False)
        self.unconfirmed.start = start
        self._transmit(pdu)

    def _reply(self, index, pdu, now):
        attempt = self.attempt
        if attempt is None or attempt.noise is None or attempt.index != index:
            raise Drop("drop_unknown_index")
        try:
            payload, send, receive = attempt.noise.read_reply(pdu)
        except HandshakeError:
            raise Drop("drop_handshake") from None
        remote, lowest, highest, selected, start = struct.unpack(">IBBBB", payload)
        if selected != VERSION or not lowest <= VERSION <= highest or not remote:
            raise Drop("drop_handshake")
        keys = Keys(index, remote, send, receive, now, attempt.at, True)
        keys.start = start
        self.recovery.sample(now - attempt.at)
        self._take_over(keys, now)
        if not self.queue:
            self.send(message("ping"))
        self._send_pdu(self._fill(), now)       # whatever the window says (5.3-7)

    def _take_over(self, keys, now):
        """New keys are in use; everything not acknowledged goes again under them (5.8-3)."""
        is_renewed = self.current is not None
        if is_renewed:
            self.old, self.old_until = self.current, now + limits.OLD_KEYS_PTO * int(self.recovery.base_timeout())
            self.queue = self._unacknowledged(self.old) + self.queue
        self.current, self.unconfirmed, self.attempt = keys, None, None
        self.recovery.probes, self.heard, self.eliciting_since_heard = 0, now, None
        self.no_rekey_before = 0
        was, self.peer_start = self.peer_start, keys.start
        if was not in (None, keys.start):
            self.user.restarted(self.peer, is_renewed)     # the peer has forgotten all (5.8-7)
        else:
            self.user.up(self.peer, is_renewed)

    @staticmethod
    def _unacknowledged(keys):
        found = []
        for number in sorted(keys.sent):
            found += [item for item in keys.sent[number].items
                      if not item.is_done and item.item.name != "ping" and item not in found]
        keys.sent.clear()
        return found

    # --- protected PDUs (5.4) ---

    def _protected(self, index, number, pdu, now):
        keys = next((k for k in (self.current, self.unconfirmed, self.old) if k and k.local_index == index), None)
        if keys is None:
            raise Drop("drop_unknown_index")
        payload = keys.unseal(number, pdu)
        if keys is self.unconfirmed:
            self.recovery.sample(now - keys.made)
            self._take_over(keys, now)
        if keys is self.current:
            self.heard, self.eliciting_since_heard = now, None
        self._payload(keys, number, payload, now)

    def _payload(self, keys, number, payload, now):
        items, is_eliciting, is_close = self._messages(payload)
        for item in items:
            if item.name == "ack" and keys is self.current:
                self._acknowledged(keys, number, item, now)
        if keys is self.current and not is_close:
            keys.note_arrival(number, is_eliciting, now, self.settings.max_ack_delay_us)
        transit = keys.transit(number, now)
        for item in items:
            if item.name == "close" and keys is self.current:
                return self._end(name_of(item.error))
            if item.name not in ("ack", "ping", "close"):
                self.user.message(self.peer, item, transit, now)

    def _messages(self, payload):
        """The messages that can be read, whether anything elicits an ACK, whether there is a CLOSE."""
        items, is_eliciting = [], False
        while payload:
            try:
                kind, value, rest = first_tlv(payload)
            except DimpError:
                self.count("drop_payload")
                break
            is_eliciting = is_eliciting or kind != 0x0030
            try:
                item = decode_message(payload[:4 + len(value)])
                items += [item] if item else []
            except DimpError:
                self.count("drop_payload")
            payload = rest
        return items, is_eliciting, any(item.name == "close" for item in items)

    # --- acknowledgements (5.6, 5.7) ---

    def _acknowledged(self, keys, number, ack, now):
        ranges = acked_ranges(ack)
        if ranges is None or ack.largest >= keys.next_number:
            return self.count("drop_payload")
        keys.note_ack(number, ack, now)
        if ack.largest in keys.sent:
            self.recovery.sample(now - keys.sent[ack.largest].at, ack.delay)
        found = [n for n in keys.sent if any(first <= n <= last for first, last in ranges)]
        pdus = [keys.sent.pop(n) for n in found]
        for pdu in pdus:
            for item in pdu.items:
                item.is_done = True
        if pdus:
            self.recovery.probes = 0
            self.recovery.acknowledged(pdus)
        keys.largest_acked = max(keys.largest_acked, ack.largest)
        self._lose(keys, now)

    def _lose(self, keys, now):
        numbers = self.recovery.find_lost(keys, now)
        if not numbers:
            return
        pdus = [keys.sent.pop(number) for number in numbers]
        self.count("pdus_lost", len(pdus))
        self.recovery.lost(pdus, now)
        again, elsewhere = [], [item for pdu in keys.sent.values() for item in pdu.items] + self.queue
        for pdu in pdus:
            again += [item for item in pdu.items if not item.is_done and item not in elsewhere and item not in again]
        self.queue = again + self.queue

    # --- timers ---

    def poll(self, now):
        """Runs the timers and sends what may go."""
        self._handshake_timers(now)
        if self.old and now >= self.old_until:
            self.old = None
        if self.current:
            self._lose(self.current, now)
            self._probe_timer(now)
        if self.current:
            self._quiet_timers(now)
        self._flush(now)

    def deadline(self):
        """When poll() has something to do; None: never unless something comes."""
        times = [self.old_until] if self.old else []
        if self.unconfirmed:
            times.append(self.unconfirmed.made + self.settings.handshake_give_up_us)
        if self.attempt:
            times += [self.attempt.next_at, self.attempt.first + self.settings.handshake_give_up_us]
        if self.current:
            times += self._deadlines_up()
        return min(times, default=None)

    def _deadlines_up(self):
        keys = self.current
        times = [keys.ack_due, self.recovery.probe_at(keys), self._loss_at(keys), self._idle_at(), self._keepalive_at(),
                 self._listening_at(), None if self.attempt else self._rekey_at()]
        return [time for time in times if time is not None]

    def _loss_at(self, keys):
        return self.recovery.loss_at(keys, self.recovery.loss_delay())

    def _handshake_timers(self, now):
        if self.unconfirmed and now >= self.unconfirmed.made + self.settings.handshake_give_up_us:
            self.unconfirmed = None
        if self.attempt:
            self._go_on(now)
        elif self.current is None and any(not item.is_done for item in self.queue):
            self._begin(now)
        elif self.current and now >= self._rekey_at():
            self._begin(now)

    def _rekey_at(self):
        keys = self.current
        if self.recovery.probes >= limits.PROBES_BEFORE_HANDSHAKE:
            return max(keys.made, self.no_rekey_before)
        ninths = 8 if keys.is_initiator else 9
        if keys.next_number * 8 >= self.settings.rekey_pdus * ninths:
            return max(keys.made, self.no_rekey_before)
        return max(keys.made + self.settings.rekey_us * ninths // 8, self.no_rekey_before)

    def _go_on(self, now):
        """Repeats an INITIATION, or gives up (5.3-1, 5.3-2)."""
        attempt = self.attempt
        if now >= attempt.first + self.settings.handshake_give_up_us:
            self.attempt = None
            if self.current and self.heard > attempt.first:
                self.no_rekey_before = now + self.settings.handshake_give_up_us
                self.recovery.probes = 0
            else:
                self._end("HANDSHAKE_FAILED")
        elif now >= attempt.next_at:
            attempt.interval *= 2
            attempt.next_at = now + attempt.interval
            self._send_initiation(now)

    def _probe_timer(self, now):
        at = self.recovery.probe_at(self.current)
        if at is None or now < at:
            return
        self.recovery.probes += 1
        told = []
        for number in sorted(self.current.sent)[:limits.PROBES]:
            items = [item for item in self.current.sent[number].items if not item.is_done and item not in told]
            told += items
            if items or not told:
                self._send_pdu(items or [Outgoing(message("ping"))], now)

    def _idle_at(self):
        return max(self.heard, self.eliciting_since_heard or 0) + self.settings.idle_us

    def _keepalive_at(self):
        return self.last_eliciting + self.settings.keepalive_us if self.user.is_busy(self.peer) else None

    def _listening_at(self):
        """When PING asks whether a source still lives (5.9-5)."""
        if not self.settings.silence_us or self.current.sent or not self.user.is_waiting(self.peer):
            return None
        return self.heard + self.settings.silence_us // 4

    def silent_at(self):
        """When the peer counts as silent (9.2-33)."""
        if self.current is None or self.eliciting_since_heard is None or not self.settings.silence_us:
            return None
        return self.eliciting_since_heard + self.settings.silence_us

    def _quiet_timers(self, now):
        if now >= self._idle_at():
            return self._end("ASSOCIATION_IDLE")
        for at in (self._keepalive_at(), self._listening_at()):
            if at is not None and now >= at and not self.queue:
                self._send_pdu([Outgoing(message("ping"))], now)
        return None

    # --- sending ---

    def _flush(self, now):
        keys = self.current
        self.queue = [item for item in self.queue if not item.is_done]
        while keys and self.queue and len(keys.sent) < limits.SENT_PDUS_MAX - limits.SENT_PDUS_RESERVED:
            if not self.recovery.has_room(keys, limits.PDU_MAX if len(self.queue) > 1 else self.queue[0].size + 32):
                self.recovery.is_held_back = True
                break
            self._send_pdu(self._fill(), now)
        else:
            self.recovery.is_held_back = False
        if keys and keys.ack_due is not None and now >= keys.ack_due:
            self._emit(encode_message(keys.take_ack(now)), now)

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
        ranges = (ROOM - len(octets) - ACK_FIXED) // ACK_RANGE
        if keys.waiting and ROOM - len(octets) >= ACK_FIXED:
            octets = encode_message(keys.take_ack(now, max(0, ranges) + 1)) + octets
        number, size = self._emit(octets, now)
        keys.sent[number] = SentPdu(items, now, size)
        keys.last_eliciting_at = self.last_eliciting = now
        if self.eliciting_since_heard is None:
            self.eliciting_since_heard = now

    def _emit(self, payload, now):
        keys = self.current
        number, pdu = keys.seal(payload)
        keys.sent_at[number] = now
        self._transmit(pdu)
        return number, len(pdu)

    def _end(self, error):
        """All keys and messages go (5.9)."""
        self.current = self.old = self.unconfirmed = self.attempt = None
        self.queue, self.recovery.probes, self.no_rekey_before = [], 0, 0
        self.user.lost(self.peer, error)
