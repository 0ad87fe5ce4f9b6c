"""What a bridge has room for (10.2-2): entries, octets, VSIs, requests; and what it still knows of those that lost their places."""
from .destination import OPEN
from .settings import CAPACITIES, GRANT_ENTRIES, GRANT_OCTETS
from .tables import DI_TYPES

NUMBERS = {row[0]: number for number, row in DI_TYPES.items()}


class Places:
    """`limits` has names of 10.2-2 and of DI types."""

    def __init__(self, bridge, **limits):
        self.bridge = bridge
        self.bounds = {**CAPACITIES, **{name: most for name, most in limits.items() if name in CAPACITIES}}
        self.of_type = {NUMBERS[name]: most for name, most in limits.items() if name in NUMBERS}
        unknown = set(limits) - set(CAPACITIES) - set(NUMBERS)
        if unknown:
            raise KeyError(sorted(unknown)[0])
        self.gone = {}                  # station -> highest request id refused for want of a place, or forgotten (9.1-10)
        self.doubted = 0                # highest migration that the operator ended in doubt and that is forgotten (9.1-9)

    # --- entries and octets (9.2-2, 9.2-5) ---

    def room(self, destination=None):
        """(entries, octets) that are not taken or set aside by others."""
        entries, octets = self.bounds["entries_max"], self.bounds["arena_octets"]
        taken = [source.table.sizes.both() for source in self.bridge.sources.values()]
        taken += [one.set_aside() for one in self.bridge.requests.values() if one is not destination and one.state in OPEN]
        for some, their in taken:
            entries, octets = entries - some, octets - their
        return max(0, entries), max(0, octets)

    def grant(self, destination):
        """An even share for each migration that may still come, this one included."""
        others = sum(1 for one in self.bridge.requests.values() if one.state in OPEN and one is not destination)
        places = max(1, self.bounds["migrations_max"] - others)
        return tuple(min(most, max(1, free // places)) if free else 0
                     for free, most in zip(self.room(destination), (GRANT_ENTRIES, GRANT_OCTETS)))

    def _of_type(self, di_type):
        tables = [source.table.entries for source in self.bridge.sources.values()]
        copies = [one.copy.staged() for one in self.bridge.requests.values() if one.state in OPEN and one.copy]
        return (sum(1 for table in tables for key in table if key[0] == di_type)
                + sum(1 for copy in copies for record in copy if record.di_type == di_type))

    def refuses_entry(self, record, size, destination=None):
        """The error of one entry more: in a table, or in the destination's copy."""
        entries, octets = self.room(destination)
        have = destination.copy.sizes.both() if destination else (0, 0)
        if have[0] + 1 > entries or have[1] + size > octets:
            return "NO_ROOM"
        most = self.of_type.get(record.di_type)
        return "TYPE_LIMIT" if most is not None and self._of_type(record.di_type) >= most else None

    # --- VSIs and requests (9.2-4, 9.1-10, 9.1-14) ---

    def has_vsi(self, vsi):
        """Whether there is a place for the VSI, which may have one."""
        held = set(self.bridge.sources) | {one.vsi for one in self.bridge.requests.values() if one.state in OPEN and one.copy}
        return vsi in held or len(held) < self.bounds["vsis_max"]

    def claim(self):
        """Whether there is a place for another request: that of the oldest that has ended, if need be."""
        requests = self.bridge.requests
        if len(requests) < self.bounds["migrations_max"]:
            return True
        for key, one in requests.items():
            if one.state in ("ACTIVE", "FAILED"):
                self._forget(key, one)
                return True
        return False

    def _forget(self, key, machine):
        del self.bridge.requests[key]
        self.note_gone(*key)
        if machine.is_doubt_ended:
            self.doubted = max(self.doubted, machine.migration)

    def note_gone(self, station, request):
        self.gone[station] = max(self.gone.get(station, -1), request)

    def is_gone(self, station, request):
        return request <= self.gone.get(station, -1)

    def is_forgotten(self, migration):
        """Whether it was given out since the start, ended well and is forgotten altogether (9.1-9)."""
        return max(self.doubted, self.bridge.first_migration) < migration <= self.bridge.last_migration
