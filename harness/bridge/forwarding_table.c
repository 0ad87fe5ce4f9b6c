/* SPDX-License-Identifier: MIT */
/*
 * An open-addressing hash table with linear probing that doubles at half full.  Entries are not
 * removed but forgotten (heard at the beginning of time and marked), so that probing stays simple;
 * growing leaves them out, and what is too old.
 */
#include "bridge/forwarding_table.h"

#include <stdlib.h>
#include <string.h>

enum { CAPACITY_FIRST = 64, ENTRIES_MAX = 1 << 17, FULL_US = 1000000 };

struct entry {
	struct forwarding_key key;
	uint32_t port;
	bool is_used, is_pinned;
	struct dimp_time heard;
};

struct forwarding_table {
	uint64_t ageing_us;
	struct entry *entries;
	size_t capacity;
	size_t used;
	struct dimp_time full_until; /* it is as large as it gets: nothing new is learned */
};

struct forwarding_table *forwarding_table_create(uint64_t ageing_us)
{
	struct forwarding_table *table = calloc(1, sizeof *table);

	if (!table)
		return NULL;
	table->ageing_us = ageing_us;
	table->capacity = CAPACITY_FIRST;
	table->entries = calloc(table->capacity, sizeof *table->entries);
	if (!table->entries) {
		free(table);
		return NULL;
	}
	return table;
}

void forwarding_table_destroy(struct forwarding_table *table)
{
	if (!table)
		return;
	free(table->entries);
	free(table);
}

static bool keys_equal(const struct forwarding_key *one, const struct forwarding_key *other)
{
	return one->vlan == other->vlan && memcmp(&one->mac, &other->mac, sizeof one->mac) == 0;
}

/* FNV-1a: addresses of one maker differ in their last octets only. */
static size_t hash_key(const struct forwarding_key *key)
{
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t index = 0; index < sizeof key->mac.octets; index++)
		hash = (hash ^ key->mac.octets[index]) * 0x100000001b3u;
	hash = (hash ^ key->vlan) * 0x100000001b3u;
	return (size_t)(hash ^ hash >> 32);
}

/* The entry of |key|, or the free one where it would stand: the table is never more than half full.
 */
static struct entry *find_entry(const struct forwarding_table *table,
	const struct forwarding_key *key)
{
	size_t index = hash_key(key) & (table->capacity - 1);

	while (table->entries[index].is_used && !keys_equal(&table->entries[index].key, key))
		index = (index + 1) & (table->capacity - 1);
	return &table->entries[index];
}

static bool is_kept(const struct forwarding_table *table, const struct entry *entry,
	struct dimp_time now)
{
	if (!entry->is_used || entry->port == FORWARDING_NO_PORT)
		return false;
	return entry->is_pinned || now.us - entry->heard.us <= table->ageing_us;
}

/* What is too old goes; there is a bound to what somebody who makes up addresses is given. */
static bool make_room(struct forwarding_table *table, struct dimp_time now)
{
	struct forwarding_table larger = *table;

	if (larger.capacity < ENTRIES_MAX)
		larger.capacity *= 2;
	larger.used = 0;
	larger.entries = calloc(larger.capacity, sizeof *larger.entries);
	if (!larger.entries)
		return false;
	for (size_t index = 0; index < table->capacity; index++) {
		const struct entry *entry = &table->entries[index];
		if (!is_kept(table, entry, now))
			continue;
		*find_entry(&larger, &entry->key) = *entry;
		larger.used++;
	}
	free(table->entries);
	*table = larger;
	if (table->used * 2 < table->capacity)
		return true;
	table->full_until.us = now.us + FULL_US;
	return false;
}

/* Where |key| stands, or may be put; NULL without room. */
static struct entry *place_of(struct forwarding_table *table, const struct forwarding_key *key,
	struct dimp_time now)
{
	struct entry *entry = find_entry(table, key);

	if (entry->is_used)
		return entry;
	if (table->used * 2 >= table->capacity) {
		if (now.us < table->full_until.us || !make_room(table, now))
			return NULL;
		entry = find_entry(table, key);
	}
	table->used++;
	return entry;
}

void forwarding_table_learn(struct forwarding_table *table, const struct forwarding_key *key,
	uint32_t port, struct dimp_time now)
{
	struct entry *entry = key->mac.octets[0] & 1 ? NULL : place_of(table, key, now);

	if (entry && !(entry->is_used && entry->is_pinned))
		*entry = (struct entry){.key = *key, .port = port, .is_used = true, .heard = now};
}

void forwarding_table_pin(struct forwarding_table *table, const struct forwarding_key *key,
	uint32_t port, struct dimp_time now)
{
	struct entry *entry = place_of(table, key, now);

	if (entry)
		*entry = (struct entry){.key = *key,
			.port = port,
			.is_used = true,
			.is_pinned = true,
			.heard = now};
}

uint32_t forwarding_table_find(const struct forwarding_table *table,
	const struct forwarding_key *key, struct dimp_time now)
{
	const struct entry *entry = find_entry(table, key);

	if (!entry->is_used)
		return FORWARDING_NO_PORT;
	if (!entry->is_pinned && now.us - entry->heard.us > table->ageing_us)
		return FORWARDING_NO_PORT;
	return entry->port;
}

void forwarding_table_forget(struct forwarding_table *table, const struct forwarding_key *key)
{
	struct entry *entry = find_entry(table, key);

	if (entry->is_used)
		entry->port = FORWARDING_NO_PORT;
}
