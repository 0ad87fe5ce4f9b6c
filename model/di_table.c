/*
 * The DI table as a source and everybody sees it; di_staging.c has the destination's side,
 * di_export.c the reading of rounds, di_entries.c the store below all three.
 */
#include "di_table.h"

#include <assert.h>
#include <stdalign.h>

#include "di_entries.h"
#include "record.h"
#include "wipe.h"

/* Where the parts of a table stand in its memory, in order of their alignment. */
struct plan {
	size_t entries, vsis, buckets, next, offsets, octets, size;
};

static size_t take(size_t *size, size_t count, size_t each)
{
	const size_t at = *size;

	*size += count * each;
	return at;
}

static struct plan plan_table(const struct di_table_config *config)
{
	const size_t each = sizeof(uint32_t);
	size_t size = (sizeof(struct di_table) + alignof(max_align_t) - 1) / alignof(max_align_t) *
		alignof(max_align_t);
	struct plan plan = {0};

	plan.entries = take(&size, config->entries_max, sizeof(struct di_entry));
	plan.vsis = take(&size, config->vsis_max, sizeof(struct di_vsi));
	plan.buckets = take(&size, di_index_buckets(config->entries_max), each);
	plan.next = take(&size, config->entries_max, each);
	plan.offsets = take(&size, config->entries_max, each);
	plan.octets = take(&size, arena_memory_size(config->entries_max, config->octets_max), 1);
	plan.size = (size + alignof(max_align_t) - 1) / alignof(max_align_t) * alignof(max_align_t);
	return plan;
}

_Static_assert(alignof(struct di_entry) <= alignof(max_align_t), "entries stand first");
_Static_assert(sizeof(struct di_entry) % alignof(struct di_vsi) == 0, "VSIs stand after entries");
_Static_assert(sizeof(struct di_vsi) % sizeof(uint32_t) == 0, "u32s stand after VSIs");

size_t di_table_size(const struct di_table_config *config)
{
	return plan_table(config).size;
}

size_t di_table_used(const struct di_table *table)
{
	const uint8_t *begin = (const uint8_t *)table;

	return (size_t)(table->arena.octets - begin) + table->arena.end;
}

static void reset_vsi(struct di_vsi *vsi)
{
	*vsi = (struct di_vsi){.entries = {.first = DI_ENTRY_NONE, .last = DI_ENTRY_NONE}};
}

static void init_parts(struct di_table *table)
{
	for (uint32_t vsi = 0; vsi < table->vsis_max; vsi++)
		reset_vsi(&table->vsis[vsi]);
	di_index_init(&table->index);
	arena_init(&table->arena);
}

struct di_table *di_table_init(void *memory, const struct di_table_config *config)
{
	const struct plan plan = plan_table(config);
	uint8_t *octets = memory;
	struct di_table *table = memory;

	assert(config->entries_max != 0);
	assert(config->vsis_max != 0);
	*table = (struct di_table){
		.entries = (void *)(octets + plan.entries),
		.vsis = (void *)(octets + plan.vsis),
		.entries_max = config->entries_max,
		.vsis_max = config->vsis_max,
		.type_entries_max = config->type_entries_max,
		.free = {.first = DI_ENTRY_NONE, .last = DI_ENTRY_NONE},
		.unannounced = {.first = DI_ENTRY_NONE, .last = DI_ENTRY_NONE},
		.index =
			{
				.buckets = (void *)(octets + plan.buckets),
				.next = (void *)(octets + plan.next),
				.mask = di_index_buckets(config->entries_max) - 1,
				.seed = config->seed,
			},
		.arena =
			{
				.octets = octets + plan.octets,
				.offsets = (void *)(octets + plan.offsets),
				.owners_max = config->entries_max,
				.octets_max = config->octets_max,
			},
	};
	init_parts(table);
	return table;
}

static const struct di_vsi *vsi_of(const struct di_table *table, dimp_vsi_index vsi)
{
	assert(vsi < table->vsis_max);
	return &table->vsis[vsi];
}

