/* SPDX-License-Identifier: MIT */
/*
 * Compares through the registry's layouts, not through the wire form: what the codec would drop on
 * both sides must show.
 */
#include "observe/record_compare.h"

#include <string.h>

#include "crypto/same_secret.h"

/* Octets of a value; 0: a u16 size and as many octets. */
enum { FIXED_INTEGER = 1, FIXED_NAMED = 1, FIXED_SET = 1, FIXED_OCTETS = 1 };
enum { FIXED_VARIABLE = 0, FIXED_TEXT = 0 };

static const uint16_t value_sizes[DIMP_TYPES] = {
#define TYPE(name, c_type, octets, kind, text) [DIMP_TYPE_##name] = FIXED_##kind * (octets),
#include "types.def"
#undef TYPE
};

static const uint8_t *value_of(const struct dimp_record *record,
	const struct dimp_field_layout *field)
{
	return (const uint8_t *)&record->body + field->offset;
}

/* A block's attributes that are there: its first member. */
static bool has_field(const struct dimp_record *record, const struct dimp_field_layout *field)
{
	uint32_t attributes;

	memcpy(&attributes, &record->body, sizeof attributes);
	return field->attribute == 0 || (attributes >> field->attribute & 1) != 0;
}

static size_t size_of(const struct dimp_record *record, const struct dimp_field_layout *field)
{
	uint16_t size = value_sizes[field->type];

	if (size != 0)
		return size;
	memcpy(&size, value_of(record, field), sizeof size);
	return sizeof size + size;
}

static bool is_equal(const struct dimp_field_layout *field, const struct dimp_record *one,
	const struct dimp_record *other)
{
	const size_t size = size_of(one, field);

	if (size != size_of(other, field))
		return false;
	if (field->role == DIMP_ROLE_SECRET)
		return same_secret(value_of(one, field), value_of(other, field), size);
	return memcmp(value_of(one, field), value_of(other, field), size) == 0;
}

bool record_has_same_keys(const struct dimp_record *one, const struct dimp_record *other)
{
	const struct dimp_layout *layout = dimp_di_layout(one->type);

	if (one->type != other->type || !layout)
		return false;
	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];
		if (field->role == DIMP_ROLE_KEY && !is_equal(field, one, other))
			return false;
	}
	return true;
}

const struct dimp_field_layout *record_difference(const struct dimp_record *one,
	const struct dimp_record *other)
{
	const struct dimp_layout *layout = dimp_di_layout(one->type);

	for (size_t index = 0; layout && index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];
		const bool has_one = has_field(one, field);
		if (has_one != has_field(other, field))
			return field;
		if (has_one && field->role != DIMP_ROLE_DECAYS && !is_equal(field, one, other))
			return field;
	}
	return NULL;
}

const struct dimp_field_layout *record_next_duration(const struct dimp_record *record,
	size_t *cursor)
{
	const struct dimp_layout *layout = dimp_di_layout(record->type);

	while (layout && *cursor < layout->field_count) {
		const struct dimp_field_layout *field = &layout->fields[(*cursor)++];
		if (field->role == DIMP_ROLE_DECAYS && has_field(record, field))
			return field;
	}
	return NULL;
}

struct dimp_time record_expiry(const struct dimp_record *record,
	const struct dimp_field_layout *field, struct dimp_time since)
{
	uint32_t duration;

	memcpy(&duration, value_of(record, field), sizeof duration);
	const uint64_t us = dimp_duration_to_us(duration);
	return us == UINT64_MAX ? DIMP_NEVER : (struct dimp_time){since.us + us};
}
