/* SPDX-License-Identifier: MIT */
/* Endpoints, sets of keys and their numbers: what a listener remembers of associations. */
#include "hearing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *hearing_grow(void *rows, size_t count, size_t *capacity, size_t size)
{
	if (count < *capacity)
		return rows;
	const size_t larger = *capacity > 0 ? *capacity * 2 : 16;
	void *moved = realloc(rows, larger * size);

	if (moved != NULL)
		*capacity = larger;
	return moved;
}

static void free_copy(struct heard_migration *migration)
{
	free(migration->chunks);
	free(migration->rounds);
}

void hearing_free(struct hearing *hearing)
{
	for (size_t index = 0; index < hearing->key_count; index++) {
		free(hearing->keys[index].numbers);
		free(hearing->keys[index].sent.rows);
		free(hearing->keys[index].acknowledged.rows);
	}
	for (size_t index = 0; index < hearing->migration_count; index++)
		free_copy(&hearing->migrations[index]);
	free(hearing->keys);
	free(hearing->endpoints);
	free(hearing->migrations);
	free(hearing->requests);
	free(hearing->questions);
	*hearing = (struct hearing){.endpoints = NULL};
}

uint64_t hearing_sum(struct dimp_view octets)
{
	uint64_t sum = 14695981039346656037u; /* FNV-1a */

	for (size_t index = 0; index < octets.size; index++)
		sum = (sum ^ octets.octets[index]) * 1099511628211u;
	return sum;
}

int hearing_endpoint(struct hearing *hearing, const char *address)
{
	for (size_t index = 0; index < hearing->endpoint_count; index++) {
		if (strcmp(hearing->endpoints[index].address, address) == 0)
			return (int)index;
	}
	struct heard_endpoint *endpoints = hearing_grow(hearing->endpoints, hearing->endpoint_count,
		&hearing->endpoint_capacity, sizeof *endpoints);

	if (endpoints == NULL) {
		hearing->is_out_of_memory = true;
		return HEARING_NOBODY;
	}
	hearing->endpoints = endpoints;
	endpoints[hearing->endpoint_count] = (struct heard_endpoint){.replier = HEARING_NOBODY};
	(void)snprintf(endpoints[hearing->endpoint_count].address, HEARING_ADDRESS_SIZE, "%s",
		address);
	return (int)hearing->endpoint_count++;
}

void hearing_reply(struct hearing *hearing, int from, int to, uint32_t index)
{
	hearing->endpoints[to].awaits_confirmation = true;
	hearing->endpoints[to].reply_index = index;
	hearing->endpoints[to].replier = from;
}

int hearing_find_keys(const struct hearing *hearing, const struct keylog_key *key)
{
	for (size_t index = hearing->key_count; index > 0; index--) {
		if (hearing->keys[index - 1].key == key)
			return (int)index - 1;
	}
	return HEARING_NOBODY;
}

int hearing_keys(struct hearing *hearing, const struct keylog_key *key, int from, int to)
{
	const int found = hearing_find_keys(hearing, key);

	if (found != HEARING_NOBODY)
		return found;
	struct heard_keys *keys = hearing_grow(hearing->keys, hearing->key_count,
		&hearing->key_capacity, sizeof *keys);

	if (keys == NULL) {
		hearing->is_out_of_memory = true;
		return HEARING_NOBODY;
	}
	hearing->keys = keys;
	keys[hearing->key_count] = (struct heard_keys){
		.key = key,
		.from = from,
		.to = to,
		.reverse = HEARING_NOBODY,
	};
	return (int)hearing->key_count++;
}

/* Where |number| stands, or would stand. */
static size_t place_of(const struct heard_keys *keys, uint64_t number)
{
	size_t low = 0;
	size_t high = keys->count;

	while (low < high) {
		const size_t middle = (low + high) / 2;

		if (keys->numbers[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct heard_number *hearing_number(const struct heard_keys *keys, uint64_t number)
{
	const size_t place = place_of(keys, number);

	return place < keys->count && keys->numbers[place].number == number ? &keys->numbers[place]
									    : NULL;
}

bool hearing_is_whole(const struct heard_keys *keys, uint64_t number)
{
	return place_of(keys, number) == number;
}

/*
 * The initiator confirms with its PDU 0 under the index of the REPLY that it took, which is the
 * last: only its last INITIATION can be answered (DIMP 5.3-1, 5.3-4).
 */
static void note_confirmation(struct hearing *hearing, const struct heard *heard)
{
	struct heard_endpoint *initiator = &hearing->endpoints[heard->from];
	struct heard_keys *keys = &hearing->keys[heard->keys];

	if (heard->number != 0 || !initiator->awaits_confirmation ||
		initiator->replier != heard->to)
		return;
	initiator->awaits_confirmation = false;
	keys->has_confirmed = true;
	keys->reply_index = initiator->reply_index;
}

static bool is_pair(const struct heard_keys *initiator, const struct heard_keys *responder)
{
	return initiator->has_confirmed &&
		initiator->reply_index == responder->key->receiver_index &&
		initiator->from == responder->to && initiator->to == responder->from;
}

void hearing_pair(struct hearing *hearing, int number)
{
	struct heard_keys *keys = &hearing->keys[number];

	for (size_t index = hearing->key_count; index > 0 && keys->reverse == HEARING_NOBODY;
		index--) {
		struct heard_keys *other = &hearing->keys[index - 1];

		if (other->reverse != HEARING_NOBODY ||
			(!is_pair(keys, other) && !is_pair(other, keys)))
			continue;
		other->reverse = number;
		keys->reverse = (int)index - 1;
	}
}

bool hearing_note_bound(struct heard_bounds *bounds, const struct heard_bound *bound)
{
	if (bounds->count > 0 && bounds->rows[bounds->count - 1].number >= bound->number)
		return true;
	struct heard_bound *rows =
		hearing_grow(bounds->rows, bounds->count, &bounds->capacity, sizeof *rows);

	if (rows == NULL)
		return false;
	bounds->rows = rows;
	rows[bounds->count++] = *bound;
	return true;
}

const struct heard_bound *hearing_bound_before(const struct heard_bounds *bounds, uint64_t frame)
{
	size_t low = 0;
	size_t high = bounds->count;

	while (low < high) {
		const size_t middle = (low + high) / 2;

		if (bounds->rows[middle].frame < frame)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? &bounds->rows[low - 1] : NULL;
}

bool hearing_note_pdu(struct hearing *hearing, const struct heard *heard, uint64_t sum)
{
	struct heard_keys *keys = &hearing->keys[heard->keys];
	struct heard_number *numbers =
		hearing_grow(keys->numbers, keys->count, &keys->capacity, sizeof *numbers);

	if (numbers == NULL)
		return false;
	keys->numbers = numbers;
	const size_t place = place_of(keys, heard->number);

	memmove(&numbers[place + 1], &numbers[place], (keys->count - place) * sizeof *numbers);
	numbers[place] = (struct heard_number){heard->number, heard->frame, heard->time, sum};
	if (keys->count++ == 0)
		keys->first_frame = heard->frame;
	note_confirmation(hearing, heard);
	hearing_pair(hearing, heard->keys);
	const struct heard_bound bound = {heard->frame, heard->number, heard->frame};

	return hearing_note_bound(&keys->sent, &bound);
}
