/*
 * Fields: moving one value between its member in a C struct and its octets on the wire, for every
 * type of the registry alike.  |body| is the struct of the block the field belongs to (struct
 * dimp_filter, struct dimp_dhcp_binding, ...).
 */
#ifndef DIMP_FIELD_H
#define DIMP_FIELD_H

#include "layout.h"
#include "wire.h"

/* Whether |octets|, 33 of them, are a CKN in its one form: 1 to 32 octets, zeros (DIMP 6.1-11). */
static inline bool field_is_ckn(const uint8_t *octets)
{
	enum { CKN_SIZE_MAX = 32 };
	const size_t size = octets[0];
	uint8_t rest = 0;

	for (size_t index = 1 + size; index <= CKN_SIZE_MAX; index++)
		rest |= octets[index];
	return size >= 1 && size <= CKN_SIZE_MAX && rest == 0;
}

/* Whether a field of |type|, of kind INTEGER, may have |value| (DIMP 6.1-4, 6.1-5). */
static inline bool field_allows_integer(enum dimp_type type, uint64_t value)
{
	enum { VLAN_MAX = 4094 };

	if (type == DIMP_TYPE_FLAG)
		return value <= 1;
	return type != DIMP_TYPE_VLAN || value <= VLAN_MAX;
}

/*
 * Reads exactly |octets| into the member of |body|.  BAD_LENGTH when the type cannot have that
 * size, BAD_VALUE when it does not allow the value (DIMP 6.1).
 */
DIMP_MUST_USE enum dimp_error field_read(const struct dimp_field_layout *field,
	struct dimp_view octets, void *body);

/* Writes the member of |body|.  BAD_VALUE when its type does not allow it. */
DIMP_MUST_USE enum dimp_error field_write(const struct dimp_field_layout *field, const void *body,
	struct wire_writer *writer);

/* Reads and writes all fields of a fixed part; TRUNCATED when the octets end before it does. */
DIMP_MUST_USE enum dimp_error field_read_all(const struct dimp_layout *layout,
	struct wire_reader *reader, void *body);
DIMP_MUST_USE enum dimp_error field_write_all(const struct dimp_layout *layout, const void *body,
	struct wire_writer *writer);

/* The value of a field of kind INTEGER, NAMED or SET. */
uint64_t field_integer(const struct dimp_field_layout *field, const void *body);

/* The octets of a field of kind OCTETS, VARIABLE or TEXT, borrowed from |body|. */
struct dimp_view field_octets(const struct dimp_field_layout *field, const void *body);

#endif
