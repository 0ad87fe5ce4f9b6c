/*
 * Reading a round out of the DI table.  The cursor is a DI type and an entry number: entries keep
 * their number while they live, so what happens between two calls moves nothing past the cursor but
 * entries that changed, and those have a change number beyond this round.
 */
#include "di_export.h"

#include <assert.h>

#include "di_entries.h"

/* So many entries are walked for each that is sent; of more, the table is walked once a type. */
enum { FEW = 64 };

/* Whether the entry belongs to the round. */
static bool is_in(const struct di_export *round, const struct di_entry *entry)
{
	return entry->vsi == round->vsi && entry->change > round->changes.after &&
		entry->change <= round->changes.upto;
}

/* The DI types that the round has anything of. */
static uint64_t types_in(const struct di_export *round, const struct di_table *table)
{
	uint32_t index = table->vsis[round->vsi].entries.last;
	uint64_t types = 0;

	while (index != DI_ENTRY_NONE && table->entries[index].change > round->changes.after) {
		if (is_in(round, &table->entries[index]))
			types |= (uint64_t)1 << table->entries[index].type;
		index = table->entries[index].links[DI_LIST_VSI].before;
	}
	return types;
}

void di_export_start(struct di_export *round, const struct di_table *table, dimp_vsi_index vsi,
	const struct di_changes *changes)
{
	assert(vsi < table->vsis_max);
	*round = (struct di_export){.vsi = vsi, .changes = *changes};
	round->changes.types &= types_in(round, table);
}

/* The same among the entries of a VSI that has few, whatever the size of the table. */
static bool seek_among_few(struct di_export *round, const struct di_table *table)
{
	uint32_t next = DI_ENTRY_NONE;

	for (uint32_t index = table->vsis[round->vsi].entries.first; index != DI_ENTRY_NONE;
		index = table->entries[index].links[DI_LIST_VSI].after) {
		const struct di_entry *entry = &table->entries[index];
		if (index >= round->entry && index < next && entry->type == round->type &&
			is_in(round, entry))
			next = index;
	}
	if (next != DI_ENTRY_NONE)
		round->entry = next;
	return next != DI_ENTRY_NONE;
}

/* Moves on to the next entry of the current type; false when there is none. */
static bool seek_entry(struct di_export *round, const struct di_table *table)
{
	if (table->vsis[round->vsi].held.entries <= FEW)
		return seek_among_few(round, table);
	for (; round->entry < table->entries_used; round->entry++) {
		const struct di_entry *entry = &table->entries[round->entry];
		if (entry->type == round->type && is_in(round, entry))
			return true;
	}
	return false;
}

/* Moves on to the next entry of the round; false at its end. */
static bool seek(struct di_export *round, const struct di_table *table)
{
	while (round->type < DIMP_DI_TYPES) {
		if ((round->changes.types >> round->type & 1) != 0 && seek_entry(round, table))
			return true;
		round->type++;
		round->entry = 0;
	}
	return false;
}

enum di_export_result di_export_next(struct di_export *round, const struct di_table *table,
	struct wire_writer *writer, struct dimp_time now)
{
	if (!seek(round, table))
		return DI_EXPORT_END;
	const size_t size = di_entries_record(table, round->entry).size;
	if (size > writer->capacity - writer->size)
		return DI_EXPORT_FULL;
	(void)di_entries_copy(table, round->entry, wire_write_room(writer, size), now);
	round->entry++;
	return DI_EXPORT_WRITTEN;
}
