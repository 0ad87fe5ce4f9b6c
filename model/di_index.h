/*
 * A hash index: from a hash to the numbers of the entries that have it.  Chained through an array,
 * so that taking an entry out leaves nothing behind.
 */
#ifndef DIMP_DI_INDEX_H
#define DIMP_DI_INDEX_H

#include "dimp.h"

#define DI_INDEX_NONE UINT32_MAX

struct di_index {
	uint32_t *buckets; /* borrowed: di_index_buckets() of them */
	uint32_t *next; /* borrowed: one per entry */
	uint32_t mask; /* buckets less one */
	uint64_t seed; /* random: nobody outside can choose keys that collide */
};

/* Number of buckets for |entries_max| entries: a power of two. */
uint32_t di_index_buckets(uint32_t entries_max);

/* Starts empty.  The caller has set all members. */
void di_index_init(struct di_index *index);

uint64_t di_index_hash(const struct di_index *index, uint64_t owner, struct dimp_view key);

/* Candidates for |hash|, one after another until DI_INDEX_NONE; the caller compares keys. */
uint32_t di_index_first(const struct di_index *index, uint64_t hash);
uint32_t di_index_next(const struct di_index *index, uint32_t entry);

void di_index_add(struct di_index *index, uint64_t hash, uint32_t entry);
void di_index_remove(struct di_index *index, uint64_t hash, uint32_t entry);

#endif
