/* SPDX-License-Identifier: MIT */
/*
 * Readers and writers of blocks, expanded from di.def: read_LOWER() and write_LOWER().  The fixed
 * part is looked at as a whole: its size is compared once, and whether each field allows its value
 * is gathered and asked once, so that there is one branch for all of them.  Attributes are expected
 * in the order of the rows, which is that of their numbers (DIMP 6.3-7), and only those: one that
 * is unknown, to be skipped, twice or out of order ends the reading here.
 *
 * Invariant: what is read here the tables read alike, to the last octet; test_di_blocks.c and
 * fuzz_record.c compare them.
 */
#include "di_blocks.h"

#include "rule_hooks.h"
#include "tlv.h"
#include "type_octets.h"

/* Octets of the fixed part. */
#define BEGIN(UPPER, lower, number, version, label) enum { FIXED_SIZE_##lower = 0
#define FIELD(lower, member, type, role, label) +TYPE_OCTETS_##type
#define ATTR(lower, member, number, type, role, label)
#define END(lower) \
	} \
	;
/* clang-format off */
#include "di.def"
/* clang-format on */
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

/* The set of attributes a block has. */
#define BEGIN(UPPER, lower, number, version, label) static const uint32_t attributes_of_##lower = 0
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label) | (uint32_t)1 << (number)
#define END(lower) ;
/* clang-format off */
#include "di.def"
/* clang-format on */
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

/* Zeros in a struct whose |size| is known when compiling: a few stores, or a call. */
static inline void clear(void *octets, size_t size)
{
	enum { STORED_MAX = 128 };

	if (size <= STORED_MAX)
		memset(octets, 0, size);
	else
		wire_clear(octets, size);
}

/* Whether |rest| begins with attribute |number|; |value| becomes what it holds. */
static inline bool is_next(struct dimp_view rest, unsigned number, struct dimp_view *value)
{
	if (rest.size < TLV_HEADER_SIZE || wire_load_u16(rest.octets) != number)
		return false;
	const size_t size = (size_t)wire_load_u16(rest.octets + 2);
	*value = wire_view(rest.octets + TLV_HEADER_SIZE, size);
	return size <= rest.size - TLV_HEADER_SIZE;
}

/* What follows |value|, which lies in |rest|. */
static inline struct dimp_view behind(struct dimp_view rest, struct dimp_view value)
{
	return wire_view(value.octets + value.size, rest.size - TLV_HEADER_SIZE - value.size);
}

#define BEGIN(UPPER, lower, number, version, label) \
	static bool read_##lower(struct dimp_view rest, struct dimp_##lower *body) \
	{ \
		const uint8_t *octets = rest.octets; \
		struct dimp_view value; \
		bool is_good = true; \
		if (rest.size < FIXED_SIZE_##lower) \
			return false; \
		clear(body, sizeof *body); \
		rest = wire_view(octets + FIXED_SIZE_##lower, rest.size - FIXED_SIZE_##lower);
#define FIELD(lower, member, type, role, label) \
	is_good &= type_read_##type(octets, &body->member); \
	octets += TYPE_OCTETS_##type;
#define ATTR(lower, member, number, type, role, label) \
	if (is_next(rest, (number), &value)) { \
		is_good &= type_read_value_##type(value, &body->member); \
		body->attributes |= (uint32_t)1 << (number); \
		rest = behind(rest, value); \
	}
#define END(lower) \
	(void)value; \
	return is_good && rest.size == 0; \
	}
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

/* Writes the header of an attribute; its value's place, NULL when there is no room for it. */
static inline uint8_t *begin_attribute(struct dimp_buffer *room, unsigned number, size_t size)
{
	uint8_t *octets = room->octets;

	if (size > UINT16_MAX || room->capacity < TLV_HEADER_SIZE + size)
		return NULL;
	wire_store_u16(octets, number);
	wire_store_u16(octets + 2, size);
	room->octets += TLV_HEADER_SIZE + size;
	room->capacity -= TLV_HEADER_SIZE + size;
	return octets + TLV_HEADER_SIZE;
}

#define BEGIN(UPPER, lower, number, version, label) \
	static size_t write_##lower(const struct dimp_##lower *body, struct dimp_buffer room) \
	{ \
		uint8_t *octets = room.octets; \
		const size_t capacity = room.capacity; \
		bool is_good = (body->attributes & ~attributes_of_##lower) == 0; \
		if (capacity < FIXED_SIZE_##lower) \
			return 0; \
		room.octets += FIXED_SIZE_##lower; \
		room.capacity -= FIXED_SIZE_##lower;
#define FIELD(lower, member, type, role, label) \
	is_good &= type_write_##type(&body->member, octets); \
	octets += TYPE_OCTETS_##type;
#define ATTR(lower, member, number, type, role, label) \
	if ((body->attributes >> (number)&1) != 0) { \
		octets = begin_attribute(&room, (number), type_size_##type(&body->member)); \
		if (octets == NULL || !type_write_value_##type(&body->member, octets)) \
			return 0; \
	}
#define END(lower) \
	return is_good ? capacity - room.capacity : 0; \
	}
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define END(lower)

static const struct di_blocks_result nothing;

static inline struct di_blocks_result result_of(size_t size, enum dimp_error verdict)
{
	return (struct di_blocks_result){(uint16_t)size, (uint16_t)verdict};
}

struct di_blocks_result di_blocks_read(struct dimp_view value, struct dimp_record *record)
{
	switch (record->type) {
#define BEGIN(UPPER, lower, number, version, label) \
	case DIMP_DI_##UPPER: \
		if (!read_##lower(value, &record->body.lower)) \
			return nothing; \
		return result_of(value.size, \
			rules_##lower(&record->body.lower, DIMP_OPERATION_PUT));
#include "di.def"
#undef BEGIN
	}
	return nothing;
}

struct di_blocks_result di_blocks_write(const struct dimp_record *record, struct dimp_buffer room)
{
	size_t size;

	switch (record->type) {
#define BEGIN(UPPER, lower, number, version, label) \
	case DIMP_DI_##UPPER: \
		size = write_##lower(&record->body.lower, room); \
		if (size == 0) \
			return nothing; \
		return result_of(size, rules_##lower(&record->body.lower, DIMP_OPERATION_PUT));
#include "di.def"
#undef BEGIN
	}
	return nothing;
}
#undef FIELD
#undef ATTR
#undef END
