/*
 * The entries of a DI table.  Every entry is free or belongs to one VSI; those of a VSI stand in
 * its list with rising change numbers, in the index under (VSI, DI type, KEY fields), and own one
 * piece of the arena.  entries_held, held, live and live_of_type count them; set_aside is the sum
 * over all VSIs of what they reserved beyond what they hold, and held plus set_aside never exceeds
 * the table.
 */
#include "di_entries.h"

#include <assert.h>
#include <string.h>

#include "record.h"
#include "wipe.h"

static struct di_link *link_of(struct di_table *table, uint32_t entry, enum di_list_kind kind)
{
	return &table->entries[entry].links[kind];
}

static struct di_list *list_of(struct di_table *table, uint32_t entry, enum di_list_kind kind)
{
	const dimp_vsi_index vsi = table->entries[entry].vsi;

	if (kind == DI_LIST_UNANNOUNCED)
		return &table->unannounced;
	return vsi == DIMP_NO_VSI ? &table->free : &table->vsis[vsi].entries;
}

static void append(struct di_table *table, uint32_t entry, enum di_list_kind kind)
{
	struct di_list *list = list_of(table, entry, kind);

	*link_of(table, entry, kind) =
		(struct di_link){.before = list->last, .after = DI_ENTRY_NONE};
	if (list->last == DI_ENTRY_NONE)
		list->first = entry;
	else
		link_of(table, list->last, kind)->after = entry;
	list->last = entry;
}

static void take_out(struct di_table *table, uint32_t entry, enum di_list_kind kind)
{
	struct di_list *list = list_of(table, entry, kind);
	const struct di_link link = *link_of(table, entry, kind);

	if (link.before == DI_ENTRY_NONE)
		list->first = link.after;
	else
		link_of(table, link.before, kind)->after = link.after;
	if (link.after == DI_ENTRY_NONE)
		list->last = link.before;
	else
		link_of(table, link.after, kind)->before = link.before;
}

/* Hashes what identifies an entry. */
static uint64_t hash_of(const struct di_table *table, dimp_vsi_index vsi, struct dimp_view record)
{
	const uint64_t owner = (uint64_t)vsi << 8 | (uint64_t)record_type(record);

	return di_index_hash(&table->index, owner, record_key(record));
}

static bool is_about(const struct di_entry *entry, dimp_vsi_index vsi, enum dimp_di_type type)
{
	return entry->vsi == vsi && entry->type == (uint8_t)type;
}

uint32_t di_entries_find(const struct di_table *table, dimp_vsi_index vsi, struct dimp_view record)
{
	const uint64_t hash = hash_of(table, vsi, record);
	const enum dimp_di_type type = record_type(record);
	const struct dimp_view key = record_key(record);
	uint32_t entry = di_index_first(&table->index, hash);

	for (; entry != DI_INDEX_NONE; entry = di_index_next(&table->index, entry)) {
		if (!is_about(&table->entries[entry], vsi, type))
			continue;
		const struct dimp_view other = record_key(di_entries_record(table, entry));
		if (memcmp(other.octets, key.octets, key.size) == 0)
			return entry;
	}
	return DI_ENTRY_NONE;
}

struct dimp_view di_entries_record(const struct di_table *table, uint32_t entry)
{
	return arena_get(&table->arena, entry);
}

size_t di_entries_copy(const struct di_table *table, uint32_t entry, uint8_t *octets,
	struct dimp_time now)
{
	const struct dimp_view record = di_entries_record(table, entry);
	const uint64_t since_us = table->entries[entry].since.us;

	memcpy(octets, record.octets, record.size);
	record_decay(octets, record.size, now.us > since_us ? now.us - since_us : 0);
	return record.size;
}

void di_entries_read(const struct di_table *table, uint32_t entry, struct dimp_record *record,
	struct dimp_time now)
{
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	const size_t size = di_entries_copy(table, entry, octets, now);
	/* Who walks over entries copies records as a whole: none has a secret of the last behind
	 * its own struct. */
	wire_clear(&record->body, sizeof record->body);
	const enum dimp_error error =
		dimp_record_read((struct dimp_view){.octets = octets, .size = size}, record);

