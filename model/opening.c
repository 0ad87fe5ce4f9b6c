/* SPDX-License-Identifier: MIT */
/*
 * Owns the handshake in progress, both ways (DIMP 5.3). Every try is a new INITIATION with a new
 * ephemeral key and stamp, so that a REPLY belongs to exactly one of them. A forged REPLY must not
 * spoil the handshake that waits for the true one, and so REPLYs are read with a copy of it.
 *
 * When both ends' INITIATIONs cross, the speaker whose static public key is lower drops its own and
 * answers; the other ignores what arrived. A stamp not above the last one is a replay.
 */
#include "opening.h"

#include <string.h>

#include "instant.h"
#include "pdu.h"
#include "wipe.h"

enum { INDEX_TRIES = 4 };

static const struct dimp_settings *settings_of(const struct opening *opening)
{
	return opening->ends.context->settings;
}

static struct dimp_counters *counters_of(const struct opening *opening)
{
	return opening->ends.context->counters;
}

void opening_init(struct opening *opening, const struct initiation_ends *ends)
{
	*opening = (struct opening){.ends = *ends};
	token_bucket_init(&opening->bucket, settings_of(opening)->initiation_interval_us,
		settings_of(opening)->initiation_burst);
}

/* A random index that is not 0. */
static bool draw_index(const struct opening *opening, uint32_t *index)
{
	const struct dimp_crypto *crypto = opening->ends.context->crypto;
	uint8_t octets[sizeof *index];

	*index = 0;
	for (int tries = 0; *index == 0 && tries < INDEX_TRIES; tries++) {
		if (!crypto->random(crypto->user, octets, sizeof octets))
			return false;
		struct wire_reader reader = wire_reader_of(wire_view(octets, sizeof octets));
		*index = wire_read_u32(&reader);
	}
	return *index != 0;
}

static void drop_flight(struct opening *opening)
{
	handshake_wipe(&opening->handshake);
	opening->is_in_flight = false;
	opening->pdu_size = 0;
}

/* Which of two crossing INITIATIONs stands: that of the higher static public key. */
static bool is_ours_to_stand(const struct opening *opening)
{
	return memcmp(opening->ends.context->static_public,
		       opening->ends.peer->static_public.octets, DIMP_KEY_SIZE) > 0;
}

/*
 * Whether the INITIATION that arrived crosses one of ours that stands. However old ours is, the
 * peer forgets its own when ours arrives, so answering would leave nobody to confirm the keys; if
 * ours was lost, our next one comes as if the peer had not called.
 */
static bool is_crossed(const struct opening *opening)
{
	return opening->is_in_flight && is_ours_to_stand(opening);
}

/* The lower key waits longer, so that repeats do not cross as the first ones did. */
static void set_retry(struct opening *opening, struct dimp_time now)
{
	const uint64_t extra = is_ours_to_stand(opening) ? 0 : opening->interval_us / 2;

	opening->retry_at = instant_after(now, opening->interval_us + extra);
}

/* Boot counts that follow one another differ in it. */
static uint8_t start_of(const struct association_context *context)
{
	return (uint8_t)(context->boot_count & 0xff);
}

static void send_initiation(struct opening *opening, struct dimp_time now)
{
	struct association_context *context = opening->ends.context;
	struct initiation initiation = {
		.lowest_version = PDU_VERSION,
		.highest_version = PDU_VERSION,
		.start = start_of(context),
	};

	drop_flight(opening);
	set_retry(opening, now);
	opening->interval_us *= 2;
	if (context->stamp_counter == UINT32_MAX || !draw_index(opening, &initiation.index))
		return;
	context->stamp_counter++;
	initiation.stamp = (uint64_t)context->boot_count << 32 | context->stamp_counter;
	if (!initiation_write(&opening->ends, &opening->handshake, &initiation, opening->pdu))
		return;
	opening->index = initiation.index;
	opening->sent_at = now;
	opening->is_in_flight = true;
	opening->pdu_size = INITIATION_SIZE;
}

static void want(struct opening *opening, struct dimp_time now)
{
	opening->is_wanted = true;
	opening->started_at = now;
	opening->interval_us = settings_of(opening)->handshake_retry_us;
	set_retry(opening, now);
	opening->give_up_at = instant_after(now, settings_of(opening)->handshake_give_up_us);
}

void opening_start(struct opening *opening, struct dimp_time now)
{
	if (opening->is_wanted)
		return;
	want(opening, now);
	send_initiation(opening, now);
}

void opening_start_later(struct opening *opening, struct dimp_time now)
{
	if (!opening->is_wanted)
		want(opening, now);
}

void opening_stop(struct opening *opening)
{
	drop_flight(opening);
	opening->is_wanted = false;
}

