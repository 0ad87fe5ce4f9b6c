/* SPDX-License-Identifier: MIT */
/*
 * msgpack-c.  Packing goes to the caller's memory by a write callback of our own; unpacking uses
 * one zone for all records and clears it after each, so that neither asks the system for memory.
 */
#include "bench/peers/peer.h"

#include "bench/peers/peer_check.h"

#include <msgpack.h>
#include <string.h>

struct item {
	msgpack_object object;
};

struct out {
	msgpack_packer packer;
	uint8_t *octets;
	size_t size, capacity;
	bool has_failed;
};

static inline bool item_integer(const struct item *item, uint64_t *value)
{
	*value = item->object.via.u64;
	return item->object.type == MSGPACK_OBJECT_POSITIVE_INTEGER;
}

static inline bool item_octets(const struct item *item, struct dimp_view *view)
{
	*view = (struct dimp_view){(const uint8_t *)item->object.via.bin.ptr,
		item->object.via.bin.size};
	return item->object.type == MSGPACK_OBJECT_BIN;
}

static int write_out(void *data, const char *octets, size_t size)
{
	struct out *out = data;

	if (size > out->capacity - out->size) {
		out->has_failed = true;
		return -1;
	}
	memcpy(out->octets + out->size, octets, size);
	out->size += size;
	return 0;
}

static inline void out_array(struct out *out, size_t count)
{
	(void)msgpack_pack_array(&out->packer, count);
}

static inline void out_integer(struct out *out, uint64_t value)
{
	(void)msgpack_pack_uint64(&out->packer, value);
}

static inline void out_octets(struct out *out, const uint8_t *octets, size_t size)
{
	(void)msgpack_pack_bin(&out->packer, size);
	(void)msgpack_pack_bin_body(&out->packer, octets, size);
}

#include "bench/peers/peer_items.def"

static size_t encode(const struct dimp_record *record, uint8_t *octets, size_t capacity)
{
	struct out out = {.octets = octets, .capacity = capacity};

	msgpack_packer_init(&out.packer, &out, write_out);
	return put_record(&out, record) && !out.has_failed ? out.size : 0;
}

static size_t decode(struct dimp_view octets, struct dimp_record *record)
{
	static msgpack_zone *zone;
	msgpack_object object;
	size_t size = 0;

	if (!zone)
		zone = msgpack_zone_new(MSGPACK_ZONE_CHUNK_SIZE);
	const msgpack_unpack_return unpacked =
		msgpack_unpack((const char *)octets.octets, octets.size, &size, zone, &object);
	const bool is_one =
		unpacked == MSGPACK_UNPACK_SUCCESS || unpacked == MSGPACK_UNPACK_EXTRA_BYTES;
	const bool is_good = is_one && object.type == MSGPACK_OBJECT_ARRAY &&
		take_record((const struct item *)object.via.array.ptr, object.via.array.size,
			record);
	msgpack_zone_clear(zone);
	return is_good ? size : 0;
}

const struct codec_peer peer_msgpack = {"msgpack-c", "libmsgpack-dev", encode, decode};
