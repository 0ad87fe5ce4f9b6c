/*
 * The DI table: the DI of all VSIs of a speaker, records in wire form, in the caller's memory.
 *
 * A VSI is either *active* (a source's: di_table_change()) or *staged* (a destination's:
 * di_staging.h) until di_table_activate() turns the one into the other in one step.  Within a VSI
 * an entry is found by DI type and KEY fields.  Every change of a VSI has the next of its change
 * numbers, so that a source can send what changed since it last looked (di_export.h).  A deletion
 * may leave a *marker*: an entry whose record is a DELETE.
 *
 * Durations are right at an instant kept beside each entry and are brought to |now| when read.
 */
#ifndef DIMP_DI_TABLE_H
#define DIMP_DI_TABLE_H

#include "digest.h"
#include "dimp.h"

struct di_table;

struct di_table_config {
	uint32_t entries_max; /* markers included */
	uint32_t octets_max; /* of records in wire form */
	uint32_t vsis_max;
	uint64_t seed; /* random */
	const uint32_t *type_entries_max; /* [DIMP_DI_TYPES], 0 no limit; borrowed for good */
};

/* Octets of memory for di_table_init(), aligned as for max_align_t. */
size_t di_table_size(const struct di_table_config *config);
struct di_table *di_table_init(void *memory, const struct di_table_config *config);
/* How many octets from the table's beginning may hold something: none behind them holds DI. */
size_t di_table_used(const struct di_table *table);

/* ---- What a VSI holds ---- */

/* Live entries (markers left out) of one DI type in a VSI. */
struct di_type_count {
	uint32_t entries;
	uint32_t octets; /* in wire form */
	uint32_t rejected; /* of the entries: by di_table_reject() */
	enum dimp_error error; /* of the first rejected one found */
};

struct di_counts {
	struct di_type_count of_type[DIMP_DI_TYPES];
};

void di_table_count(const struct di_table *table, dimp_vsi_index vsi, struct di_counts *counts);

/* Live entries of a VSI, of all DI types. */
uint32_t di_table_entries(const struct di_table *table, dimp_vsi_index vsi);

/* The next live entry of walk->vsi, durations as they stand at |now|; false at the end.  The table
 * may change between calls: what stays is walked once. */
bool di_table_next(const struct di_table *table, struct dimp_di_cursor *walk,
	struct dimp_record *record, struct dimp_time now);

/* Adds the live entries of the DI types in the set |types| to |digest|, rejected ones included. */
void di_table_digest(const struct di_table *table, dimp_vsi_index vsi, uint64_t types,
	struct digest *digest);

/* Wipes and frees all that |vsi| holds, markers and reservation too; its index is as new. */
void di_table_wipe(struct di_table *table, dimp_vsi_index vsi);

/* ---- Source: active entries ---- */

/*
 * Puts or deletes an entry of an active VSI; its durations are right at |now|.  Deleting what is
 * not there is no error.  TABLE_FULL and TYPE_LIMIT leave everything as it was, as do the errors of
 * dimp_record_write().
 */
DIMP_MUST_USE enum dimp_error di_table_change(struct di_table *table, dimp_vsi_index vsi,
	const struct dimp_record *record, struct dimp_time now);

/* From now on deletions leave markers: a migration of |vsi| is under way. */
void di_table_keep_markers(struct di_table *table, dimp_vsi_index vsi);

/* No more: drops those there are. */
void di_table_drop_markers(struct di_table *table, dimp_vsi_index vsi);

/* Drops the markers whose change number is not above |upto|: they were sent. */
void di_table_drop_markers_upto(struct di_table *table, dimp_vsi_index vsi, uint64_t upto);

/* The number of the last change of |vsi|; 0 before the first. */
uint64_t di_table_changes(const struct di_table *table, dimp_vsi_index vsi);

struct di_changes {
	uint64_t types; /* DI set */
	uint64_t after, upto; /* change numbers in (after, upto] */
};

/* How many entries and markers of |vsi| last changed in |changes|: the size of that round. */
uint32_t di_table_count_changes(const struct di_table *table, dimp_vsi_index vsi,
	const struct di_changes *changes);

/* ---- Room ---- */

/* What nobody holds and nobody has reserved. */
struct di_room {
	uint32_t entries;
	uint32_t octets;
};

struct di_room di_table_room(const struct di_table *table);
/* What is held, markers included; and what is set aside and not held yet. */
struct di_room di_table_held(const struct di_table *table);
struct di_room di_table_set_aside(const struct di_table *table);

/*
 * Sets aside room so that |vsi| can hold |room| in all, what it holds already included; nobody else
 * gets it.  Replaces its earlier reservation.  NO_ROOM leaves that as it was.
 */
DIMP_MUST_USE enum dimp_error di_table_reserve(struct di_table *table, dimp_vsi_index vsi,
	struct di_room room);

/* Gives the part of the reservation back that |vsi| does not hold. */
void di_table_unreserve(struct di_table *table, dimp_vsi_index vsi);

#endif
