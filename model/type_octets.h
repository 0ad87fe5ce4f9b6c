/* SPDX-License-Identifier: MIT */
/*
 * How a value of each type of the registry stands in octets: type_read_VLAN(), type_write_VLAN()
 * and so on, which di_blocks.c strings together.  They are inline and have no error but "no": a
 * caller has seen to it that the octets are there, and asks field.h, which says what is wrong.
 */
#ifndef DIMP_TYPE_OCTETS_H
#define DIMP_TYPE_OCTETS_H

#include <string.h>

#include "field.h"
#include "names.h"
#include "wire.h"

/* Octets of a fixed type; the most of a variable one. */
enum type_octets {
#define TYPE(name, c_type, octets, kind, text) TYPE_OCTETS_##name = (octets),
#include "types.def"
#undef TYPE
};

#define ALLOW_INTEGER(name, value) field_allows_integer(DIMP_TYPE_##name, (value))
#define ALLOW_NAMED(name, value) names_have_##name(value)
#define ALLOW_SET(name, value) names_allow(DIMP_TYPE_##name, (value))

#define READ_INTEGER(name) \
	*member = (dimp_field_##name)wire_load(octets, sizeof *member); \
	return ALLOW_INTEGER(name, *member);
#define READ_NAMED(name) \
	*member = (dimp_field_##name)wire_load(octets, sizeof *member); \
	return ALLOW_NAMED(name, *member);
#define READ_SET(name) \
	*member = (dimp_field_##name)wire_load(octets, sizeof *member); \
	return ALLOW_SET(name, *member);
#define READ_OCTETS(name) \
	memcpy(member->octets, octets, sizeof member->octets); \
	return (int)DIMP_TYPE_##name != (int)DIMP_TYPE_CKN || field_is_ckn(octets);

#define WRITE_INTEGER(name) \
	wire_store(octets, *member, sizeof *member); \
	return ALLOW_INTEGER(name, *member);
#define WRITE_NAMED(name) \
	wire_store(octets, *member, sizeof *member); \
	return ALLOW_NAMED(name, *member);
#define WRITE_SET(name) \
	wire_store(octets, *member, sizeof *member); \
	return ALLOW_SET(name, *member);
#define WRITE_OCTETS(name) \
	memcpy(octets, member->octets, sizeof member->octets); \
	return true;

/* A type of one size: as the value of an attribute it has exactly that. */
#define FIXED_TYPE(name, c_type, read, write) \
	static inline bool type_read_##name(const uint8_t *octets, c_type *member) \
	{ \
		read \
	} \
	static inline bool type_write_##name(const c_type *member, uint8_t *octets) \
	{ \
		write \
	} \
	static inline bool type_read_value_##name(struct dimp_view value, c_type *member) \
	{ \
		return value.size == TYPE_OCTETS_##name && type_read_##name(value.octets, member); \
	} \
	static inline size_t type_size_##name(const c_type *member) \
	{ \
		(void)member; \
		return TYPE_OCTETS_##name; \
	} \
	static inline bool type_write_value_##name(const c_type *member, uint8_t *octets) \
	{ \
		return type_write_##name(member, octets); \
	}

/* A type of any size up to a bound; |member| was all zero. */
#define SIZED_TYPE(name, c_type) \
	static inline bool type_read_value_##name(struct dimp_view value, c_type *member) \
	{ \
		if (value.size > sizeof member->octets) \
			return false; \
		member->size = (uint16_t)value.size; \
		if (value.size != 0) \
			wire_copy(member->octets, value.octets, value.size); \
		return true; \
	} \
	static inline size_t type_size_##name(const c_type *member) \
	{ \
		return member->size; \
	} \
	static inline bool type_write_value_##name(const c_type *member, uint8_t *octets) \
	{ \
		if (member->size > sizeof member->octets) \
			return false; \
		wire_copy(octets, member->octets, member->size); \
		return true; \
	}

#define DEFINE_INTEGER(name, c_type) \
	FIXED_TYPE(name, c_type, READ_INTEGER(name), WRITE_INTEGER(name))
#define DEFINE_NAMED(name, c_type) FIXED_TYPE(name, c_type, READ_NAMED(name), WRITE_NAMED(name))
#define DEFINE_SET(name, c_type) FIXED_TYPE(name, c_type, READ_SET(name), WRITE_SET(name))
#define DEFINE_OCTETS(name, c_type) FIXED_TYPE(name, c_type, READ_OCTETS(name), WRITE_OCTETS(name))
#define DEFINE_VARIABLE(name, c_type) SIZED_TYPE(name, c_type)
#define DEFINE_TEXT(name, c_type) SIZED_TYPE(name, c_type)
#define TYPE(name, c_type, octets, kind, text) DEFINE_##kind(name, c_type)
#include "types.def"
#undef TYPE

#endif
