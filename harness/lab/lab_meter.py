#!/usr/bin/python3
"""Meters of the lab: one numbered message every few milliseconds, and what the receiver missed of them.

    lab_meter.py send udp|group ADDRESS PORT [--every MS] [--interface NAME]
    lab_meter.py receive udp ADDRESS PORT FILE [--every MS]
    lab_meter.py receive group GROUP PORT FILE [--every MS] [--interface NAME]
    lab_meter.py send tcp ADDRESS PORT          connects, and again when the connection has ended
    lab_meter.py receive tcp ADDRESS PORT FILE  takes one connection after the other

A receiver ends by SIGTERM and writes FILE, JSON: how many came, how many numbers are missing or came twice, and each gap
between two arrivals that is longer than three intervals, with its beginning, length and the numbers lost in it; the last gap
is the one to the end, if it is that long. Times are seconds of the monotonic clock, which all namespaces of a host share.
"""
import argparse
import json
import selectors
import signal
import socket
import struct
import sys
import time

NUMBER = struct.Struct("!Q")


def family(options):
    return socket.AF_INET6 if ":" in options.address else socket.AF_INET


def datagram_sender(options):
    sender = socket.socket(family(options), socket.SOCK_DGRAM)
    if options.kind != "group":
        return sender
    index = socket.if_nametoindex(options.interface)
    if family(options) == socket.AF_INET6:
        sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        sender.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 8)
    else:
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("=4s4si", b"", b"", index))
        sender.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 8)
    return sender


def connect(options):
    """A connection, however long it takes; None when that failed."""
    try:
        sender = socket.create_connection((options.address, options.port), timeout=2)
    except OSError:
        return None
    sender.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sender.settimeout(None)
    sender.setblocking(False)
    return sender


def put(sender, octets, options):
    """Sends, as far as it is possible now; False when a connection has ended."""
    try:
        if options.kind == "tcp":
            sender.send(octets)
        else:
            sender.sendto(octets, (options.address, options.port))
    except BlockingIOError:
        pass
    except OSError:
        return options.kind != "tcp"
    return True


def send(options):
    sender = datagram_sender(options) if options.kind != "tcp" else connect(options)
    number, due = 0, time.monotonic()
    while True:
        if sender is None or not put(sender, NUMBER.pack(number), options):
            sender = connect(options)
        number += 1
        due = max(due + options.every / 1000, time.monotonic() - 1)
        time.sleep(max(0.0, due - time.monotonic()))


class Meter:
    """What arrived, and when."""

    def __init__(self, every_ms):
        self.every = every_ms / 1000
        self.begin = time.monotonic()
        self.received = self.twice = self.missing = self.connections = 0
        self.last = None
        self.highest = None
        self.gaps = []

    def note_gap(self, now, lost):
        length = now - self.last
        if length > 3 * self.every:
            self.gaps.append({"from": self.last, "length": length, "lost": lost})

    def take(self, number, now):
        lost = 0
        if self.highest is not None and number <= self.highest:
            self.twice += 1
        else:
            lost = 0 if self.highest is None else number - self.highest - 1
            self.missing += lost
            self.highest = number
        if self.last is not None:
            self.note_gap(now, lost)
        self.last = now
        self.received += 1

    def write(self, path):
        now = time.monotonic()
        if self.last is not None:
            self.note_gap(now, None)
        with open(path, "w", encoding="ascii") as file:
            json.dump({"received": self.received, "missing": self.missing, "twice": self.twice,
                       "connections": self.connections, "every": self.every, "begin": self.begin,
                       "last": self.last, "end": now, "gaps": self.gaps}, file)


def datagram_receiver(options):
    receiver = socket.socket(family(options), socket.SOCK_DGRAM)
    receiver.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    receiver.bind((options.address, options.port))
    if options.kind != "group":
        return receiver
    address = socket.inet_pton(family(options), options.address)
    index = socket.if_nametoindex(options.interface)
    if family(options) == socket.AF_INET6:
        receiver.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, address + struct.pack("=i", index))
    else:
        receiver.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, struct.pack("=4s4si", address, b"", index))
    return receiver


def receive_datagrams(options, meter):
    receiver = datagram_receiver(options)
    while True:
        octets = receiver.recv(2048)
        if len(octets) == NUMBER.size:
            meter.take(NUMBER.unpack(octets)[0], time.monotonic())


def receive_stream(options, meter):
    """The newest connection counts; a dead one may not even know that it is."""
    listener = socket.create_server((options.address, options.port), family=family(options))
    selector = selectors.DefaultSelector()
    selector.register(listener, selectors.EVENT_READ)
    current, rest = None, b""
    while True:
        for key, _ in selector.select():
            if key.fileobj is listener:
                if current is not None:
                    selector.unregister(current)
                    current.close()
                current, rest = listener.accept()[0], b""
                meter.connections += 1
                selector.register(current, selectors.EVENT_READ)
                continue
            try:
                octets = current.recv(65536)
            except OSError:
                octets = b""
            if not octets:
                selector.unregister(current)
                current.close()
                current = None
                continue
            rest += octets
            while len(rest) >= NUMBER.size:
                meter.take(NUMBER.unpack(rest[:NUMBER.size])[0], time.monotonic())
                rest = rest[NUMBER.size:]


def receive(options):
    meter = Meter(options.every)

    def end(*_):
        meter.write(options.file)
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    if options.kind == "tcp":
        receive_stream(options, meter)
    receive_datagrams(options, meter)


def main():
    parser = argparse.ArgumentParser(description="A meter of the lab.")
    parser.add_argument("verb", choices=["send", "receive"])
    parser.add_argument("kind", choices=["udp", "group", "tcp"])
    parser.add_argument("address")
    parser.add_argument("port", type=int)
    parser.add_argument("file", nargs="?", default="/dev/stdout")
    parser.add_argument("--every", type=float, default=5.0)
    parser.add_argument("--interface", default="")
    options = parser.parse_args()
    if options.verb == "send":
        send(options)
    receive(options)


if __name__ == "__main__":
    main()