/* The entry of the same VSI that changed next after |entry|. */
static uint32_t newer(const struct di_table *table, uint32_t entry)
{
	return table->entries[entry].links[DI_LIST_VSI].after;
}

static void count_entry(const struct di_table *table, uint32_t index, struct di_type_count *count)
{
	const struct di_entry *entry = &table->entries[index];

	if (entry->is_marker)
		return;
	count->entries++;
	count->octets += (uint32_t)di_entries_record(table, index).size;
	if (entry->error == DIMP_ERROR_NONE)
		return;
	if (count->rejected == 0)
		count->error = entry->error;
	count->rejected++;
}

void di_table_count(const struct di_table *table, dimp_vsi_index vsi, struct di_counts *counts)
{
	*counts = (struct di_counts){0};
	uint32_t entry = vsi_of(table, vsi)->entries.first;

	for (; entry != DI_ENTRY_NONE; entry = newer(table, entry))
		count_entry(table, entry, &counts->of_type[table->entries[entry].type]);
}

uint32_t di_table_entries(const struct di_table *table, dimp_vsi_index vsi)
{
	return vsi_of(table, vsi)->live;
}

bool di_table_next(const struct di_table *table, struct dimp_di_cursor *walk,
	struct dimp_record *record, struct dimp_time now)
{
	while (walk->position < table->entries_used) {
		const uint32_t index = (uint32_t)walk->position++;
		const struct di_entry *entry = &table->entries[index];
		if (entry->vsi != walk->vsi || entry->is_marker)
			continue;
		di_entries_read(table, index, record, now);
		return true;
	}
	return false;
}

void di_table_digest(const struct di_table *table, dimp_vsi_index vsi, uint64_t types,
	struct digest *digest)
{
	uint32_t index = vsi_of(table, vsi)->entries.first;

	for (; index != DI_ENTRY_NONE; index = newer(table, index)) {
		const struct di_entry *entry = &table->entries[index];
		if (!entry->is_marker && (types >> entry->type & 1) != 0)
			digest_add(digest, di_entries_record(table, index));
	}
}

void di_table_wipe(struct di_table *table, dimp_vsi_index vsi)
{
	const struct di_vsi *wiped = vsi_of(table, vsi);

	while (wiped->entries.first != DI_ENTRY_NONE)
		di_entries_remove(table, wiped->entries.first);
	di_table_unreserve(table, vsi);
	reset_vsi(&table->vsis[vsi]);
}

/* Removes the entry, or makes it a marker if the VSI keeps them. */
static enum dimp_error delete_entry(struct di_table *table, dimp_vsi_index vsi,
	struct dimp_view record, struct dimp_time now)
{
	uint32_t entry = di_entries_find(table, vsi, record);

	if (entry == DI_ENTRY_NONE || table->entries[entry].is_marker)
		return DIMP_ERROR_NONE;
	if (!table->vsis[vsi].keeps_markers) {
		table->vsis[vsi].change++;
		di_entries_remove(table, entry);
		return DIMP_ERROR_NONE;
	}
	const enum dimp_error error = di_entries_write(table, vsi, record, &entry);
	if (error == DIMP_ERROR_NONE)
		table->entries[entry].since = now;
	return error;
}

static enum dimp_error put_entry(struct di_table *table, dimp_vsi_index vsi,
	struct dimp_view record, struct dimp_time now)
{
	uint32_t entry;
	const enum dimp_error error = di_entries_write(table, vsi, record, &entry);

	if (error == DIMP_ERROR_NO_ROOM)
		return DIMP_ERROR_TABLE_FULL;
	if (error == DIMP_ERROR_NONE)
		table->entries[entry].since = now;
	return error;
}

/* What nobody here knows of an entry stays as it is when the rest of it changes (DIMP 6.3-8). */
static size_t keep_skipped(const struct di_table *table, dimp_vsi_index vsi,
	uint8_t octets[DIMP_RECORD_SIZE_MAX], size_t size)
{
	const uint32_t entry = di_entries_find(table, vsi, wire_view(octets, size));

	if (entry == DI_ENTRY_NONE || table->entries[entry].is_marker)
		return size;
	return record_keep_skipped(di_entries_record(table, entry), octets, size);
}

