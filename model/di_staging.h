/*
 * The destination's side of the DI table: entries that arrive in rounds, in any order and more than
 * once, are kept apart from what is in force until di_table_activate().
 */
#ifndef DIMP_DI_STAGING_H
#define DIMP_DI_STAGING_H

#include "di_table.h"

/* How a record came. */
struct di_arrival {
	uint16_t round;
	uint64_t older_by_us; /* since its durations were right: age and transit (DIMP 6.5-4) */
	struct dimp_time now;
};

/*
 * Stages a record in wire form.  It is checked first: the errors of dimp_record_read().  It counts
 * only if its round is later than the one that last wrote this entry: an older round never
 * overwrites or revives (DIMP 9.2-6), the same round is a repeat.  A DELETE leaves a marker.
 * NO_ROOM, TYPE_LIMIT.
 */
DIMP_MUST_USE enum dimp_error di_table_stage(struct di_table *table, dimp_vsi_index vsi,
	struct dimp_view record, const struct di_arrival *arrival);

/* An entry as it is told to the user. */
struct di_staged {
	dimp_vsi_index vsi;
	struct dimp_record record;
};

/*
 * The next staged entry that changed and was not told yet, in order of arrival, over all VSIs; it
 * counts as told.  DELETE is told only of what was told before.  False when there is none.
 */
bool di_table_next_unannounced(struct di_table *table, struct di_staged *staged,
	struct dimp_time now);

/*
 * The user cannot have the staged entry that |record| names: it is dropped at activation.  A later
 * round that writes it makes it a new try.  Nothing happens when it is not there.
 */
void di_table_reject(struct di_table *table, dimp_vsi_index vsi, const struct dimp_record *record,
	enum dimp_error error);

/* The DI types of which an entry of the VSI was rejected; it may have come again since, or gone. */
uint64_t di_table_rejected_types(const struct di_table *table, dimp_vsi_index vsi);

/* Drops the markers, told to the user, of rounds not above |round|: these rounds arrived whole. */
void di_table_drop_staged_markers(struct di_table *table, dimp_vsi_index vsi, uint16_t round);

/* Rejects (ENTRY_CONFLICT) every staged entry that |map| makes the same as another (DIMP 8.0-11).
 */
void di_table_reject_merged(struct di_table *table, dimp_vsi_index vsi,
	const struct dimp_vlan_map *map);

/* Calls the VLANs of active entries, no two of which become the same, what they are called here. */
void di_table_remap(struct di_table *table, dimp_vsi_index vsi, const struct dimp_vlan_map *map);

/* In one step: drops markers and rejected entries, makes the others active, ends the reservation.
 */
void di_table_activate(struct di_table *table, dimp_vsi_index vsi);

#endif
