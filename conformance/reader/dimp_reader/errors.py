"""The one list of errors (9.4)."""
from .tables import ADVICE_OF, ERROR_NAMES, ERRORS, NAMES, REASONS


class DimpError(Exception):
    """An error of 9.4, by name."""

    def __init__(self, name):
        super().__init__(name)
        self.name = name
        self.number = ERRORS[name]


def reason_of(name):
    """(reason number, advice) that go with an error in a FAIL (9.4, 9.5)."""
    reason = REASONS.get(name, "TRANSFER_FAILED")
    number = next(n for n, known in NAMES["REASON"].items() if known == reason)
    return number, ADVICE_OF[reason]


def name_of(number):
    return ERROR_NAMES.get(number, "ERROR_%d" % number)


def number_of_error(name):
    """The inverse of name_of()."""
    return ERRORS[name] if name in ERRORS else int(name[len("ERROR_"):])
