/* SPDX-License-Identifier: MIT */
/* Drives two associations against each other; the pipe and its dice are this file's own. */
#include "association_pair.h"

#include <stdlib.h>
#include <string.h>

#include "check.h"

static uint32_t roll(struct pair *pair)
{
	/* xorshift64*: any even dice will do, if they are the same on every machine. */
	pair->state ^= pair->state >> 12;
	pair->state ^= pair->state << 25;
	pair->state ^= pair->state >> 27;
	return (uint32_t)((pair->state * UINT64_C(2685821657736338717)) >> 33);
}

static void make_keys(struct pair *pair, uint64_t seed)
{
	for (int end = 0; end < 2; end++) {
		struct pair_end *mine = &pair->ends[end];

		mine->crypto = openssl_crypto_create_seeded(seed, end == 0 ? "one" : "other");
		const struct dimp_crypto *table = openssl_crypto_table(mine->crypto);
		CHECK(table->random(table->user, mine->context.static_secret, DIMP_KEY_SIZE));
		CHECK(table->x25519_public(table->user, mine->context.static_public,
			mine->context.static_secret));
	}
	if (memcmp(pair->ends[0].context.static_public, pair->ends[1].context.static_public,
		    DIMP_KEY_SIZE) > 0)
		return;
	const struct pair_end first = pair->ends[0];
	pair->ends[0] = pair->ends[1];
	pair->ends[1] = first;
}

static void make_end(struct pair *pair, int end, const struct dimp_settings *settings)
{
	struct pair_end *mine = &pair->ends[end];

	mine->settings = *settings;
	mine->context.crypto = openssl_crypto_table(mine->crypto);
	mine->context.settings = &mine->settings;
	mine->context.counters = &mine->counters;
	mine->context.boot_count = 1;
	mine->context.pdu_size_max = DIMP_PDU_SIZE_DEFAULT;
	memcpy(mine->peer.static_public.octets, pair->ends[1 - end].context.static_public,
		DIMP_KEY_SIZE);
	mine->association = association_init(malloc(association_size(PAIR_QUEUE_MAX)),
		&mine->context, &mine->peer, PAIR_QUEUE_MAX);
}

struct pair *pair_create_with(uint64_t seed, const struct dimp_settings *settings)
{
	struct pair *pair = calloc(1, sizeof *pair);

	pair->now.us = 1000000;
	pair->delay_us = 50;
	pair->state = seed * 2 + 1;
	make_keys(pair, seed);
	make_end(pair, 0, settings);
	make_end(pair, 1, settings);
	return pair;
}

struct pair *pair_create(uint64_t seed)
{
	struct dimp_settings settings;

	dimp_settings_default(&settings);
	return pair_create_with(seed, &settings);
}

struct pair *pair_create_standing(uint64_t seed)
{
	struct pair *pair = pair_create(seed);

	pair_send(pair, 0, 1, 100);
	pair_run(pair, 10000);
	CHECK(association_is_up(pair->ends[0].association));
	CHECK(association_is_up(pair->ends[1].association));
	return pair;
}

void pair_destroy(struct pair *pair)
{
	for (int end = 0; end < 2; end++) {
		association_wipe(pair->ends[end].association);
		free(pair->ends[end].association);
		openssl_crypto_destroy(pair->ends[end].crypto);
	}
	free(pair);
}

/* type, length, number, then octets that the number decides. */
static void make_message(uint32_t number, uint8_t *octets, size_t size)
{
	octets[0] = PAIR_MESSAGE_TYPE >> 8;
	octets[1] = PAIR_MESSAGE_TYPE & 0xff;
	octets[2] = (uint8_t)((size - 4) >> 8);
	octets[3] = (uint8_t)(size - 4);
	for (size_t each = 0; each < 4; each++)
		octets[4 + each] = (uint8_t)(number >> (24 - 8 * each));
	for (size_t each = 8; each < size; each++)
		octets[each] = (uint8_t)(number * 31 + each);
}

static void put(struct pair *pair, const struct pair_pdu *pdu)
{
	if (pair->pdu_count == PAIR_PDUS_MAX || roll(pair) % 100 < pair->loss_percent)
		return;
	struct pair_pdu *kept = &pair->pdus[pair->pdu_count++];
	*kept = *pdu;
	kept->order = pair->order++;
	kept->arrives_at.us = pair->now.us + pair->delay_us;
	if (pair->jitter_us > 0)
		kept->arrives_at.us += roll(pair) % pair->jitter_us;
}

