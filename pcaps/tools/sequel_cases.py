"""Fixtures of what only several frames together show: handshakes, roles, migrations; and of what is odd by
itself although no receiver drops it."""

from fixture_parts import EXAMPLES, HERE, STATION, THERE, Capture, data, message, patched, put, tlv, worked_values

from dimp_scapy import (DIMP, Initiation, Initiator, Responder, Sealer, check_of, key_line, message_from_plain,
                        plain_record, public_of)
from dimp_scapy.secrets_of_pdus import Noise, agree
from scapy.layers.l2 import Ether

STRANGER = "02:00:00:00:09:01"
PING = tlv(0x31)
# Who is called what in captures of several speakers, and the index and key of each way.
PLACES = {"station": STATION, "destination": HERE, "source": THERE}
WAYS = {way: (0x51000000 + number, bytes([0x51 + number]) * 32) for number, way in enumerate((
    ("station", "destination"), ("destination", "station"), ("destination", "source"), ("source", "destination")))}
MS = 1000


def between(source, target, pdu):
    return (bytes(Ether(dst=target, src=source, type=0x88B5)) + pdu).ljust(60, b"\0")


def opened(*views):
    return {"state": "opened", "messages": list(views)}


class Talk:
    """Speakers that talk in one capture, each way with keys of its own."""

    def __init__(self, capture):
        self.capture = capture
        self.sealers = {way: Sealer(key, index) for way, (index, key) in WAYS.items()}
        capture.keys = "".join(key_line(index, key) for index, key in WAYS.values())

    def say(self, way, label, expert=(), clause="9.2-1", what="", wait_us=0, **changes):
        """A message with fields changed; `way` is as "destination source"."""
        view = message(label, **changes)
        self.send(way, what or label, bytes(message_from_plain(view)), [view], expert, clause, wait_us)

    def send(self, way, what, octets, views, expert, clause, wait_us=0):
        way = tuple(way.split())
        self.capture.frame(what, clause, between(*map(PLACES.get, way), self.sealers[way].seal(octets)),
                           opened(*views), expert, wait_us=wait_us)


def say_roles(talk):
    """Who says or hears what is not for him (9.1-7, 9.7-11, 9.8-1, 9.9-5)."""
    talk.say("station destination", "REQUEST", clause="9.1-1")
    talk.say("destination station", "PROGRESS", clause="9.6-2", what="PROGRESS tells that it is a bridge")
    talk.say("destination source", "REQUEST", ("9_7_11",), "9.7-11", "REQUEST of a bridge", request=70)
    talk.say("destination station", "SOLICIT", ("9_1_7",), "9.1-7", "SOLICIT to a station", migration=70)
    talk.say("source destination", "PROGRESS", ("9_1_7",), "9.1-7", "PROGRESS to a bridge", request=70)
    talk.say("station destination", "WHO-HAS", ("9_8_1",), "9.8-1", "WHO-HAS of a station")
    talk.say("station destination", "I-HAVE", ("9_8_1",), "9.8-1", "I-HAVE of a station")
    talk.say("station destination", "NOTIFY", ("9_9_5",), "9.9-5", "NOTIFY of a station")


