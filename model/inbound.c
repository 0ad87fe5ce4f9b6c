/* SPDX-License-Identifier: MIT */
/*
 * Judges what arrives for an association (DIMP 5.5, 5.6) and takes out of it what is the
 * association's own: handshakes, ACK, PING, CLOSE. Whatever fails a check is counted under its
 * cause and changes nothing else. association_receive() and association_accept() stand here.
 */
#include "inbound.h"

#include "association_state.h"
#include "instant.h"
#include "wire.h"

/* Of a time by another's clock so much has passed by every clock (DIMP 5.6-12). */
enum { RATE_CERTAIN = 999, RATE_WHOLE = 1000 };

static struct dimp_counters *counters_of(const struct association *association)
{
	return association->context->counters;
}

/* What became of sent PDUs reaches the window, the queue and the receipts. */
void inbound_settle(struct association *association, struct dimp_time now)
{
	struct sent_pdu pdu;

	while (loss_recovery_next_settled(&association->recovery, &pdu)) {
		if (pdu.state == SENT_LOST && pdu.is_ack_eliciting) {
			counters_of(association)->pdus_lost++;
			congestion_on_lost(&association->congestion, pdu.size, pdu.sent_at, now);
			send_queue_on_lost(association->queue, pdu.number);
		}
		if (pdu.state != SENT_ACKNOWLEDGED)
			continue;
		if (pdu.is_ack_eliciting && !pdu.was_lost)
			congestion_on_acknowledged(&association->congestion, pdu.size, pdu.sent_at);
		send_queue_on_acknowledged(association->queue, pdu.number);
		if (pdu.acknowledged != LOSS_RECOVERY_NO_NUMBER)
			receipts_forget(&association->current.receipts, pdu.acknowledged);
	}
	if (loss_recovery_take_persistent(&association->recovery))
		congestion_on_persistent(&association->congestion);
}

/* When an ACK had not been sent yet: it was held back for what it tells (DIMP 5.6-12). */
static struct dimp_time sent_not_before(struct dimp_time named_sent_at, uint32_t delay_us,
	struct dimp_time now)
{
	const uint64_t held = (uint64_t)delay_us * RATE_CERTAIN / RATE_WHOLE;
	const struct dimp_time at = instant_after(named_sent_at, held);

	return at.us <= now.us ? at : named_sent_at;
}

/* An ACK in PDU |number| of the current keys. False when it is malformed or names what was not
 * sent. */
static bool receive_ack(struct association *association, struct dimp_view item, uint64_t number,
	struct dimp_time now)
{
	struct session *current = &association->current;
	struct loss_recovery *recovery = &association->recovery;
	struct dimp_message message;
	struct loss_recovery_ack ack;
	struct dimp_time sent_at;

	if (dimp_message_read(item, &message) != DIMP_ERROR_NONE ||
		!receipts_read_ack(&message, &ack.ranges))
		return false;
	const uint64_t largest = ack_ranges_largest(&ack.ranges);
	if (largest >= current->next_number)
		return false;
	ack.delay_us = message.body.ack.delay;
	if (loss_recovery_sent_at(recovery, largest, &sent_at))
		session_remember_ack(current, number, sent_not_before(sent_at, ack.delay_us, now));
	else if (largest == recovery->largest_acknowledged)
		session_remember_ack(current, number,
			sent_not_before(recovery->largest_acknowledged_sent_at, ack.delay_us, now));
	loss_recovery_on_ack(recovery, &ack, now);
	inbound_settle(association, now);
	return true;
}

/* A PDU that opened, while it is looked at. */
struct arrival {
	struct session *session;
	uint64_t number;
	struct dimp_time now;
	bool has_messages;
	bool is_ack_eliciting;
	bool has_close;
	enum dimp_error close_error;
};

/* PING and CLOSE: one that breaks a rule of the format changes nothing (DIMP 7.2-4). */
static void take_own(struct association *association, struct dimp_view item,
	struct arrival *arrival)
{
	struct dimp_message message;

	if (dimp_message_read(item, &message) != DIMP_ERROR_NONE) {
		counters_of(association)->drop_payload++;
		return;
	}
	if (message.kind != DIMP_MESSAGE_CLOSE)
		return;
	arrival->has_close = true;
	arrival->close_error = (enum dimp_error)message.body.close.error;
}

static uint16_t kind_of(struct dimp_view item)
{
	struct wire_reader reader = wire_reader_of(item);

	return wire_read_u16(&reader);
}

static void take_item(struct association *association, struct dimp_view item,
	struct arrival *arrival)
{
	const uint16_t kind = kind_of(item);

	if (kind == DIMP_MESSAGE_ACK) {
		/* An ACK under old keys speaks of numbers that are no more. */
		if (arrival->session == &association->current &&
			!receive_ack(association, item, arrival->number, arrival->now))
			counters_of(association)->drop_payload++;
		return;
	}
	arrival->is_ack_eliciting = true;
	if (kind == DIMP_MESSAGE_CLOSE || kind == DIMP_MESSAGE_PING)
		take_own(association, item, arrival);
	else
		arrival->has_messages = true;
}

static void walk(struct association *association, struct dimp_view payload, struct arrival *arrival)
{
	struct dimp_view rest = payload, item;

	while (dimp_tlv_next(&rest, &item))
		take_item(association, item, arrival);
	if (rest.size > 0)
		counters_of(association)->drop_payload++;
}

