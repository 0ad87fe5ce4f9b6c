"""A station: a machine for each REQUEST (9.6), and what it announces as the old station (9.7-9)."""
from .encoding import message
from .errors import name_of, number_of_error, reason_of
from .settings import ANNOUNCEMENTS, STATION_GRACE_US
from .tables import NAMES, number_of

OPEN = ("REQUESTED", "STAGED", "CUTTING_OVER", "DECIDING", "PROCEEDING", "CANCELLING")
# command -> (states in which it may be given, the next state)
COMMANDS = {
    "cutover": (("STAGED",), "CUTTING_OVER"),
    "proceed": (("DECIDING",), "PROCEEDING"),
    "cancel": (("REQUESTED", "STAGED", "CUTTING_OVER", "DECIDING"), "CANCELLING"),
}
TELLS = ("REQUESTED", "CUTTING_OVER")          # any phase
ASKS = ("REQUESTED", "STAGED", "CUTTING_OVER")


class Request:
    """One REQUEST at its station."""

    def __init__(self, station, destination, item, now):
        self.station, self.destination, self.item = station, destination, item
        self.state, self.command = "REQUESTED", None
        self.overdue_at = now + item.deadline * 1000 + STATION_GRACE_US

    def ask(self):
        """The request, and the command sent last (9.6-8)."""
        if self.state in OPEN:
            self._send(self.item)
            if self.command:
                self._send(message(self.command, request=self.item.request))

    def order(self, name):
        """A command of the server's; whether it may be given now."""
        states, after = COMMANDS[name]
        if self.state not in states:
            return False
        self.state, self.command = after, name
        self._send(message(name, request=self.item.request))
        return True

    def on(self, item):
        if self.state not in OPEN:
            return
        if item.name == "response":
            self.state = "REFUSED" if NAMES["RESULT"][item.result] == "FAIL" else "RUNNING"
            return self.station.host.response(self, item)
        phase = NAMES["PHASE"][item.phase]
        if phase == "AT_RISK":
            is_told, after = self.state in ASKS, "DECIDING"
        elif phase == "STAGED" and self.state == "REQUESTED":
            is_told, after = True, "STAGED"
        else:
            is_told, after = self.state in TELLS, self.state
        if is_told:
            self.state = after
            self.station.host.progress(self, item)

    def expire(self, now):
        """No RESPONSE by the station's own timer (9.6-7)."""
        if self.state not in OPEN or now < self.overdue_at:
            return
        self.state = "REFUSED"
        reason, advice = reason_of("IN_DOUBT")
        self.station.host.response(self, message(
            "response", request=self.item.request, result=number_of("RESULT", "FAIL"), reason=reason,
            error=number_of_error("IN_DOUBT"), advice=advice))
        self._send(message("cancel", request=self.item.request))

    def _send(self, item):
        self.station.send(self.destination, item)


class Announcement:
    """One ANNOUNCE without its ANNOUNCED."""

    def __init__(self, bridge, item, now, settings):
        self.bridge, self.item, self.now = bridge, item, now
        self.repeat_at, self.give_up_at = now + settings.announce_repeat_us, now + settings.announce_us


class Station:
    """`host` has progress(request, item), response(request, item), announced(peer, error)."""

    def __init__(self, speaker, host, first_id):
        self.speaker, self.host, self.next_id = speaker, host, first_id
        self.requests, self.announcements = [], []

    def send(self, peer, item):
        self.speaker.send(peer, item)

    def ask(self, now, destination, filters, attributes=(), **fields):
        self.next_id += 1
        item = message("request", filters, request=self.next_id, **fields)
        item.attributes = list(attributes)
        request = Request(self, destination, item, now)
        self.requests.append(request)
        request.ask()
        return request

    def announce(self, now, bridge, item):
        """Whether it is taken."""
        if len(self.announcements) == ANNOUNCEMENTS:
            return False
        self.announcements.append(Announcement(bridge, item, now, self.speaker.settings))
        self.send(bridge, item)
        return True

    # --- from the associations ---

    def message(self, peer, item, _transit, _now):
        if item.name in ("progress", "response"):
            for request in self.requests:
                if request.destination == peer and request.item.request == item.request:
                    request.on(item)
        elif item.name == "announced":
            self._announced(peer, item)
        else:
            self.speaker.count_role(peer)

    def _announced(self, peer, item):
        for one in self.announcements:
            if one.bridge == peer and one.item.vsi == item.vsi and one.item.serial == item.serial:
                self.announcements.remove(one)
                return self.host.announced(peer, name_of(item.error))
        return None

    def up(self, peer, is_renewed, now):
        if is_renewed:
            self._ask_again(peer, now)

    def restarted(self, peer, _is_renewed, now):
        self._ask_again(peer, now)

    def lost(self, peer, now):
        self._ask_again(peer, now)

    def _ask_again(self, peer, now):
        """Outstanding questions (5.8-6, 9.6-8, 9.7-9)."""
        for request in self.requests:
            if request.destination == peer:
                request.ask()
        for one in self.announcements:
            if one.bridge == peer:
                self._repeat(one, now)

    def _repeat(self, one, now):
        one.repeat_at = now + self.speaker.settings.announce_repeat_us
        self.send(one.bridge, one.item)

    def is_busy(self, peer):
        return any(request.state in OPEN and request.destination == peer for request in self.requests)

    def is_waiting(self, _peer):
        return False

    # --- time ---

    def deadline(self):
        times = [request.overdue_at for request in self.requests if request.state in OPEN]
        times += [min(one.repeat_at, one.give_up_at) for one in self.announcements]
        return min(times, default=None)

    def tick(self, now):
        for request in self.requests:
            request.expire(now)
        for one in list(self.announcements):
            if now >= one.give_up_at:
                self.announcements.remove(one)
                self.host.announced(one.bridge, "DEADLINE_PASSED")
            elif now >= one.repeat_at:
                self._repeat(one, now)

    def is_done(self):
        return bool(self.requests) and all(request.state not in OPEN for request in self.requests)
