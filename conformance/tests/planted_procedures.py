"""Violations of section 9: who may say what, how a copy goes, what a station is told, how migrations end."""

from doctored_exchange import changed, plant, suspect, tlv

ONE_SHOT, STAGED, AT_RISK = "success-one-shot", "success-staged", "transfer-failed-at-risk"
RESPONSE_FIXED, ROW_SIZE = 17, 20  # header and fields in front of its rows, and a row
REQUEST_FIXED, TICKET_SIZE = 110, 113
VSI_AT, VSI_SIZE = 12, 37  # of WHO-HAS: behind its look-up and serial; of I-HAVE: behind its look-up
CANCELLED, THAWED, POLICY_REFUSED, BUSY = 72, 81, 39, 66
PHASE_STAGED, PHASE_AT_RISK = 4, 8


def ending(kind, octets, freeze, side, error=None):
    """ABORT or ABORTED of the migration that |octets| is of."""
    tail = b"" if error is None else error.to_bytes(2, "big")
    return tlv(kind, octets[4:12] + freeze.to_bytes(8, "big") + bytes([side]) + tail)


def with_row(octets, **fields):
    """A RESPONSE whose first row has other numbers."""
    row = bytearray(octets[RESPONSE_FIXED:RESPONSE_FIXED + ROW_SIZE])
    for name, at, size in (("offered", 6, 4), ("rejected", 14, 4), ("error", 18, 2)):
        if name in fields:
            row[at:at + size] = fields[name].to_bytes(size, "big")
    return octets[:RESPONSE_FIXED] + bytes(row) + octets[RESPONSE_FIXED + ROW_SIZE:]


def progress_of(exchange, phase):
    """The first PROGRESS of a phase: its PDU and place."""
    for pdu in exchange.pdus:
        for place, octets in enumerate(pdu.messages):
            if octets[:2] == b"\0\5" and octets[12] == phase:
                return pdu, place
    raise LookupError(phase)


@plant("9.1-7")
def station_that_speaks_as_a_bridge(exchange):
    exchange.direction(exchange.holding("REQUEST")[0])[-1].messages.append(tlv(0x001B, bytes(16)))


@suspect("9.1-7")
def station_spoken_to_as_a_bridge(exchange):
    exchange.holding("RESPONSE")[0].messages.append(tlv(0x001B, bytes(16)))


@plant("9.1-7", "source-unknown-who-has")
def station_that_asks_bridges(exchange):
    pdu, place = exchange.holding("WHO-HAS")
    exchange.direction(exchange.holding("REQUEST")[0])[-1].messages.append(pdu.messages[place])


@suspect("9.1-7", "notify-staged")
def station_that_is_notified(exchange):
    octets = next(octets for pdu in exchange.pdus for octets in pdu.messages if octets[:2] == b"\0\x1e")
    exchange.holding("RESPONSE")[0].messages.append(octets)


@suspect("9.7-11", ONE_SHOT)
def bridge_answered_as_a_station(exchange):
    pdu, place = exchange.holding("RESPONSE")
    exchange.holding("DONE")[0].messages.append(pdu.messages[place])


@plant("9.6-1")
def request_id_used_twice(exchange):
    pdu, place = exchange.holding("REQUEST")
    exchange.direction(pdu)[-1].messages.append(changed(pdu.messages[place], serial=99))


@plant("9.1-4", ONE_SHOT)
def serial_offered_for_twice(exchange):
    pdu, place = exchange.holding("SOLICIT")
    other = int.from_bytes(pdu.messages[place][4:12], "big") - 1
    pdu.messages.insert(0, changed(pdu.messages[place], migration=other))
    offer, at = exchange.holding("OFFER")
    exchange.direction(offer)[-1].messages.append(changed(offer.messages[at], migration=other))


@plant("9.3-4")
def data_before_accept(exchange):
    pdu, place = exchange.holding("DATA")
    exchange.holding("OFFER")[0].messages.append(pdu.messages[place])


@plant("9.3-5")
def round_of_more_chunks_than_those_after(exchange):
    exchange.replace("ROUND-END", lambda octets: changed(octets, chunks=9))


@plant("9.3-5", STAGED)
def chunk_behind_the_end_of_its_round(exchange):
    pdu, place = exchange.holding("DATA")
    octets = pdu.messages[place]
    exchange.direction(pdu)[1].messages.append(octets[:14] + (1).to_bytes(4, "big") + octets[18:])


@plant("9.3-3", ONE_SHOT)
def one_shot_of_two_rounds(exchange):
    exchange.edit("ROUND-END", round=1)


@plant("9.3-6", STAGED)
def final_round_without_freeze(exchange):
    pdu, place = exchange.holding("FREEZE")
    del pdu.messages[place]


