/* SPDX-License-Identifier: MIT */
/*
 * Between the messages of a protocol buffers library and the structs that the program works with.
 * Who includes this has defined MESSAGE(lower), the library's type for a block; OCTETS_OF(member),
 * a view of its bytes; and SET_FIXED(member, octets, size) and SET_BYTES(member, octets, size).  It
 * becomes load_LOWER() and store_LOWER(), each with all checks.
 */
#include "bench/peers/peer_check.h"

#define LOAD_INTEGER(from, type, to) \
	{ \
		if (!ALLOWED_##type(from)) \
			return false; \
		(to) = (dimp_field_##type)(from); \
	}
#define LOAD_STATION(from, type, to) \
	{ \
		if ((from) >> 48 != 0) \
			return false; \
		memcpy((to).octets, &(from), sizeof(to).octets); \
	}
#define LOAD_WORD(from, type, to) memcpy((to).octets, &(from), sizeof(to).octets);
#define LOAD_LONG_WORD LOAD_WORD
#define LOAD_OCTETS(from, type, to) \
	{ \
		const struct dimp_view view = OCTETS_OF(from); \
		if (view.size != sizeof(to).octets) \
			return false; \
		memcpy((to).octets, view.octets, sizeof(to).octets); \
	}
#define LOAD_NAME(from, type, to) \
	{ \
		const struct dimp_view view = OCTETS_OF(from); \
		if (view.size == 0 || view.size >= sizeof(to).octets) \
			return false; \
		(to).octets[0] = (uint8_t)view.size; \
		memcpy((to).octets + 1, view.octets, view.size); \
	}
#define LOAD_VARIABLE(from, type, to) \
	{ \
		const struct dimp_view view = OCTETS_OF(from); \
		if (view.size > sizeof(to).octets) \
			return false; \
		(to).size = (uint16_t)view.size; \
		if (view.size != 0) \
			memcpy((to).octets, view.octets, view.size); \
	}

#define STORE_INTEGER(to, type, from) \
	{ \
		if (!ALLOWED_##type(from)) \
			return false; \
		(to) = (from); \
	}
#define STORE_WORD(to, type, from) memcpy(&(to), (from).octets, sizeof(from).octets);
#define STORE_STATION STORE_WORD
#define STORE_LONG_WORD STORE_WORD
#define STORE_OCTETS(to, type, from) SET_FIXED((to), (from).octets, sizeof(from).octets)
#define STORE_NAME(to, type, from) \
	{ \
		if (!field_is_ckn((from).octets)) \
			return false; \
		SET_BYTES((to), (from).octets + 1, (from).octets[0]) \
	}
#define STORE_VARIABLE(to, type, from) \
	{ \
		if ((from).size > sizeof(from).octets) \
			return false; \
		SET_BYTES((to), (from).octets, (from).size) \
	}

#define BEGIN(UPPER, lower, number, version, label) \
	static bool load_##lower(const MESSAGE(lower) * message, struct dimp_record * record) \
	{ \
		struct dimp_##lower *body = &record->body.lower; \
		*body = (struct dimp_##lower){.attributes = 0}; \
		body->attributes = message->attributes; \
		record->operation = \
			message->operation == 0 ? DIMP_OPERATION_PUT : DIMP_OPERATION_DELETE;
#define FIELD(lower, member, type, role, label) \
	WAY(LOAD_, type)(message->its_##member, type, body->member)
#define ATTR(lower, member, number, type, role, label) \
	if ((body->attributes >> (number)&1) != 0) \
	WAY(LOAD_, type)(message->its_##member, type, body->member)
#define END(lower) \
	return message->operation <= 1 && \
		rules_##lower(body, record->operation) == DIMP_ERROR_NONE; \
	}
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

#define BEGIN(UPPER, lower, number, version, label) \
	static bool store_##lower(MESSAGE(lower) * message, const struct dimp_record *record) \
	{ \
		const struct dimp_##lower *body = &record->body.lower; \
		message->attributes = body->attributes; \
		message->operation = record->operation == DIMP_OPERATION_PUT ? 0 : 1;
#define FIELD(lower, member, type, role, label) \
	WAY(STORE_, type)(message->its_##member, type, body->member)
#define ATTR(lower, member, number, type, role, label) \
	if ((body->attributes >> (number)&1) != 0) \
	WAY(STORE_, type)(message->its_##member, type, body->member)
#define END(lower) \
	return rules_##lower(body, record->operation) == DIMP_ERROR_NONE; \
	}
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END

/* What stands before a message: its DI type, and its size in two octets. */
enum { HEAD_SIZE = 3 };

static inline size_t head_write(uint8_t *octets, unsigned type, size_t size)
{
	octets[0] = (uint8_t)type;
	octets[1] = (uint8_t)(size >> 8);
	octets[2] = (uint8_t)size;
	return HEAD_SIZE + size;
}

/* The octets of the message; an empty view when it is not whole. */
static inline struct dimp_view head_read(struct dimp_view octets, struct dimp_record *record)
{
	if (octets.size < HEAD_SIZE)
		return (struct dimp_view){0};
	const size_t size = (size_t)octets.octets[1] << 8 | octets.octets[2];
	record->type = (enum dimp_di_type)octets.octets[0];
	return octets.size - HEAD_SIZE < size ? (struct dimp_view){0}
					      : (struct dimp_view){octets.octets + HEAD_SIZE, size};
}