def say_copy(talk):
    """A migration in which nearly every step is out of order."""
    way, back = "destination source", "source destination"
    talk.say("station destination", "REQUEST", clause="9.1-1", request=2, serial=20)
    talk.say(way, "SOLICIT", clause="9.2-2", migration=20, serial=20)
    talk.say(back, "OFFER", clause="9.3-2", migration=20)
    first, other = (data(0, EXAMPLES[name]) for name in ("dhcp_binding", "arp_entry"))
    for what, octets, expert, clause, wait_us in (
            ("chunk 0", first, (), "9.2-6", 0),
            ("chunk 0 with another record", other, ("9_2_6",), "9.2-6", 0),
            ("chunk 0 again, as old as 50 ms ago", first, ("5_6_1", "5_6_5"), "5.6-5", 50 * MS)):
        name = "arp_entry" if octets == other else "dhcp_binding"
        talk.send(back, what, octets, [{"message": "DATA", "migration": 1, "round": 0, "chunk": 0, "age": 0,
                                        "records": [plain_record(EXAMPLES[name])]}], expert, clause, wait_us)
    row = {"type": "dhcp_binding", "entries": 2, "sum": 17}
    talk.say(back, "ROUND-END", clause="9.3-7", migration=20, freeze=77, digest_row=[row])
    talk.say(way, "DONE", ("9_2_10",), "9.2-10", "DONE before RELEASED", migration=20, freeze=77)
    talk.say(way, "COMMIT", ("9_2_9",), "9.2-9", "COMMIT with another digest", migration=20, freeze=77,
             digest_row=[{**row, "sum": 18}])
    talk.say(way, "COMMIT", ("9_2_9",), "9.2-9", "COMMIT of another freeze", migration=20, freeze=78,
             digest_row=[row])
    talk.say(back, "ABORT", ("9_2_19",), "9.2-19", "ABORT without the freeze of COMMIT", migration=20, freeze=0)
    talk.say(back, "RELEASED", ("9_3_8", "9_3_9"), "9.3-8", "RELEASED after ABORT, with the freeze of no COMMIT",
             migration=20, freeze=77)
    talk.say(back, "OFFER", ("9_1_6",), "9.1-6", "OFFER of a migration that has ended", migration=20, epoch=3)


def say_offers(talk):
    """OFFERs that should not be (9.1-4, 9.1-13), and RELEASED at a wrong epoch (9.3-8)."""
    way, back = "destination source", "source destination"
    talk.say(way, "SOLICIT", clause="9.1-4", what="SOLICIT of an older move", migration=21, serial=19)
    talk.say(back, "OFFER", ("9_1_4",), "9.1-4", "OFFER to an older move", migration=21)
    talk.say(way, "ABORT", clause="9.1-13", what="ABORT that overtakes SOLICIT", migration=22, freeze=0,
             is_from_source=0)
    talk.say(back, "ABORTED", clause="9.1-5", migration=22)
    talk.say(way, "SOLICIT", clause="9.1-13", what="SOLICIT, overtaken", migration=22, serial=22)
    talk.say(back, "OFFER", ("9_1_13",), "9.1-13", "OFFER all the same", migration=22)
    talk.say(way, "SOLICIT", clause="9.2-2", migration=23, serial=23)
    talk.say(back, "OFFER", clause="9.3-2", migration=23)
    talk.say(way, "COMMIT", clause="9.2-9", migration=23, freeze=7)
    talk.say(back, "RELEASED", ("9_3_8",), "9.3-8", "RELEASED at an epoch that is not the next", migration=23,
             freeze=7, epoch=3)


SUCCESS = {"result": "SUCCESS", "reason": "NONE", "error": "NONE", "advice": [], "result_row": []}
REVOKED = {"result": "AT_RISK", "reason": "TRANSFER_FAILED", "error": "PEER_LOST",
           "advice": ["RETRY", "CONTINUE_AT_RISK"], "result_row": []}


def say_outcomes(talk):
    """RESPONSEs that do not go with what came before."""
    up, way, down = "station destination", "destination source", "destination station"
    back = "source destination"
    talk.say(up, "REQUEST", clause="9.1-1", request=30, serial=30)
    talk.say(way, "SOLICIT", clause="9.2-2", migration=30, serial=30)
    talk.say(back, "OFFER", clause="9.3-2", migration=30)
    talk.say(way, "ABORT", clause="9.2-13", migration=30, is_from_source=0)
    talk.say(down, "RESPONSE", ("9_2_10", "9_2_13"), "9.2-13", "SUCCESS after ABORT, without RELEASED",
             request=30, **SUCCESS)
    talk.say(down, "RESPONSE", ("9_5_1",), "9.5-1", "another RESPONSE to the same request", request=30)
    talk.say(up, "REQUEST", clause="9.1-1", request=31, serial=31)
    talk.say(way, "SOLICIT", clause="9.2-2", migration=31, serial=31)
    talk.say(back, "ABORT", clause="9.3-21", what="ABORT(REVOKED)", migration=31, freeze=0, error="REVOKED")
    talk.say(down, "RESPONSE", ("9_3_21",), "9.3-21", "at risk although revoked", request=31, **REVOKED)
    talk.say(up, "REQUEST", clause="9.1-1", what="REQUEST with 100 ms", request=32, serial=32, deadline=100)
    talk.say(down, "RESPONSE", ("9_1_1",), "9.1-1", "RESPONSE after two seconds", wait_us=2000 * MS, request=32)
    ack = {"message": "ACK", "largest": 500, "delay": 0, "first_length": 0, "ack_range": []}
    talk.send(up, "ACK of number 500, which was not sent", bytes(message_from_plain(ack)), [ack],
              ("5_6_2_unsent",), "5.6-2")