@plant("9.2-5", "fail-no-room")
def refuse_for_another_reason(exchange):
    exchange.edit("REFUSE", error=POLICY_REFUSED)


@plant("9.2-5", "fail-no-room")
def refuse_before_offer(exchange):
    pdu, place = exchange.holding("REFUSE")
    exchange.holding("SOLICIT")[0].messages.append(pdu.messages[place])


@plant("9.3-9", ONE_SHOT)
def thawed_after_release(exchange):
    pdu, place = exchange.holding("RELEASED")
    exchange.direction(pdu)[-1].messages.append(ending(0x0019, pdu.messages[place], 0, 1, THAWED))


@plant("9.3-9", ONE_SHOT)
def released_after_thaw(exchange):
    pdu, place = exchange.holding("RELEASED")
    pdu.messages.insert(0, ending(0x0019, pdu.messages[place], 0, 1, THAWED))


@plant("9.2-13", ONE_SHOT)
def abort_of_another_freeze(exchange):
    pdu, place = exchange.holding("DONE")
    pdu.messages.append(ending(0x0019, pdu.messages[place], 7, 0, CANCELLED))


@plant("9.2-13", ONE_SHOT)
def success_after_abort(exchange):
    pdu, place = exchange.holding("COMMIT")
    pdu.messages.append(ending(0x0019, pdu.messages[place], 0, 0, CANCELLED))


@plant("9.1-15", ONE_SHOT)
def aborted_without_abort(exchange):
    pdu, place = exchange.holding("OFFER")
    pdu.messages.append(ending(0x001A, pdu.messages[place], 0, 1))


@plant("9.1-15", ONE_SHOT)
def aborted_of_the_wrong_side(exchange):
    pdu, place = exchange.holding("COMMIT")
    pdu.messages.append(ending(0x001A, pdu.messages[place], 0, 0))


@plant("9.5-5", AT_RISK)
def advice_of_another_risk(exchange):
    exchange.edit("RESPONSE", advice=1)


@plant("9.5-5", ONE_SHOT)
def more_offered_than_was_counted(exchange):
    exchange.replace("RESPONSE", lambda octets: with_row(octets, offered=9))


@plant("9.7-7", AT_RISK)
def at_risk_against_the_ticket(exchange):
    exchange.replace("REQUEST", lambda octets:
                     tlv(0x0001, octets[4:REQUEST_FIXED] + tlv(1, bytes(TICKET_SIZE)) + octets[REQUEST_FIXED:]))


@plant("9.5-4", "fail-no-room")
def rejected_without_a_reason(exchange):
    exchange.replace("RESPONSE", lambda octets: with_row(octets, rejected=1))


@plant("9.5-4", ONE_SHOT)
def row_of_what_was_not_asked_for(exchange):
    pdu, place = exchange.holding("RESPONSE")
    row = tlv(0x0103, (40).to_bytes(2, "big") + bytes(14))
    pdu.messages[place] = tlv(0x0006, pdu.messages[place][4:] + row)


@plant("9.5-2", ONE_SHOT)
def success_with_something_rejected(exchange):
    exchange.replace("RESPONSE", lambda octets: with_row(octets, rejected=1, error=POLICY_REFUSED))


@plant("9.2-7", STAGED)
def staged_before_a_round(exchange):
    pdu, place = exchange.holding("ROUND-END")
    exchange.direction(pdu)[1].messages.append(pdu.messages.pop(place))


@plant("9.2-7", ONE_SHOT)
def staged_in_a_one_shot(exchange):
    pdu, place = exchange.holding("PROGRESS")
    exchange.direction(pdu)[1].messages.append(changed(pdu.messages[place], phase=PHASE_STAGED))


@plant("9.2-11", AT_RISK)
def at_risk_without_a_fault(exchange):
    pdu, place = progress_of(exchange, PHASE_AT_RISK)
    pdu.messages[place] = changed(pdu.messages[place], error=0)


@plant("9.7-6", "who-has-ticket")
def ticket_without_filters(exchange):
    for pdu in exchange.pdus:
        place = pdu.find("WHO-HAS")
        if place is not None:
            pdu.messages[place] = tlv(0x001C, pdu.messages[place][4:-12])


@plant("9.8-1", "source-unknown-who-has")
def answer_about_another_vsi(exchange):
    pdu, place = exchange.holding("I-HAVE")
    octets = bytearray(pdu.messages[place])
    octets[VSI_AT + VSI_SIZE - 1] ^= 1
    pdu.messages[place] = bytes(octets)


@suspect("9.8-2", "source-unknown-who-has")
def nothing_announced(exchange):
    pdu, place = exchange.holding("I-HAVE")
    pdu.messages.append(changed(pdu.messages[place], lookup=0, holding=0))


@plant("9.7-9", "authority-consent")
def announced_with_another_error(exchange):
    exchange.edit("ANNOUNCED", error=BUSY)
