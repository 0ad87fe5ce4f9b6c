"""DI in memory: the table of a VSI, and the copy that a destination stages."""
import math

from .digest import digest_rows
from .durations import decay
from .encoding import PUT, Record, decode_record, deletion, encode_record
from .errors import DimpError


def milliseconds(seconds):
    """Elapsed time rounded up, so that no duration ever gets longer."""
    return max(0, math.ceil(seconds * 1000))


class Table:
    """The DI of one VSI, with the number of the change that touched each key last."""

    def __init__(self):
        self.entries = {}       # key -> (record, when it held)
        self.changed = {}       # key -> (change number, record of the entry, also when deleted)
        self.change = 0

    def put(self, record, now):
        self.change += 1
        self.entries[record.key] = (record, now)
        self.changed[record.key] = (self.change, record)

    def delete(self, key):
        record, _ = self.entries.pop(key)
        self.change += 1
        self.changed[key] = (self.change, record)

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

    def __init__(self, digest_key, wanted):
        self.digest_key, self.wanted = digest_key, wanted
        self.chunks = {}        # chunk number -> round
        self.round_ends = {}    # round -> ROUND-END
        self.entries = {}       # key -> (round, record or None for a marker, when it held)
        self.rejected = {}      # DI type -> [count, first error]

    def final_end(self):
        """The ROUND-END of the final round, or None."""
        return next((end for end in self.round_ends.values() if end.is_final), None)

    def take(self, data, transit, now):
        """Stages a DATA; returns [(DI type, error)] of the records that could not be."""
        if data.chunk in self.chunks:
            return []
        self.chunks[data.chunk] = data.round
        held_at = now - transit - data.age / 1000
        return [fault for octets in data.params if (fault := self._stage(octets, data.round, held_at, now))]

    def _stage(self, octets, number, held_at, now):
        di_type = (octets[0] << 8 | octets[1]) - 0x0200
        try:
            if not self.wanted >> di_type & 1:
                raise DimpError("UNSUPPORTED_TYPE")
            record = decode_record(octets)
        except DimpError as error:
            row = self.rejected.setdefault(di_type, [0, error.name])
            row[0] += 1
            return di_type, error.name
        present = self.entries.get(record.key)
        if present is None or present[0] < number:
            self.entries[record.key] = (number, record if record.operation == PUT else None, held_at)
        return None

    def live(self):
        return [record for _, record, _ in self.entries.values() if record is not None]

    def octets(self):
        return sum(len(encode_record(record)) for record in self.live())

    def digests(self):
        return digest_rows(self.digest_key, self.live(), self.rejected)

    def complete(self):
        """The ROUND-END of the latest complete round, or None."""
        for number in sorted(self.round_ends, reverse=True):
            end = self.round_ends[number]
            if all(chunk in self.chunks for chunk in range(end.chunks)):
                return end
        return None

    def activate(self, now, at_risk=False):
        """The staged DI as a table in force, decayed to now."""
        table = Table()
        for _, record, held_at in sorted(self.entries.values(), key=lambda row: row[0]):
            if record is None or (at_risk and is_secure_association(record)):
                continue
            table.put(decay(record, milliseconds(now - held_at)), now)
        return table


def is_secure_association(record):
    return record.di_type == 3


def record_of(text):
    """A record from hexadecimal, blanks allowed."""
    return decode_record(bytes.fromhex("".join(text.split())))


__all__ = ["Table", "Copy", "Record", "offer_rows", "record_of", "milliseconds"]
