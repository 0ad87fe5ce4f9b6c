"""The source's machine for one VSI (9.3)."""
import secrets

from .di import Table, is_secure_association, offer_rows
from .digest import digest_rows, rows_by_type
from .encoding import MESSAGE_MAX, encode_record, message
from .errors import name_of
from .settings import RELEASED_REPEAT_US, RELEASED_WAIT_GROWS
from .tables import NAMES

DATA_ROOM = MESSAGE_MAX - 4 - 18
COPYING = ("OFFERED", "SENDING", "TRACKING")
STOPPED = ("FREEZING", "FROZEN")
OPEN = COPYING + STOPPED
LAST_ROUND = 65535


def raised(epoch):
    """One higher, or the last there is (9.8-5)."""
    return min(epoch + 1, 0xffffffff)


class Source:
    def __init__(self, bridge, vsi, table=None, serial=0, epoch=1, filters=()):
        self.bridge, self.vsi, self.table, self.filters = bridge, vsi, table or Table(), list(filters)
        self.settings = bridge.settings
        self.state, self.epoch = "OWNER", epoch
        self.serial, self.asked = serial, serial    # of the ownership; the highest asked with
        self.ended = {}                     # destination -> highest migration id that ended (9.1-6)
        self.is_announced = False           # told to all bridges, and to those that come up (9.8-2)
        self.station = None                 # at which it is, if known (9.7-11)
        self.consent = None                 # (serial, destination) that counts (9.7-9)
        self.held_since = None              # it has left its port (9.3-14)
        self._clear()

    def _clear(self):
        self.peer = self.solicit = None
        self.types = self.round = self.chunks = self.sent_change = self.freeze = self.token = 0
        self.thaw_at = self.first_change_at = self.repeat_at = None
        self.repeat_wait, self.is_offered, self.must_freeze = RELEASED_REPEAT_US, False, False
        self.pending = []                   # of the round: (message, when its records were read) that wait for room

    def is_with(self, peer, migration):
        return self.peer == peer and self.solicit is not None and self.solicit.migration == migration

    @property
    def rank(self):
        return self.serial, self.epoch

    @property
    def highest_serial(self):
        return max(self.serial, self.asked)

    def on(self, item, now):
        getattr(self, "on_" + item.name)(item, now)

    # --- opening ---

    def on_solicit(self, peer, item, now):
        if self.is_with(peer, item.migration):
            return
        refusal = self._refusal(peer, item, now)
        if refusal:
            self.bridge.send_abort(peer, item.migration, refusal, True)
            return
        self.end("SUPERSEDED", now)
        self.peer, self.solicit, self.asked, self.types = peer, item, item.serial, item.types
        if self._exceeds(now):
            self.state = "OFFERED"
            self._send_offer(now)
        elif NAMES["MODE"][item.mode] == "ONE_SHOT":
            self._request_freeze(now)
        else:
            self._send_offer(now)
            self._send_round(now, False)

    def _refusal(self, peer, item, now):
        """In the order of 9.3-18."""
        if item.migration <= self.ended.get(peer, -1):
            return "ENDED"
        if self.state == "RELEASED":
            return "CONTEXT_NOT_FOUND"
        if item.serial <= self.highest_serial:
            return "STALE_SERIAL"
        return None if self.bridge.authority.may_have(self, peer, item, now) else "NOT_AUTHORISED"

    def _exceeds(self, now):
        rows = offer_rows(self.table.records(now, self.types))
        return (sum(row["entries"] for row in rows) > self.solicit.grant_entries
                or sum(row["octets"] for row in rows) > self.solicit.grant_octets)

    def _send_offer(self, now):
        self.is_offered = True
        self._send("offer", offer_rows(self.table.records(now, self.solicit.types)), epoch=self.epoch)

    def on_accept(self, item, now):
        if self.state != "OFFERED":
            return
        self.types &= item.types
        if NAMES["MODE"][self.solicit.mode] == "ONE_SHOT":
            self._request_freeze(now)
        else:
            self._send_round(now, False)

    def on_refuse(self, item, now):
        if self.state in OPEN:
            freeze = self.freeze
            peer = self.peer
            self.end(None, now)
            self._confirm(peer, item.migration, freeze)

    # --- rounds ---

    def _send_round(self, now, is_final):
        keys = self.table.changes_since(self.sent_change, self.types)
        if self.sent_change == 0:
            keys = [key for key in keys if key in self.table.entries]
        self.sent_change = self.table.change
        for chunk in pack(self.table.round(keys, now)):
            self.pending.append((message("data", chunk, migration=self.solicit.migration, round=self.round, chunk=self.chunks,
                                         age=0), now))
            self.chunks += 1
        end = message("round_end", self._digests(now) if is_final else [], migration=self.solicit.migration, round=self.round,
                      is_final=int(is_final), chunks=self.chunks, changes=0, freeze=self.freeze)
        self.pending.append((end, None))
        self.round += 1
        self.first_change_at = None
        self.state = "FROZEN" if is_final else "SENDING"
        self.bridge.event("round_sent", vsi=self.vsi.hex(), round=self.round - 1, records=len(keys), final=is_final)
        self._hand_over(now)

    def _hand_over(self, now):
        """As much of the round as the association has room for; what comes after it when that is all (9.3-5, 9.3-6)."""
        while self.pending and self.bridge.has_room_to_send(self.peer):
            item, read_at = self.pending.pop(0)
            if item.name == "round_end":
                item.fields["changes"] = len(self.table.changes_since(self.sent_change, self.types))
            self.bridge.send(self.peer, item, read_at)
            if self.state == "FROZEN":
                self.thaw_at = now + self.settings.thaw_us
        if self.pending or self.state != "SENDING":
            return
        self.state = "TRACKING"
        self.changed(now)
        if self.must_freeze:
            self._request_freeze(now)

    def _digests(self, now):
        return digest_rows(self.solicit.digest_key, self.table.records(now, self.types))

    def changed(self, now):
        """An entry was learned, changed or lost."""
        if self.state == "TRACKING" and self.table.changes_since(self.sent_change, self.types):
            self.first_change_at = self.first_change_at or now

    def on_freeze(self, _item, now):
        if self.state == "TRACKING":
            self._request_freeze(now)
        self.must_freeze = self.state == "SENDING"

    def _request_freeze(self, now):
        self.thaw_at = now + self.settings.thaw_us
        self.state, self.token = "FREEZING", self.bridge.next_token()
        self.bridge.tell("freeze", source=self, token=self.token)

    def host_frozen(self, token, now):
        """The bridge confirms the freeze of this token: no other one (9.3-20)."""
        if self.state != "FREEZING" or token != self.token:
            return
        self.freeze = secrets.randbelow(2 ** 64 - 1) + 1
        self.thaw_at = now + self.settings.thaw_us
        self.bridge.event("frozen", vsi=self.vsi.hex(), migration=self.solicit.migration)
        if not self.is_offered:
            self._send_offer(now)
        self._send_round(now, True)

    # --- the end ---

    def on_commit(self, item, now):
        if self.state == "FROZEN" and item.freeze != self.freeze:
            self.bridge.send_abort(self.peer, item.migration, "STALE_FREEZE", True, item.freeze)
        elif self.state in ("FROZEN", "RELEASED") and item.freeze == self.freeze:
            own, theirs = rows_by_type(self._digests(now)), rows_by_type(item.params)
            matches = all(own.get(row["type"], (0, 0)) == theirs.get(row["type"], (0, 0)) for row in item.params)
            self._decide(matches, now)

    def _decide(self, matches, now):
        if self.state == "RELEASED":
            if matches:
                self._send("released", freeze=self.freeze, epoch=self.epoch)
        elif not matches:
            self.end("DIGEST_MISMATCH", now)
        else:
            self.epoch = raised(self.epoch)
            self.state, self.thaw_at = "RELEASED", None
            self._send_released(now)
            self.bridge.tell("released", source=self)

    def _send_released(self, now):
        """And when it goes again unless DONE comes (9.3-16)."""
        self._send("released", freeze=self.freeze, epoch=self.epoch)
        self.repeat_at = now + self.repeat_wait
        self.repeat_wait = min(2 * self.repeat_wait, RELEASED_REPEAT_US * RELEASED_WAIT_GROWS)

    def on_done(self, item, _now):
        if self.state == "RELEASED" and item.freeze == self.freeze:
            self.wipe()

    def wipe(self):
        """Nothing is left here."""
        self._clear()
        self.state, self.table = "GONE", Table()
        self.bridge.forget(self)
        self.bridge.tell("gone", source=self)

    def on_abort(self, item, now):
        is_unknown = name_of(item.error) == "UNKNOWN_MIGRATION"
        peer, freeze = self.peer, self.freeze
        if self.state in OPEN:
            self.end(None, now)
        elif self.state == "RELEASED" and item.freeze == self.freeze and not is_unknown:
            self._own_again(now)
            self.bridge.tell("thaw", source=self)
        else:
            return
        if not is_unknown:
            self._confirm(peer, item.migration, freeze)

    def on_aborted(self, _item, _now):
        pass

    def _own_again(self, now):
        """From RELEASED, past the rank that was given away."""
        self._note_ended()
        self._clear()
        self.state, self.epoch = "OWNER", raised(self.epoch)
        self.held_since = now if self.held_since is not None else None

    def leave(self, now):
        """The VSI has left its port (9.3-14)."""
        self.held_since, self.station = now, None

    def arrive(self, serial, now):
        """The VSI is on a port here: the tombstone makes place for what is owned anew (9.1-14, 9.3-22)."""
        if self.state in OPEN and self.solicit.serial <= serial:
            self.end("SUPERSEDED", now)     # the move is over (9.3-25)
        if self.state == "RELEASED":
            self._own_again(now)
            self.table, self.is_announced, self.consent = Table(), True, None
        if self.state == "OWNER":
            self.serial = self.asked = max(self.highest_serial, serial)
        self.held_since = None

    def revive(self, serial, now):
        """The tombstone was the last copy (9.2-29)."""
        self._own_again(now)
        for key in [key for key, (record, _) in self.table.entries.items() if is_secure_association(record)]:
            self.table.delete(key)
        self.serial, self.held_since, self.is_announced = serial, None, True
        self.asked = max(self.asked, serial)
        self.bridge.tell("thaw", source=self)

    def end(self, error, now):
        """Ends a migration under way, thaws, and tells the destination why unless error is None."""
        if self.state not in OPEN:
            return
        peer, migration, freeze, was_stopped = self.peer, self.solicit.migration, self.freeze, self.state in STOPPED
        self._note_ended()
        self._clear()
        self.state = "OWNER"
        if self.held_since is not None:
            self.held_since = now           # the time did not run (9.3-14)
        if error:
            self.bridge.send_abort(peer, migration, error, True, freeze)
        if was_stopped:
            self.epoch = raised(self.epoch)
            self.bridge.tell("thaw", source=self)
        self.bridge.event("source_ended", vsi=self.vsi.hex(), migration=migration, error=error)

    def _note_ended(self):
        self.ended[self.peer] = max(self.ended.get(self.peer, -1), self.solicit.migration)

    def _confirm(self, peer, migration, freeze):
        self.bridge.send(peer, message("aborted", migration=migration, freeze=freeze, is_from_source=1))

    def _send(self, name, rows=(), **fields):
        self.bridge.send(self.peer, message(name, rows, migration=self.solicit.migration, **fields))

    # --- time and peers ---

    def deadline(self):
        times = {"FREEZING": self.thaw_at, "FROZEN": self.thaw_at, "RELEASED": self.repeat_at}
        if self.state == "TRACKING":
            return self._round_at()
        if self.state == "OWNER" and self.held_since is not None:
            return self.held_since + self.settings.hold_us
        return times.get(self.state)

    def _round_at(self):
        """When the next round is due; None while nothing waits."""
        if self.first_change_at is None or self.round >= LAST_ROUND:
            return None
        if len(self.table.changes_since(self.sent_change, self.types)) >= self.settings.round_changes_max:
            return self.first_change_at
        return self.first_change_at + self.settings.round_interval_us

    def tick(self, now):
        if self.pending:
            self._hand_over(now)
        at = self.deadline()
        if at is None or now < at:
            return
        if self.state in STOPPED:
            self.end("THAWED", now)
        elif self.state == "RELEASED":
            self._send_released(now)
        elif self.state == "TRACKING":
            self._send_round(now, False)
        else:
            self.wipe()

    def up(self, peer, is_renewed, now):
        """Asks again (9.3-17)."""
        if self.peer == peer and is_renewed and self.state in COPYING:
            self._send_offer(now)

    def restarted(self, peer, now):
        if self.peer == peer:
            self.end(None, now)

    def lost(self, peer, now):
        if self.peer == peer and self.state != "FROZEN":
            self.end(None, now)

    def holding(self):
        """What WHO-HAS is told (9.8-1)."""
        return {"FREEZING": "INCOMING", "FROZEN": "INCOMING", "RELEASED": "TOMBSTONE"}.get(self.state, "OWNER")

    def i_have(self, lookup, holding):
        serial, epoch = self.rank
        return message("i_have", lookup=lookup, vsi=self.vsi, serial=serial, epoch=epoch,
                       entries=len(self.table.entries),
                       holding=next(n for n, name in NAMES["HOLDING"].items() if name == holding))


def pack(records):
    """Records as the octets of as few DATA messages as their order allows."""
    chunks, room = [], 0
    for record in records:
        octets = encode_record(record)
        if not chunks or len(octets) > room:
            chunks.append([])
            room = DATA_ROOM
        chunks[-1].append(octets)
        room -= len(octets)
    return chunks
