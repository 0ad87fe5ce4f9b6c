"""A station that asks for a VSI (9.6)."""
import time

from .encoding import message
from .errors import name_of
from .tables import NAMES, number_of

GRACE = 1.0
OPEN = ("REQUESTED", "STAGED", "CUTTING_OVER", "DECIDING", "PROCEEDING", "CANCELLING")


class Station:
    """`decision` is what the server says when at risk: proceed or cancel."""

    def __init__(self, speaker, destination, decision="cancel"):
        self.speaker, self.destination, self.decision = speaker, destination, decision
        self.state, self.request, self.overdue_at, self.command = "IDLE", None, None, None

    def ask(self, now, vsi, mode, source, required, optional, deadline_ms, filters, serial=None):
        clock = time.time_ns() // 1000
        self.request = message("request", filters, request=clock, serial=clock if serial is None else serial,
                               vsi=vsi, mode=number_of("MODE", mode), source=source, required=required,
                               optional=optional, deadline=deadline_ms)
        self.overdue_at = now + deadline_ms / 1000 + GRACE
        self.state = "REQUESTED"
        self._send_request()

    def _send_request(self):
        self.speaker.send(self.destination, self.request)

    def _command(self, name, state):
        self.state, self.command = state, name
        self.speaker.event("command", command=name)
        self._send_command()

    def _send_command(self):
        self.speaker.send(self.destination, message(self.command, request=self.request.request))

    def message(self, peer, item, _transit, _now):
        if item.name not in ("progress", "response"):
            return
        if peer != self.destination or item.request != self.request.request or self.state not in OPEN:
            return
        (self._progress if item.name == "progress" else self._response)(item)

    def _progress(self, item):
        phase = NAMES["PHASE"][item.phase]
        self.speaker.event("progress", phase=phase, error=name_of(item.error), entries=item.entries, octets=item.octets)
        if phase == "STAGED" and self.state == "REQUESTED":
            self.state = "STAGED"
            self._command("cutover", "CUTTING_OVER")
        elif phase == "AT_RISK" and self.state in ("REQUESTED", "STAGED", "CUTTING_OVER"):
            self.state = "DECIDING"
            self._command(self.decision, "PROCEEDING" if self.decision == "proceed" else "CANCELLING")

    def _response(self, item):
        result = NAMES["RESULT"][item.result]
        self.state = "REFUSED" if result == "FAIL" else "RUNNING"
        self.speaker.event("response", result=result, reason=NAMES["REASON"][item.reason], error=name_of(item.error),
                           advice=item.advice, rows=item.params)

    def up(self, _peer, _now):
        """Asks its outstanding questions again (5.8-6, 9.6-8)."""
        if self.state in OPEN:
            self._send_request()
            if self.command:
                self._send_command()

    def lost(self, peer, now):
        self.up(peer, now)

    def is_busy(self, _peer):
        return self.state in OPEN

    def is_done(self):
        return self.state in ("RUNNING", "REFUSED")

    def tick(self, now):
        if self.state in OPEN and now >= self.overdue_at:
            self.state = "REFUSED"
            self.speaker.event("response", result="FAIL", reason="TRANSFER_FAILED", error="IN_DOUBT", overdue=True)
