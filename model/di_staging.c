/*
 * The destination's side of the DI table (DIMP 9.2): rounds, markers, what the user was told and
 * what it rejected.
 */
#include "di_staging.h"

#include <assert.h>
#include <string.h>

#include "di_entries.h"
#include "record.h"
#include "vlan_map.h"
#include "wipe.h"

/* Whether the table already has what this round, or a later one, says about the entry. */
static bool is_stale(const struct di_table *table, uint32_t entry, uint16_t round)
{
	return entry != DI_ENTRY_NONE && table->entries[entry].round >= round;
}

/* A DELETE is news only to a user who knows the entry. */
static void announce(struct di_table *table, uint32_t entry)
{
	const struct di_entry *staged = &table->entries[entry];

	if (staged->is_marker && !staged->was_announced)
		di_entries_announced(table, entry);
	else
		di_entries_announce_later(table, entry);
}

static enum dimp_error stage_aged(struct di_table *table, dimp_vsi_index vsi,
	struct dimp_view record, const struct di_arrival *arrival)
{
	uint32_t entry;
	const enum dimp_error error = di_entries_write(table, vsi, record, &entry);

	if (error != DIMP_ERROR_NONE)
		return error;
	struct di_entry *staged = &table->entries[entry];
	staged->since = arrival->now;
	staged->round = arrival->round;
	staged->error = DIMP_ERROR_NONE;
	announce(table, entry);
	return DIMP_ERROR_NONE;
}

enum dimp_error di_table_stage(struct di_table *table, dimp_vsi_index vsi, struct dimp_view record,
	const struct di_arrival *arrival)
{
	struct dimp_record decoded;
	uint8_t octets[DIMP_RECORD_SIZE_MAX];

	assert(vsi < table->vsis_max);
	enum dimp_error error = dimp_record_read(record, &decoded);
	wipe(&decoded, sizeof decoded);
	if (error != DIMP_ERROR_NONE)
		return error;
	struct di_vsi *owner = &table->vsis[vsi];
	assert(owner->is_staged || owner->entries.first == DI_ENTRY_NONE);
	owner->is_staged = true;
	if (is_stale(table, di_entries_find(table, vsi, record), arrival->round))
		return DIMP_ERROR_NONE;
	memcpy(octets, record.octets, record.size);
	record_decay(octets, record.size, arrival->older_by_us);
	error = stage_aged(table, vsi, wire_view(octets, record.size), arrival);
	wipe(octets, record.size);
	return error;
}

bool di_table_next_unannounced(struct di_table *table, struct di_staged *staged,
	struct dimp_time now)
{
	const uint32_t entry = table->unannounced.first;

	if (entry == DI_ENTRY_NONE)
		return false;
	staged->vsi = table->entries[entry].vsi;
	di_entries_read(table, entry, &staged->record, now);
	di_entries_announced(table, entry);
	table->entries[entry].was_announced = !table->entries[entry].is_marker;
	return true;
}

static void reject_entry(struct di_table *table, uint32_t index, enum dimp_error error)
{
	struct di_entry *entry = &table->entries[index];

	entry->error = error;
	table->vsis[entry->vsi].rejected_types |= (uint64_t)1 << entry->type;
}

uint64_t di_table_rejected_types(const struct di_table *table, dimp_vsi_index vsi)
{
	assert(vsi < table->vsis_max);
	return table->vsis[vsi].rejected_types;
}

void di_table_reject(struct di_table *table, dimp_vsi_index vsi, const struct dimp_record *record,
	enum dimp_error error)
{
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	struct wire_writer writer = wire_writer_of(octets, sizeof octets);

	assert(vsi < table->vsis_max);
	if (record_write_key(record, &writer) != DIMP_ERROR_NONE)
		return;
	const uint32_t entry = di_entries_find(table, vsi, wire_view(octets, writer.size));
	if (entry != DI_ENTRY_NONE && !table->entries[entry].is_marker)
		reject_entry(table, entry, error);
}

void di_table_drop_staged_markers(struct di_table *table, dimp_vsi_index vsi, uint16_t round)
{
	assert(vsi < table->vsis_max);
	uint32_t index = table->vsis[vsi].entries.first;

	while (index != DI_ENTRY_NONE) {
		const struct di_entry *entry = &table->entries[index];
		const uint32_t next = entry->links[DI_LIST_VSI].after;
		if (entry->is_marker && !entry->is_waiting && entry->round <= round)
			di_entries_remove(table, index);
		index = next;
	}
}

static void activate_entry(struct di_table *table, uint32_t index)
{
	struct di_entry *entry = &table->entries[index];

	if (entry->is_marker || entry->error != DIMP_ERROR_NONE) {
		di_entries_remove(table, index);
		return;
	}
	di_entries_announced(table, index);
	entry->was_announced = false;
	entry->round = 0;
}

void di_table_activate(struct di_table *table, dimp_vsi_index vsi)
{
	assert(vsi < table->vsis_max);
	struct di_vsi *owner = &table->vsis[vsi];
	uint32_t entry = owner->entries.first;

	while (entry != DI_ENTRY_NONE) {
		const uint32_t next = table->entries[entry].links[DI_LIST_VSI].after;
		activate_entry(table, entry);
		entry = next;
	}
	owner->is_staged = false;
	di_table_unreserve(table, vsi);
}

static bool is_live(const struct di_table *table, uint32_t entry)
{
	return entry != DI_ENTRY_NONE && !table->entries[entry].is_marker;
}

static bool has_twin(const struct di_table *table, uint32_t entry, const struct dimp_vlan_map *map)
{
	const struct dimp_view record = di_entries_record(table, entry);
	uint8_t twin[DIMP_RECORD_SIZE_MAX];
	size_t cursor = 0;
	bool is_found = false;

	memcpy(twin, record.octets, record.size);
	while (!is_found && vlan_map_next_twin(map, record, twin, &cursor))
		is_found = is_live(table,
			di_entries_find(table, table->entries[entry].vsi,
				wire_view(twin, record.size)));
	wipe(twin, record.size);
	return is_found;
}

void di_table_reject_merged(struct di_table *table, dimp_vsi_index vsi,
	const struct dimp_vlan_map *map)
{
	assert(vsi < table->vsis_max);
	uint32_t index = table->vsis[vsi].entries.first;

	for (; map->count != 0 && index != DI_ENTRY_NONE;
		index = table->entries[index].links[DI_LIST_VSI].after) {
		if (is_live(table, index) && has_twin(table, index, map))
			reject_entry(table, index, DIMP_ERROR_ENTRY_CONFLICT);
	}
}

void di_table_remap(struct di_table *table, dimp_vsi_index vsi, const struct dimp_vlan_map *map)
{
	uint8_t octets[DIMP_RECORD_SIZE_MAX];

	assert(vsi < table->vsis_max);
	uint32_t index = table->vsis[vsi].entries.first;
	for (; map->count != 0 && index != DI_ENTRY_NONE;
		index = table->entries[index].links[DI_LIST_VSI].after) {
		const struct dimp_view record = di_entries_record(table, index);
		memcpy(octets, record.octets, record.size);
		vlan_map_record(map, octets, record.size);
		di_entries_rename(table, index, wire_view(octets, record.size));
		wipe(octets, record.size);
	}
}
