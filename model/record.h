/*
 * Records on the wire (DIMP 6.3), beyond dimp_record_read() and dimp_record_write(): what a table
 * that keeps them in wire form asks of them.  Every function here but record_write_key() takes a
 * whole record that dimp_record_read() accepted or dimp_record_write() wrote.
 */
#ifndef DIMP_RECORD_H
#define DIMP_RECORD_H

#include "dimp.h"
#include "wire.h"

enum dimp_di_type record_type(struct dimp_view record);
enum dimp_operation record_operation(struct dimp_view record);

/* The KEY fields, borrowed.  Records of one DI type are about the same entry if these are equal. */
struct dimp_view record_key(struct dimp_view record);

/* Takes |us| off every duration of |record|, in place (DIMP 6.5-4). */
void record_decay(uint8_t *octets, size_t size, uint64_t us);

/*
 * Writes the canonical form (DIMP 6.6-2): a PUT with the durations of its fixed part zero and those
 * in attributes left out.  Returns its size.
 */
size_t record_canonical(struct dimp_view record, uint8_t canonical[DIMP_RECORD_SIZE_MAX]);

/*
 * Puts those attributes of the PUT |before| that were skipped (DIMP 6.3-8) behind the PUT of the
 * same entry in |octets|, which has none; returns its size.  Without room for all of them it stays
 * as it is.
 */
size_t record_keep_skipped(struct dimp_view before, uint8_t octets[DIMP_RECORD_SIZE_MAX],
	size_t size);

/* Writes the DELETE that names |record|'s entry; errors as dimp_record_write(). */
DIMP_MUST_USE enum dimp_error record_write_key(const struct dimp_record *record,
	struct wire_writer *writer);

#endif
