/* SPDX-License-Identifier: MIT */
/*
 * Composes what an association sends (DIMP 5.6, 5.7): handshake PDUs first, then a CLOSE if there
 * is one, then protected PDUs: an ACK in front whenever there is news for it, behind it as many
 * whole messages as fit. What may go goes at once; only the congestion window holds messages back,
 * and nothing holds an ACK back. association_transmit() stands here.
 */
#include "outbound.h"

#include <assert.h>

#include "association_state.h"
#include "tlv.h"
#include "wipe.h"

enum { PDU_OVERHEAD = DIMP_PDU_HEADER_SIZE + DIMP_TAG_SIZE };

/* A payload being composed, behind the place of the header. */
struct draft {
	uint8_t *octets;
	size_t capacity;
	size_t size;
	bool is_ack_eliciting;
	uint64_t acknowledged;
};

void outbound_probe(struct association *association)
{
	association->probes = DIMP_PROBES;
	for (size_t each = 0; each < DIMP_PROBES; each++)
		if (!send_queue_probe(association->queue))
			break;
	if (send_queue_next_size(association->queue) == 0)
		association->is_ping_due = true;
}

/*
 * Octets of messages that may go into a PDU of |capacity| octets of payload now: 0 when none waits
 * or the window is closed. Notes whether it was the window.
 */
static size_t room_for_messages(struct association *association, size_t capacity,
	struct dimp_time now)
{
	struct congestion *congestion = &association->congestion;
	const size_t next = send_queue_next_size(association->queue);

	if (next == 0)
		return 0;
	if (association->probes > 0)
		return loss_recovery_has_probe_room(&association->recovery) ? capacity : 0;
	if (!loss_recovery_has_room(&association->recovery))
		return 0;
	if (pacing_is_on(&association->pacing))
		return pacing_allows(&association->pacing, now) ? capacity : 0;
	if (!congestion_allows(congestion, next + PDU_OVERHEAD)) {
		congestion->is_window_used = true;
		return 0;
	}
	const uint64_t left = congestion->window - congestion->octets_in_flight - PDU_OVERHEAD;
	return left < capacity ? (size_t)left : capacity;
}

static void add_ack(struct association *association, struct draft *draft, size_t capacity,
	struct dimp_time now)
{
	struct receipts *receipts = &association->current.receipts;
	const size_t size = receipts_write_ack(receipts, draft->octets, capacity, now);

	if (size == 0)
		return;
	draft->size = size;
	draft->acknowledged = receipts_largest(receipts);
}

static void add_messages(struct association *association, struct draft *draft, size_t room,
	struct dimp_time now)
{
	struct send_queue *queue = association->queue;
	const uint64_t number = association->current.next_number;
	size_t next = send_queue_next_size(queue);

	while (next > 0 && draft->size + next <= room) {
		draft->size += send_queue_take(queue, number, draft->octets + draft->size, now);
		draft->is_ack_eliciting = true;
		next = send_queue_next_size(queue);
	}
}

static void add_message(struct draft *draft, const struct dimp_message *message)
{
	size_t size = 0;
	const enum dimp_error error = dimp_message_write(message, draft->octets + draft->size,
		draft->capacity - draft->size, &size);

	/* PING and CLOSE are a few octets, and every PDU has room for an ACK and them. */
	assert(error == DIMP_ERROR_NONE);
	(void)error;
	draft->size += size;
	draft->is_ack_eliciting = true;
}

/* Composes the next payload; false when nothing is to go. */
static bool compose(struct association *association, struct draft *draft, struct dimp_time now)
{
	const size_t next = send_queue_next_size(association->queue);
	const size_t room = room_for_messages(association, draft->capacity, now);
	const bool has_messages = room > 0;
	const bool is_ack_due = association->current.receipts.due.us <= now.us;
	const bool is_ping_due = association->is_ping_due && !has_messages &&
		loss_recovery_has_probe_room(&association->recovery);

	if (!has_messages && !is_ack_due && !is_ping_due)
		return false;
	/* The ACK takes what the first message leaves of the PDU. */
	const size_t limit = has_messages ? room : draft->capacity - TLV_HEADER_SIZE;
	add_ack(association, draft, has_messages ? limit - next : limit, now);
	if (has_messages)
		add_messages(association, draft, limit, now);
	if (is_ping_due)
		add_message(draft, &(struct dimp_message){.kind = DIMP_MESSAGE_PING});
	return true;
}

