"""The destination's machine for one REQUEST (9.2)."""
import secrets

from .di import Copy
from .digest import rows_by_type
from .encoding import message
from .errors import name_of, number_of_error, reason_of
from .source import raised
from .tables import DI_TYPES, number_of

GRANT_ENTRIES, GRANT_OCTETS = 2048, 262144
ENTRIES_MAX, OCTETS_MAX = 16384, 4 << 20
ABORT_REPEAT, AT_RISK, GIVE_UP_MARGIN = 0.2, 10.0, 0.5
STAGED_CHANGES_MAX = 16
SUPPORTED = sum(1 << number for number in DI_TYPES)
COPYING = ("SOLICITED", "COPYING", "STAGED", "FREEZING")
OPEN = COPYING + ("COMMITTING", "ABORTING", "AT_RISK")


class Destination:
    def __init__(self, bridge, station, request, now):
        self.bridge, self.station, self.request = bridge, station, request
        self.state, self.source, self.migration = "IDLE", request.source, 0
        self.offer = self.copy = self.response = None
        self.freeze, self.epoch, self.error = 0, 0, "NONE"
        self.is_cut_over = self.is_committed = self.is_at_risk = False
        self.abort_at = self.at_risk_until = None
        self.deadline = now + request.deadline / 1000
        self.give_up_at = self.deadline - min(request.deadline / 4000, GIVE_UP_MARGIN)

    # --- the request ---

    def start(self, now):
        if not any(self.source):
            if self.bridge.owns(self.request.vsi):
                return self._respond("SUCCESS", "NONE", "ACTIVE")
            return self._respond("FAIL", "UNKNOWN_SOURCE", "FAILED")
        refusal = self._refusal()
        if refusal:
            return self._respond("FAIL", refusal, "FAILED")
        self.migration = self.bridge.next_migration()
        self.types = (self.request.required | self.request.optional) & SUPPORTED
        self.copy = Copy(secrets.token_bytes(16), self.types)
        self._solicit()
        self._enter("SOLICITED")

    def _refusal(self):
        if self.request.required & ~1 & ~SUPPORTED:
            return "UNSUPPORTED_TYPE"
        if not self.bridge.is_peer(self.source):
            return "UNKNOWN_SOURCE"
        return None

    def _solicit(self):
        solicit = message(
            "solicit", self.request.params, migration=self.migration, serial=self.request.serial,
            vsi=self.request.vsi, mode=self.request.mode, types=self.types, grant_entries=GRANT_ENTRIES,
            grant_octets=GRANT_OCTETS, digest_key=self.copy.digest_key)
        solicit.attributes = self.request.attributes       # the ticket, passed on (9.7-3)
        self.bridge.send(self.source, solicit)

    def command(self, name, now):
        if name == "cutover":
            self._cut_over(now)
        elif name == "cancel" and self.state in OPEN and self.state != "ABORTING":
            self._end_in_order("CANCELLED" if self.error == "NONE" else self.error, now)
        elif name == "proceed" and self.state in ("AT_RISK", "COMMITTING"):
            self.is_at_risk, self.epoch = True, raised(self.offer.epoch if self.offer else 0)
            self.error = "IN_DOUBT" if self.error == "NONE" else self.error
            self._activate(now)

    def _cut_over(self, now):
        self.is_cut_over = True
        if self.state == "STAGED":
            self._send_freeze()
        elif self.state == "COPYING":
            self._progress_of_copy(now)

    def repeat(self):
        """The REQUEST came again."""
        if self.response:
            self.bridge.send(self.station, self.response)
        else:
            self._tell()

    # --- from the source ---

    def knows(self, name):
        """Whether a message of this migration is for this machine (9.1-9, 9.1-12)."""
        if name in ("offer", "round_end"):
            return self.state in COPYING + ("COMMITTING",)
        return self.state != "FAILED" and (self.state != "ACTIVE" or name == "released")

    def on(self, item, transit, now):
        if item.name == "data":
            self._data(item, transit, now)
        else:
            getattr(self, "_" + item.name)(item, now)

    def _offer(self, item, now):
        if self.state != "SOLICITED":
            return
        self.offer = item
        entries, octets = (sum(row[name] for row in item.params) for name in ("entries", "octets"))
        if entries > ENTRIES_MAX or octets > OCTETS_MAX:
            self._send("refuse", error=number_of_error("NO_ROOM"))
            return self._end_in_order("NO_ROOM", now, is_told=True)
        if entries > GRANT_ENTRIES or octets > GRANT_OCTETS:
            self._send("accept", types=self.types)
        self._enter("COPYING")
        self._progress_of_copy(now)

    def _data(self, item, transit, now):
        if self.state not in COPYING:
            return
        faults = self.copy.take(item, transit, now)
        for di_type, error in faults:
            if self.request.required >> di_type & 1:
                return self._fault(error, now)
        self._progress_of_copy(now)

    def _round_end(self, item, now):
        if self.state in COPYING:
            self.copy.round_ends[item.round] = item
            self._progress_of_copy(now)

    def _progress_of_copy(self, now):
        """A round may be complete (9.2-7 to 9.2-9)."""
        end = self.copy.complete() if self.offer else None
        if end is None or self.state not in ("COPYING", "FREEZING"):
            return
        if end.is_final:
            self._compare(end, now)
        elif self.state == "COPYING" and self.is_cut_over:
            self._send_freeze()
        elif self.state == "COPYING" and end.changes <= STAGED_CHANGES_MAX:
            self._enter("STAGED")

    def _send_freeze(self):
        self._send("freeze")
        self._enter("FREEZING")

    def _compare(self, end, now):
        self.freeze = end.freeze
        theirs = {number: row for number, row in rows_by_type(end.params).items() if number not in self.copy.rejected}
        if theirs != rows_by_type(self.copy.digests()):
            return self._fault("DIGEST_MISMATCH", now)
        self.is_committed = True
        self._commit()
        self._enter("COMMITTING")

    def _commit(self):
        self._send("commit", self.copy.digests(), freeze=self.freeze)

    def _released(self, item, now):
        if item.freeze != self.freeze:
            return
        if self.state == "COMMITTING":
            self.epoch = item.epoch
            self._activate(now)
        elif self.state == "ACTIVE":
            self._send("done", freeze=self.freeze)
        elif self.state == "ABORTING":
            self._send_abort(now)

    def _activate(self, now):
        """The bridge puts all into force as one step, and at once."""
        self._enter("ACTIVATING")
        table = self.copy.activate(now, self.is_at_risk)
        self.bridge.activated(self, table, now)
        if self.is_at_risk:
            return self._respond("AT_RISK", self.error, "ACTIVE")
        self._respond("SUCCESS", "NONE", "ACTIVE")
        self._send("done", freeze=self.freeze)

    def _abort(self, item, now):
        error = name_of(item.error)
        if self.state == "ABORTING":
            self._respond("FAIL", self.error, "FAILED")
        elif self.state == "COMMITTING" and item.freeze != self.freeze:
            return                              # not about this COMMIT (9.2-19)
        elif self.state in COPYING + ("COMMITTING",):
            self._risk_or(error, now, lambda: self._respond("FAIL", error, "FAILED"))

    def _aborted(self, _item, _now):
        if self.state == "ABORTING":
            self._respond("FAIL", self.error, "FAILED")

    # --- faults ---

    def _fault(self, error, now):
        def keeps():
            self.error = error
            self._send_abort(now)
        self._risk_or(error, now, lambda: self._end_in_order(error, now), keeps)

    def _risk_or(self, error, now, otherwise, before=lambda: None):
        if not (reason_of(error)[1] & 4 and self.copy.live()):
            return otherwise()
        self.error = error
        before()
        self.at_risk_until = now + AT_RISK
        self._enter("AT_RISK")

    def _end_in_order(self, error, now, is_told=False):
        self.error = error
        self.abort_at = now + ABORT_REPEAT
        if not is_told:
            self._send_abort(now)
        self._enter("ABORTING")

    def _send_abort(self, now):
        self.abort_at = now + ABORT_REPEAT
        self._send("abort", freeze=self.freeze, is_from_source=0, error=number_of_error(self.error))

    def lost(self, peer, now):
        if peer != self.source:
            return
        if self.state in COPYING:
            self._risk_or("PEER_LOST", now, lambda: self._respond("FAIL", "PEER_LOST", "FAILED"))
        elif self.state == "COMMITTING":
            self._commit()
        elif self.state == "ABORTING" and not self.is_committed:
            self._respond("FAIL", self.error, "FAILED")

    def up(self, peer, _now):
        """Asks again (9.1-11)."""
        if peer != self.source:
            return
        if self.state == "COMMITTING":
            self._commit()

    # --- time ---

    def tick(self, now):
        if self.state in OPEN and self.state != "ABORTING" and now >= min(self.give_up_at, self.at_risk_until or 1e18):
            self._end_in_order("DEADLINE_PASSED" if self.error == "NONE" else self.error, now)
        elif self.state == "ABORTING":
            self._abort_timers(now)

    def _abort_timers(self, now):
        if now >= self.deadline and not self.response:
            if not self.is_committed:
                return self._respond("FAIL", self.error, "FAILED")
            self._respond("FAIL", "IN_DOUBT", "ABORTING")
        if now >= self.abort_at:
            self._send_abort(now)

    # --- to the station ---

    def _enter(self, state):
        self.state = state
        self._tell()

    def _tell(self):
        copy = self.copy
        error = number_of_error(self.error) if self.state == "AT_RISK" else 0
        item = message("progress", request=self.request.request, phase=number_of("PHASE", self.state), error=error,
                       entries=len(copy.live()), octets=copy.octets())
        self.bridge.send(self.station, item)
        self.bridge.event("phase", request=self.request.request, phase=self.state, error=name_of(error))

    def _respond(self, result, error, state):
        self.state = state
        if self.response:
            return
        reason, advice = reason_of(error)
        self.response = message("response", self._rows() if self.copy else [], request=self.request.request,
                                result=number_of("RESULT", result), reason=reason, error=number_of_error(error),
                                advice=advice)
        self.bridge.send(self.station, self.response)
        self.bridge.event("responded", request=self.request.request, result=result, error=error)

    def _rows(self):
        end = self.copy.final_end()
        told = end.params if end else self.offer.params if self.offer else []
        offered = {row["type"]: row["entries"] for row in told}
        installed = [record.di_type for record in self.copy.live()] if self.state == "ACTIVE" else []
        rows = []
        for number in range(1, 64):
            count, error = self.copy.rejected.get(number, (0, "NONE"))
            if count or offered.get(number) or number in installed:
                rows.append({"type": number, "offered": offered.get(number, 0), "installed": installed.count(number),
                             "rejected": count, "error": number_of_error(error)})
        return rows

    def _send(self, name, rows=(), **fields):
        self.bridge.send(self.source, message(name, rows, migration=self.migration, **fields))