def sequels():
    """sequels: rules of sections 5 and 9 that a message breaks by what came before it."""
    capture = Capture("sequels", "messages that are right by themselves and wrong after what came before")
    talk = Talk(capture)
    for part in (say_roles, say_copy, say_offers, say_outcomes):
        part(talk)
    return capture


def odd():
    """odd: what breaks a rule although no receiver drops it."""
    capture = Capture("odd", "odd by itself, and taken all the same: fields that contradict each other")
    right = capture.right

    def say(what, clause, expert, label, **changes):
        view = message(label, **changes)
        right(what, clause, bytes(message_from_plain(view)), view, (expert,))
    say("SUCCESS with a reason", "7.4-1", "7_4", "RESPONSE", **{**SUCCESS, "reason": "TRANSFER_FAILED"})
    say("a round that is not final with a freeze", "7.4-1", "7_4", "ROUND-END", is_final=0, freeze=5,
        digest_row=[])
    say("RELEASED without a freeze", "9.1-15", "9_1_15", "RELEASED", freeze=0)
    say("advice that the reason does not give", "9.5-3", "9_5_3", "RESPONSE", request=3, advice=["RETRY"])
    row = {"type": "macsec_sa", "offered": 2, "installed": 2, "rejected": 0, "error": "NONE"}
    say("at risk with MACsec in force", "9.2-16", "9_2_16", "RESPONSE", request=2,
        **{**REVOKED, "result_row": [row]})
    octets = data(900, EXAMPLES["dhcp_binding"], EXAMPLES["dot1x_session"])
    view = {"message": "DATA", "migration": 1, "round": 0, "chunk": 900, "age": 0,
            "records": [plain_record(EXAMPLES[name]) for name in ("dhcp_binding", "dot1x_session")]}
    right("DI types not in their order", "8.0-2", octets, view, ("8_0_2",))
    record = put("dot1x_session", identity=b"\xff\xfe")
    right("text that is no UTF-8", "6.1-8", data(901, record),
          {**view, "chunk": 901, "records": [plain_record(record)]}, ("6_1_8",))
    return capture


def initiation(secrets, responder, told, spoil=b""):
    """An INITIATION of (static, ephemeral) secrets with this payload; `spoil` is put over its sealed key."""
    static, ephemeral = secrets
    state = Noise(responder)
    state.mix_ephemeral(public_of(ephemeral))
    state.mix_key(agree(ephemeral, responder))
    sealed = state.seal(public_of(static))
    state.mix_key(agree(static, responder))
    pdu = bytes(DIMP(kind=1) / Initiation(ephemeral=public_of(ephemeral), static=spoil + sealed[len(spoil):],
                                          sealed=state.seal(told)))[:128]
    return with_check(pdu, responder)


def with_check(octets, responder):
    return octets + check_of(responder, octets)


def told(stamp, index=0x01020304, versions=b"\1\1", reserved=0):
    return index.to_bytes(4, "big") + (7 << 32 | stamp).to_bytes(8, "big") + versions + bytes([7, reserved])


