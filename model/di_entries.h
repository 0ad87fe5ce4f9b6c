/*
 * The entries of a DI table: the store below di_table.c, di_staging.c and di_export.c, which alone
 * include this header.  It keeps index, lists, arena, counts and reservations true to each other.
 */
#ifndef DIMP_DI_ENTRIES_H
#define DIMP_DI_ENTRIES_H

#include "arena.h"
#include "di_index.h"
#include "di_table.h"

#define DI_ENTRY_NONE UINT32_MAX

/* Lists an entry can stand in. */
enum di_list_kind {
	DI_LIST_VSI, /* of its VSI, in order of change; free entries: of those */
	DI_LIST_UNANNOUNCED, /* staged and not told to the user, in order of arrival */
	DI_LISTS
};

struct di_link {
	uint32_t before, after;
};

struct di_list {
	uint32_t first, last;
};

struct di_entry {
	struct dimp_time since; /* when the durations of its record were right */
	dimp_vsi_index vsi; /* DIMP_NO_VSI: free */
	uint64_t change;
	struct di_link links[DI_LISTS];
	enum dimp_error error; /* of di_table_reject(); NONE if it was not rejected */
	uint16_t round; /* that wrote it, when staged */
	uint8_t type; /* enum dimp_di_type */
	bool is_marker; /* its record is a DELETE */
	bool is_waiting; /* stands in DI_LIST_UNANNOUNCED */
	bool was_announced; /* the user knows it */
};

struct di_vsi {
	struct di_list entries; /* oldest change first */
	uint64_t change; /* the last change number given: never wraps */
	uint32_t live; /* entries that are no markers */
	struct di_room held; /* by entries and markers */
	struct di_room reserved; /* in all, what is held included */
	uint64_t rejected_types; /* DI set: at least those of rejected entries */
	bool keeps_markers;
	bool is_staged;
};

struct di_table {
	struct di_entry *entries;
	struct di_vsi *vsis;
	uint32_t entries_max;
	uint32_t vsis_max;
	const uint32_t *type_entries_max;
	uint32_t live_of_type[DIMP_DI_TYPES];
	uint32_t entries_held;
	struct di_room set_aside; /* reserved by VSIs and not held yet */
	uint32_t entries_used; /* entries from here on were never in use, nor written to */
	struct di_list free; /* of those that were */
	struct di_list unannounced;
	struct di_index index;
	struct arena arena;
};

/* The record of an entry, borrowed until the table changes. */
struct dimp_view di_entries_record(const struct di_table *table, uint32_t entry);

/* Copies the record, as large as di_entries_record() says, with its durations brought to |now|;
 * returns its size. */
size_t di_entries_copy(const struct di_table *table, uint32_t entry, uint8_t *octets,
	struct dimp_time now);

/* Decodes the record with its durations brought to |now|. */
void di_entries_read(const struct di_table *table, uint32_t entry, struct dimp_record *record,
	struct dimp_time now);

/* The entry of |vsi| with the DI type and KEY fields of |record|, or DI_ENTRY_NONE. */
uint32_t di_entries_find(const struct di_table *table, dimp_vsi_index vsi, struct dimp_view record);

/*
 * Makes |record| what |vsi| holds for its key, as the VSI's latest change, and |*entry| its number.
 * NO_ROOM and TYPE_LIMIT leave everything as it was.
 */
DIMP_MUST_USE enum dimp_error di_entries_write(struct di_table *table, dimp_vsi_index vsi,
	struct dimp_view record, uint32_t *entry);

/* Gives an entry other KEY fields, in a record of the same size; it stays where it stands. */
void di_entries_rename(struct di_table *table, uint32_t entry, struct dimp_view record);

/* Wipes and frees an entry. */
void di_entries_remove(struct di_table *table, uint32_t entry);

/* Lists and takes from the list of those the user has not been told of. */
void di_entries_announce_later(struct di_table *table, uint32_t entry);
void di_entries_announced(struct di_table *table, uint32_t entry);

/* Recomputes what |vsi| has set aside after held or reserved became |held| and |reserved|. */
void di_entries_account(struct di_table *table, dimp_vsi_index vsi, const struct di_room *held,
	const struct di_room *reserved);

#endif
