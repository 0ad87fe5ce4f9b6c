/*
 * The const tables behind dimp_di_layout(), dimp_param_tlv_layout() and dimp_message_layout(),
 * expanded from the .def files.
 *
 * Wire offsets come from mirror structs made of octet arrays alone, which no ABI pads; each starts
 * with one octet of its own because PING has no field and C has no empty struct.  A mistake in a
 * row does not compile: a number used twice is a duplicate case, element or member, an unknown type
 * or role has no enumerator, a KEY that is not among the first fields or is an attribute, a
 * variable type in a fixed part and a number out of range each break a static assertion.
 */
#include "layout.h"

#include "type_octets.h"

enum type_kinds {
#define TYPE(name, c_type, octets, kind, text) TYPE_KIND_OF_##name = TYPE_KIND_##kind,
#include "types.def"
#undef TYPE
};

/* Integers and octet strings are copied whole: C size and wire size are one. */
#define TYPE(name, c_type, octets, kind, text) \
	_Static_assert(TYPE_KIND_##kind >= TYPE_KIND_VARIABLE || sizeof(c_type) == (octets), #name);
#include "types.def"
#undef TYPE

/* A KEY field also stands in the mirror of keys, at the same offset: so keys come first. */
#define KEY_MEMBER_KEY(member, type) uint8_t member[TYPE_OCTETS_##type];
#define KEY_MEMBER_VALUE(member, type)
#define KEY_MEMBER_DECAYS(member, type)
#define KEY_MEMBER_COUNTER(member, type)
#define KEY_MEMBER_SECRET(member, type)
#define KEY_CHECK_KEY(lower, member) \
	_Static_assert(offsetof(struct mirror_##lower, member) == \
			offsetof(struct key_mirror_##lower, member), \
		#lower "." #member ": KEY fields come first");
#define KEY_CHECK_VALUE(lower, member)
#define KEY_CHECK_DECAYS(lower, member)
#define KEY_CHECK_COUNTER(lower, member)
#define KEY_CHECK_SECRET(lower, member)

#define ROUTE(lower, from, to)
#define PARAM(lower, tlv, fewest, most)

#define BEGIN(UPPER, lower, number, version, label) \
	struct mirror_##lower { \
		uint8_t first;
#define FIELD(lower, member, type, role, label) uint8_t member[TYPE_OCTETS_##type];
#define ATTR(lower, member, number, type, role, label)
#define END(lower) \
	} \
	;
#include "di.def"
#include "messages.def"
#include "tlvs.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

#define BEGIN(UPPER, lower, number, version, label) \
	struct key_mirror_##lower { \
		uint8_t first;
#define FIELD(lower, member, type, role, label) KEY_MEMBER_##role(member, type)
#define ATTR(lower, member, number, type, role, label)
#define END(lower) \
	} \
	;
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

/* Attribute numbers as members: the same one twice does not compile. */
#define BEGIN(UPPER, lower, number, version, label) \
	struct attributes_##lower { \
		uint8_t first;
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label) uint8_t attribute_##number;
#define END(lower) \
	} \
	;
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