enum dimp_error di_table_change(struct di_table *table, dimp_vsi_index vsi,
	const struct dimp_record *record, struct dimp_time now)
{
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	size_t size;

	assert(!vsi_of(table, vsi)->is_staged);
	enum dimp_error error = dimp_record_write(record, octets, sizeof octets, &size);
	if (error == DIMP_ERROR_NONE) {
		if (record->operation == DIMP_OPERATION_PUT)
			size = keep_skipped(table, vsi, octets, size);
		const struct dimp_view view = wire_view(octets, size);
		error = record->operation == DIMP_OPERATION_DELETE
			? delete_entry(table, vsi, view, now)
			: put_entry(table, vsi, view, now);
	}
	wipe(octets, sizeof octets);
	return error;
}

void di_table_keep_markers(struct di_table *table, dimp_vsi_index vsi)
{
	assert(vsi < table->vsis_max);
	table->vsis[vsi].keeps_markers = true;
}

void di_table_drop_markers(struct di_table *table, dimp_vsi_index vsi)
{
	uint32_t entry = vsi_of(table, vsi)->entries.first;

	table->vsis[vsi].keeps_markers = false;
	while (entry != DI_ENTRY_NONE) {
		const uint32_t next = newer(table, entry);
		if (table->entries[entry].is_marker)
			di_entries_remove(table, entry);
		entry = next;
	}
}

void di_table_drop_markers_upto(struct di_table *table, dimp_vsi_index vsi, uint64_t upto)
{
	uint32_t entry = vsi_of(table, vsi)->entries.first;

	while (entry != DI_ENTRY_NONE && table->entries[entry].change <= upto) {
		const uint32_t next = newer(table, entry);
		if (table->entries[entry].is_marker)
			di_entries_remove(table, entry);
		entry = next;
	}
}

uint64_t di_table_changes(const struct di_table *table, dimp_vsi_index vsi)
{
	return vsi_of(table, vsi)->change;
}

uint32_t di_table_count_changes(const struct di_table *table, dimp_vsi_index vsi,
	const struct di_changes *changes)
{
	uint32_t index = vsi_of(table, vsi)->entries.last;
	uint32_t count = 0;

	while (index != DI_ENTRY_NONE && table->entries[index].change > changes->after) {
		const struct di_entry *entry = &table->entries[index];
		if (entry->change <= changes->upto && (changes->types >> entry->type & 1) != 0)
			count++;
		index = entry->links[DI_LIST_VSI].before;
	}
	return count;
}

struct di_room di_table_room(const struct di_table *table)
{
	return (struct di_room){
		.entries = table->entries_max - table->entries_held - table->set_aside.entries,
		.octets = table->arena.octets_max - table->arena.held - table->set_aside.octets,
	};
}

struct di_room di_table_held(const struct di_table *table)
{
	return (struct di_room){table->entries_held, table->arena.held};
}

struct di_room di_table_set_aside(const struct di_table *table)
{
	return table->set_aside;
}

enum dimp_error di_table_reserve(struct di_table *table, dimp_vsi_index vsi, struct di_room room)
{
	const struct di_vsi *owner = vsi_of(table, vsi);
	const struct di_room held = owner->held, before = owner->reserved, none = {0};

	di_entries_account(table, vsi, &held, &none);
	const struct di_room left = di_table_room(table);
	const bool fits = room.entries <= (uint64_t)left.entries + held.entries &&
		room.octets <= (uint64_t)left.octets + held.octets;
	di_entries_account(table, vsi, &held, fits ? &room : &before);
	return fits ? DIMP_ERROR_NONE : DIMP_ERROR_NO_ROOM;
}

void di_table_unreserve(struct di_table *table, dimp_vsi_index vsi)
{
	const struct di_room held = vsi_of(table, vsi)->held, none = {0};

	di_entries_account(table, vsi, &held, &none);
}
