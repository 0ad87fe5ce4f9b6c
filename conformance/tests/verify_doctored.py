#!/usr/bin/python3
"""dimp verify finds each planted violation, by its clause and nothing else: captures of pcaps/scenarios, each with one
change, opened and sealed again by the Scapy layer.

    conformance/tests/verify_doctored.py DIMP [--list]
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

from doctored_exchange import BASE, PLANTS, ROOT, SUSPICIONS, Exchange, changed, plant, suspect, tlv, tlvs
import planted_procedures  # noqa: F401  it plants

STRANGE_TYPE = 40  # no DI type has this number
FILTER_SIZE = 12
DATA_FIXED = 22  # header and fields of DATA in front of its records


def data_with(octets, records=None, **fields):
    """DATA with other fields (chunk, age, round) and records."""
    value = bytearray(octets[4:DATA_FIXED])
    for name, at, size in (("round", 8, 2), ("chunk", 10, 4), ("age", 14, 4)):
        if name in fields:
            value[at:at + size] = fields[name].to_bytes(size, "big")
    return tlv(0x0014, bytes(value) + (octets[DATA_FIXED:] if records is None else b"".join(records)))


def records_of(octets):
    return tlvs(octets[DATA_FIXED:])


@plant("5.4-2")
def number_used_twice(exchange):
    last = exchange.direction(exchange.holding("REQUEST")[0])[-1]
    last.number -= 1


@plant("5.4-2")
def number_going_back(exchange):
    before, last = exchange.direction(exchange.holding("OFFER")[0])[-2:]
    before.number, last.number = last.number, before.number


@plant("5.4-2")
def number_beyond_the_limit(exchange):
    exchange.pdus[-1].number = 1 << 23


@plant("5.6-2")
def ack_of_what_was_not_sent(exchange):
    pdu = exchange.direction(exchange.holding("SOLICIT")[0])[2]
    pdu.messages[0] = changed(pdu.messages[0], largest=9)


@plant("5.6-2")
def ack_below_zero(exchange):
    pdu = exchange.direction(exchange.holding("SOLICIT")[0])[2]
    pdu.messages[0] = changed(pdu.messages[0], first_length=7)


@plant("4.1-3")
def reserved_octet(exchange):
    exchange.holding("COMMIT")[0].reserved = 1


@plant("4.1-3")
def unknown_kind(exchange):
    exchange.pdus[-1].first = 0x14


@plant("4.1-2")
def another_version(exchange):
    exchange.holding("COMMIT")[0].first = 0x23


@plant("5.4-5")
def payload_that_breaks(exchange):
    exchange.holding("CUTOVER")[0].tail = bytes.fromhex("00310009")


@plant("7.2-6")
def unknown_critical_message(exchange):
    exchange.holding("CUTOVER")[0].messages.append(tlv(0x0040))


@plant("7.2-6")
def message_too_short(exchange):
    exchange.replace("CUTOVER", lambda octets: tlv(0x0002, bytes(7)))


@plant("7.2-6")
def message_with_more_behind(exchange):
    exchange.replace("CUTOVER", lambda octets: tlv(0x0002, octets[4:] + b"\1"))


@plant("7.2-6")
def request_without_filter(exchange):
    exchange.replace("REQUEST", lambda octets: tlv(0x0001, octets[4:-FILTER_SIZE]))


@plant("7.2-6")
def record_of_no_operation(exchange):
    pdu, place = exchange.holding("DATA")
    first, *others = records_of(pdu.messages[place])
    pdu.messages[place] = data_with(pdu.messages[place], [first[:4] + b"\7" + first[5:], *others])


@plant("5.9-3")
def sending_after_close(exchange):
    exchange.direction(exchange.holding("OFFER")[0])[-2].messages.append(tlv(0x0032, b"\0\x80"))


@plant("5.3-4")
def responder_before_confirmation(exchange):
    pdu, place = exchange.holding("OFFER")
    pdu.messages = [pdu.messages[place]]
    own = [frame for frame in exchange.frames if frame[0] is pdu]
    rest = [frame for frame in exchange.frames if frame[0] is not pdu]
    confirming = next(index for index, frame in enumerate(rest)
                      if frame[0] is exchange.holding("SOLICIT")[0])
    exchange.frames = rest[:confirming] + own + rest[confirming:]


@plant("9.3-2")
def offer_beyond_solicit(exchange):
    pdu, place = exchange.holding("OFFER")
    row = tlv(0x0102, bytes([0, STRANGE_TYPE]) + bytes(3) + b"\1" + bytes(3) + b"\1")
    pdu.messages[place] = tlv(0x0011, pdu.messages[place][4:] + row)


@plant("9.3-2")
def data_beyond_solicit(exchange):
    pdu, place = exchange.holding("DATA")
    records = records_of(pdu.messages[place])
    pdu.messages[place] = data_with(pdu.messages[place],
                                    records + [tlv(0x0200 + STRANGE_TYPE, b"\1\1" + bytes(8))])


@plant("8.0-2")
def types_out_of_order(exchange):
    pdu, place = exchange.holding("DATA")
    records = records_of(pdu.messages[place])
    pdu.messages[place] = data_with(pdu.messages[place], records[-1:] + records[:-1])


@plant("5.6-5")
def age_going_backwards(exchange):
    pdu, place = exchange.holding("DATA")
    pdu.messages[place] = data_with(pdu.messages[place], age=5000)
    exchange.direction(pdu)[2].messages.append(data_with(pdu.messages[place], age=4999))


@plant("5.6-5")
def age_that_stands_still(exchange):
    pdu, place = exchange.holding("DATA")
    exchange.direction(pdu)[2].messages.append(pdu.messages[place])


@plant("9.2-6")
def chunk_number_given_twice(exchange):
    pdu, place = exchange.holding("DATA")
    exchange.direction(pdu)[2].messages.append(
        data_with(pdu.messages[place], records_of(pdu.messages[place])[:-1], age=60000))


@plant("9.3-7")
def data_after_the_final_round(exchange):
    pdu, place = exchange.holding("DATA")
    exchange.direction(pdu)[-1].messages.append(data_with(pdu.messages[place], chunk=1, round=1))


@plant("9.3-7")
def freeze_id_in_a_round_before(exchange):
    exchange.replace("ROUND-END", lambda octets: changed(octets, freeze=7))


@plant("9.3-9")
def second_freeze(exchange):
    commit = exchange.holding("COMMIT")[0]
    final = next(pdu for pdu in exchange.answering(commit)
                 if pdu.find("ROUND-END") is not None and pdu.find("DATA") is None)
    octets = final.messages[final.find("ROUND-END")]
    exchange.direction(final)[-1].messages.append(changed(octets, freeze=7))


@plant("9.2-5")
def accept_before_offer(exchange):
    accept, place = exchange.holding("ACCEPT")
    exchange.holding("SOLICIT")[0].messages.append(accept.messages[place])


@plant("9.3-4")
def accept_beyond_solicit(exchange):
    pdu, place = exchange.holding("ACCEPT")
    value = int.from_bytes(pdu.messages[place][12:20], "big") | 1 << STRANGE_TYPE
    pdu.messages[place] = pdu.messages[place][:12] + value.to_bytes(8, "big")


@plant("9.3-19", "success-one-shot")
def freeze_of_a_one_shot(exchange):
    pdu, place = exchange.holding("DONE")
    pdu.messages.append(tlv(0x0016, pdu.messages[place][4:12]))


@plant("9.2-9")
def commit_with_another_freeze(exchange):
    for label in ("COMMIT", "RELEASED", "DONE"):
        exchange.edit(label, freeze=7)


@plant("9.2-9")
def commit_of_other_digests(exchange):
    exchange.replace("COMMIT", lambda octets: octets[:-1] + bytes([octets[-1] ^ 1]))


@plant("9.2-9")
def commit_before_the_final_round(exchange):
    pdu, place = exchange.holding("COMMIT")
    exchange.direction(pdu)[3].messages.append(pdu.messages[place])


@plant("9.3-8")
def released_before_commit(exchange):
    pdu, place = exchange.holding("RELEASED")
    exchange.direction(pdu)[3].messages.append(pdu.messages[place])


@plant("9.3-8")
def released_with_another_freeze(exchange):
    for label in ("RELEASED", "DONE"):
        exchange.edit(label, freeze=7)


@plant("9.3-8")
def released_at_another_epoch(exchange):
    exchange.edit("RELEASED", epoch=9)


@plant("9.2-10")
def done_before_released(exchange):
    pdu, place = exchange.holding("DONE")
    exchange.direction(pdu)[5].messages.append(pdu.messages[place])


@plant("9.2-10")
def done_with_another_freeze(exchange):
    exchange.edit("DONE", freeze=7)


@plant("9.2-10")
def success_before_released(exchange):
    pdu, place = exchange.holding("RESPONSE")
    exchange.direction(pdu)[4].messages.append(pdu.messages[place])


@plant("9.5-1")
def second_response(exchange):
    pdu, place = exchange.holding("RESPONSE")
    pdu.messages.append(changed(pdu.messages[place], result=3, reason=2, error=73, advice=6))


@plant("9.5-3", "fail-busy")
def advice_of_another_reason(exchange):
    exchange.replace("RESPONSE", lambda octets: changed(octets, advice=4))


@plant("7.2-6")
def error_of_the_speakers_own(exchange):
    exchange.pdus[-1].messages.append(tlv(0x0032, b"\0\xa3"))


def patch_handshake(exchange, at, value):
    frame = exchange.frames[exchange.handshakes()[-1]]
    frame[1] = frame[1][:14 + at] + value + frame[1][14 + at + len(value):]


@suspect("5.3-5")
def initiation_burst(exchange):
    """A dozen REPLYs at once, each another."""
    place = exchange.handshakes()[2]
    frame = exchange.frames[place]
    more = [[None, frame[1][:40] + bytes([count]) + frame[1][41:], *frame[2:]] for count in range(12)]
    exchange.frames[place:place] = more


@suspect("4.1-2")
def handshake_of_another_version(exchange):
    patch_handshake(exchange, 0, b"\x22")


@suspect("4.1-3")
def handshake_with_a_reserved_octet(exchange):
    patch_handshake(exchange, 1, b"\x01")


@suspect("4.1-6")
def handshake_with_a_number(exchange):
    patch_handshake(exchange, 15, b"\x01")


@suspect("4.2-1")
def handshake_of_another_size(exchange):
    patch_handshake(exchange, 2, b"\0\x47")


def suspicions(dimp, folder):
    """How often what may be another's fault was not suspected, or somebody blamed for it."""
    missed = 0
    for name, clause, base, function in SUSPICIONS:
        exchange = Exchange(base)
        function(exchange)
        path = pathlib.Path(folder, "suspicion.pcapng")
        exchange.write(path)
        done = subprocess.run([dimp, "verify", path, "--json", "--keys", exchange.keys_path],
                              capture_output=True, text=True, check=False)
        found = {row["clause"] for row in json.loads(done.stdout)["suspicions"]}
        if done.returncode != 0 or found != {clause}:
            missed += 1
            print(f"{name}: suspicion of {clause} expected, found {sorted(found)}, exit {done.returncode}")
    return missed