#define CHECK_RANGE(name, number, first, last) \
	_Static_assert((number) >= (first), #name ": number too low"); \
	_Static_assert((number) <= (last), #name ": number too high");
#define CHECK_FIXED(lower, member, type) \
	_Static_assert((int)TYPE_KIND_OF_##type < (int)TYPE_KIND_VARIABLE, \
		#lower "." #member ": a variable type stands in attributes only");
#define CHECK_DECAYS(lower, member, type, role) \
	_Static_assert((int)DIMP_ROLE_##role != (int)DIMP_ROLE_DECAYS || \
			(int)DIMP_TYPE_##type == (int)DIMP_TYPE_MS, \
		#lower "." #member ": what decays is a duration");

#define BEGIN(UPPER, lower, number, version, label) CHECK_RANGE(lower, number, 1, 63)
#define FIELD(lower, member, type, role, label) \
	CHECK_FIXED(lower, member, type) \
	CHECK_DECAYS(lower, member, type, role) \
	KEY_CHECK_##role(lower, member)
#define ATTR(lower, member, number, type, role, label) \
	CHECK_RANGE(lower, number, 1, 31) \
	CHECK_DECAYS(lower, member, type, role) \
	_Static_assert((int)DIMP_ROLE_##role != (int)DIMP_ROLE_KEY, \
		#lower "." #member ": a KEY stands in the fixed part");
#define END(lower)
#include "di.def"
#undef BEGIN
#undef FIELD

#define FIELD(lower, member, type, role, label) CHECK_FIXED(lower, member, type)
#define BEGIN(UPPER, lower, number, version, label) CHECK_RANGE(lower, number, 0x0001, 0x00ff)
#include "messages.def"
#undef BEGIN
#define BEGIN(UPPER, lower, number, version, label) CHECK_RANGE(lower, number, 0x0100, 0x01ff)
#include "tlvs.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

/* The fields of each block, and one without a name after them. */
#define BEGIN(UPPER, lower, number, version, label) \
	static const struct dimp_field_layout fields_##lower[] = {
#define FIELD(lower, member_, type_, role_, label_) \
	{.name = #member_, \
		.label = (label_), \
		.type = DIMP_TYPE_##type_, \
		.role = DIMP_ROLE_##role_, \
		.offset = offsetof(struct dimp_##lower, member_), \
		.wire_offset = offsetof(struct mirror_##lower, member_) - 1},
#define ATTR(lower, member_, number, type_, role_, label_) \
	{.name = #member_, \
		.label = (label_), \
		.type = DIMP_TYPE_##type_, \
		.role = DIMP_ROLE_##role_, \
		.attribute = (number), \
		.offset = offsetof(struct dimp_##lower, member_)},
#define END(lower) \
	{ \
		.name = NULL \
	} \
	} \
	;
#include "di.def"
#include "messages.def"
#include "tlvs.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END
#undef PARAM

#define BEGIN(UPPER, lower, number, version, label) \
	static const struct dimp_param_layout params_##lower[] = {
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define PARAM(lower, tlv_, fewest_, most_) \
	{.tlv = DIMP_TLV_##tlv_, .fewest = (fewest_), .most = (most_)},
#define END(lower) \
	{ \
		.fewest = 0 \
	} \
	} \
	;
#include "messages.def"
#undef BEGIN
#undef PARAM
#undef END

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]) - 1)

/* The layout tables, but for parameters: messages alone have them. */
#define LAYOUT(lower, number_, version_, label_) \
	.name = #lower, .label = (label_), .number = (number_), .version = (version_), \
	.fixed_size = sizeof(struct mirror_##lower) - 1, \
	.struct_size = sizeof(struct dimp_##lower), .fields = fields_##lower, \
	.field_count = COUNT_OF(fields_##lower)

#define PARAM(lower, tlv, fewest, most)
#define END(lower)
#define BEGIN(UPPER, lower, number, version, label) \
	static const struct dimp_layout layout_##lower = {LAYOUT(lower, number, version, label)};
#include "di.def"
#include "tlvs.def"
#undef BEGIN
#define BEGIN(UPPER, lower, number, version, label) \
	static const struct dimp_layout layout_##lower = {LAYOUT(lower, number, version, label), \
		.params = params_##lower, .param_count = COUNT_OF(params_##lower)};
#include "messages.def"
#undef BEGIN

#define BEGIN(UPPER, lower, number, version, label) [(number)] = &layout_##lower,

const struct dimp_layout *const layout_of_di[DIMP_DI_TYPES] = {
#include "di.def"
};

#undef BEGIN
#define BEGIN(UPPER, lower, number, version, label) \
	[(number)] = sizeof(struct key_mirror_##lower) - 1,

static const uint8_t key_sizes[DIMP_DI_TYPES] = {
#include "di.def"
};

const struct dimp_layout *dimp_di_layout(unsigned di_type)
{
	return di_type < DIMP_DI_TYPES ? layout_of_di[di_type] : NULL;
}

#undef BEGIN
#define BEGIN(UPPER, lower, number, version, label) \
	case (number): return &layout_##lower;

const struct dimp_layout *dimp_param_tlv_layout(unsigned tlv)
{
	switch (tlv) {
#include "tlvs.def"
	}
	return NULL;
}

const struct dimp_layout *dimp_message_layout(unsigned kind)
{
	switch (kind) {
#include "messages.def"
	}
	return NULL;
}

struct type_facts layout_type(enum dimp_type type)
{
	static const struct type_facts facts[DIMP_TYPES] = {
#define TYPE(name, c_type, octets_, kind_, text) \
	[DIMP_TYPE_##name] = {.kind = TYPE_KIND_##kind_, .octets = (octets_)},
#include "types.def"
#undef TYPE
	};
	return facts[type];
}

size_t layout_key_size(const struct dimp_layout *layout)
{
	return key_sizes[layout->number];
}

const struct dimp_field_layout *layout_attribute(const struct dimp_layout *layout, unsigned number)
{
	for (size_t index = 0; index < layout->field_count; index++) {
		const struct dimp_field_layout *field = &layout->fields[index];
		if (field->attribute != 0 && field->attribute == number)
			return field;
	}
	return NULL;
}
