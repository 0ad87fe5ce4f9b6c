/* SPDX-License-Identifier: MIT */
/*
 * A record as an array of items, for MessagePack and CBOR alike: DI type, operation, fixed part in
 * order, then number and value of each attribute.  Who includes this has defined struct item with
 * item_integer() and item_octets(), and struct out with out_array(), out_integer() and
 * out_octets(). It becomes take_record() and put_record().
 */
#include "bench/peers/peer_check.h"

enum { HEAD_ITEMS = 2, ITEMS_MAX = 64 };

#define TAKE_INTEGER(item, type, member) \
	{ \
		uint64_t value; \
		if (!item_integer((item), &value) || !ALLOWED_##type(value)) \
			return false; \
		(member) = (dimp_field_##type)value; \
	}
#define TAKE_OCTETS(item, type, member) \
	{ \
		struct dimp_view view; \
		if (!item_octets((item), &view) || view.size != sizeof(member).octets) \
			return false; \
		memcpy((member).octets, view.octets, sizeof(member).octets); \
	}
#define TAKE_STATION TAKE_OCTETS
#define TAKE_WORD TAKE_OCTETS
#define TAKE_LONG_WORD TAKE_OCTETS
#define TAKE_NAME(item, type, member) \
	{ \
		struct dimp_view view; \
		if (!item_octets((item), &view) || view.size == 0 || \
			view.size >= sizeof(member).octets) \
			return false; \
		(member).octets[0] = (uint8_t)view.size; \
		memcpy((member).octets + 1, view.octets, view.size); \
	}
#define TAKE_VARIABLE(item, type, member) \
	{ \
		struct dimp_view view; \
		if (!item_octets((item), &view) || view.size > sizeof(member).octets) \
			return false; \
		(member).size = (uint16_t)view.size; \
		memcpy((member).octets, view.octets, view.size); \
	}

#define PUT_INTEGER(out, type, member) \
	{ \
		if (!ALLOWED_##type(member)) \
			return false; \
		out_integer((out), (member)); \
	}
#define PUT_OCTETS(out, type, member) out_octets((out), (member).octets, sizeof(member).octets);
#define PUT_STATION PUT_OCTETS
#define PUT_WORD PUT_OCTETS
#define PUT_LONG_WORD PUT_OCTETS
#define PUT_NAME(out, type, member) \
	{ \
		if (!field_is_ckn((member).octets)) \
			return false; \
		out_octets((out), (member).octets + 1, (member).octets[0]); \
	}
#define PUT_VARIABLE(out, type, member) \
	{ \
		if ((member).size > sizeof(member).octets) \
			return false; \
		out_octets((out), (member).octets, (member).size); \
	}

/* FIELDS_lower: how many there are in the fixed part. */
#define BEGIN(UPPER, lower, number, version, label) enum { FIELDS_##lower = 0
#define FIELD(lower, member, type, role, label) +1
#define ATTR(lower, member, number, type, role, label)
#define END(lower) \
	} \
	;
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

#define BEGIN(UPPER, lower, number, version, label) \
	static bool take_##lower(const struct item *items, size_t count, \
		struct dimp_record *record) \
	{ \
		struct dimp_##lower *body = &record->body.lower; \
		const struct item *item = items, *end = items + count; \
		*body = (struct dimp_##lower){.attributes = 0}; \
		if (count < FIELDS_##lower) \
			return false;
#define FIELD(lower, member, type, role, label) WAY(TAKE_, type)(item, type, body->member) item++;
#define ATTR(lower, member, number, type, role, label) \
	if (end - item >= 2 && item_is(item, (number))) { \
		WAY(TAKE_, type)(item + 1, type, body->member) body->attributes |= 1u << (number); \
		item += 2; \
	}
#define END(lower) \
	return item == end && rules_##lower(body, record->operation) == DIMP_ERROR_NONE; \
	}
static inline bool item_is(const struct item *item, uint64_t number)
{
	uint64_t value;

	return item_integer(item, &value) && value == number;
}
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

#define BEGIN(UPPER, lower, number, version, label) \
	static bool put_##lower(struct out *out, const struct dimp_record *record) \
	{ \
		const struct dimp_##lower *body = &record->body.lower; \
		const unsigned attributes = (unsigned)__builtin_popcount(body->attributes); \
		if (rules_##lower(body, record->operation) != DIMP_ERROR_NONE) \
			return false; \
		out_array(out, HEAD_ITEMS + FIELDS_##lower + 2 * attributes); \
		out_integer(out, (uint64_t)record->type); \
		out_integer(out, (uint64_t)record->operation);
#define FIELD(lower, member, type, role, label) WAY(PUT_, type)(out, type, body->member)
#define ATTR(lower, member, number, type, role, label) \
	if ((body->attributes >> (number)&1) != 0) { \
		out_integer(out, (number)); \
		WAY(PUT_, type)(out, type, body->member) \
	}
#define END(lower) \
	return true; \
	}
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define END(lower)

static bool take_record(const struct item *items, size_t count, struct dimp_record *record)
{
	uint64_t type, operation;

	if (count < HEAD_ITEMS || !item_integer(&items[0], &type) ||
		!item_integer(&items[1], &operation))
		return false;
	if (operation != DIMP_OPERATION_PUT && operation != DIMP_OPERATION_DELETE)
		return false;
	record->operation = (enum dimp_operation)operation;
	record->type = (enum dimp_di_type)type;
	switch (type) {
#define BEGIN(UPPER, lower, number, version, label) \
	case (number): \
		return take_##lower(items + HEAD_ITEMS, count - HEAD_ITEMS, record);
#include "di.def"
#undef BEGIN
	}
	return false;
}

static bool put_record(struct out *out, const struct dimp_record *record)
{
	switch (record->type) {
#define BEGIN(UPPER, lower, number, version, label) \
	case DIMP_DI_##UPPER: \
		return put_##lower(out, record);
#include "di.def"
#undef BEGIN
	}
	return false;
}
#undef FIELD
#undef ATTR
#undef END
