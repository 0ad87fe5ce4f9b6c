#!/usr/bin/python3
"""speak.py station|source|destination ...: one DIMP speaker over UDP on 127.0.0.1, for a bounded time."""
import argparse
import json
import time

from dimp_reader.bridge import Bridge
from dimp_reader.di import record_of
from dimp_reader.settings import settings
from dimp_reader.speaker import Speaker
from dimp_reader.station import Station
from dimp_reader.tables import DI_TYPES, number_of


OTHER_TYPES = ",".join(str(number) for number in sorted(DI_TYPES) if number > 5)


def address(text):
    host, port = text.rsplit(":", 1)
    if host != "127.0.0.1":
        raise argparse.ArgumentTypeError("only 127.0.0.1")
    return host, int(port)


def peer(text):
    where, public = text.split(",")
    return address(where), octets(32)(public)


def octets(size):
    def parse(text):
        value = bytes.fromhex(text)
        if len(value) != size:
            raise argparse.ArgumentTypeError("%d octets wanted" % size)
        return value
    return parse


def types(text):
    return sum(1 << int(number) for number in text.split(",") if number)


def setting(text):
    name, value = text.split("=")
    return name, int(value)


def one_filter(text):
    mac, vlan = text.split(",")
    return {"mac": bytes.fromhex(mac.replace(":", "")), "vlan": int(vlan)}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("role", choices=("station", "source", "destination"))
    parser.add_argument("--listen", type=address, required=True)
    parser.add_argument("--secret", type=octets(32), required=True)
    parser.add_argument("--peer", type=peer, action="append", required=True,
                        help="ADDR:PORT,PUBLICHEX; a station asks the first")
    parser.add_argument("--psk", type=octets(32), help="of all peers")
    parser.add_argument("--di", help="JSON: a list of records in hexadecimal")
    parser.add_argument("--vsi", type=octets(37))
    parser.add_argument("--mode", choices=("one-shot", "staged"), default="one-shot")
    parser.add_argument("--source-key", type=octets(32), default=bytes(32))
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--stay", action="store_true", help="run for all of --seconds")
    parser.add_argument("--required", type=types, default=types("1,2,3,4,5"))
    parser.add_argument("--optional", type=types, default=types(OTHER_TYPES))
    parser.add_argument("--serial", type=int, help="move serial; from the clock if not given")
    parser.add_argument("--deadline", type=int, default=5000, help="ms")
    parser.add_argument("--filter", type=one_filter, action="append", help="MAC,VLAN")
    parser.add_argument("--at-risk", choices=("proceed", "cancel"), default="cancel")
    parser.add_argument("--drop", type=float, default=0, help="percent of PDUs not sent")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--churn", type=float, help="source: touch an entry every so many seconds while tracking")
    parser.add_argument("--epoch", type=int, default=1)
    parser.add_argument("--show-secrets", action="store_true")
    parser.add_argument("--setting", type=setting, action="append", default=[], help="NAME=VALUE of DIMP 10.1")
    return parser.parse_args()


def station(speaker, args):
    clock = time.time_ns() // 1000
    machine = speaker.machine = Station(speaker, speaker, clock)
    request = machine.ask(speaker.now, args.peer[0][1], args.filter or [one_filter("02000000000a,100")],
                          serial=clock if args.serial is None else args.serial, vsi=args.vsi,
                          mode=number_of("MODE", args.mode.upper().replace("-", "_")), source=args.source_key,
                          required=args.required, optional=args.optional, deadline=args.deadline)
    request.decision = args.at_risk


def churn(machine, every):
    """For trials: touches the entries of tracked VSIs in turn, at intervals."""
    due = [0]
    tick = machine.tick

    def touch(now):
        tick(now)
        for source in machine.sources.values():
            if now >= due[0] and source.state == "TRACKING" and source.table.entries:
                due[0] = now + int(every * 1000000)
                key = next(iter(source.table.entries))
                record = source.table.read(key, now)
                source.table.entries.pop(key)
                source.table.put(record, now)
                source.changed(now)
    machine.tick = touch


def bridge(speaker, args):
    machine = speaker.machine = Bridge(speaker, first_id=time.time_ns() // 1000)
    if args.churn:
        churn(machine, args.churn)
    if args.vsi and args.di:
        owner = machine.add(args.vsi)
        owner.epoch = args.epoch
        with open(args.di, encoding="ascii") as file:
            for text in json.load(file):
                owner.table.put(record_of(text), speaker.now)


def main():
    args = arguments()
    speaker = Speaker(args.listen, args.secret, args.drop, args.seed, args.show_secrets, settings=settings(**dict(args.setting)))
    for where, public in args.peer:
        speaker.add(where, public, args.psk)
    speaker.event("ready", listen="%s:%d" % args.listen, public=speaker.static.public.hex())
    (station if args.role == "station" else bridge)(speaker, args)
    speaker.run(args.seconds, args.stay)


if __name__ == "__main__":
    main()