	/* It was checked when it came in, and less time left breaks no rule.  What is held here
	 * may be what no other bridge takes (dimp_record_write()); it is read all the same. */
	assert(error == DIMP_ERROR_NONE || error == DIMP_ERROR_PN_EXHAUSTED);
	(void)error;
	wipe(octets, size);
}

static uint32_t beyond(uint32_t reserved, uint32_t held)
{
	return reserved > held ? reserved - held : 0;
}

void di_entries_account(struct di_table *table, dimp_vsi_index vsi, const struct di_room *held,
	const struct di_room *reserved)
{
	struct di_vsi *owner = &table->vsis[vsi];
	struct di_room *set_aside = &table->set_aside;

	set_aside->entries -= beyond(owner->reserved.entries, owner->held.entries);
	set_aside->octets -= beyond(owner->reserved.octets, owner->held.octets);
	owner->held = *held;
	owner->reserved = *reserved;
	set_aside->entries += beyond(owner->reserved.entries, owner->held.entries);
	set_aside->octets += beyond(owner->reserved.octets, owner->held.octets);
}

static void add_held(struct di_table *table, dimp_vsi_index vsi, struct di_room more)
{
	const struct di_vsi *owner = &table->vsis[vsi];
	const struct di_room held = {
		.entries = owner->held.entries + more.entries,
		.octets = owner->held.octets + more.octets,
	};
	const struct di_room reserved = owner->reserved;

	table->entries_held += more.entries;
	di_entries_account(table, vsi, &held, &reserved);
}

static void take_held(struct di_table *table, dimp_vsi_index vsi, struct di_room less)
{
	const struct di_vsi *owner = &table->vsis[vsi];
	const struct di_room held = {
		.entries = owner->held.entries - less.entries,
		.octets = owner->held.octets - less.octets,
	};
	const struct di_room reserved = owner->reserved;

	table->entries_held -= less.entries;
	di_entries_account(table, vsi, &held, &reserved);
}

/* Whether |vsi| may hold |more|, drawing on its own reservation first. */
static bool has_room(const struct di_table *table, dimp_vsi_index vsi, struct di_room more)
{
	const struct di_vsi *owner = &table->vsis[vsi];
	const struct di_room room = di_table_room(table);
	const uint64_t entries =
		(uint64_t)room.entries + beyond(owner->reserved.entries, owner->held.entries);
	const uint64_t octets =
		(uint64_t)room.octets + beyond(owner->reserved.octets, owner->held.octets);

	return more.entries <= entries && more.octets <= octets;
}

static void count_live(struct di_table *table, uint32_t entry)
{
	table->vsis[table->entries[entry].vsi].live++;
	table->live_of_type[table->entries[entry].type]++;
}

static void count_dead(struct di_table *table, uint32_t entry)
{
	table->vsis[table->entries[entry].vsi].live--;
	table->live_of_type[table->entries[entry].type]--;
}

/* Whether the type's limit forbids one more live entry. */
static bool is_type_full(const struct di_table *table, enum dimp_di_type type)
{
	const uint32_t limit = table->type_entries_max[type];

	return limit != 0 && table->live_of_type[type] >= limit;
}

/* Takes a free entry for |vsi|, without a record yet. */
static uint32_t take_free(struct di_table *table, dimp_vsi_index vsi, struct dimp_view record)
{
	const bool is_first_use = table->entries_used < table->entries_max;
	const uint32_t entry = is_first_use ? table->entries_used++ : table->free.first;

	assert(entry != DI_ENTRY_NONE);
	if (!is_first_use)
		take_out(table, entry, DI_LIST_VSI);
	table->entries[entry] = (struct di_entry){.vsi = vsi, .type = (uint8_t)record_type(record)};
	append(table, entry, DI_LIST_VSI);
	di_index_add(&table->index, hash_of(table, vsi, record), entry);
	return entry;
}