void association_accept(struct association *association, struct dimp_time now)
{
	const struct pending_receipt pending = association->pending;
	struct receipts *receipts = &association->current.receipts;

	association->pending = (struct pending_receipt){0};
	if (!pending.is_pending || !session_is(&association->current, pending.index))
		return;
	const bool is_next = receipts_is_next(receipts, pending.number);
	receipts_add(receipts, pending.number, now);
	if (pending.is_ack_eliciting)
		receipts_owe(receipts, is_next, association->context->settings->max_ack_delay_us,
			now);
}

/* The set of keys that PDUs to |index| are for; NULL when there is none. */
static struct session *find_session(struct association *association, uint32_t index)
{
	if (session_is(&association->current, index) && !association->is_closing)
		return &association->current;
	if (session_is(&association->next, index))
		return &association->next;
	return session_is(&association->previous, index) ? &association->previous : NULL;
}

/* Opens the PDU; every way in which that can fail has its counter. */
static bool open_pdu(struct association *association, struct session *session, struct dimp_view pdu,
	struct dimp_payload *payload)
{
	struct dimp_counters *counters = counters_of(association);

	switch (session_open(session, association->context->crypto, pdu, payload)) {
	case SESSION_OPENED: return true;
	case SESSION_REPLAYED: counters->drop_replay++; return false;
	case SESSION_BEYOND: counters->drop_malformed++; return false;
	case SESSION_FORGED:
		counters->drop_authentication++;
		if (session == &association->current && session_is_worn_out(session))
			association_lose(association, DIMP_ERROR_ASSOCIATION_LIMIT);
		return false;
	}
	return false;
}

/* Acts on a payload; true when there are messages in it for the speaker. */
static bool take_payload(struct association *association, struct arrival *arrival,
	struct association_input *input)
{
	association->pending = (struct pending_receipt){
		.index = arrival->session->local_index,
		.number = arrival->number,
	};
	walk(association, input->payload, arrival);
	if (arrival->has_close && arrival->session == &association->current) {
		association_lose(association, arrival->close_error);
		return false;
	}
	association->pending.is_pending = true;
	association->pending.is_ack_eliciting = arrival->is_ack_eliciting;
	if (!arrival->has_messages) {
		association_accept(association, arrival->now);
		return false;
	}
	input->transit_bound_us =
		arrival->now.us - session_sent_after(arrival->session, arrival->number).us;
	return true;
}

static bool receive_protected(struct association *association, struct dimp_view pdu,
	struct association_input *input, struct dimp_time now)
{
	struct dimp_pdu_header header;
	struct dimp_payload payload = {.octets = input->plain};

	if (dimp_pdu_header_read(pdu, &header) != DIMP_ERROR_NONE)
		return false;
	struct session *session = find_session(association, header.receiver_index);
	if (session == NULL) {
		counters_of(association)->drop_unknown_index++;
		return false;
	}
	if (!open_pdu(association, session, pdu, &payload))
		return false;
	if (session == &association->next) {
		association_promote(association, session, now);
		session = &association->current;
	}
	association_hear(association, now);
	input->payload = wire_view(payload.octets, payload.size);
	struct arrival arrival = {
		.session = session,
		.number = header.packet_number,
		.now = now,
	};
	return take_payload(association, &arrival, input);
}

static void receive_initiation(struct association *association, struct dimp_view pdu,
	struct dimp_time now)
{
	struct session session;

	if (!opening_receive_initiation(&association->opening, pdu, &session, now))
		return;
	session_wipe(&association->next);
	association->next = session;
	association->next_until =
		instant_after(now, association->context->settings->handshake_give_up_us);
	session_wipe(&session);
}

static void receive_reply(struct association *association, struct dimp_view pdu,
	struct dimp_time now)
{
	struct session session;

	if (opening_receive_reply(&association->opening, pdu, &session))
		association_promote(association, &session, now);
}

/* Reads the header, counting what is wrong with it. */
static bool read_header(struct association *association, struct dimp_view pdu,
	struct dimp_pdu_header *header)
{
	const enum dimp_error error = dimp_pdu_header_read(pdu, header);

	if (error == DIMP_ERROR_NONE)
		return true;
	if (error == DIMP_ERROR_UNSUPPORTED_VERSION)
		counters_of(association)->drop_version++;
	else
		counters_of(association)->drop_malformed++;
	return false;
}

bool association_receive(struct association *association, struct dimp_view pdu,
	struct association_input *input, struct dimp_time now)
{
	struct dimp_pdu_header header;

	input->payload = (struct dimp_view){0};
	input->transit_bound_us = UINT64_MAX;
	association->pending = (struct pending_receipt){0};
	counters_of(association)->pdus_received++;
	counters_of(association)->octets_received += pdu.size;
	if (!read_header(association, pdu, &header))
		return false;
	const struct dimp_view exact = wire_view(pdu.octets, header.size);
	switch (header.kind) {
	case DIMP_PDU_INITIATION: receive_initiation(association, exact, now); return false;
	case DIMP_PDU_REPLY: receive_reply(association, exact, now); return false;
	case DIMP_PDU_PROTECTED: return receive_protected(association, exact, input, now);
	}
	return false;
}
