/* SPDX-License-Identifier: MIT */
/*
 * Owns one association (DIMP 5): which keys are in use, what is sent under them, and when it ends.
 *
 * What arrives is judged in inbound.c, what goes is composed in outbound.c; both work on the state
 * of association_state.h.
 *
 * Up to three sets of keys live at a time: |current| sends and receives; |previous| only receives,
 * for what was under way at a rekey; |next| is the responder's after its REPLY: it becomes
 * |current| when the first PDU opens under it, and until then nothing is sent under it and nothing
 * it replaces is touched. Packet numbers, acknowledgements and loss detection belong to |current|
 * alone; messages not acknowledged when it changes are sent again under the new keys.
 */
#include "association.h"

#include <assert.h>
#include <stdalign.h>
#include <string.h>

#include "association_state.h"
#include "inbound.h"
#include "instant.h"
#include "outbound.h"
#include "wipe.h"

/* So many times silence_us holds the silence after which a handshake is tried (DIMP 5.8-8). */
enum { SILENCE_BEFORE_HANDSHAKE = 2 };

static size_t aligned(size_t size)
{
	return (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
}

/* What waits may fill PDUs of the largest size with two messages each. */
static size_t sent_places(size_t send_queue_max)
{
	const size_t half = send_queue_max / 2;

	return half > DIMP_SENT_PDUS_MAX ? half : DIMP_SENT_PDUS_MAX;
}

size_t association_size(size_t send_queue_max)
{
	return aligned(sizeof(struct association)) + send_queue_size(send_queue_max) +
		aligned(sent_places(send_queue_max) * sizeof(struct sent_pdu));
}

static const struct dimp_settings *settings_of(const struct association *association)
{
	return association->context->settings;
}

/* No keys, nothing known of the path, nothing to do. */
static void reset(struct association *association)
{
	session_wipe(&association->current);
	session_wipe(&association->previous);
	session_wipe(&association->next);
	opening_stop(&association->opening);
	loss_recovery_init(&association->recovery, settings_of(association));
	congestion_init(&association->congestion, association->context->pdu_size_max);
	pacing_init(&association->pacing, settings_of(association)->paced_kbps,
		association->context->pdu_size_max);
	association->pending = (struct pending_receipt){0};
	association->rekey_at = DIMP_NEVER;
	association->probes = 0;
	association->is_ping_due = false;
	association->is_closing = false;
}

struct association *association_init(void *memory, struct association_context *context,
	const struct dimp_peer_config *peer, size_t send_queue_max)
{
	struct association *association = memory;
	uint8_t *behind = (uint8_t *)memory + aligned(sizeof *association);

	assert(context->pdu_size_max >= DIMP_PDU_SIZE_DEFAULT);
	assert(context->pdu_size_max <= DIMP_PDU_SIZE_MAX);
	wipe(association, sizeof *association);
	association->context = context;
	association->peer = *peer;
	association->queue = send_queue_init(behind, send_queue_max);
	loss_recovery_place(&association->recovery,
		(void *)(behind + send_queue_size(send_queue_max)), sent_places(send_queue_max));
	opening_init(&association->opening, &(struct initiation_ends){context, &association->peer});
	reset(association);
	return association;
}

void association_wipe(struct association *association)
{
	send_queue_clear(association->queue);
	wipe(association, sizeof *association);
}

static void put_notice(struct association *association, enum association_notice_kind kind,
	enum dimp_error error)
{
	/* A user that never asks loses the oldest. */
	if (association->notice_count == ASSOCIATION_NOTICES_MAX) {
		association->notice_count--;
		memmove(association->notices, association->notices + 1,
			association->notice_count * sizeof association->notices[0]);
	}
	association->notices[association->notice_count++] =
		(struct association_notice){kind, error};
}

bool association_is_up_anew(const struct association *association)
{
	for (size_t index = 0; index < association->notice_count; index++) {
		if (association->notices[index].kind == ASSOCIATION_UP_ANEW)
			return true;
	}
	return false;
}

bool association_notice(struct association *association, struct association_notice *notice)
{
	if (association->notice_count == 0)
		return false;
	*notice = association->notices[0];
	association->notice_count--;
	memmove(association->notices, association->notices + 1,
		association->notice_count * sizeof association->notices[0]);
	return true;
}

void association_lose(struct association *association, enum dimp_error error)
{
	reset(association);
	send_queue_clear(association->queue);
	put_notice(association, ASSOCIATION_LOST, error);
}

bool association_is_up(const struct association *association)
{
	return association->current.is_live && !association->is_closing;
}

void association_open(struct association *association, struct dimp_time now)
{
	if (association_is_up(association))
		return;
	/* The peer is about to confirm its own: ours would only cross it. */
	if (association->next.is_live)
		opening_start_later(&association->opening, now);
	else
		opening_start(&association->opening, now);
}

void association_close(struct association *association, enum dimp_error error, struct dimp_time now)
{
	struct session closing = association->current;

	(void)now;
	reset(association);
	send_queue_clear(association->queue);
	association->current = closing;
	association->is_closing = closing.is_live;
	association->closing_error = error;
	session_wipe(&closing);
}

void association_take_pdu_size(struct association *association)
{
	association->congestion.pdu_size_max = association->context->pdu_size_max;
}

void association_keep_alive(struct association *association, bool is_wanted)
{
	association->is_kept_alive = is_wanted;
}

void association_ask_after(struct association *association, uint32_t silence_us)
{
	association->ask_after_us = silence_us;
}

struct dimp_time association_unanswered_since(const struct association *association)
{
	return association_is_up(association) && association->has_sent_since_heard
		? association->idle_from
		: DIMP_NEVER;
}

enum dimp_error association_send(struct association *association,
	const struct association_message *message, struct dimp_time now)
{
	if (message->octets.size == 0 || message->octets.size > DIMP_MESSAGE_SIZE_MAX)
		return DIMP_ERROR_BAD_LENGTH;
	if (association_room(association) == 0)
		return DIMP_ERROR_NO_ROOM;
	send_queue_add(association->queue, message);
	association_open(association, now);
	return DIMP_ERROR_NONE;
}

size_t association_room(const struct association *association)
{
	return send_queue_room(association->queue);
}

bool association_keys(const struct association *association, struct dimp_association_keys *keys)
{
	const struct session *current = &association->current;

	if (!association_is_up(association))
		return false;
	*keys = (struct dimp_association_keys){
		.local_index = current->local_index,
		.remote_index = current->remote_index,
	};
	memcpy(keys->send, current->send_key, DIMP_KEY_SIZE);
	memcpy(keys->receive, current->receive_key, DIMP_KEY_SIZE);
	return true;
}

/* ---- Keys change ---- */

void association_hear(struct association *association, struct dimp_time now)
{
	association->last_heard = now;
	association->idle_from = now;
	association->has_sent_since_heard = false;
}

/* The initiator's time comes first, so that both ends seldom start at once. */
static struct dimp_time rekey_time(const struct association *association, struct dimp_time now)
{
	const uint64_t interval = settings_of(association)->rekey_us;

	return instant_after(now,
		interval + (association->current.is_initiator ? 0 : interval / 8));
}

/* Whether the peer's start is another than that of the keys before; it is the known one then. */
static bool take_start(struct association *association, uint8_t start)
{
	const bool is_another = association->has_peer_start && association->peer_start != start;

	association->has_peer_start = true;
	association->peer_start = start;
	return is_another;
}

void association_promote(struct association *association, struct session *fresh,
	struct dimp_time now)
{
	const bool is_anew = take_start(association, fresh->peer_start);

	session_wipe(&association->previous);
	if (association_is_up(association)) {
		association->previous = association->current;
		association->previous_until = instant_after(now,
			DIMP_OLD_KEYS_PTO * loss_recovery_probe_us(&association->recovery));
	}
	association->current = *fresh;
	session_wipe(fresh);
	session_wipe(&association->next);
	opening_stop(&association->opening);
	loss_recovery_restart(&association->recovery);
	loss_recovery_sample(&association->recovery, association->current.handshake_sent_at, now);
	congestion_forget_flight(&association->congestion);
	send_queue_restart(association->queue);
	association->pending = (struct pending_receipt){0};
	association->probes = 0;
	association->is_closing = false;
	association->is_ping_due = association->current.is_initiator;
	association->rekey_at = rekey_time(association, now);
	association->last_eliciting_sent = now;
	association_hear(association, now);
	put_notice(association, is_anew ? ASSOCIATION_UP_ANEW : ASSOCIATION_UP, DIMP_ERROR_NONE);
}

/* ---- Timers ---- */

static bool is_keepalive_wanted(const struct association *association)
{
	return association->is_kept_alive && !association->is_ping_due &&
		association->recovery.eliciting_in_flight == 0;
}

static struct dimp_time idle_deadline(const struct association *association)
{
	return instant_after(association->idle_from, settings_of(association)->idle_us);
}

static struct dimp_time later(struct dimp_time one, struct dimp_time other)
{
	return one.us > other.us ? one : other;
}

static struct dimp_time keepalive_deadline(const struct association *association)
{
	const struct dimp_time sent = association->last_eliciting_sent;
	const uint32_t ask_us = association->ask_after_us;
	struct dimp_time deadline;

	if (!is_keepalive_wanted(association))
		return DIMP_NEVER;
	deadline = instant_after(sent, settings_of(association)->keepalive_us);
	if (ask_us == 0)
		return deadline;
	return instant_earlier(deadline,
		instant_after(later(association->last_heard, sent), ask_us));
}

/* Not again while an opening goes on: it ends with new keys or with the association. */
static struct dimp_time silence_deadline(const struct association *association)
{
	const uint32_t silence_us = settings_of(association)->silence_us;

	if (silence_us == 0 || !association->has_sent_since_heard || association->opening.is_wanted)
		return DIMP_NEVER;
	return instant_after(association->idle_from, silence_us / SILENCE_BEFORE_HANDSHAKE);
}

struct dimp_time association_deadline(const struct association *association)
{
	struct dimp_time deadline = opening_deadline(&association->opening);

	if (association->previous.is_live)
		deadline = instant_earlier(deadline, association->previous_until);
	if (association->next.is_live)
		deadline = instant_earlier(deadline, association->next_until);
	if (!association_is_up(association))
		return deadline;
	deadline = instant_earlier(deadline, idle_deadline(association));
	deadline = instant_earlier(deadline, keepalive_deadline(association));
	deadline = instant_earlier(deadline, silence_deadline(association));
	deadline = instant_earlier(deadline, association->rekey_at);
	deadline = instant_earlier(deadline, association->current.receipts.due);
	deadline = instant_earlier(deadline, pacing_deadline(&association->pacing));
	return instant_earlier(deadline, loss_recovery_deadline(&association->recovery));
}

/* No answer to our INITIATIONs. Keys under which the peer was heard meanwhile stay. */
static void give_up_opening(struct association *association, struct dimp_time now)
{
	if (association_is_up(association) &&
		association->last_heard.us > association->opening.started_at.us) {
		association->rekey_at =
			instant_after(now, settings_of(association)->handshake_give_up_us);
		return;
	}
	association_lose(association, DIMP_ERROR_HANDSHAKE_FAILED);
}

static void expire_keys(struct association *association, struct dimp_time now)
{
	if (association->previous.is_live && association->previous_until.us <= now.us)
		session_wipe(&association->previous);
	if (association->next.is_live && association->next_until.us <= now.us)
		session_wipe(&association->next);
	if (association_is_up(association) && association->rekey_at.us <= now.us) {
		association->rekey_at = DIMP_NEVER;
		opening_start(&association->opening, now);
	}
}

static void expire_recovery(struct association *association, struct dimp_time now)
{
	struct loss_recovery *recovery = &association->recovery;

	switch (loss_recovery_expire(recovery, now)) {
	case LOSS_RECOVERY_NOTHING: return;
	case LOSS_RECOVERY_LOSS: inbound_settle(association, now); return;
	case LOSS_RECOVERY_PROBE:
		outbound_probe(association);
		if (recovery->probe_count >= DIMP_PROBES_BEFORE_HANDSHAKE)
			opening_start(&association->opening, now);
		return;
	}
}

void association_expire(struct association *association, struct dimp_time now)
{
	if (!opening_expire(&association->opening, now))
		give_up_opening(association, now);
	expire_keys(association, now);
	if (!association_is_up(association))
		return;
	if (idle_deadline(association).us <= now.us) {
		association_lose(association, DIMP_ERROR_ASSOCIATION_IDLE);
		return;
	}
	if (keepalive_deadline(association).us <= now.us)
		association->is_ping_due = true;
	if (instant_has_come(silence_deadline(association), now))
		opening_start(&association->opening, now);
	/* What waits goes with the next transmit; asking takes it off the deadlines. */
	if (pacing_deadline(&association->pacing).us <= now.us)
		(void)pacing_allows(&association->pacing, now);
	expire_recovery(association, now);
}