def false_initiations(capture, of, true):
    """INITIATIONs that no responder answers, in the order of 10.3."""
    mine, his = of["initiator.static.secret"], of["responder.static.public"]
    other, ephemeral = bytes(31) + b"\x55", of["initiator.ephemeral.secret"]

    def add(what, clause, pdu, expert, counter="drop_handshake", source=HERE):
        capture.frame(what, clause, between(source, THERE, pdu), {"state": "handshake", "kind": "INITIATION"},
                      expert, receiver=counter)

    def made(payload, static=mine, spoil=b""):
        return initiation((static, ephemeral), his, payload, spoil)
    add("a wrong check: the caller does not know whom he calls", "5.2-4", true[:-1] + bytes([true[-1] ^ 1]),
        ("5_2_4",), "drop_check")
    add("the first INITIATION again: a replay", "5.2-6", true, ("5_2_6",))
    add("a stamp below the last", "5.2-6", made(told(8)), ("5_2_6",))
    add("an ephemeral key of small order", "5.1-2",
        with_check(patched(made(told(10))[:128], 16, bytes(32)), his),
        ("5_1_2", "5_2_8"))
    add("a sealed key that does not open", "5.2-2", made(told(11), spoil=bytes(4)), ("5_2_8",))
    add("an initiator that nobody is configured with", "5.2-8", made(told(12), static=other),
        ("5_2_8_stranger",), source=STRANGER)
    add("another speaker's key from this address", "5.2-8", made(told(13), static=other),
        ("5_2_8_changed", "5_2_8_stranger"))
    add("index 0", "5.2-3", made(told(14, index=0)), ("5_2_3",))
    add("reserved octet 1", "5.2-3", made(told(15, reserved=1)), ("5_2_3",))
    add("versions 2 and 3", "5.2-7", made(told(16, versions=b"\2\3")), ("5_2_7",))


def handshakes():
    """handshakes: true ones, false ones, and what a listener cannot tell from a true one."""
    capture = Capture("handshakes", "true and false handshakes; the table of speakers opens INITIATIONs")
    of = worked_values("13")
    mine, his = of["initiator.static.secret"], of["responder.static.secret"]
    capture.speakers = [(HERE, public_of(mine), b""), (THERE, public_of(his), his)]
    first = Initiator(mine, of["initiator.ephemeral.secret"], public_of(his), 0x01020304, 7 << 32 | 9, 7, of["psk"])
    reply = {"state": "handshake", "kind": "REPLY"}

    def answer(to, index, psk):
        return Responder(his, of["responder.ephemeral.secret"], to.initiation, public_of(mine), index, 9, psk=psk)
    capture.frame("REPLY to no INITIATION", "5.2-13", between(THERE, STRANGER, answer(first, 1, of["psk"]).reply),
                  reply, ("5_2_13",))
    capture.frame("INITIATION", "5.2-2", between(HERE, THERE, first.initiation),
                  {"state": "handshake", "kind": "INITIATION"}, receiver="taken")
    true = answer(first, 0x05060708, of["psk"])
    sending, receiving, index = first.finish(true.reply)
    capture.keys = key_line(index, sending) + key_line(0x01020304, receiving)
    capture.frame("REPLY", "5.2-5", between(THERE, HERE, true.reply), reply)
    capture.frame("PING of the responder before the keys are confirmed", "5.3-4",
                  between(THERE, HERE, Sealer(receiving, 0x01020304).seal(PING)), opened({"message": "PING"}),
                  ("5_3_4",))
    capture.frame("PING of the initiator, which confirms them", "5.3-4",
                  between(HERE, THERE, Sealer(sending, index).seal(PING)), opened({"message": "PING"}))
    capture.frame("PING of the responder", "5.3-4",
                  between(THERE, HERE, Sealer(receiving, 0x01020304).seal(PING, 1)), opened({"message": "PING"}))
    false_initiations(capture, of, first.initiation)
    last = Initiator(mine, bytes(31) + b"\x66", public_of(his), 0x0708090A, 7 << 32 | 17, 7, of["psk"])
    capture.frame("INITIATION, whose answer has another psk", "5.2-1", between(HERE, THERE, last.initiation),
                  {"state": "handshake", "kind": "INITIATION"}, receiver="taken")
    capture.frame("REPLY with another psk: only the initiator can tell", "5.2-13",
                  between(THERE, HERE, answer(last, 0x0B0C0D0E, bytes(32)).reply), reply)
    return capture


CAPTURES = (handshakes, sequels, odd)