static void drain(struct pair *pair, int end)
{
	struct pair_end *mine = &pair->ends[end];
	struct association_notice notice;
	struct pair_pdu pdu = {.to = 1 - end};

	for (;;) {
		pdu.size = association_transmit(mine->association, pdu.octets, sizeof pdu.octets,
			pair->now);
		if (pdu.size == 0)
			break;
		pair->last[end][pdu.octets[0] & 3] = pdu;
		put(pair, &pdu);
		if (roll(pair) % 100 < pair->duplicate_percent)
			put(pair, &pdu);
	}
	while (association_notice(mine->association, &notice)) {
		mine->ups += notice.kind != ASSOCIATION_LOST;
		if (notice.kind != ASSOCIATION_LOST)
			continue;
		mine->losts++;
		mine->lost_error = notice.error;
	}
}

static void note_message(struct pair_end *mine, struct dimp_view item)
{
	uint8_t expected[DIMP_MESSAGE_SIZE_MAX];
	uint32_t number = 0;

	for (size_t each = 4; each < 8; each++)
		number = number << 8 | item.octets[each];
	make_message(number, expected, item.size);
	if (number >= PAIR_MESSAGES_MAX || memcmp(expected, item.octets, item.size) != 0) {
		mine->corrupt_count++;
		return;
	}
	mine->seen_count += mine->seen[number]++ == 0;
}

static void note_input(struct pair *pair, int end, const struct association_input *input)
{
	struct pair_end *mine = &pair->ends[end];
	struct dimp_view rest = input->payload, item;

	if (mine->is_full)
		return;
	mine->transit_bound_us = input->transit_bound_us;
	while (dimp_tlv_next(&rest, &item))
		if (item.size >= 8 && item.octets[0] == PAIR_MESSAGE_TYPE >> 8)
			note_message(mine, item);
	association_accept(mine->association, pair->now);
}

void pair_deliver(struct pair *pair, int end, const struct pair_pdu *pdu)
{
	uint8_t plain[DIMP_PDU_SIZE_DEFAULT];
	struct association_input input = {.plain = plain};

	if (association_receive(pair->ends[end].association,
		    (struct dimp_view){pdu->octets, pdu->size}, &input, pair->now))
		note_input(pair, end, &input);
	drain(pair, end);
}

void pair_send(struct pair *pair, int end, uint32_t count, size_t size)
{
	struct pair_end *mine = &pair->ends[end];
	uint8_t octets[DIMP_MESSAGE_SIZE_MAX];
	const struct association_message message = {.octets = {octets, size}};

	for (uint32_t each = 0; each < count; each++) {
		if (association_room(mine->association) == 0)
			break;
		make_message(mine->sent_count, octets, size);
		CHECK_EQ(association_send(mine->association, &message, pair->now), DIMP_ERROR_NONE);
		mine->sent_count++;
	}
	drain(pair, end);
}

/* Index of the next PDU to arrive, the one put first among equals; pdu_count when there is none. */
static size_t next_pdu(const struct pair *pair)
{
	size_t best = pair->pdu_count;

	for (size_t each = 0; each < pair->pdu_count; each++) {
		const struct pair_pdu *pdu = &pair->pdus[each];

		if (best == pair->pdu_count ||
			pdu->arrives_at.us < pair->pdus[best].arrives_at.us ||
			(pdu->arrives_at.us == pair->pdus[best].arrives_at.us &&
				pdu->order < pair->pdus[best].order))
			best = each;
	}
	return best;
}

static void expire(struct pair *pair)
{
	for (int end = 0; end < 2; end++) {
		if (association_deadline(pair->ends[end].association).us > pair->now.us)
			continue;
		association_expire(pair->ends[end].association, pair->now);
		drain(pair, end);
	}
}

static uint64_t next_deadline(const struct pair *pair)
{
	const uint64_t one = association_deadline(pair->ends[0].association).us;
	const uint64_t other = association_deadline(pair->ends[1].association).us;

	return one < other ? one : other;
}

void pair_run(struct pair *pair, uint64_t us)
{
	const uint64_t until = pair->now.us + us;

	for (int steps = 0; steps < 2000000; steps++) {
		const size_t index = next_pdu(pair);
		const uint64_t arrival =
			index < pair->pdu_count ? pair->pdus[index].arrives_at.us : UINT64_MAX;
		const uint64_t deadline = next_deadline(pair);
		const uint64_t next = arrival < deadline ? arrival : deadline;

		if (next > until) {
			pair->now.us = until;
			return;
		}
		/* A deadline that has passed and does not go away would stop time. */
		if (next > pair->now.us)
			pair->now.us = next;
		if (arrival > next) {
			expire(pair);
			continue;
		}
		const struct pair_pdu pdu = pair->pdus[index];
		pair->pdus[index] = pair->pdus[--pair->pdu_count];
		pair_deliver(pair, pdu.to, &pdu);
	}
	const bool is_at_rest = false;
	CHECK(is_at_rest);
}

bool pair_is_complete(const struct pair *pair)
{
	return pair->ends[0].sent_count == pair->ends[1].seen_count &&
		pair->ends[1].sent_count == pair->ends[0].seen_count;
}
