"""The source's machine for one VSI (9.3)."""
import secrets

from .di import Table, offer_rows
from .digest import digest_rows, rows_by_type
from .encoding import MESSAGE_MAX, encode_record, message
from .tables import ERRORS, NAMES

THAW, ROUND_INTERVAL, ROUND_CHANGES_MAX = 0.8, 0.05, 64
REPEAT, REPEAT_MOST = 1.0, 64.0
DATA_ROOM = MESSAGE_MAX - 4 - 18
OPEN = ("OFFERED", "SENDING", "TRACKING", "FREEZING", "FROZEN")


def raised(epoch):
    """One higher, or the last there is (9.8-5)."""
    return min(epoch + 1, 0xffffffff)


class Source:
    def __init__(self, bridge, vsi, table=None, serial=0, epoch=1):
        self.bridge, self.vsi, self.table = bridge, vsi, table or Table()
        self.state, self.epoch = "OWNER", epoch
        self.serial = serial                # the highest asked with, or of the ownership
        self.ended = {}                     # destination -> highest migration id that ended (9.1-6)
        self.peer = self.solicit = self.confirm_peer = None
        self.types = self.round = self.chunks = self.sent_change = self.freeze = 0
        self.thaw_at = self.first_change_at = self.repeat_at = None
        self.repeat_wait = REPEAT

    def is_with(self, peer, migration):
        return self.peer == peer and self.solicit is not None and self.solicit.migration == migration

    def on(self, item, now):
        getattr(self, "on_" + item.name)(item, now)

    # --- opening ---

    def on_solicit(self, peer, item, now):
        if self.is_with(peer, item.migration):
            return
        refusal = self._refusal(peer, item)
        if refusal:
            return self.bridge.send_abort(peer, item.migration, refusal, True)
        if self.state in OPEN:
            self._end("SUPERSEDED")
        self.peer, self.solicit, self.serial = peer, item, item.serial
        self.round = self.chunks = self.sent_change = self.freeze = 0
        self.types = item.types
        if self._exceeds(now):
            self.state = "OFFERED"
            self._send_offer(now)
        else:
            self._start(now)

    def _refusal(self, peer, item):
        if item.migration <= self.ended.get(peer, -1):
            return "ENDED"
        if self.state in ("GONE", "RELEASED"):
            return "CONTEXT_NOT_FOUND"
        return "STALE_SERIAL" if item.serial <= self.serial else None

    def _exceeds(self, now):
        rows = offer_rows(self.table.records(now, self.types))
        return (sum(row["entries"] for row in rows) > self.solicit.grant_entries
                or sum(row["octets"] for row in rows) > self.solicit.grant_octets)

    def _start(self, now):
        if NAMES["MODE"][self.solicit.mode] == "ONE_SHOT":
            self._freeze(now)
        else:
            if self.state != "OFFERED":
                self._send_offer(now)
            self._send_round(now, False)

    def _send_offer(self, now):
        self._send("offer", offer_rows(self.table.records(now, self.types)), epoch=self.epoch)

    def on_accept(self, item, now):
        if self.state == "OFFERED":
            self.types &= item.types
            self._start(now)

    def on_refuse(self, item, now):
        if self.state in OPEN:
            self._end(None)
            self._confirm(item.migration, 0)

    # --- rounds ---

    def _send_round(self, now, is_final):
        keys = self.table.changes_since(self.sent_change, self.types)
        if self.sent_change == 0:
            keys = [key for key in keys if key in self.table.entries]
        self.sent_change = self.table.change
        for chunk in pack(self.table.round(keys, now)):
            data = message("data", chunk, migration=self.solicit.migration, round=self.round, chunk=self.chunks, age=0)
            self.bridge.send(self.peer, data, read_at=now)
            self.chunks += 1
        rows = self._digests(now) if is_final else []
        self._send("round_end", rows, round=self.round, is_final=int(is_final), chunks=self.chunks, changes=0,
                   freeze=self.freeze)
        self.round += 1
        self.first_change_at = None
        self.state = "FROZEN" if is_final else "TRACKING"
        self.bridge.event("round_sent", vsi=self.vsi.hex(), round=self.round - 1, records=len(keys), final=is_final)

    def _digests(self, now):
        return digest_rows(self.solicit.digest_key, self.table.records(now, self.types))

    def on_freeze(self, _item, now):
        if self.state == "TRACKING":
            self._freeze(now)

    def _freeze(self, now):
        """This bridge confirms at once that the DI is unused."""
        was_offered = self.state == "OFFERED"
        is_one_shot = self.round == 0
        self.state, self.freeze = "FREEZING", secrets.randbelow(2 ** 64 - 1) + 1
        self.bridge.event("frozen", vsi=self.vsi.hex(), migration=self.solicit.migration)
        if is_one_shot and not was_offered:
            self._send_offer(now)
        self._send_round(now, True)
        self.thaw_at = now + THAW

    # --- the end ---

    def on_commit(self, item, now):
        if item.freeze != self.freeze or not self.freeze:
            if self.state in OPEN:
                self.bridge.send_abort(self.peer, item.migration, "STALE_FREEZE", True, item.freeze)
        elif self.state == "RELEASED":
            self._send("released", freeze=self.freeze, epoch=self.epoch)
        elif self.state == "FROZEN":
            self._decide(item, now)

    def _decide(self, item, now):
        own = rows_by_type(self._digests(now))
        theirs = rows_by_type(item.params)
        if any(own.get(number) != row for number, row in theirs.items()):
            return self._end("DIGEST_MISMATCH")
        self.epoch = raised(self.epoch)
        self.state, self.thaw_at = "RELEASED", None
        self.repeat_at, self.repeat_wait = now, REPEAT
        self._send_released(now)
        self.bridge.event("released", vsi=self.vsi.hex(), migration=item.migration, epoch=self.epoch)

    def _send_released(self, now):
        """And when it goes again unless DONE comes (9.3-16)."""
        self._send("released", freeze=self.freeze, epoch=self.epoch)
        self.repeat_at = now + self.repeat_wait
        self.repeat_wait = min(2 * self.repeat_wait, REPEAT_MOST)

    def on_done(self, item, _now):
        if self.state == "RELEASED" and item.freeze == self.freeze:
            self._forget()
            self.table, self.state = Table(), "GONE"
            self.bridge.event("gone", vsi=self.vsi.hex(), migration=item.migration)

    def on_abort(self, item, _now):
        if self.state in OPEN:
            self._end(None)
        elif self.state != "RELEASED" or item.freeze != self.freeze or item.error == ERRORS["UNKNOWN_MIGRATION"]:
            return
        else:
            self._take_back()
        if item.error != ERRORS["UNKNOWN_MIGRATION"]:
            self._confirm(item.migration, item.freeze)

    def on_aborted(self, _item, _now):
        pass

    def _take_back(self):
        self.epoch = raised(self.epoch)
        self._forget()
        self.state = "OWNER"
        self.bridge.event("taken_back", vsi=self.vsi.hex(), epoch=self.epoch)

    def _end(self, error):
        """Ends the migration, thaws, and tells the destination why unless error is None."""
        peer, migration, freeze = self.peer, self.solicit.migration, self.freeze
        if self.state in ("FREEZING", "FROZEN"):
            self.epoch = raised(self.epoch)
        self._forget()
        self.state = "OWNER"
        if error:
            self.bridge.send_abort(peer, migration, error, True, freeze)
        self.bridge.event("source_ended", vsi=self.vsi.hex(), migration=migration, error=error)

    def _forget(self):
        self.ended[self.peer] = max(self.ended.get(self.peer, -1), self.solicit.migration)
        self.confirm_peer = self.peer
        self.peer = self.solicit = self.thaw_at = None

    def _confirm(self, migration, freeze):
        self.bridge.send(self.confirm_peer, message("aborted", migration=migration, freeze=freeze, is_from_source=1))

    def _send(self, name, rows=(), **fields):
        self.bridge.send(self.peer, message(name, rows, migration=self.solicit.migration, **fields))

    # --- time and peers ---

    def tick(self, now):
        if self.state == "FROZEN" and now >= self.thaw_at:
            self._end("THAWED")
        elif self.state == "RELEASED" and now >= self.repeat_at:
            self._send_released(now)
        elif self.state == "TRACKING":
            self._track(now)

    def _track(self, now):
        waiting = len(self.table.changes_since(self.sent_change, self.types))
        if not waiting:
            return
        self.first_change_at = self.first_change_at or now
        if waiting >= ROUND_CHANGES_MAX or now - self.first_change_at >= ROUND_INTERVAL:
            self._send_round(now, False)

    def up(self, peer, now):
        """Asks again (9.1-11)."""
        if self.peer == peer and self.state in ("OFFERED", "SENDING", "TRACKING"):
            self._send_offer(now)

    def lost(self, peer):
        if self.peer == peer and self.state in ("OFFERED", "SENDING", "TRACKING"):
            self._end(None)


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
