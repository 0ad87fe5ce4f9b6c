/* SPDX-License-Identifier: MIT */
/*
 * Chains under a hash of type and keys, without the slot: so one walk tells every VM that has such
 * an entry.  There are as many buckets as entries; without memory for more, chains get longer.
 */
#include "bridge/entry_index.h"

#include <stdlib.h>

#include "bridge/record_keys.h"

enum { BUCKETS_FIRST = 64 };

static struct indexed_entry **bucket_of(const struct entry_index *index, uint64_t hash)
{
	return &index->buckets[hash & (index->bucket_count - 1)];
}

static void link_entry(struct entry_index *index, struct indexed_entry *entry)
{
	struct indexed_entry **const bucket = bucket_of(index, entry->hash);

	entry->next = *bucket;
	*bucket = entry;
}

static void grow(struct entry_index *index)
{
	struct entry_index larger = {.count = index->count,
		.bucket_count = index->bucket_count == 0 ? BUCKETS_FIRST : index->bucket_count * 2};

	larger.buckets = calloc(larger.bucket_count, sizeof(struct indexed_entry *));
	if (larger.buckets == NULL)
		return;
	for (size_t bucket = 0; bucket < index->bucket_count; bucket++) {
		struct indexed_entry *next;
		for (struct indexed_entry *each = index->buckets[bucket]; each != NULL;
			each = next) {
			next = each->next;
			link_entry(&larger, each);
		}
	}
	free(index->buckets);
	*index = larger;
}

bool entry_index_add(struct entry_index *index, struct indexed_entry *entry)
{
	if (index->count >= index->bucket_count)
		grow(index);
	if (index->bucket_count == 0)
		return false;
	link_entry(index, entry);
	index->count++;
	return true;
}

void entry_index_remove(struct entry_index *index, const struct indexed_entry *entry)
{
	struct indexed_entry **link = bucket_of(index, entry->hash);

	while (*link != entry)
		link = &(*link)->next;
	*link = entry->next;
	index->count--;
}

struct indexed_entry *entry_index_next(const struct entry_index *index,
	const struct dimp_record *record, const struct indexed_entry *after)
{
	if (index->count == 0)
		return NULL;
	const uint64_t hash = after != NULL ? after->hash : record_keys_hash(record);
	struct indexed_entry *each = after != NULL ? after->next : *bucket_of(index, hash);

	while (each != NULL &&
		(each->hash != hash || !record_keys_equal(&each->entry.record, record)))
		each = each->next;
	return each;
}

struct indexed_entry *entry_index_find(const struct entry_index *index, unsigned slot,
	const struct dimp_record *record)
{
	struct indexed_entry *each = entry_index_next(index, record, NULL);

	while (each != NULL && each->slot != slot)
		each = entry_index_next(index, record, each);
	return each;
}

void entry_index_free(struct entry_index *index)
{
	free(index->buckets);
	*index = (struct entry_index){.buckets = NULL};
}
