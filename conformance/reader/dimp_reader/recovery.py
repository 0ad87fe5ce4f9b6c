"""Loss and congestion (5.7): RFC 9002 with one packet number space, NewReno's window."""
from .settings import (INITIAL_WINDOW_OCTETS, INITIAL_WINDOW_PDUS, MINIMUM_WINDOW_PDUS, PACKET_THRESHOLD, PDU_MAX,
                       PERSISTENT_CONGESTION)


class SentPdu:
    """An ack-eliciting PDU under way."""

    def __init__(self, items, now, size):
        self.items, self.at, self.size = items, now, size


class Recovery:
    """Round-trip time and window of one association; they stay over a rekey (5.7-2)."""

    def __init__(self, settings):
        self.settings = settings
        self.rtt = settings.initial_rtt_us
        self.variation = self.rtt / 2
        self.latest = self.least = None
        self.window = min(INITIAL_WINDOW_PDUS * PDU_MAX, max(INITIAL_WINDOW_OCTETS, 2 * PDU_MAX))
        self.threshold = None               # of slow start; None: infinite
        self.recovery_start = -1
        self.is_held_back = False
        self.probes = 0                     # timer fired so often without an answer

    # --- round-trip time ---

    def sample(self, rtt, delay=0):
        rtt = max(0, rtt)
        if self.latest is None:
            self.rtt, self.variation, self.least = rtt, rtt / 2, rtt
        else:
            self.least = min(self.least, rtt)
            delay = min(delay, self.settings.max_ack_delay_us)
            adjusted = rtt - delay if rtt >= self.least + delay else rtt
            self.variation = 0.75 * self.variation + 0.25 * abs(self.rtt - adjusted)
            self.rtt = 0.875 * self.rtt + 0.125 * adjusted
        self.latest = rtt

    def base_timeout(self):
        return self.rtt + max(4 * self.variation, self.settings.granularity_us) + self.settings.max_ack_delay_us

    def probe_timeout(self):
        return int(self.base_timeout() * 2 ** min(self.probes, 30))

    def loss_delay(self):
        return int(max(9 / 8 * max(self.latest or 0, self.rtt), self.settings.granularity_us))

    # --- what is under way ---

    @staticmethod
    def under_way(keys):
        return sum(pdu.size for pdu in keys.sent.values())

    def has_room(self, keys, size):
        return self.under_way(keys) + size <= self.window

    def probe_at(self, keys):
        """When the probe timer fires; None while nothing is under way (5.7-6)."""
        return keys.last_eliciting_at + self.probe_timeout() if keys.sent else None

    @staticmethod
    def loss_at(keys, delay):
        """When the oldest PDU below the largest acknowledged one counts as lost; None if there is none."""
        waiting = [pdu.at for number, pdu in keys.sent.items() if number < keys.largest_acked]
        return min(waiting) + delay if waiting else None

    def find_lost(self, keys, now):
        """Numbers of the PDUs that are lost now, ascending."""
        return sorted(number for number, pdu in keys.sent.items() if number < keys.largest_acked and (
            number + PACKET_THRESHOLD <= keys.largest_acked or pdu.at + self.loss_delay() <= now))

    # --- window ---

    def acknowledged(self, pdus):
        for pdu in pdus:
            if pdu.at <= self.recovery_start or not self.is_held_back:
                continue
            if self.threshold is None or self.window < self.threshold:
                self.window += pdu.size
            else:
                self.window += PDU_MAX * pdu.size // self.window

    def lost(self, pdus, now):
        """A loss halves the window, once a round trip; a long one empties it."""
        if max(pdu.at for pdu in pdus) > self.recovery_start:
            self.recovery_start = now
            self.window = self.threshold = max(self.window // 2, MINIMUM_WINDOW_PDUS * PDU_MAX)
        times = [pdu.at for pdu in pdus]
        if self.latest is not None and max(times) - min(times) > self.base_timeout() * PERSISTENT_CONGESTION:
            self.window = MINIMUM_WINDOW_PDUS * PDU_MAX
            self.recovery_start = -1
