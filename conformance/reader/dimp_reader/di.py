"""DI in memory: the table of a VSI, and the copy that a destination stages."""
from .digest import digest_rows
from .durations import decay
from .encoding import PUT, RECORD_MAX, Record, SKIPPABLE, decode_key, decode_record, deletion, encode_record
from .errors import DimpError
from .tables import DI_TYPES


def milliseconds(elapsed):
    """Microseconds as milliseconds, rounded up, so that no duration ever gets longer."""
    return max(0, -(-elapsed // 1000))


class Sizes:
    """The octets of entries by key, with their sum."""

    def __init__(self):
        self.octets, self.total = {}, 0

    def note(self, key, record):
        """The entry is this now; None: there is none."""
        self.total -= self.octets.pop(key, 0)
        if record is not None:
            self.octets[key] = len(encode_record(record))
            self.total += self.octets[key]

    def both(self):
        """(entries, octets)."""
        return len(self.octets), self.total


class Table:
    """The DI of one VSI, with the number of the change that touched each key last."""

    def __init__(self):
        self.entries = {}       # key -> (record, when it held)
        self.changed = {}       # key -> (change number, record of the entry, also when deleted)
        self.change = 0
        self.sizes = Sizes()

    def put(self, record, now):
        self.change += 1
        self.sizes.note(record.key, record)
        self.entries[record.key] = (record, now)
        self.changed[record.key] = (self.change, record)

    def delete(self, key):
        record, _ = self.entries.pop(key)
        self.sizes.note(key, None)
        self.change += 1
        self.changed[key] = (self.change, record)

    def keep_skipped(self, changed):
        """What nobody here knows of an entry outlives its changes, if there is room for all of it (6.3-8)."""
        record, _ = self.entries[changed.key]
        skipped = [(kind, octets) for kind, octets in record.attributes if kind & SKIPPABLE]
        if len(encode_record(changed)) + sum(4 + len(octets) for _, octets in skipped) <= RECORD_MAX:
            changed.attributes += skipped

    def read(self, key, now):
        record, at = self.entries[key]
        return decay(record, milliseconds(now - at))

    def records(self, now, types=None):
        return [self.read(key, now) for key in sorted(self.entries) if types is None or types >> key[0] & 1]

    def changes_since(self, change, types):
        return sorted(key for key, (number, _) in self.changed.items() if number > change and types >> key[0] & 1)

    def round(self, keys, now):
        """The records of a round: PUTs of what is there, DELETEs of what is not."""
        return [self.read(key, now) if key in self.entries else deletion(self.changed[key][1]) for key in keys]


def offer_rows(records):
    rows = {}
    for record in records:
        row = rows.setdefault(record.di_type, {"type": record.di_type, "entries": 0, "octets": 0})
        row["entries"] += 1
        row["octets"] += len(encode_record(record))
    return [rows[number] for number in sorted(rows)]


class Copy:
    """What a destination has staged of one migration."""

    def __init__(self, digest_key, wanted, remap=None):
        self.digest_key, self.wanted, self.remap = digest_key, wanted, remap or {}
        self.chunks = {}        # chunk number -> round
        self.round_ends = {}    # round -> ROUND-END
        self.entries = {}       # key -> (round, record or None for a marker, when it held)
        self.unstaged = {}      # DI type -> [count, first error] of records that could not be staged (9.2-6)
        self.refused = {}       # key -> error, of entries that the bridge turned down
        self.sizes = Sizes()

    @property
    def is_empty(self):
        """Nothing of a copy came."""
        return not (self.chunks or self.round_ends)

    def final_end(self):
        """The ROUND-END of the final round, or None."""
        return next((end for end in self.round_ends.values() if end.is_final), None)

    def take(self, data, transit, now, refuses=lambda record, size: None):
        """Stages a DATA; returns (records staged, [(DI type, error)] of those that could not be, for want of room among others)."""
        staged, faults = [], []
        if data.chunk in self.chunks:
            return staged, faults
        self.chunks[data.chunk] = data.round
        held_at = now - transit - data.age * 1000
        for octets in data.params:
            di_type = (octets[0] << 8 | octets[1]) - 0x0200
            if not self.wanted >> di_type & 1:
                continue
            try:
                record = decode_record(octets)
            except DimpError as error:
                self._reject(di_type, octets, data.round, error.name)
                faults.append((di_type, error.name))
                continue
            error = refuses(record, len(octets)) if record.operation == PUT and record.key not in self.entries else None
            if error:
                self._reject(di_type, octets, data.round, error)
                faults.append((di_type, error))
            elif self._stage(record, data.round, held_at):
                staged.append(record)
        return staged, faults

    def _reject(self, di_type, octets, number, error):
        """Counts it, with what an earlier record staged of the same entry."""
        row = self.unstaged.setdefault(di_type, [0, error])
        row[0] += 1
        key = key_of(octets)
        present = self.entries.get(key)
        if present and present[0] <= number and present[1]:
            del self.entries[key]
            self.sizes.note(key, None)

    def _stage(self, record, number, held_at):
        """Whether there is a live entry to tell the bridge."""
        present = self.entries.get(record.key)
        if present is not None and present[0] >= number:
            return False
        self.refused.pop(record.key, None)
        self.entries[record.key] = (number, record if record.operation == PUT else None, held_at)
        self.sizes.note(record.key, self.entries[record.key][1])
        return record.operation == PUT

    def turn_down(self, key, error):
        if self.entries.get(key, (0, None))[1] is not None:
            self.refused.setdefault(key, error)

    def staged(self):
        """All entries, those that were turned down included: they arrived (6.6-3)."""
        return [record for _, record, _ in self.entries.values() if record is not None]

    def live(self):
        return [record for record in self.staged() if record.key not in self.refused]

    def octets(self):
        return sum(len(encode_record(record)) for record in self.live())

    def digests(self):
        return digest_rows(self.digest_key, self.staged(), self.unstaged)

    def rejected(self, di_type):
        """(count, first error) of a DI type."""
        count, error = self.unstaged.get(di_type, (0, "NONE"))
        refused = [why for key, why in self.refused.items() if key[0] == di_type]
        return count + len(refused), error if count else refused[0] if refused else "NONE"

    def complete(self):
        """The ROUND-END of the latest complete round, or None."""
        for number in sorted(self.round_ends, reverse=True):
            end = self.round_ends[number]
            if all(chunk in self.chunks for chunk in range(end.chunks)):
                return end
        return None

    def conflicts(self):
        """Keys of live entries that the mapping of VLANs makes one (8.0-11)."""
        mapped = {}
        for record in self.live() if self.remap else []:
            mapped.setdefault(map_vlans(record, self.remap).key, []).append(record.key)
        return [key for keys in mapped.values() if len(keys) > 1 for key in keys]

    def activate(self, now, at_risk=False):
        """The staged DI as a table in force, decayed to now, VLANs called as here (8.0-7)."""
        table = Table()
        for _, record, held_at in sorted(self.entries.values(), key=lambda row: row[0]):
            if record is None or record.key in self.refused or (at_risk and is_secure_association(record)):
                continue
            table.put(map_vlans(decay(record, milliseconds(now - held_at)), self.remap), now)
        return table


def key_of(octets):
    """The key of a record that may be wrong elsewhere; None if its key is."""
    try:
        return decode_key(octets)
    except DimpError:
        return None


def map_vlans(record, remap):
    rows = DI_TYPES[record.di_type][1]
    fields = {name: remap.get(record.fields[name], record.fields[name]) if kind == "VLAN" else record.fields[name]
              for name, kind, _ in rows}
    return Record(record.di_type, fields, record.attributes, record.operation, record.version)


def is_secure_association(record):
    return record.di_type == 3


def record_of(text):
    """A record from hexadecimal, blanks allowed."""
    return decode_record(bytes.fromhex("".join(text.split())))


__all__ = ["Table", "Copy", "Record", "offer_rows", "record_of", "milliseconds"]