static void start_session(struct session *session, const uint8_t *send_key,
	const uint8_t *receive_key)
{
	*session = (struct session){.is_live = true};
	memcpy(session->send_key, send_key, DIMP_KEY_SIZE);
	memcpy(session->receive_key, receive_key, DIMP_KEY_SIZE);
	receipts_init(&session->receipts);
}

/* Writes the REPLY to |initiation| and derives the keys. */
static bool answer(struct opening *opening, struct handshake *handshake,
	const struct initiation *initiation, struct session *session)
{
	struct initiation_reply own = {.start = start_of(opening->ends.context)};
	struct handshake_keys keys;

	if (!draw_index(opening, &own.index) ||
		!initiation_reply_write(handshake, initiation, &own, opening->pdu) ||
		!handshake_split(handshake, &keys))
		return false;
	start_session(session, keys.from_responder, keys.from_initiator);
	session->local_index = own.index;
	session->remote_index = initiation->index;
	session->peer_start = initiation->start;
	opening->pdu_size = INITIATION_REPLY_SIZE;
	wipe(&keys, sizeof keys);
	return true;
}

/* Everything that is checked before the peer's INITIATION is believed, the cheapest first. */
static bool judge_initiation(struct opening *opening, struct dimp_view pdu,
	struct handshake *handshake, struct initiation *initiation)
{
	struct dimp_counters *counters = counters_of(opening);

	if (!initiation_read(&opening->ends, handshake, pdu, initiation) ||
		(opening->has_stamp && initiation->stamp <= opening->last_stamp)) {
		counters->drop_handshake++;
		return false;
	}
	opening->has_stamp = true;
	opening->last_stamp = initiation->stamp;
	return true;
}

bool opening_receive_initiation(struct opening *opening, struct dimp_view pdu,
	struct session *session, struct dimp_time now)
{
	struct dimp_counters *counters = counters_of(opening);
	struct handshake handshake;
	struct initiation initiation;

	if (pdu.size != INITIATION_SIZE) {
		counters->drop_malformed++;
		return false;
	}
	if (!initiation_is_for_us(opening->ends.context, pdu)) {
		counters->drop_check++;
		return false;
	}
	if (!token_bucket_take(&opening->bucket, now)) {
		counters->drop_rate++;
		return false;
	}
	const bool is_believed =
		judge_initiation(opening, pdu, &handshake, &initiation) && !is_crossed(opening);
	if (is_believed) {
		drop_flight(opening);
		set_retry(opening, now);
	}
	const bool is_answered = is_believed && answer(opening, &handshake, &initiation, session);
	if (is_answered)
		session->handshake_sent_at = now;
	handshake_wipe(&handshake);
	return is_answered;
}

bool opening_receive_reply(struct opening *opening, struct dimp_view pdu, struct session *session)
{
	struct dimp_counters *counters = counters_of(opening);
	struct dimp_pdu_header header;
	struct initiation_reply reply;
	struct handshake_keys keys;

	if (pdu.size != INITIATION_REPLY_SIZE ||
		dimp_pdu_header_read(pdu, &header) != DIMP_ERROR_NONE) {
		counters->drop_malformed++;
		return false;
	}
	if (!opening->is_in_flight || header.receiver_index != opening->index) {
		counters->drop_unknown_index++;
		return false;
	}
	struct handshake trial = opening->handshake;
	if (!initiation_reply_read(&trial, pdu, &reply) || !handshake_split(&trial, &keys)) {
		handshake_wipe(&trial);
		counters->drop_handshake++;
		return false;
	}
	start_session(session, keys.from_initiator, keys.from_responder);
	session->is_initiator = true;
	session->local_index = opening->index;
	session->remote_index = reply.index;
	session->peer_start = reply.start;
	session->handshake_sent_at = opening->sent_at;
	wipe(&keys, sizeof keys);
	opening_stop(opening);
	return true;
}

size_t opening_transmit(struct opening *opening, uint8_t *octets)
{
	const size_t size = opening->pdu_size;

	memcpy(octets, opening->pdu, size);
	opening->pdu_size = 0;
	return size;
}

struct dimp_time opening_deadline(const struct opening *opening)
{
	if (!opening->is_wanted)
		return DIMP_NEVER;
	return opening->retry_at.us < opening->give_up_at.us ? opening->retry_at
							     : opening->give_up_at;
}

bool opening_expire(struct opening *opening, struct dimp_time now)
{
	if (!opening->is_wanted)
		return true;
	if (opening->give_up_at.us <= now.us) {
		opening_stop(opening);
		return false;
	}
	if (opening->retry_at.us <= now.us)
		send_initiation(opening, now);
	return true;
}