/* Gives up the record of an entry, not the entry. */
static void drop_record(struct di_table *table, uint32_t entry)
{
	const struct di_room less = {
		.entries = 1,
		.octets = (uint32_t)di_entries_record(table, entry).size,
	};

	if (!table->entries[entry].is_marker)
		count_dead(table, entry);
	arena_drop(&table->arena, entry);
	take_held(table, table->entries[entry].vsi, less);
}

static void put_record(struct di_table *table, uint32_t entry, struct dimp_view record)
{
	struct di_entry *written = &table->entries[entry];
	const struct di_room more = {.entries = 1, .octets = (uint32_t)record.size};

	written->is_marker = record_operation(record) == DIMP_OPERATION_DELETE;
	arena_put(&table->arena, entry, record);
	add_held(table, written->vsi, more);
	if (!written->is_marker)
		count_live(table, entry);
}

/* Gives an entry its VSI's next change number and the last place in its list. */
static void touch(struct di_table *table, uint32_t entry)
{
	struct di_entry *touched = &table->entries[entry];

	take_out(table, entry, DI_LIST_VSI);
	append(table, entry, DI_LIST_VSI);
	touched->change = ++table->vsis[touched->vsi].change;
}

static enum dimp_error check_write(const struct di_table *table, dimp_vsi_index vsi,
	struct dimp_view record, uint32_t found)
{
	struct di_room more = {.entries = 1, .octets = (uint32_t)record.size};
	bool was_live = false;

	if (found != DI_ENTRY_NONE) {
		const size_t size = di_entries_record(table, found).size;
		was_live = !table->entries[found].is_marker;
		more.entries = 0;
		more.octets = record.size > size ? (uint32_t)(record.size - size) : 0;
	}
	if (!has_room(table, vsi, more))
		return DIMP_ERROR_NO_ROOM;
	const bool is_one_more = !was_live && record_operation(record) == DIMP_OPERATION_PUT;
	if (is_one_more && is_type_full(table, record_type(record)))
		return DIMP_ERROR_TYPE_LIMIT;
	return DIMP_ERROR_NONE;
}

enum dimp_error di_entries_write(struct di_table *table, dimp_vsi_index vsi,
	struct dimp_view record, uint32_t *entry)
{
	const uint32_t found = di_entries_find(table, vsi, record);
	const enum dimp_error error = check_write(table, vsi, record, found);

	if (error != DIMP_ERROR_NONE)
		return error;
	*entry = found;
	if (found == DI_ENTRY_NONE)
		*entry = take_free(table, vsi, record);
	else
		drop_record(table, found);
	put_record(table, *entry, record);
	touch(table, *entry);
	return DIMP_ERROR_NONE;
}

void di_entries_rename(struct di_table *table, uint32_t entry, struct dimp_view record)
{
	const dimp_vsi_index vsi = table->entries[entry].vsi;

	assert(record.size == di_entries_record(table, entry).size);
	di_index_remove(&table->index, hash_of(table, vsi, di_entries_record(table, entry)), entry);
	drop_record(table, entry);
	put_record(table, entry, record);
	di_index_add(&table->index, hash_of(table, vsi, record), entry);
}

void di_entries_remove(struct di_table *table, uint32_t entry)
{
	const dimp_vsi_index vsi = table->entries[entry].vsi;
	const uint64_t hash = hash_of(table, vsi, di_entries_record(table, entry));

	di_index_remove(&table->index, hash, entry);
	di_entries_announced(table, entry);
	drop_record(table, entry);
	take_out(table, entry, DI_LIST_VSI);
	table->entries[entry].vsi = DIMP_NO_VSI;
	append(table, entry, DI_LIST_VSI);
}

void di_entries_announce_later(struct di_table *table, uint32_t entry)
{
	if (table->entries[entry].is_waiting)
		return;
	table->entries[entry].is_waiting = true;
	append(table, entry, DI_LIST_UNANNOUNCED);
}

void di_entries_announced(struct di_table *table, uint32_t entry)
{
	if (!table->entries[entry].is_waiting)
		return;
	table->entries[entry].is_waiting = false;
	take_out(table, entry, DI_LIST_UNANNOUNCED);
}