def wrong_report(dimp, folder):
    """What xmllint says of the JUnit report of a capture with a violation, a suspicion, and what was not seen."""
    exchange = Exchange(BASE)
    initiation_burst(exchange)
    done_with_another_freeze(exchange)
    path, report = pathlib.Path(folder, "report.pcapng"), pathlib.Path(folder, "report.xml")
    exchange.write(path)
    subprocess.run([dimp, "verify", "-q", path, "--junit", report, "--keys", exchange.keys_path], check=False)
    done = subprocess.run(["xmllint", "--noout", "--schema", ROOT / "conformance/junit.xsd", report],
                          capture_output=True, text=True, check=False)
    text = report.read_text("utf-8")
    if "<failure" not in text or "INCONC" not in text or "not seen" not in text:
        return "the JUnit report lacks a verdict"
    return "" if done.returncode == 0 else done.stderr


def judge(dimp, folder, name, base, function):
    """The clauses that dimp verify finds broken, and its exit code."""
    exchange = Exchange(base)
    function(exchange)
    path = pathlib.Path(folder, f"{name}.pcapng")
    exchange.write(path)
    done = subprocess.run([dimp, "verify", path, "--json", "--keys", exchange.keys_path],
                          capture_output=True, text=True, check=False)
    if not done.stdout:
        return done.returncode, {done.stderr}
    return done.returncode, {row["clause"] for row in json.loads(done.stdout)["violations"]}


