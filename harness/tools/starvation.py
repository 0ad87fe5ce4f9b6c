"""How long the programs of a live run were ready to run and had no processor: what is late for that proves nothing.

Linux counts it for each process: the second number of /proc/PID/schedstat, nanoseconds.
"""
import os
import pathlib
import time

# A move between bridges that are 30 ms apart takes a third of a second; its station gives it two.
STARVED_SECONDS = 0.5


def waited(process):
    """Seconds, since it began; of one that has ended, too, until somebody waits for it."""
    try:
        return int(pathlib.Path(f"/proc/{process.pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


def end_of(process):
    """Its exit code, or None while it runs; its numbers can be read still."""
    ended = os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG)
    return None if ended is None else ended.si_status


def await_end(process, seconds):
    """Whether it ends in so long."""
    end = time.monotonic() + seconds
    while end_of(process) is None:
        if time.monotonic() > end:
            return False
        time.sleep(0.005)
    return True


class Starvation:
    """Of some processes, from now on; those that begin later count from their beginning."""

    def __init__(self, processes):
        self.before = {process.pid: waited(process) for process in processes}

    def seconds(self, processes):
        return sum(waited(process) - self.before.get(process.pid, 0.0) for process in processes)

    def is_excuse(self, processes):
        return self.seconds(processes) >= STARVED_SECONDS
