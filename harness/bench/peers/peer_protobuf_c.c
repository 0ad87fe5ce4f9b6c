/* SPDX-License-Identifier: MIT */
/*
 * protobuf-c.  Unpacking takes its memory from an allocator of ours, as its API offers: one piece
 * of memory, given out from the front and taken back whole after each record.
 */
#include "bench/peers/peer.h"

#include "bench/peers/peer_check.h"

#include <wirec.pb-c.h>
#include <wirec_types.h>

#define MESSAGE(lower) wirec_##lower
#define OCTETS_OF(member) ((struct dimp_view){(member).data, (member).len})
#define SET_FIXED(member, from, count) \
	{ \
		union { \
			const uint8_t *of; \
			uint8_t *at; \
		} pointer = {(from)}; \
		(member).data = pointer.at; \
		(member).len = (count); \
	}
#define SET_BYTES SET_FIXED

#include "bench/peers/peer_message.def"

static struct arena_space {
	_Alignas(16) uint8_t octets[16384];
	size_t used;
} space;

static void *take(void *user, size_t size)
{
	struct arena_space *arena = user;

	if (size > sizeof arena->octets - arena->used)
		return NULL;
	void *taken = arena->octets + arena->used;
	arena->used += (size + 15) & ~(size_t)15;
	return taken;
}

static void give_back(void *user, void *pointer)
{
	(void)user;
	(void)pointer;
}

static ProtobufCAllocator allocator = {take, give_back, &space};

static size_t encode(const struct dimp_record *record, uint8_t *octets, size_t capacity)
{
	if (capacity < DIMP_RECORD_SIZE_MAX + 200)
		return 0;
	switch (record->type) {
#define BEGIN(UPPER, lower, number, version, label) \
	case DIMP_DI_##UPPER: { \
		wirec_##lower message; \
		wirec__##lower##__init(&message); \
		if (!store_##lower(&message, record)) \
			return 0; \
		return head_write(octets, (number), \
			wirec__##lower##__pack(&message, octets + HEAD_SIZE)); \
	}
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define END(lower)
#include "di.def"
#undef BEGIN
	}
	return 0;
}

static size_t decode(struct dimp_view octets, struct dimp_record *record)
{
	const struct dimp_view body = head_read(octets, record);
	bool is_good = false;

	space.used = 0;
	switch (record->type) {
#define BEGIN(UPPER, lower, number, version, label) \
	case DIMP_DI_##UPPER: { \
		const wirec_##lower *message = \
			wirec__##lower##__unpack(&allocator, body.size, body.octets); \
		is_good = message && load_##lower(message, record); \
		break; \
	}
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef END
	}
	return is_good ? HEAD_SIZE + body.size : 0;
}

const struct codec_peer peer_protobuf_c = {"protobuf-c", "libprotobuf-c-dev", encode, decode};
