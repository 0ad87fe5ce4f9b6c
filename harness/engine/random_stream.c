/* SPDX-License-Identifier: MIT */
/*
 * Owns the generator and the table of named streams.  The table is open-addressed on the hash of
 * the name alone: two names with the same 64-bit hash would share a stream, which is still the same
 * run for the same seed.
 */
#include "engine/random_stream.h"

#include <stdlib.h>

enum { ROWS_FIRST = 16 };

struct random_row {
	uint64_t hash;
	bool is_used;
	struct random_stream stream;
};

static uint64_t hash_name(const char *name)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (const char *at = name; *at; at++)
		hash = (hash ^ (uint8_t)*at) * UINT64_C(0x100000001b3);
	return hash;
}

static uint64_t split_mix(uint64_t *state)
{
	*state += UINT64_C(0x9e3779b97f4a7c15);

	uint64_t mixed = *state;

	mixed = (mixed ^ (mixed >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	mixed = (mixed ^ (mixed >> 27)) * UINT64_C(0x94d049bb133111eb);
	return mixed ^ (mixed >> 31);
}

static uint64_t rotate_left(uint64_t value, unsigned bits)
{
	return value << bits | value >> (64 - bits);
}

static void start_stream(struct random_stream *stream, uint64_t seed, uint64_t hash)
{
	/* The seed is mixed before the name joins it: seeds 1 and 2 must not be names apart by a
	 * bit. */
	uint64_t state = split_mix(&seed) ^ hash;

	for (size_t index = 0; index < 4; index++)
		stream->state[index] = split_mix(&state);
}

void random_stream_init(struct random_stream *stream, uint64_t seed, const char *name)
{
	start_stream(stream, seed, hash_name(name));
}

uint64_t random_stream_next(struct random_stream *stream)
{
	uint64_t *state = stream->state;
	const uint64_t result = rotate_left(state[1] * 5, 7) * 9;
	const uint64_t shifted = state[1] << 17;

	state[2] ^= state[0];
	state[3] ^= state[1];
	state[1] ^= state[2];
	state[0] ^= state[3];
	state[2] ^= shifted;
	state[3] = rotate_left(state[3], 45);
	return result;
}

/* The row of |hash|, or the free one where it belongs; at least half of the rows are free. */
static struct random_row *find_row(struct random_row *rows, size_t row_count, uint64_t hash)
{
	size_t index = hash & (row_count - 1);

	while (rows[index].is_used && rows[index].hash != hash)
		index = (index + 1) & (row_count - 1);
	return &rows[index];
}

static bool grow(struct random_table *table)
{
	const size_t row_count = table->row_count ? table->row_count * 2 : ROWS_FIRST;
	struct random_row *rows = calloc(row_count, sizeof *rows);

	if (!rows)
		return false;
	for (size_t index = 0; index < table->row_count; index++)
		if (table->rows[index].is_used)
			*find_row(rows, row_count, table->rows[index].hash) = table->rows[index];
	free(table->rows);
	table->rows = rows;
	table->row_count = row_count;
	return true;
}

struct random_stream *random_table_find(struct random_table *table, const char *name)
{
	const uint64_t hash = hash_name(name);

	if (table->used * 2 >= table->row_count && !grow(table))
		return NULL;

	struct random_row *row = find_row(table->rows, table->row_count, hash);

	if (!row->is_used) {
		*row = (struct random_row){.hash = hash, .is_used = true};
		start_stream(&row->stream, table->seed, hash);
		table->used++;
	}
	return &row->stream;
}

void random_table_wipe(struct random_table *table)
{
	free(table->rows);
	*table = (struct random_table){.seed = table->seed};
}
