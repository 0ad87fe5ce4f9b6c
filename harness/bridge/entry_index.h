/* SPDX-License-Identifier: MIT */
/*
 * Finds entries of a DI store by their keys: those of one slot, or all holders of the same keys.
 */
#ifndef BRIDGE_ENTRY_INDEX_H
#define BRIDGE_ENTRY_INDEX_H

#include "bridge/di_store.h"

/* An entry and where it stands. */
struct indexed_entry {
	struct di_entry entry;
	uint64_t hash; /* of its keys */
	struct indexed_entry *next; /* in its chain */
	unsigned slot;
	size_t number; /* of its place in the slot */
};

struct entry_index {
	struct indexed_entry **buckets;
	size_t bucket_count; /* a power of two, or 0 before the first entry */
	size_t count;
};

/* Adds an entry with its hash and slot; false without memory for the first buckets. */
bool entry_index_add(struct entry_index *index, struct indexed_entry *entry);
/* Takes out one that was added. */
void entry_index_remove(struct entry_index *index, const struct indexed_entry *entry);
/* The entry of |slot| with the keys of |record|; NULL if there is none. */
struct indexed_entry *entry_index_find(const struct entry_index *index, unsigned slot,
	const struct dimp_record *record);
/* Holders of the keys of |record| in any slot, one after another in no order: first after NULL;
 * NULL at the end. */
struct indexed_entry *entry_index_next(const struct entry_index *index,
	const struct dimp_record *record, const struct indexed_entry *after);
/* Frees the buckets; the entries are their owner's. */
void entry_index_free(struct entry_index *index);

#endif
