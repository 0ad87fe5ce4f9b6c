"""A bridge: destination for REQUESTs, source for SOLICITs, DI in memory (section 9)."""
import time

from .destination import Destination
from .encoding import message
from .source import Source
from .tables import ERRORS

TO_DESTINATION = ("offer", "data", "round_end", "released")
TO_SOURCE = ("accept", "refuse", "freeze", "commit", "done")
COMMANDS = ("cutover", "proceed", "cancel")
ANSWERED = ("offer", "round_end", "released", "accept", "refuse", "freeze", "commit")
EARLY_COMMANDS = 16


class Bridge:
    def __init__(self, speaker):
        self.speaker = speaker
        self.sources = {}               # VSI -> Source
        self.requests = {}              # (station, request id) -> Destination
        self.early = {}                 # (station, request id) -> [command]
        self.overtaken = []             # (destination, migration) whose ABORT came before its SOLICIT
        self.last_migration = 0
        self.churn_every = self.churn_at = None

    # --- what the machines use ---

    def send(self, peer, item, read_at=None):
        self.speaker.send(peer, item, read_at)

    def event(self, name, **details):
        self.speaker.event(name, **details)

    def is_peer(self, public):
        return public in self.speaker.associations

    def owns(self, vsi):
        return vsi in self.sources and self.sources[vsi].state not in ("RELEASED", "GONE")

    def next_migration(self):
        """Rises with every migration and every start: from the clock."""
        self.last_migration = max(time.time_ns() // 1000, self.last_migration + 1)
        return self.last_migration

    def send_abort(self, peer, migration, error, is_from_source, freeze=0):
        self.send(peer, message("abort", migration=migration, freeze=freeze, is_from_source=int(is_from_source),
                                error=ERRORS[error]))
        self.event("abort_sent", migration=migration, error=error)

    def activated(self, destination, table, now):
        request = destination.request
        before = self.sources.get(request.vsi)
        after = self.sources[request.vsi] = Source(self, request.vsi, table, request.serial, destination.epoch)
        after.ended = before.ended if before else {}
        self.event("activated", request=request.request, vsi=request.vsi.hex(), epoch=destination.epoch,
                   at_risk=destination.is_at_risk,
                   records=[self.speaker.printable(record) for record in table.records(now)])

    # --- from the associations ---

    def message(self, peer, item, transit, now):
        if item.name == "request":
            self._request(peer, item, now)
        elif item.name in COMMANDS:
            self._command(peer, item, now)
        elif item.name == "solicit":
            self._solicit(peer, item, now)
        elif item.name in TO_DESTINATION or (item.name in ("abort", "aborted") and item.is_from_source):
            self._to_destination(peer, item, transit, now)
        elif item.name in TO_SOURCE or item.name in ("abort", "aborted"):
            self._to_source(peer, item, now)

    def _request(self, peer, item, now):
        key = (peer, item.request)
        if key in self.requests:
            return self.requests[key].repeat()
        self.event("request", request=item.request, vsi=item.vsi.hex())
        machine = self.requests[key] = Destination(self, peer, item, now)
        machine.start(now)
        for name in self.early.pop(key, []):
            machine.command(name, now)

    def _command(self, peer, item, now):
        key = (peer, item.request)
        if key in self.requests:
            self.requests[key].command(item.name, now)
        elif sum(map(len, self.early.values())) < EARLY_COMMANDS:
            self.early.setdefault(key, []).append(item.name)

    def _solicit(self, peer, item, now):
        self.event("solicit", migration=item.migration, vsi=item.vsi.hex())
        machine = self.sources.get(item.vsi)
        if (peer, item.migration) in self.overtaken:
            return self.send_abort(peer, item.migration, "ENDED", True)
        if machine is None:
            return self.send_abort(peer, item.migration, "CONTEXT_NOT_FOUND", True)
        machine.on_solicit(peer, item, now)

    def _to_destination(self, peer, item, transit, now):
        for machine in self.requests.values():
            if machine.source == peer and machine.migration == item.migration and machine.knows(item.name):
                return machine.on(item, transit, now)
        self._unknown(peer, item, is_from_source=False)

    def _to_source(self, peer, item, now):
        for machine in self.sources.values():
            if machine.is_with(peer, item.migration) and machine.state != "GONE":
                return machine.on(item, now)
        self._unknown(peer, item, is_from_source=True)

    def _unknown(self, peer, item, is_from_source):
        """A message of a migration that is not known (9.1-5)."""
        if item.name in ANSWERED:
            self.send_abort(peer, item.migration, "UNKNOWN_MIGRATION", is_from_source)
        elif item.name == "abort" and item.error != ERRORS["UNKNOWN_MIGRATION"]:
            if is_from_source:
                self.overtaken = (self.overtaken + [(peer, item.migration)])[-64:]
            self.send(peer, message("aborted", migration=item.migration, freeze=item.freeze,
                                    is_from_source=int(is_from_source)))

    def _machines(self):
        return list(self.requests.values()) + list(self.sources.values())

    def up(self, peer, now):
        for machine in self._machines():
            machine.up(peer, now)

    def lost(self, peer, now):
        for machine in self.requests.values():
            machine.lost(peer, now)
        for machine in list(self.sources.values()):
            machine.lost(peer)

    def is_busy(self, peer):
        return any(machine.source == peer and not machine.response for machine in self.requests.values()) or any(
            machine.peer == peer for machine in self.sources.values())

    def tick(self, now):
        for machine in self._machines():
            machine.tick(now)
        self._churn(now)

    def is_done(self):
        """All that came was finished."""
        started = [m for m in self.requests.values()]
        return (bool(started) and all(m.state in ("ACTIVE", "FAILED") for m in started)) or (
            bool(self.sources) and all(m.state == "GONE" for m in self.sources.values()))

    def _churn(self, now):
        """For trials: touches the entries of tracked VSIs in turn, at intervals."""
        if not self.churn_every or (self.churn_at or 0) > now:
            return
        self.churn_at = now + self.churn_every
        for machine in self.sources.values():
            if machine.state == "TRACKING" and machine.table.entries:
                key = next(iter(machine.table.entries))
                record = machine.table.read(key, now)
                machine.table.entries.pop(key)
                machine.table.put(record, now)
