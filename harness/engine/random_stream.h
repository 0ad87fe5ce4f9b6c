/* SPDX-License-Identifier: MIT */
/*
 * Named streams of random numbers: xoshiro256**, its state filled by SplitMix64 from the run's seed
 * and the FNV-1a hash of the stream's name.  What one stream gives does not depend on how much the
 * others were used, so that a new source of randomness in a world leaves the old ones as they were.
 */
#ifndef ENGINE_RANDOM_STREAM_H
#define ENGINE_RANDOM_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random_stream {
	uint64_t state[4];
};

/* The stream called |name| of a run with this seed, at its start. */
void random_stream_init(struct random_stream *stream, uint64_t seed, const char *name);

/* The next number of the stream, uniform over 64 bits. */
uint64_t random_stream_next(struct random_stream *stream);

/* Streams of one run, found by name.  Zeroed but for |seed|, it is empty. */
struct random_table {
	uint64_t seed;
	struct random_row *rows; /* a power of two of them, at most half in use */
	size_t row_count;
	size_t used;
};

/* The stream called |name|, started when new; borrowed until the next call; NULL without memory. */
struct random_stream *random_table_find(struct random_table *table, const char *name);

/* Frees the rows. */
void random_table_wipe(struct random_table *table);

#endif
