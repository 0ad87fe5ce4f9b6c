"""The destination's machine for one REQUEST, or one order of the bridge's own host (9.2)."""
import secrets

from .di import Copy, is_secure_association
from .digest import rows_by_type
from .encoding import message
from .errors import name_of, number_of_error, reason_of
from .settings import ABORT_WAIT_GROWS, DOUBT_WAIT_GROWS, GIVE_UP_MARGIN_US
from .source import raised
from .tables import NAMES, number_of

COPYING = ("SOLICITED", "COPYING", "STAGED", "FREEZING")
WAITING = COPYING + ("COMMITTING",)
SEEKING = ("LOCATING", "REVIVABLE")
OPEN = SEEKING + WAITING + ("ACTIVATING", "ABORTING", "AT_RISK")
TOLD = ("SOLICITED", "COPYING", "STAGED", "FREEZING", "COMMITTING", "AT_RISK")
NEVER_AT_RISK = ("SUPERSEDED", "STALE_SERIAL", "REVOKED")


class Destination:
    """`station` is its key, None for the bridge's own host."""

    def __init__(self, bridge, station, request, now):
        self.bridge, self.station, self.request, self.settings = bridge, station, request, bridge.settings
        self.state, self.source, self.migration, self.types = "IDLE", None, 0, 0
        self.offer = self.copy = self.response = self.progress = None
        self.freeze, self.epoch, self.error = 0, 0, "NONE"
        self.is_cut_over = self.is_committed = self.is_at_risk = self.is_doubt_told = self.is_doubt_ended = False
        self.is_abort_owed = self.is_notified = False
        self.tombstone = self.mode = None
        self.granted = 0, 0                 # room set aside: the grant, then what is offered
        self.abort_at = self.at_risk_until = self.released = None
        self.abort_wait = self.settings.abort_repeat_us
        self.set_deadline(now)

    def set_deadline(self, now):
        given = self.request.deadline * 1000
        self.deadline_at = now + given
        self.give_up_at = self.deadline_at - min(given // 4, GIVE_UP_MARGIN_US)

    @property
    def vsi(self):
        return self.request.vsi

    def requires(self, di_type):
        return self.request.required >> di_type & 1

    # --- asking the source ---

    def solicit(self, source, _now):
        self.source, self.migration, self.mode = source, self.bridge.next_migration(), NAMES["MODE"][self.request.mode]
        self.types = (self.request.required | self.request.optional) & self.bridge.supported
        self.copy = Copy(secrets.token_bytes(16), self.types, self.bridge.remap)
        self._solicit()
        self.enter("SOLICITED")

    def _solicit(self):
        self.granted = entries, octets = self.bridge.places.grant(self)
        solicit = message(
            "solicit", self.request.params, migration=self.migration, serial=self.request.serial, vsi=self.vsi,
            mode=self.request.mode, types=self.types, grant_entries=entries,
            grant_octets=octets, digest_key=self.copy.digest_key)
        solicit.attributes = self.request.attributes       # the ticket, passed on (9.7-3)
        self.bridge.send(self.source, solicit)
        if self.mode == "ONE_SHOT":
            self.bridge.tell("hold")

    def set_aside(self):
        """(entries, octets) that nobody else may have."""
        staged = self.copy.sizes.both() if self.copy else (0, 0)
        return tuple(max(pair) for pair in zip(self.granted, staged))

    # --- the station's commands ---

    def command(self, name, now):
        refusal = self.bridge.refuses_command(self) if name == "cutover" else None
        if refusal:
            self.cancel(refusal, now)
        elif name == "cutover":
            self.cut_over(now)
        elif name == "cancel":
            self.cancel("CANCELLED", now)
        elif self.state == "REVIVABLE":
            self.bridge.revive(self, now)
        elif self.state in ("AT_RISK", "COMMITTING"):
            self._proceed(now)

    def cancel(self, error, now):
        if self.state in SEEKING:
            self.fail(error if self.error == "NONE" else self.error, now)
        elif self.state in WAITING + ("AT_RISK",):
            self.end_in_order(error if self.error == "NONE" else self.error, now)

    def _proceed(self, now):
        refusal = self.bridge.refuses_proceed(self, now)
        if refusal:
            return self.end_in_order(refusal, now)
        self.is_at_risk, self.epoch = True, raised(self.offer.epoch if self.offer else 0)
        self.error = "IN_DOUBT" if self.error == "NONE" else self.error
        return self._put_into_force()

    def cut_over(self, now):
        if self.state not in SEEKING + COPYING or self.is_cut_over or self.mode == "ONE_SHOT":
            return
        self.is_cut_over = True
        self.bridge.tell("hold")
        if self.state == "STAGED":
            self._send_freeze()
        elif self.state == "COPYING":
            self._look_at_copy(now)

    def repeat(self):
        """The REQUEST came again (9.5-1)."""
        if self.response:
            self.bridge.tell_station(self, self.response)
        else:
            self.bridge.tell_station(self, self.progress or self._make_progress())

    # --- from the source ---

    def knows(self, name):
        """Whether a message of this migration is for this machine (9.1-9, 9.1-12)."""
        if name in ("offer", "round_end"):
            return self.state in WAITING
        if name == "released":
            return self.state != "FAILED" or self.is_doubt_ended
        return self.state not in ("ACTIVE", "FAILED")

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
        most_entries, most_octets = self.bridge.places.room(self)
        if entries > most_entries or octets > most_octets:
            self._send("refuse", error=number_of_error("NO_ROOM"))
            return self.end_in_order("NO_ROOM", now, is_told=True)
        is_beyond = entries > self.granted[0] or octets > self.granted[1]
        self.granted = entries, octets
        if is_beyond:
            self._send("accept", types=self.types)
        self.enter("COPYING")
        return self._look_at_copy(now)

    def _data(self, item, transit, now):
        if self.state not in COPYING:
            return
        records, faults = self.copy.take(item, transit, now, lambda record, size: self.bridge.places.refuses_entry(record, size, self))
        for record in records:
            self.bridge.tell("record", destination=self, record=record)
        for di_type, error in faults:
            if self.requires(di_type):
                return self.fault(error, now)
        return self._look_at_copy(now)

    def _round_end(self, item, now):
        if self.state in COPYING:
            self.copy.round_ends.setdefault(item.round, item)
            self._look_at_copy(now)

    def turn_down(self, key, error, now):
        """The bridge cannot take an entry."""
        self.copy.turn_down(key, error)
        if self.requires(key[0]) and self.state in COPYING:
            self.fault(error, now)

    def _look_at_copy(self, now):
        """A round may be complete (9.2-7 to 9.2-9)."""
        end = self.copy.complete() if self.offer else None
        if end is None or self.state not in ("COPYING", "FREEZING") or self._has_conflict(end, now):
            return
        if end.is_final:
            self._compare(end, now)
        elif self.state == "COPYING" and self.is_cut_over:
            self._send_freeze()
        elif self.state == "COPYING" and end.changes <= self.settings.staged_changes_max:
            self.enter("STAGED")

    def _has_conflict(self, end, now):
        """Whether entries that the mapping of VLANs makes one are a fault (8.0-11)."""
        keys = self.copy.conflicts() if end.is_final or not end.changes else []
        for key in keys:
            self.copy.turn_down(key, "ENTRY_CONFLICT")
        if not any(self.requires(key[0]) for key in keys):
            return False
        self.fault("ENTRY_CONFLICT", now)
        return True

    def _send_freeze(self):
        self._send("freeze")
        self.enter("FREEZING")

    def _compare(self, end, now):
        self.freeze = end.freeze
        theirs = {number: row for number, row in rows_by_type(end.params).items() if number not in self.copy.unstaged}
        if theirs != rows_by_type(self.copy.digests()):
            return self.fault("DIGEST_MISMATCH", now)
        self.is_committed = True
        self._commit()
        return self.enter("COMMITTING")

    def _commit(self):
        self._send("commit", self.copy.digests(), freeze=self.freeze)

    def _released(self, item, now):
        if item.freeze != self.freeze:
            return
        if self.state == "COMMITTING":
            self._take_over(item, now)
        elif self.state == "ACTIVATING":
            self.released = item
        elif self.state == "ACTIVE":
            self._send("done", freeze=self.freeze)
        elif self.state in ("ABORTING", "FAILED"):
            self._send_abort()

    def _take_over(self, item, now):
        if any(self.requires(key[0]) for key in self.copy.refused):
            return self.end_in_order("ACTIVATION_FAILED", now)
        self.epoch, self.released = item.epoch, item
        return self._put_into_force()

    def _put_into_force(self):
        self.enter("ACTIVATING")
        self.bridge.tell("activate", destination=self)

    def host_active(self, now):
        """All is in force, as one step."""
        if self.state != "ACTIVATING":
            return
        self.bridge.activated(self, self.copy.activate(now, self.is_at_risk), now)
        if self.is_at_risk:
            self.respond("AT_RISK", self.error, "ACTIVE")
        else:
            self.respond("SUCCESS", "NONE", "ACTIVE")
        if self.is_at_risk:
            self.bridge.announce(self.vsi)
        if self.released:
            self._send("done", freeze=self.freeze)

    def host_failed(self, now):
        if self.state == "ACTIVATING":
            self.end_in_order("ACTIVATION_FAILED", now)

    def _abort(self, item, now):
        error = name_of(item.error)
        if self.state == "ABORTING":
            self.fail(self.error, now)
        elif self.state == "COMMITTING" and item.freeze != self.freeze:
            return                              # not about this COMMIT (9.2-19)
        elif self.state in WAITING:
            if self._keeps(error):
                self._ask(error, now)
            else:
                self.fail(error, now)

    def _aborted(self, _item, now):
        if self.state == "ABORTING":
            self.fail(self.error, now)

    # --- faults ---

    def _keeps(self, error):
        """Whether what is staged may be of use (9.2-11)."""
        return bool(reason_of(error)[1] & 4 and error not in NEVER_AT_RISK and self.copy and self.copy.live())

    def _ask(self, error, now):
        """The station decides."""
        self.error, self.at_risk_until = error, now + self.settings.at_risk_us
        self.enter("AT_RISK")

    def fault(self, error, now):
        if not self._keeps(error):
            return self.end_in_order(error, now)
        self.error = error
        self._send_abort()
        return self._ask(error, now)

    def end_in_order(self, error, now, is_told=False):
        self.error, self.state = error, "ABORTING"
        self.abort_wait = self.settings.abort_repeat_us
        self.abort_at = now + self.abort_wait
        if not is_told:
            self._abort_now(now)

    def fail(self, error, now):
        self.error = error if self.error == "NONE" else self.error
        self.respond("FAIL", error, "FAILED")
        self.bridge.ended(self, now)

    def _abort_now(self, now):
        """ABORT waits for no association that is down: it is sent once that is up (9.2-31)."""
        if self.bridge.is_up(self.source):
            self._send_abort()
        else:
            self.is_abort_owed = True
            self.bridge.open(self.source, now)

    def _send_abort(self):
        self.is_abort_owed = False
        self._send("abort", freeze=self.freeze, is_from_source=0, error=number_of_error(self.error))

    def lost(self, peer, now):
        if peer != self.source or self.state in SEEKING:
            return
        if self.state in COPYING:
            self._lose_source(now)
        elif self.state == "COMMITTING":
            self._commit()
        elif self.state == "ABORTING" and not self.is_committed:
            self.fail(self.error, now)

    def _lose_source(self, now):
        if self._keeps("PEER_LOST"):
            self._ask("PEER_LOST", now)
        else:
            self.fail("PEER_LOST", now)

    def station_lost(self, now):
        """The station is told again what it was told last (9.2-15)."""
        if now < self.deadline_at + 1000000 and (self.response or self.progress):
            self.bridge.tell_station(self, self.response or self.progress)

    def up(self, peer, is_renewed, _now):
        """Asks again (9.1-11)."""
        if peer != self.source:
            return
        if self.state == "COMMITTING" and is_renewed:
            self._commit()
        elif self.state == "ABORTING" and (is_renewed or self.is_abort_owed):
            self._send_abort()

    def restarted(self, peer, now):
        """The source has forgotten all (9.2-35)."""
        if peer != self.source:
            return
        if self.state == "SOLICITED" and self.copy.is_empty:
            self._solicit()
        elif self.state in COPYING:
            self._lose_source(now)
        elif self.state == "COMMITTING":
            self._commit()
        elif self.state == "ABORTING":
            self._send_abort()

    # --- time ---

    def deadline(self):
        times = []
        if self.state in SEEKING + WAITING + ("AT_RISK",):
            times = [self.give_up_at, self.at_risk_until, self._silent_at()]
        elif self.state == "ABORTING":
            times = [self.abort_at, None if self.response else self.deadline_at]
        elif self.state == "ACTIVATING" and not self.response:
            times = [self.deadline_at]
        return min((time for time in times if time is not None), default=None)

    def _silent_at(self):
        """When the source's silence means something (9.2-33, 9.2-34)."""
        if self.state not in WAITING or self.is_doubt_told:
            return None
        if self.state != "COMMITTING" and not self._keeps("PEER_LOST"):
            return None
        return self.bridge.silent_at(self.source)

    def tick(self, now):
        silent_at = self._silent_at()
        if self.state in SEEKING + WAITING + ("AT_RISK",) and now >= min(self.give_up_at, self.at_risk_until or self.give_up_at):
            self.cancel("DEADLINE_PASSED", now)
        elif silent_at is not None and now >= silent_at:
            self._source_silent(now)
        elif self.state == "ACTIVATING" and now >= self.deadline_at:
            self.respond("FAIL", "IN_DOUBT", "ACTIVATING")
        if self.state == "ABORTING":
            self._abort_timers(now)

    def _source_silent(self, now):
        if self.state == "COMMITTING":
            self.is_doubt_told = True
            self._tell("AT_RISK", "IN_DOUBT")
        else:
            self.fault("PEER_LOST", now)

    def _abort_timers(self, now):
        if now >= self.deadline_at and not self.response:
            if not self.is_committed:
                return self.fail(self.error, now)
            self.respond("FAIL", "IN_DOUBT", "ABORTING")
        if now >= self.abort_at:
            grows = DOUBT_WAIT_GROWS if self.response else ABORT_WAIT_GROWS
            self.abort_wait = min(2 * self.abort_wait, grows * self.settings.abort_repeat_us)
            self.abort_at = now + self.abort_wait
            self._abort_now(now)
        return None

    def is_in_doubt(self):
        return self.state == "ABORTING" and self.response is not None

    def end_doubt(self):
        """The operator's word (9.2-32)."""
        self.state, self.is_doubt_ended = "FAILED", True

    # --- to the station ---

    def enter(self, state):
        self.state = state
        if state in TOLD:
            self._tell(state, self.error if state == "AT_RISK" else "NONE")

    def _make_progress(self, phase=None, error="NONE"):
        live = self.copy.live() if self.copy else []
        return message("progress", request=self.request.request, phase=number_of("PHASE", phase or self.state),
                       error=number_of_error(error), entries=len(live), octets=self.copy.octets() if live else 0)

    def _tell(self, phase, error):
        self.progress = self._make_progress(phase, error)
        self.bridge.tell_station(self, self.progress)
        self.bridge.event("phase", request=self.request.request, phase=phase, error=error)

    def tell_revivable(self):
        self.error = "CONTEXT_NOT_FOUND"
        self.state = "REVIVABLE"
        self._tell("AT_RISK", self.error)

    def respond(self, result, error, state):
        self.state = state
        if self.response:
            return
        reason, advice = reason_of(error)
        self.response = message("response", self._rows() if self.copy else [], request=self.request.request,
                                result=number_of("RESULT", result), reason=reason, error=number_of_error(error),
                                advice=advice)
        self.bridge.tell_station(self, self.response)
        self.bridge.event("responded", request=self.request.request, result=result, error=error)

    def _rows(self):
        end = self.copy.final_end()
        told = end.params if end else self.offer.params if self.offer else []
        offered = {row["type"]: row["entries"] for row in told}
        live, left_out = self.copy.live() if self.state == "ACTIVE" else [], []
        if self.is_at_risk:
            left_out = [record.di_type for record in live if is_secure_association(record)]
        installed = [record.di_type for record in live if not (self.is_at_risk and is_secure_association(record))]
        rows = []
        for number in range(1, 64):
            count, error = self.copy.rejected(number)
            count, error = count + left_out.count(number), error if count else self.error if number in left_out else error
            if count or offered.get(number) or number in installed:
                rows.append({"type": number, "offered": offered.get(number, 0), "installed": installed.count(number),
                             "rejected": count, "error": number_of_error(error)})
        return rows

    def _send(self, name, rows=(), **fields):
        self.bridge.send(self.source, message(name, rows, migration=self.migration, **fields))
