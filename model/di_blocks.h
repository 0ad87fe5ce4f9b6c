/* SPDX-License-Identifier: MIT */
/*
 * The DI types' blocks as straight-line code: what nearly every record is, a PUT in which nothing
 * is wrong, is read and written by a function of its DI type that the registry's rows make.  All
 * else is left to the walkers over the layout tables (record.c), which alone say what is wrong.
 */
#ifndef DIMP_DI_BLOCKS_H
#define DIMP_DI_BLOCKS_H

#include "dimp.h"

/* What came of it; small enough to be returned in a register. */
struct di_blocks_result {
	uint16_t size; /* octets read or written; 0: it is none for these functions, ask the tables
			*/
	uint16_t verdict; /* enum dimp_error: what the DI type's rules say of it */
};

/*
 * Reads |value|, what stands behind operation and version, into the body of |record|, a PUT whose
 * type is set; of the body only the type's own struct is touched.
 */
struct di_blocks_result di_blocks_read(struct dimp_view value, struct dimp_record *record);

/* Writes the body of |record|, a PUT, into |room|. */
struct di_blocks_result di_blocks_write(const struct dimp_record *record, struct dimp_buffer room);

#endif
