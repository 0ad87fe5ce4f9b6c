"""A bridge: destination for REQUESTs, source for SOLICITs, DI in memory (section 9)."""
from .authority import Authority
from .destination import OPEN, SEEKING, WAITING, Destination
from .encoding import PUT, decode_record, message
from .errors import number_of_error
from .lookup import LookUp
from .places import Places
from .settings import CONTROL_MESSAGES, EARLY_COMMANDS, OVERTAKEN_ABORTS
from .source import Source
from .source import OPEN as SOURCE_OPEN
from .tables import DI_TYPES, ERRORS
from .triggers import Triggers

TO_DESTINATION = ("offer", "data", "round_end", "released")
TO_SOURCE = ("accept", "refuse", "freeze", "commit", "done")
COMMANDS = ("cutover", "proceed", "cancel")
ANSWERED = ("offer", "round_end", "released", "accept", "refuse", "freeze", "commit")
OF_STATIONS = ("progress", "response", "announced")
ALL_TYPES = sum(1 << number for number in DI_TYPES)


class Bridge:
    """`speaker` carries messages; `bridges` are the peers that are asked who has a VSI."""

    def __init__(self, speaker, bridges=(), first_id=0, supported=ALL_TYPES):
        self.speaker, self.settings, self.bridges, self.supported = speaker, speaker.settings, list(bridges), supported
        self.places = Places(self)
        self.authority = Authority(self)
        self.triggers = Triggers(self)
        self.remap = {}
        self.sources = {}               # VSI -> Source
        self.requests = {}              # (station, request id) -> Destination
        self.lookups = {}               # Destination -> LookUp
        self.early = {}                 # (station, request id) -> [command]
        self.overtaken = []             # (destination, migration) whose ABORT came before its SOLICIT
        self.first_migration = self.last_migration = self.last_lookup = first_id
        self.last_token = 0
        self.has_owned = False

    # --- what the machines use ---

    def send(self, peer, item, read_at=None):
        if self.speaker.backlog(peer) < self.places.bounds["send_queue_max"]:
            self.speaker.send(peer, item, read_at)
        else:
            self.speaker.count(peer, "drop_no_room")

    def event(self, name, **details):
        self.speaker.event(name, **details)

    def tell(self, name, **details):
        """To the bridge's host."""
        self.speaker.tell(name, **details)

    def tell_station(self, destination, item):
        if destination.station is None:
            self.tell(item.name, message=item)
        else:
            self.send(destination.station, item)

    def has_room_to_send(self, peer):
        """For DATA and ROUND-END, which leave some of the queue to others; half of one that is short."""
        most = self.places.bounds["send_queue_max"]
        return self.speaker.backlog(peer) < most - min(CONTROL_MESSAGES, most // 2)

    def is_up(self, peer):
        return self.speaker.is_up(peer)

    def open(self, peer, now):
        self.speaker.open(peer, now)

    def silent_at(self, peer):
        return self.speaker.silent_at(peer)

    def is_peer(self, public):
        return self.speaker.is_peer(public)

    def owner_of(self, vsi):
        source = self.sources.get(vsi)
        return source if source and source.state != "RELEASED" else None

    def next_migration(self):
        """Rises with every migration and every start."""
        self.last_migration += 1
        return self.last_migration

    def next_lookup(self):
        self.last_lookup += 1
        return self.last_lookup

    def next_token(self):
        self.last_token += 1
        return self.last_token

    def send_abort(self, peer, migration, error, is_from_source, freeze=0):
        self.send(peer, message("abort", migration=migration, freeze=freeze, is_from_source=int(is_from_source),
                                error=ERRORS[error]))
        self.event("abort_sent", migration=migration, error=error)

    # --- authority (9.7) ---

    def refuses_proceed(self, destination, now):
        source = self.sources.get(destination.vsi)
        if destination.state != "REVIVABLE" and source and source.highest_serial >= destination.request.serial:
            return "STALE_SERIAL"
        return self.refuses_command(destination) or self.authority.refuses_proceed(destination, now)

    def refuses_command(self, destination):
        """Of a station at which the VSI is not any more (9.7-11)."""
        if destination.station is None or self.authority.is_at(destination.vsi, destination.station):
            return None
        return "NOT_AUTHORISED"

    # --- ownership ---

    def known_serial(self, vsi):
        """The highest that a move had here: who comes to own the VSI counts it as asked for (9.1-4)."""
        source = self.sources.get(vsi)
        asked = [one.request.serial for one in self.requests.values() if one.vsi == vsi]
        return max(asked + [source.highest_serial if source else 0])

    def activated(self, destination, table, now):
        request = destination.request
        before = self.sources.get(request.vsi)
        after = Source(self, request.vsi, table, request.serial, destination.epoch, request.params)
        after.asked = self.known_serial(request.vsi)
        if before:
            if before.state != "RELEASED":
                after.serial = max(before.serial, request.serial)
            before.end("SUPERSEDED", now)
            after.ended = before.ended
            if before.state == "RELEASED":
                after.ended[before.peer] = max(after.ended.get(before.peer, -1), before.solicit.migration)
        after.station = self.authority.station_of(request.vsi, destination)
        self.sources[request.vsi] = after
        self.event("activated", request=request.request, vsi=request.vsi.hex(), epoch=destination.epoch,
                   at_risk=destination.is_at_risk,
                   records=[self.speaker.printable(record) for record in table.records(now)])

    def announce(self, vsi):
        """To all bridges, and to those that come up (9.8-2)."""
        source = self.sources[vsi]
        source.is_announced = True
        for peer in self.bridges:
            self.send(peer, source.i_have(0, "OWNER"))

    def forget(self, source):
        if self.sources.get(source.vsi) is source:
            del self.sources[source.vsi]

    def ended(self, destination, _now):
        self.lookups.pop(destination, None)

    # --- the host's orders ---

    def add(self, vsi, filters=(), serial=0):
        known = self.known_serial(vsi)
        self.has_owned = True
        self.sources[vsi] = Source(self, vsi, serial=serial, filters=filters)
        self.sources[vsi].asked = max(known, serial)
        return self.sources[vsi]

    def change(self, vsi, octets, now):
        """An entry is learned, changed or, by a DELETE, lost; the error if it cannot be."""
        source, record = self.sources.get(vsi), decode_record(octets)
        if source is None:
            return "NO_SUCH_VSI"
        if source.state in ("FROZEN", "RELEASED"):
            return "VSI_FROZEN"
        is_known = record.key in source.table.entries
        if record.operation == PUT and not is_known and self.places.refuses_entry(record, len(octets)):
            return "TABLE_FULL"
        if record.operation == PUT:
            if is_known:
                source.table.keep_skipped(record)
            source.table.put(record, now)
        elif is_known:
            source.table.delete(record.key)
        return source.changed(now)

    def revoke(self, vsi, now):
        """What the DI stands for is over (9.3-21); the error if it is too late."""
        source = self.sources.get(vsi)
        if source is None:
            return "NO_SUCH_VSI"
        return "WRONG_STATE" if source.state == "RELEASED" else source.end("REVOKED", now)

    def arrive(self, vsi, serial, now):
        """It is here, by the server's word; moves up to the serial are over (9.1-14, 9.3-22)."""
        source = self.sources.get(vsi) or self.add(vsi, serial=serial)
        source.arrive(serial, now)
        source.station = self.authority.station_of(vsi, None)

    # --- from the associations ---

    def message(self, peer, item, transit, now):
        if item.name == "request":
            self._request(peer, item, now)
        elif item.name in COMMANDS:
            self._command(peer, item, now)
        elif item.name == "solicit":
            self._solicit(peer, item, now)
        elif item.name in ("who_has", "i_have"):
            self._among_bridges(peer, item, now)
        elif item.name in TO_DESTINATION or (item.name in ("abort", "aborted") and item.is_from_source):
            self._to_destination(peer, item, transit, now)
        elif item.name in TO_SOURCE or item.name in ("abort", "aborted"):
            self._to_source(peer, item, now)
        elif item.name == "notify":
            self.triggers.hear(peer, item, now)
        elif item.name == "announce":
            error = number_of_error(self.authority.announce(peer, item))
            self.send(peer, message("announced", vsi=item.vsi, serial=item.serial, error=error))
        elif item.name in OF_STATIONS:
            self.speaker.count_role(peer)

    def _request(self, peer, item, now):
        key = (peer, item.request)
        if key in self.requests:
            return self.requests[key].repeat()
        self.event("request", request=item.request, vsi=item.vsi.hex())
        if self.places.is_gone(*key):
            return Destination(self, peer, item, now).fail("IN_DOUBT", now)
        machine = self._adopted(peer, item, now)
        if machine is None and not self.places.claim():
            self.places.note_gone(*key)
            return Destination(self, peer, item, now).fail("MIGRATIONS_LIMIT", now)
        if machine is None:
            machine = self.requests[key] = Destination(self, peer, item, now)
            self.begin(machine, now)
        for name in self.early.pop(key, []):
            machine.command(name, now)
        return None

    def _adopted(self, peer, item, now):
        """What the host has begun and this REQUEST is about (9.9-7); None if it stands alone."""
        is_home = self._is_home(Destination(self, peer, item, now))
        if is_home or self.authority.refuses_request(peer, item):
            return None
        machine, error = self.triggers.meets(peer, item, now)
        if error:
            machine = self.requests[peer, item.request] = Destination(self, peer, item, now)
            machine.fail(error, now)
        return machine

    def begin(self, machine, now):
        """A REQUEST, or the host's order."""
        request = machine.request
        refusal = self._refusal(machine)
        if refusal:
            return machine.fail(refusal, now)
        if self._is_home(machine):
            return self._at_home(machine, now)
        if any(request.source) and request.source != self.speaker.public:
            refusal = self._refusal_of_source(request)
            return machine.fail(refusal, now) if refusal else machine.solicit(request.source, now)
        machine.state = "LOCATING"
        self.lookups[machine] = LookUp(self, machine, now)
        if self.lookups[machine].is_over and machine.state != "LOCATING":
            self.ended(machine, now)
        return None

    def _refusal(self, machine):
        refusal = self.authority.refuses_request(machine.station, machine.request)
        if refusal:
            return refusal
        if machine.request.required & ~1 & ~self.supported:
            return "UNSUPPORTED_TYPE"
        return None

    def _is_home(self, machine):
        request, source = machine.request, self.owner_of(machine.vsi)
        if source is None:
            return False
        is_here = not any(request.source) or request.source == self.speaker.public
        return is_here or source.serial == request.serial

    def _at_home(self, machine, now):
        """The VM resumes here (9.2-3)."""
        request, source = machine.request, self.owner_of(machine.vsi)
        known = max(source.serial, source.asked)
        is_under_way = source.state in SOURCE_OPEN and request.serial == source.solicit.serial
        if request.serial < known or is_under_way:
            return machine.fail("STALE_SERIAL", now)
        source.end("SUPERSEDED", now)
        source.serial = source.asked = request.serial
        source.station, source.held_since = self.authority.station_of(request.vsi, machine), None
        self.announce(request.vsi)
        return machine.respond("SUCCESS", "NONE", "ACTIVE")

    def _refusal_of_source(self, request):
        if not self.is_peer(request.source):
            return "UNKNOWN_SOURCE"
        source = self.sources.get(request.vsi)
        if source and source.highest_serial >= request.serial:
            return "STALE_SERIAL"
        return self._refusal_of_room(request)

    def _refusal_of_room(self, request):
        if not self.places.has_vsi(request.vsi):
            return "MIGRATIONS_LIMIT"
        return None if all(self.places.room()) else "NO_ROOM"

    def _command(self, peer, item, now):
        key = (peer, item.request)
        if key in self.requests:
            self.requests[key].command(item.name, now)
            return
        self.early.setdefault(key, []).append(item.name)
        while sum(map(len, self.early.values())) > EARLY_COMMANDS:
            oldest = next(iter(self.early))
            self.early[oldest].pop(0)
            if not self.early[oldest]:
                del self.early[oldest]

    def _solicit(self, peer, item, now):
        self.event("solicit", migration=item.migration, vsi=item.vsi.hex())
        machine = self.sources.get(item.vsi)
        if (peer, item.migration) in self.overtaken:
            return self.send_abort(peer, item.migration, "ENDED", True)
        if machine is None:
            return self.send_abort(peer, item.migration, "CONTEXT_NOT_FOUND", True)
        return machine.on_solicit(peer, item, now)

    def _to_destination(self, peer, item, transit, now):
        for machine in list(self.requests.values()):
            if machine.source == peer and machine.migration == item.migration and machine.knows(item.name):
                return machine.on(item, transit, now)
        return self._unknown(peer, item, is_from_source=False)

    def _to_source(self, peer, item, now):
        for machine in list(self.sources.values()):
            if machine.is_with(peer, item.migration):
                return machine.on(item, now)
        return self._unknown(peer, item, is_from_source=True)

    def _unknown(self, peer, item, is_from_source):
        """A message of a migration that is not known (9.1-5)."""
        freeze = item.fields.get("freeze", 0) if item.name in ("released", "commit") else 0
        is_known = any((one.source, one.migration) == (peer, item.migration) for one in self.requests.values())
        if item.name == "released" and not is_known and self.places.is_forgotten(item.migration):
            self.send(peer, message("done", migration=item.migration, freeze=item.freeze))
        elif item.name in ANSWERED:
            self.send_abort(peer, item.migration, "UNKNOWN_MIGRATION", is_from_source, freeze)
        elif item.name == "abort" and item.error != ERRORS["UNKNOWN_MIGRATION"]:
            if is_from_source:
                self.overtaken = (self.overtaken + [(peer, item.migration)])[-OVERTAKEN_ABORTS:]
            self.send(peer, message("aborted", migration=item.migration, freeze=item.freeze,
                                    is_from_source=int(is_from_source)))

    # --- among bridges (9.8) ---

    def _among_bridges(self, peer, item, now):
        if peer not in self.bridges:
            return self.speaker.count_role(peer)
        if item.name == "who_has":
            return self._who_has(peer, item, now)
        if item.lookup:
            for one in list(self.lookups.values()):
                one.hear(peer, item, now)
            return None
        return self._hear_owner(peer, item)

    def _who_has(self, peer, item, now):
        source = self.sources.get(item.vsi)
        if not self.authority.may_know(source, peer, item, now):
            return self.send(peer, message("i_have", lookup=item.lookup, vsi=item.vsi, holding=0, serial=0, epoch=0, entries=0))
        is_incoming = any(one.vsi == item.vsi and one.is_committed and one.state in OPEN for one in self.requests.values())
        if source and not (is_incoming and source.state == "RELEASED"):
            return self.send(peer, source.i_have(item.lookup, "INCOMING" if is_incoming else source.holding()))
        return self.send(peer, message("i_have", lookup=item.lookup, vsi=item.vsi, holding=2 if is_incoming else 0,
                                       serial=0, epoch=0, entries=0))

    def _hear_owner(self, peer, item):
        """An owner announces itself (9.8-3)."""
        source = self.sources.get(item.vsi)
        if source is None or item.holding != 1:
            return
        own, theirs = source.rank + (self.speaker.public,), (item.serial, item.epoch, peer)     # 9.8-5
        if theirs > own:
            source.wipe()
        elif source.state != "RELEASED":
            self.send(peer, source.i_have(0, "OWNER"))

    def located_owner(self, machine, peer, now):
        refusal = self._refusal_of_room(machine.request)
        self.ended(machine, now)
        machine.error = "NONE"
        if refusal:
            machine.fail(refusal, now)
        else:
            machine.solicit(peer, now)

    def located_nobody(self, machine, rank, now):
        """Nobody owns it; the tombstone of the highest rank elsewhere has this one (9.2-29)."""
        source = self.sources.get(machine.vsi)
        self.ended(machine, now)
        if source and source.state == "RELEASED" and (rank is None or source.rank >= rank):
            machine.tombstone = source
            return machine.tell_revivable()
        return machine.fail("CONTEXT_NOT_FOUND", now)

    def revive(self, machine, now):
        source = self.sources.get(machine.vsi)
        if source is None or source is not machine.tombstone or source.state != "RELEASED":
            return machine.fail("CONTEXT_NOT_FOUND", now)
        refusal = self.refuses_proceed(machine, now)
        if refusal:
            return machine.fail(refusal, now)
        source.revive(machine.request.serial, now)
        source.station = self.authority.station_of(machine.vsi, machine)
        self.announce(machine.vsi)
        return machine.respond("AT_RISK", "CONTEXT_NOT_FOUND", "ACTIVE")

    # --- associations and time ---

    def _machines(self):
        return list(self.requests.values()) + list(self.sources.values())

    def up(self, peer, is_renewed, now):
        for machine in self._machines():
            machine.up(peer, is_renewed, now)
        if not is_renewed and peer in self.bridges:
            for source in self.sources.values():
                if source.is_announced and source.state != "RELEASED":
                    self.send(peer, source.i_have(0, "OWNER"))

    def restarted(self, peer, is_renewed, now):
        if not is_renewed:
            self.up(peer, False, now)
        for machine in self._machines():
            machine.restarted(peer, now)

    def lost(self, peer, now):
        for machine in self._machines():
            machine.lost(peer, now)
        for machine in list(self.requests.values()):
            if machine.station == peer:
                machine.station_lost(now)

    def is_busy(self, peer):
        """Whether a migration is under way with the peer (5.9-1)."""
        return any(machine.source == peer and machine.state in WAITING + ("ACTIVATING", "AT_RISK", "ABORTING")
                   and not machine.is_in_doubt() for machine in self.requests.values()) or any(
            machine.station == peer and machine.state in OPEN and not machine.response
            for machine in self.requests.values()) or any(
            machine.peer == peer for machine in self.sources.values())

    def is_waiting(self, peer):
        """Whether a destination waits for this source (5.9-5)."""
        return any(machine.source == peer and machine.state in WAITING for machine in self.requests.values())

    def deadline(self):
        times = [machine.deadline() for machine in self._machines()]
        times += [one.deadline() for one in self.lookups.values()]
        return min((time for time in times if time is not None), default=None)

    def tick(self, now):
        for machine in self._machines():
            machine.tick(now)
        for machine, one in list(self.lookups.items()):
            if machine in self.lookups and machine.state in SEEKING:
                one.tick(now)

    def is_done(self):
        """All that came was finished."""
        started = list(self.requests.values())
        if started:
            return all(machine.state in ("ACTIVE", "FAILED") for machine in started)
        return self.has_owned and not self.sources
