"""Differences between witnesses that are explained: rows FILE | WHAT | REASON, the first two with * and ?."""
import fnmatch
import os


class KnownDifferences:
    """The rows of a file beside the tools; each has to be met by a difference."""

    def __init__(self, name):
        self.name = name
        self.rows = []
        path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
        with open(path, encoding='utf-8') as stream:
            for number, line in enumerate(stream, 1):
                parts = [part.strip() for part in line.split('|')]
                if parts == [''] or parts[0].startswith('#'):
                    continue
                if len(parts) != 3 or not all(parts):
                    raise SystemExit('%s:%d: not FILE | WHAT | REASON' % (name, number))
                self.rows.append([*parts, 0])

    def judge(self, differences, is_all):
        """Prints each of `differences` (where, what) that no row explains and, when these are all that there
        can be, each row that explains none; how many were explained, and how many lines were printed."""
        explained = failed = 0
        for where, what in differences:
            reasons = [row for row in self.rows
                       if fnmatch.fnmatch(where, row[0]) and fnmatch.fnmatch(what, row[1])]
            for row in reasons:
                row[3] += 1
            explained += 1 if reasons else 0
            if not reasons:
                print('%s: differs: %s' % (where, what))
                failed += 1
        for where, what, _, uses in self.rows if is_all else []:
            if uses == 0:
                print('%s: nothing meets: %s | %s' % (self.name, where, what))
                failed += 1
        print('%d differences explained by %s' % (explained, self.name))
        return explained, failed
