/* SPDX-License-Identifier: MIT */
/* nanopb with static allocation: every field has its most octets told in the options. */
#include "bench/peers/peer.h"

#include "bench/peers/peer_check.h"

#include <pb_decode.h>
#include <pb_encode.h>

#include <wiren.pb.h>

#define MESSAGE(lower) wiren_##lower
/* Bytes of a fixed size are an array, others a size and an array. */
#define OCTETS_OF(member) \
	_Generic(&(member), const pb_byte_t(*)[3] \
		 : fixed_view(&(member), 3), const pb_byte_t(*)[12] \
		 : fixed_view(&(member), 12), const pb_byte_t(*)[16] \
		 : fixed_view(&(member), 16), default \
		 : sized_view(&(member)))
#define SET_FIXED(member, from, count) memcpy((member), (from), (count));
#define SET_BYTES(member, from, count_) \
	{ \
		(member).size = (pb_size_t)(count_); \
		memcpy((member).bytes, (from), (count_)); \
	}

static inline struct dimp_view fixed_view(const void *octets, size_t size)
{
	return (struct dimp_view){octets, size};
}

static inline struct dimp_view sized_view(const void *bytes)
{
	const pb_bytes_array_t *array = bytes;

	return (struct dimp_view){array->bytes, array->size};
}

#include "bench/peers/peer_message.def"

static size_t encode(const struct dimp_record *record, uint8_t *octets, size_t capacity)
{
	if (capacity < HEAD_SIZE)
		return 0;
	pb_ostream_t stream = pb_ostream_from_buffer(octets + HEAD_SIZE, capacity - HEAD_SIZE);
	switch (record->type) {
#define BEGIN(UPPER, lower, number, version, label) \
	case DIMP_DI_##UPPER: { \
		wiren_##lower message = wiren_##lower##_init_zero; \
		if (!store_##lower(&message, record) || \
			!pb_encode(&stream, wiren_##lower##_fields, &message)) \
			return 0; \
		break; \
	}
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label)
#define END(lower)
#include "di.def"
#undef BEGIN
	}
	return head_write(octets, (unsigned)record->type, stream.bytes_written);
}

static size_t decode(struct dimp_view octets, struct dimp_record *record)
{
	const struct dimp_view body = head_read(octets, record);
	pb_istream_t stream = pb_istream_from_buffer(body.octets, body.size);
	bool is_good = false;

	switch (record->type) {
#define BEGIN(UPPER, lower, number, version, label) \
	case DIMP_DI_##UPPER: { \
		wiren_##lower message; \
		is_good = pb_decode(&stream, wiren_##lower##_fields, &message) && \
			load_##lower(&message, record); \
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

const struct codec_peer peer_nanopb = {"nanopb", "libnanopb-dev", encode, decode};
