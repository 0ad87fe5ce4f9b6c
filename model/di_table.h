/* SPDX-License-Identifier: MIT */
/*
 * The DI of all VSIs of a speaker, records in wire form in memory that the caller owns (DIMP 9.2, 9.3).
 *
 * An entry belongs to a VSI slot and is either *active* (owned here: it counts changes, so that a source
 * can send what changed since a number) or *staged* (arriving at a destination: it remembers the round
 * that wrote it, so that an older round never overwrites a newer one).  Durations are right at the
 * instant the entry remembers and run down from there.
 */
#ifndef DIMP_DI_TABLE_H
#define DIMP_DI_TABLE_H

#include "dimp.h"

struct di_table;

/* Octets of memory for |entries_max| entries whose wire forms take |arena_octets|. */
size_t di_table_size(size_t entries_max, size_t arena_octets);

/*
 * Makes an empty table in |memory|.  |config| gives the bounds (entries_max, arena_octets, supported
 * types, per-type limits) and |crypto| the digests; both are borrowed.  |seed| keys the hash index.
 */
struct di_table *di_table_init(void *memory, const struct dimp_speaker_config *config,
			       uint64_t seed);

/* Entries and octets of one DI type. */
struct di_table_total {
	uint32_t entries;
	uint32_t octets;
	uint32_t rejected; /* staged ones that the bridge or a rule turned down; not in entries */
	enum dimp_error error; /* why the first of those */
};

/* ---- Active entries, at the source ---- */

/*
 * Applies a PUT or DELETE at |now|.  A DELETE leaves a marker if |keep_marker|, so that a later round
 * tells it.  TABLE_FULL without room, TYPE_LIMIT at the type's limit; DELETE of nothing is no error.
 */
DIMP_MUST_USE enum dimp_error di_table_change(struct di_table *table, dimp_vsi_index vsi,
					      const struct dimp_record *record, bool keep_marker,
					      struct dimp_time now);

/* The VSI's newest change number; rises with every change, 0 when there was none. */
uint32_t di_table_changes(const struct di_table *table, dimp_vsi_index vsi);

/* How many entries and markers of |types| were last changed after |change|. */
uint32_t di_table_changes_after(const struct di_table *table, dimp_vsi_index vsi, uint32_t change,
				uint64_t types);

/* Live entries per DI type; |totals| has DIMP_DI_TYPES elements. Works for staged slots, too. */
void di_table_totals(const struct di_table *table, dimp_vsi_index vsi,
		     struct di_table_total *totals);

struct di_table_cursor {
	unsigned type;
	size_t entry;
};

/* What a round carries: entries and markers with after < change <= upto, of |types|. */
struct di_table_span {
	uint32_t after, upto;
	uint64_t types;
};

void di_table_cursor_init(struct di_table_cursor *cursor);

/*
 * Writes the next record of |span|, in the order of DI types, durations as they stand at |now|, markers
 * as DELETE, and moves |cursor| on.  Returns its size; 0 when there is none or it does not fit into
 * |capacity| (then |cursor| stays).  An entry in the span at the first call is returned at most once.
 */
size_t di_table_export(const struct di_table *table, dimp_vsi_index vsi,
		       const struct di_table_span *span, struct di_table_cursor *cursor,
		       uint8_t *octets, size_t capacity, struct dimp_time now);

void di_table_drop_markers(struct di_table *table, dimp_vsi_index vsi);

/*
 * One row for every type of |types| that has live entries (rejected ones included), ascending; |rows|
 * has DIMP_ROWS_MAX elements.  Returns how many (DIMP 6.6).  Works for active and staged slots.
 */
size_t di_table_digest_rows(const struct di_table *table, dimp_vsi_index vsi, uint64_t types,
			    const struct dimp_id16 *key, struct dimp_digest_row *rows);

/* ---- Staged entries, at the destination ---- */

/*
 * Sets room aside for staging into |vsi|, as far as there is any: |entries| and |octets| become what was
 * got.  False, and nothing set aside, when that is less than one entry.  Called again it replaces the
 * earlier reservation (of which what is used counts).
 */
bool di_table_reserve(struct di_table *table, dimp_vsi_index vsi, uint32_t *entries,
		      uint32_t *octets);
/* Gives back what is reserved for |vsi| and not used. */
void di_table_unreserve(struct di_table *table, dimp_vsi_index vsi);

/* Where a staged record came from. */
struct di_table_origin {
	uint16_t round;
	uint64_t older_us; /* how old its durations may be: age and transit */
	struct dimp_time now;
};

/*
 * Stages one record in wire form.  A record of an older round than the entry's last is ignored; a DELETE
 * leaves a marker until the copy ends.  Errors: those of dimp_record_read(), UNSUPPORTED_TYPE,
 * TYPE_LIMIT, NO_ROOM; nothing is staged then.
 */
DIMP_MUST_USE enum dimp_error di_table_stage(struct di_table *table, dimp_vsi_index vsi,
					     struct dimp_view octets,
					     const struct di_table_origin *origin);

/* Takes the next staged entry that changed and was not taken yet; false when there is none. */
bool di_table_next_unannounced(struct di_table *table, dimp_vsi_index vsi,
			       struct dimp_record *record, struct dimp_time now);
bool di_table_has_unannounced(const struct di_table *table, dimp_vsi_index vsi);

/* Marks the staged entry with the keys of |record| as rejected; it stays in the digest. */
void di_table_reject(struct di_table *table, dimp_vsi_index vsi, const struct dimp_record *record,
		     enum dimp_error error);

/* In one step: markers and rejected entries go, the rest becomes active, as changes of this VSI. */
void di_table_activate(struct di_table *table, dimp_vsi_index vsi);

/* ---- Both ---- */

/* Walks live entries that were not rejected, durations at |now|; |*cursor| starts at 0. */
bool di_table_next(const struct di_table *table, dimp_vsi_index vsi, size_t *cursor,
		   struct dimp_record *record, struct dimp_time now);

/* Zeroes and frees everything of the slot, its reservation and its change number. */
void di_table_wipe(struct di_table *table, dimp_vsi_index vsi);
/* The same for all slots. */
void di_table_wipe_all(struct di_table *table);

#endif
