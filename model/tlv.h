/*
 * Type, length, value (DIMP 6.2): the walker that advances by the declared length and hands out
 * bounded views, so that whoever decodes a value cannot leave it.
 */
#ifndef DIMP_TLV_H
#define DIMP_TLV_H

#include "dimp.h"
#include "wire.h"

enum { TLV_HEADER_SIZE = 4 };

struct tlv {
	uint16_t type;
	struct dimp_view value; /* borrowed from what was walked */
};

/*
 * Takes the next TLV off the front of |rest|.  False when |rest| is empty or its first TLV does not
 * fit in it: then |rest| is left as it was, and its size tells the two apart.
 */
static inline bool tlv_next(struct dimp_view *rest, struct tlv *tlv)
{
	struct wire_reader reader = wire_reader_of(*rest);
	const uint16_t type = wire_read_u16(&reader);
	const size_t size = wire_read_u16(&reader);
	const struct dimp_view value = wire_read_view(&reader, size);

	if (reader.has_failed)
		return false;
	*tlv = (struct tlv){.type = type, .value = value};
	*rest = reader.rest;
	return true;
}

/* The one TLV that |octets| holds: TRUNCATED or TRAILING when it is not exactly one. */
DIMP_MUST_USE static inline enum dimp_error tlv_only(struct dimp_view octets, struct tlv *tlv)
{
	if (!tlv_next(&octets, tlv))
		return DIMP_ERROR_TRUNCATED;
	return octets.size == 0 ? DIMP_ERROR_NONE : DIMP_ERROR_TRAILING;
}

/* Whether a receiver that does not know |type| may skip it (DIMP 6.2-3). */
bool tlv_is_skippable(uint16_t type);

/* Writes the header of a TLV; returns the position to give to tlv_end() after its value. */
size_t tlv_begin(struct wire_writer *writer, uint16_t type);
void tlv_end(struct wire_writer *writer, size_t begin);

#endif
