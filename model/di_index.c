/*
 * The hash index.  Buckets are at least as many as entries, so chains are short; the hash is a
 * seeded mix, not a cryptographic one: at worst a chain is as long as the table, whose size is
 * bounded.
 */
#include "di_index.h"

#include <assert.h>

#include "wire.h"

static const uint32_t buckets_max = (uint32_t)1 << 31;

uint32_t di_index_buckets(uint32_t entries_max)
{
	uint32_t buckets = 1;

	while (buckets < entries_max && buckets < buckets_max)
		buckets <<= 1;
	return buckets;
}

void di_index_init(struct di_index *index)
{
	for (uint64_t bucket = 0; bucket <= index->mask; bucket++)
		index->buckets[bucket] = DI_INDEX_NONE;
}

/* Spreads every bit over all others (the finaliser of SplitMix64). */
static uint64_t mix(uint64_t value)
{
	value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
	value = (value ^ value >> 27) * 0x94d049bb133111eb;
	return value ^ value >> 31;
}

uint64_t di_index_hash(const struct di_index *index, uint64_t owner, struct dimp_view key)
{
	uint64_t hash = mix(index->seed ^ owner);
	size_t at = 0;

	/* Keys of one DI type have one size, so that what is left over needs no length beside it.
	 */
	for (; key.size - at >= sizeof hash; at += sizeof hash)
		hash = mix(hash ^ wire_load_u64(key.octets + at));
	for (; at < key.size; at++)
		hash = mix(hash + key.octets[at] + 1);
	return hash;
}

static uint32_t *bucket_of(const struct di_index *index, uint64_t hash)
{
	return &index->buckets[hash & index->mask];
}

uint32_t di_index_first(const struct di_index *index, uint64_t hash)
{
	return *bucket_of(index, hash);
}

uint32_t di_index_next(const struct di_index *index, uint32_t entry)
{
	return index->next[entry];
}

void di_index_add(struct di_index *index, uint64_t hash, uint32_t entry)
{
	uint32_t *bucket = bucket_of(index, hash);

	index->next[entry] = *bucket;
	*bucket = entry;
}

void di_index_remove(struct di_index *index, uint64_t hash, uint32_t entry)
{
	uint32_t *link = bucket_of(index, hash);

	while (*link != entry) {
		assert(*link != DI_INDEX_NONE);
		link = &index->next[*link];
	}
	*link = index->next[entry];
}
