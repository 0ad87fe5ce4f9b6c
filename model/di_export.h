/*
 * Reading a round out of the DI table: the entries of a VSI that last changed in a span of change
 * numbers, in order of DI types (DIMP 8.0-2).
 */
#ifndef DIMP_DI_EXPORT_H
#define DIMP_DI_EXPORT_H

#include "di_table.h"
#include "wire.h"

/*
 * A round being read.  The table may change meanwhile: what changes leaves this round and belongs
 * to the next.
 */
struct di_export {
	dimp_vsi_index vsi;
	struct di_changes changes;
	unsigned type; /* where it stands */
	uint32_t entry;
};

enum di_export_result {
	DI_EXPORT_WRITTEN, /* one more record */
	DI_EXPORT_FULL, /* the next record does not fit: give a new writer */
	DI_EXPORT_END
};

void di_export_start(struct di_export *round, const struct di_table *table, dimp_vsi_index vsi,
	const struct di_changes *changes);

/* Writes the next record of the round, durations as they stand at |now|; a marker is a DELETE. */
enum di_export_result di_export_next(struct di_export *round, const struct di_table *table,
	struct wire_writer *writer, struct dimp_time now);

#endif