def rules_never_broken():
    """Clauses that dimp verify has a rule for, and nothing is planted against."""
    rules = (ROOT / "conformance/listen_rules.def").read_text("utf-8")
    planted = {clause for _, clause, _, _ in PLANTS + SUSPICIONS}
    return set(re.findall(r'^[A-Z_]*RULE\("([^"]+)"', rules, re.MULTILINE)) - planted


def main(dimp, *more):
    failed = 0
    bases = sorted({base for _, _, base, _ in PLANTS + SUSPICIONS})
    with tempfile.TemporaryDirectory() as folder:
        for name, clause, base, function in PLANTS:
            code, found = judge(dimp, folder, name, base, function)
            if more:
                print(f"{clause:7} {name.replace('_', ' ')}")
            if code != 1 or found != {clause}:
                failed += 1
                print(f"{name}: expected {clause}, found {sorted(found)}, exit {code}")
        for base in bases:
            code, found = judge(dimp, folder, "untouched", base, lambda exchange: None)
            if code != 0:
                failed += 1
                print(f"{base}, sealed again without a change: {sorted(found)}")
        failed += suspicions(dimp, folder)
        said = wrong_report(dimp, folder)
        if said:
            failed += 1
            print(said)
        unbroken = rules_never_broken()
        if unbroken:
            failed += 1
            print(f"no violation is planted of {sorted(unbroken)}")
    print(f"{len(PLANTS) + len(SUSPICIONS) + len(bases) + 2 - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
