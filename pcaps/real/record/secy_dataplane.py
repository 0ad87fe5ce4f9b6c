#!/usr/bin/python3
"""The SecY's data plane: secy_dataplane.py UNCONTROLLED_PORT CONTROLLED_PORT SECY_LOG.

Makes the controlled port (a TAP), follows the SecY calls that secy_shim.so logs, and protects and
validates frames between the two ports as IEEE 802.1AE says (GCM-AES-128, SCI always sent, strict
replay protection). On SIGTERM it prints its counters and packet numbers as one line of JSON: its
own word for the truth file.
"""
import fcntl
import json
import os
import select
import signal
import socket
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TUNSETIFF, TUNSETCARRIER = 0x400454CA, 0x400454E2
IFF_TAP, IFF_NO_PI = 0x0002, 0x1000
MACSEC_ETHERTYPE = 0x88E5
TCI_SC, TCI_ENCRYPTED, TCI_CHANGED = 0x20, 0x08, 0x04
ICV_SIZE = 16
SHORT_LENGTH = 48
CONTROLLED_MTU = 1468


class SecY:
    """Keys and packet numbers, as the SecY calls set them."""

    def __init__(self):
        self.is_up = False
        self.encrypt = True
        self.sci = None
        self.encoding = None
        self.transmit = {}  # an -> [AESGCM, next packet number]
        self.receive = {}  # (sci, an) -> [AESGCM, highest packet number]
        self.ended = dict(transmit={}, receive={})  # what deleted associations had reached
        self.counters = dict(sent=0, received=0, bad_icv=0, no_key=0, replayed=0, not_up=0)

    def follow(self, call):
        operation = call["op"]
        if operation == "create":
            self.sci = bytes.fromhex(call["sci"])
        elif operation == "config":
            self.encrypt = bool(call["encrypt"])
            self.encoding = call.get("encoding_sa", self.encoding)
        elif operation == "controlled_port":
            self.is_up = bool(call["up"])
        elif operation == "add_txsa":
            self.transmit[call["an"]] = [AESGCM(bytes.fromhex(call["key"])), call["pn"]]
        elif operation == "del_txsa":
            self.end_association("transmit", call["an"])
        elif operation == "add_rxsa":
            self.receive[call["rx_sci"], call["an"]] = [AESGCM(bytes.fromhex(call["key"])), 0]
        elif operation == "del_rxsa":
            self.end_association("receive", (call["rx_sci"], call["an"]))

    def end_association(self, direction, key):
        association = getattr(self, direction).pop(key, None)
        if association:
            self.ended[direction][key] = association[1]

    def protect(self, frame):
        """The protected frame, or None while there is no association to send on."""
        if not self.is_up or self.encoding not in self.transmit:
            self.counters["not_up"] += 1
            return None
        association = self.transmit[self.encoding]
        number = association[1]
        association[1] += 1
        addresses, user_data = frame[:12], frame[12:]
        tci = TCI_SC | self.encoding | (TCI_ENCRYPTED | TCI_CHANGED if self.encrypt else 0)
        short = len(user_data) if len(user_data) < SHORT_LENGTH else 0
        header = addresses + struct.pack("!HBBI", MACSEC_ETHERTYPE, tci, short, number) + self.sci
        nonce = self.sci + struct.pack("!I", number)
        self.counters["sent"] += 1
        if self.encrypt:
            return header + association[0].encrypt(nonce, user_data, header)
        return header + user_data + association[0].encrypt(nonce, b"", header + user_data)

    def validate(self, frame):
        """The user's frame, or None when it is not one that the peer has just protected."""
        if len(frame) < 28 + ICV_SIZE or not frame[14] & TCI_SC:
            self.counters["no_key"] += 1
            return None
        tci, short, number = struct.unpack("!BBI", frame[14:20])
        header, sci, secured = frame[:28], frame[20:28], frame[28:]
        if short:
            secured = secured[:short + ICV_SIZE]
        association = self.receive.get((sci.hex(), tci & 3))
        if association is None:
            self.counters["no_key"] += 1
            return None
        if number <= association[1]:
            self.counters["replayed"] += 1
            return None
        nonce = sci + struct.pack("!I", number)
        try:
            if tci & TCI_ENCRYPTED:
                user_data = association[0].decrypt(nonce, secured, header)
            else:
                user_data = secured[:-ICV_SIZE]
                association[0].decrypt(nonce, secured[-ICV_SIZE:], header + user_data)
        except InvalidTag:
            self.counters["bad_icv"] += 1
            return None
        association[1] = number
        self.counters["received"] += 1
        return frame[:12] + user_data

    def report(self):
        transmit = dict(self.ended["transmit"])
        transmit.update((an, entry[1]) for an, entry in self.transmit.items())
        receive = dict(self.ended["receive"])
        receive.update((key, entry[1]) for key, entry in self.receive.items())
        return dict(
            counters=self.counters,
            transmit={str(an): number for an, number in transmit.items()},
            receive={f"{sci}/{an}": number for (sci, an), number in receive.items()})


class CallLog:
    """The SecY calls of a log that another process is still writing."""

    def __init__(self, path):
        self.file = open(path, encoding="ascii")
        self.rest = ""

    def new_calls(self):
        *lines, self.rest = (self.rest + self.file.read()).split("\n")
        return [json.loads(line) for line in lines]


def make_controlled_port(name, parent):
    """A TAP with the parent's address; without carrier until MKA has agreed on a key."""
    tap = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(tap, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
    with open(f"/sys/class/net/{parent}/address", encoding="ascii") as file:
        address = file.read().strip()
    set_carrier(tap, False)
    status = os.system(f"ip link set {name} address {address} mtu {CONTROLLED_MTU} up")
    if status != 0:
        sys.exit(f"cannot set up {name}")
    return tap


def set_carrier(tap, is_up):
    fcntl.ioctl(tap, TUNSETCARRIER, struct.pack("i", is_up))


def serve(secy, log, tap, uncontrolled):
    was_up = False
    while True:
        ready, _, _ = select.select([tap, uncontrolled], [], [], 0.02)
        for call in log.new_calls():
            secy.follow(call)
        if secy.is_up != was_up:
            was_up = secy.is_up
            set_carrier(tap, was_up)
        if tap in ready:
            protected = secy.protect(os.read(tap, 2048))
            if protected:
                uncontrolled.send(protected)
        if uncontrolled in ready:
            frame, sender = uncontrolled.recvfrom(2048)
            user_frame = secy.validate(frame) if sender[2] != socket.PACKET_OUTGOING else None
            if user_frame:
                os.write(tap, user_frame)


def main():
    parent, name, path = sys.argv[1:4]
    secy = SecY()

    def finish(*_):
        print(json.dumps(secy.report()), flush=True)
        os._exit(0)

    signal.signal(signal.SIGTERM, finish)
    log = CallLog(path)
    uncontrolled = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(MACSEC_ETHERTYPE))
    uncontrolled.bind((parent, MACSEC_ETHERTYPE))
    tap = make_controlled_port(name, parent)
    print("ready", flush=True)
    serve(secy, log, tap, uncontrolled)


if __name__ == "__main__":
    main()
