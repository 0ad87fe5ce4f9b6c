#!/usr/bin/python3
"""Moves the lab's VM as a live migration does: lab_move.py CABLE-A CABLE-B MAC STOP-MS VM-NETNS [BEFORE [AFTER]].

The VM's processes stop, its NIC, an open TAP, goes from the cable of one server to that of the other, and after STOP-MS
they run again; then the new server announces the MAC address. BEFORE and AFTER are command lines: one runs, and must
succeed, while the VM still runs, the other is started at the moment when the VM is stopped and has to have ended before it runs
again, which a move with it may delay. With CABLE-B the same as CABLE-A the move fails when the VM is stopped already, and it runs
on where it was. Prints the moments as JSON, seconds of the monotonic clock; run_epoch is the same moment since 1970.
"""
import json
import os
import signal
import socket
import subprocess
import sys
import time


def order(cable, text):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel:
        channel.sendto(text.encode(), cable)


def processes(namespace):
    listed = subprocess.run(["ip", "netns", "pids", namespace], capture_output=True, text=True, check=True)
    return [int(word) for word in listed.stdout.split()]


def tell(pids, number):
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def run(command):
    return subprocess.Popen(command, shell=True, stdout=sys.stderr) if command else None


def main():
    old, new, mac, stop_ms, namespace, *commands = sys.argv[1:]
    before, after = (commands + ["", ""])[:2]
    if new != old:
        order(new, "cut both")
    moments = {"begin": time.monotonic()}
    process = run(before)
    if process is not None and process.wait() != 0:
        raise SystemExit("lab_move: the move is refused; the VM stays where it is")
    pids = processes(namespace)
    tell(pids, signal.SIGSTOP)
    order(old, "cut both")
    moments["stop"] = time.monotonic()
    process = run(after)
    if new != old:
        order(old, "give " + new)
    time.sleep(max(0.0, moments["stop"] + float(stop_ms) / 1000 - time.monotonic()))
    if process is not None:
        moments["code"] = process.wait()
    order(new, "cut none")
    tell(pids, signal.SIGCONT)
    moments["run"], moments["run_epoch"] = time.monotonic(), time.time()
    order(new, "announce " + mac)
    print(json.dumps(moments))


if __name__ == "__main__":
    main()
