/*
 * Fields.  Members are reached by the offsets of the layout tables here and nowhere else.  Integers
 * live in C as integers of the size they have on the wire, octet strings as they are, variable ones
 * behind their size: the static assertions of layout.c and the ones below say so.
 */
#include "field.h"

#include <assert.h>
#include <string.h>

#include "names.h"

_Static_assert(offsetof(struct dimp_octets32, octets) == sizeof(uint16_t), "size, then octets");
_Static_assert(offsetof(struct dimp_octets253, octets) == sizeof(uint16_t), "size, then octets");
_Static_assert(offsetof(struct dimp_octets1024, octets) == sizeof(uint16_t), "size, then octets");
_Static_assert(offsetof(struct dimp_text253, octets) == sizeof(uint16_t), "size, then octets");

static uint8_t *member_of(const struct dimp_field_layout *field, void *body)
{
	return (uint8_t *)body + field->offset;
}

static const uint8_t *const_member_of(const struct dimp_field_layout *field, const void *body)
{
	return (const uint8_t *)body + field->offset;
}

static bool is_integer(struct type_facts facts)
{
	return facts.kind == TYPE_KIND_INTEGER || facts.kind == TYPE_KIND_NAMED ||
		facts.kind == TYPE_KIND_SET;
}

static bool is_variable(struct type_facts facts)
{
	return facts.kind == TYPE_KIND_VARIABLE || facts.kind == TYPE_KIND_TEXT;
}

/* Whether a field of |type| may have |value| (DIMP 6.1-4 to 6.1-7). */
static bool is_allowed(enum dimp_type type, uint64_t value)
{
	if (layout_type(type).kind == TYPE_KIND_INTEGER)
		return field_allows_integer(type, value);
	return names_allow(type, value);
}

static void store_integer(uint8_t *member, uint64_t value, size_t size)
{
	const uint8_t value8 = (uint8_t)value;
	const uint16_t value16 = (uint16_t)value;
	const uint32_t value32 = (uint32_t)value;

	if (size == sizeof value8)
		memcpy(member, &value8, sizeof value8);
	else if (size == sizeof value16)
		memcpy(member, &value16, sizeof value16);
	else if (size == sizeof value32)
		memcpy(member, &value32, sizeof value32);
	else
		memcpy(member, &value, sizeof value);
}

static uint64_t load_integer(const uint8_t *member, size_t size)
{
	uint8_t value8 = 0;
	uint16_t value16 = 0;
	uint32_t value32 = 0;
	uint64_t value64 = 0;

	if (size == sizeof value8)
		memcpy(&value8, member, sizeof value8);
	else if (size == sizeof value16)
		memcpy(&value16, member, sizeof value16);
	else if (size == sizeof value32)
		memcpy(&value32, member, sizeof value32);
	else
		memcpy(&value64, member, sizeof value64);
	return value8 | value16 | value32 | value64;
}

uint64_t field_integer(const struct dimp_field_layout *field, const void *body)
{
	const struct type_facts facts = layout_type(field->type);

	assert(is_integer(facts));
	return load_integer(const_member_of(field, body), facts.octets);
}

struct dimp_view field_octets(const struct dimp_field_layout *field, const void *body)
{
	const struct type_facts facts = layout_type(field->type);
	const uint8_t *member = const_member_of(field, body);

	assert(!is_integer(facts));
	if (!is_variable(facts))
		return wire_view(member, facts.octets);
	const size_t size = (size_t)load_integer(member, sizeof(uint16_t));
	return wire_view(member + sizeof(uint16_t), size);
}

static enum dimp_error read_variable(struct type_facts facts, struct dimp_view octets,
	uint8_t *member)
{
	if (octets.size > facts.octets)
		return DIMP_ERROR_BAD_LENGTH;
	store_integer(member, octets.size, sizeof(uint16_t));
	memset(member + sizeof(uint16_t), 0, facts.octets);
	if (octets.size != 0)
		memcpy(member + sizeof(uint16_t), octets.octets, octets.size);
	return DIMP_ERROR_NONE;
}

enum dimp_error field_read(const struct dimp_field_layout *field, struct dimp_view octets,
	void *body)
{
	const struct type_facts facts = layout_type(field->type);
	uint8_t *member = member_of(field, body);

	if (is_variable(facts))
		return read_variable(facts, octets, member);
	if (octets.size != facts.octets)
		return DIMP_ERROR_BAD_LENGTH;
	if (field->type == DIMP_TYPE_CKN && !field_is_ckn(octets.octets))
		return DIMP_ERROR_MALFORMED_RECORD;
	if (!is_integer(facts)) {
		memcpy(member, octets.octets, octets.size);
		return DIMP_ERROR_NONE;
	}
	struct wire_reader reader = wire_reader_of(octets);
	const uint64_t value = wire_read_integer(&reader, octets.size);
	if (!is_allowed(field->type, value))
		return DIMP_ERROR_BAD_VALUE;
	store_integer(member, value, octets.size);
	return DIMP_ERROR_NONE;
}

enum dimp_error field_write(const struct dimp_field_layout *field, const void *body,
	struct wire_writer *writer)
{
	const struct type_facts facts = layout_type(field->type);

	if (!is_integer(facts)) {
		const struct dimp_view octets = field_octets(field, body);
		if (octets.size > facts.octets)
			return DIMP_ERROR_BAD_VALUE;
		wire_write_octets(writer, octets.octets, octets.size);
		return DIMP_ERROR_NONE;
	}
	const uint64_t value = field_integer(field, body);
	if (!is_allowed(field->type, value))
		return DIMP_ERROR_BAD_VALUE;
	wire_write_integer(writer, value, facts.octets);
	return DIMP_ERROR_NONE;
}

enum dimp_error field_read_all(const struct dimp_layout *layout, struct wire_reader *reader,
	void *body)
{
	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];
		if (field->attribute != 0)
			continue;
		const struct dimp_view octets =
			wire_read_view(reader, layout_type(field->type).octets);
		if (reader->has_failed)
			return DIMP_ERROR_TRUNCATED;
		const enum dimp_error error = field_read(field, octets, body);
		if (error != DIMP_ERROR_NONE)
			return error;
	}
	return DIMP_ERROR_NONE;
}

enum dimp_error field_write_all(const struct dimp_layout *layout, const void *body,
	struct wire_writer *writer)
{
	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];
		if (field->attribute != 0)
			continue;
		const enum dimp_error error = field_write(field, body, writer);
		if (error != DIMP_ERROR_NONE)
			return error;
	}
	return DIMP_ERROR_NONE;
}
