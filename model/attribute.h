/* SPDX-License-Identifier: MIT */
/*
 * Attributes: the optional fields of a block, TLVs after its fixed part in ascending order of their
 * numbers (DIMP 6.3-6).  Every block's struct begins with the set of those that are there.
 */
#ifndef DIMP_ATTRIBUTE_H
#define DIMP_ATTRIBUTE_H

#include "layout.h"
#include "tlv.h"

/* Numbers below this are attributes, TLV types from here on are something else. */
enum { ATTRIBUTE_NUMBERS = 32 };

/* Reads one attribute into |body|; UNKNOWN_TLV when the block has none of this number and it may
 * not be skipped. */
DIMP_MUST_USE enum dimp_error attribute_read(const struct dimp_layout *layout,
	const struct tlv *tlv, void *body);

/* Reads attributes to the end of |rest|. */
DIMP_MUST_USE enum dimp_error attribute_read_all(const struct dimp_layout *layout,
	struct dimp_view rest, void *body);

/* Writes those that are there. */
DIMP_MUST_USE enum dimp_error attribute_write_all(const struct dimp_layout *layout,
	const void *body, struct wire_writer *writer);

#endif
