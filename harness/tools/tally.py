"""How many checks held, and what the first that did not were."""

FAILURES_SHOWN = 20


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def count(self, holds):
        """Of what is told in another way."""
        if holds:
            self.passed += 1
        else:
            self.failed += 1

    def check(self, holds, text):
        self.count(holds)
        if not holds and self.failed <= FAILURES_SHOWN:
            print(f"FAIL {text}")

    def end(self):
        """Prints the totals; the exit code."""
        print(f"{self.passed} passed, {self.failed} failed")
        return 0 if self.passed and not self.failed else 1