static void note_sent(struct association *association, const struct draft *draft,
	const struct sent_pdu *pdu)
{
	loss_recovery_on_sent(&association->recovery, pdu);
	if (!draft->is_ack_eliciting)
		return;
	congestion_on_sent(&association->congestion, pdu->size);
	pacing_on_sent(&association->pacing, pdu->size, pdu->sent_at);
	association->is_ping_due = false;
	association->last_eliciting_sent = pdu->sent_at;
	if (!association->has_sent_since_heard) {
		association->has_sent_since_heard = true;
		association->idle_from = pdu->sent_at;
	}
	if (association->probes > 0)
		association->probes--;
	if (send_queue_next_size(association->queue) == 0) {
		association->probes = 0;
		association->congestion.is_window_used = false;
	}
}

/* The initiator's count comes first, so that both ends seldom start at once. */
static uint64_t rekey_number(const struct association *association)
{
	const uint64_t count = association->context->settings->rekey_pdus;

	return association->current.is_initiator ? count : count + count / 8;
}

static size_t send_protected(struct association *association, uint8_t *octets, size_t capacity,
	struct dimp_time now)
{
	struct session *current = &association->current;
	struct draft draft = {
		.octets = octets + DIMP_PDU_HEADER_SIZE,
		.capacity = capacity - PDU_OVERHEAD,
		.acknowledged = LOSS_RECOVERY_NO_NUMBER,
	};

	if (!association_is_up(association))
		return 0;
	if (!session_can_seal(current)) {
		association_lose(association, DIMP_ERROR_ASSOCIATION_LIMIT);
		return 0;
	}
	if (current->next_number >= rekey_number(association))
		opening_start(&association->opening, now);
	if (!compose(association, &draft, now))
		return 0;
	struct sent_pdu pdu = {
		.number = current->next_number,
		.sent_at = now,
		.acknowledged = draft.acknowledged,
		.is_ack_eliciting = draft.is_ack_eliciting,
	};
	const size_t size = session_seal(current, association->context->crypto, octets, draft.size);
	if (size == 0) {
		wipe(octets, capacity);
		association_lose(association, DIMP_ERROR_ASSOCIATION_LIMIT);
		return 0;
	}
	pdu.size = (uint32_t)size;
	note_sent(association, &draft, &pdu);
	return size;
}

/* The one CLOSE; then the keys go. */
static size_t send_close(struct association *association, uint8_t *octets, size_t capacity)
{
	struct session *current = &association->current;
	struct draft draft = {
		.octets = octets + DIMP_PDU_HEADER_SIZE,
		.capacity = capacity - PDU_OVERHEAD,
	};
	struct dimp_message message = {.kind = DIMP_MESSAGE_CLOSE};
	size_t size = 0;

	message.body.close.error = (uint16_t)association->closing_error;
	if (session_can_seal(current)) {
		add_message(&draft, &message);
		size = session_seal(current, association->context->crypto, octets, draft.size);
	}
	session_wipe(current);
	association->is_closing = false;
	return size;
}

size_t association_transmit(struct association *association, uint8_t *octets, size_t capacity,
	struct dimp_time now)
{
	struct dimp_counters *counters = association->context->counters;
	const size_t usable = association->context->pdu_size_max;
	size_t size = 0;

	assert(capacity >= usable);
	(void)capacity;
	if (association->is_closing)
		size = send_close(association, octets, usable);
	if (size == 0)
		size = opening_transmit(&association->opening, octets);
	if (size == 0)
		size = send_protected(association, octets, usable, now);
	if (size == 0)
		return 0;
	counters->pdus_sent++;
	counters->octets_sent += size;
	return size;
}
