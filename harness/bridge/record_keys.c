/* SPDX-License-Identifier: MIT */
/*
 * Fields are taken through the layouts of the registry, one by one: padding and the octets behind a
 * short string never count.
 */
#include "bridge/record_keys.h"

#include <string.h>

#include "crypto/same_secret.h"

/* What a field type is made of in C: octets of one value, or a u16 size and as many octets. */
enum field_kind { FIELD_INTEGER, FIELD_NAMED, FIELD_SET, FIELD_OCTETS, FIELD_VARIABLE, FIELD_TEXT };

static const struct {
	uint16_t octets;
	enum field_kind kind;
} field_types[DIMP_TYPES] = {
#define TYPE(name, c_type, octets, kind, text) [DIMP_TYPE_##name] = {octets, FIELD_##kind},
#include "types.def"
#undef TYPE
};

static const uint8_t *body_of(const struct dimp_record *record)
{
	return (const uint8_t *)&record->body;
}

/* How many octets of the member count. */
static size_t size_of(const struct dimp_field_layout *field, const uint8_t *member)
{
	const enum field_kind kind = field_types[field->type].kind;
	uint16_t length;

	if (kind != FIELD_VARIABLE && kind != FIELD_TEXT)
		return field_types[field->type].octets;
	memcpy(&length, member, sizeof length);
	return sizeof length + length;
}

static bool is_field_equal(const struct dimp_field_layout *field, const struct dimp_record *one,
	const struct dimp_record *other)
{
	const uint8_t *const a = body_of(one) + field->offset;
	const uint8_t *const b = body_of(other) + field->offset;
	const size_t size = size_of(field, a);

	return field->role == DIMP_ROLE_SECRET ? same_secret(a, b, size) : memcmp(a, b, size) == 0;
}

static uint32_t attributes_of(const struct dimp_record *record)
{
	uint32_t attributes;

	memcpy(&attributes, body_of(record), sizeof attributes);
	return attributes;
}

bool record_has_field(const struct dimp_record *record, const struct dimp_field_layout *field)
{
	return field->attribute == 0 || (attributes_of(record) >> field->attribute & 1) != 0;
}

bool record_keys_equal(const struct dimp_record *one, const struct dimp_record *other)
{
	const struct dimp_layout *const layout = dimp_di_layout(one->type);

	if (one->type != other->type || layout == NULL)
		return false;
	for (size_t i = 0; i < layout->field_count; i++) {
		const struct dimp_field_layout *const field = &layout->fields[i];
		if (field->role == DIMP_ROLE_KEY && !is_field_equal(field, one, other))
			return false;
	}
	return true;
}

bool record_fields_equal(const struct dimp_record *one, const struct dimp_record *other)
{
	const struct dimp_layout *const layout = dimp_di_layout(one->type);

	if (attributes_of(one) != attributes_of(other))
		return false;
	for (size_t i = 0; i < layout->field_count; i++) {
		const struct dimp_field_layout *const field = &layout->fields[i];
		if (record_has_field(one, field) && !is_field_equal(field, one, other))
			return false;
	}
	return true;
}

/* FNV-1a, and its upper half into the lower one, by which buckets are chosen. */
uint64_t record_keys_hash(const struct dimp_record *record)
{
	const struct dimp_layout *const layout = dimp_di_layout(record->type);
	uint64_t hash = (0xcbf29ce484222325u ^ (uint64_t)record->type) * 0x100000001b3u;

	for (size_t i = 0; layout != NULL && i < layout->field_count; i++) {
		const struct dimp_field_layout *const field = &layout->fields[i];
		if (field->role != DIMP_ROLE_KEY)
			continue;
		const uint8_t *const member = body_of(record) + field->offset;
		const size_t size = size_of(field, member);
		for (size_t at = 0; at < size; at++)
			hash = (hash ^ member[at]) * 0x100000001b3u;
	}
	return hash ^ hash >> 32;
}
