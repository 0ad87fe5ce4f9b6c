"""How many checks held, and what the first that did not were."""

FAILURES_SHOWN = 20


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def check(self, holds, text):
        if holds:
            self.passed += 1
            return
        self.failed += 1
        if self.failed <= FAILURES_SHOWN:
            print(f"FAIL {text}")

    def end(self):
        """Prints the totals; the exit code."""
        print(f"{self.passed} passed, {self.failed} failed")
        return 0 if self.passed and not self.failed else 1
