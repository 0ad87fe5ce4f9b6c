/* SPDX-License-Identifier: MIT */
/*
 * libcbor by its streaming decoder and its encoders of single items, which ask for no memory; its
 * trees of items do, for each.
 */
#include "bench/peers/peer.h"

#include "bench/peers/peer_check.h"

#include <cbor.h>
#include <string.h>

struct item {
	uint64_t integer;
	struct dimp_view octets; /* of NULL for an integer */
};

struct out {
	uint8_t *octets;
	size_t size, capacity;
	bool has_failed;
};

static inline bool item_integer(const struct item *item, uint64_t *value)
{
	*value = item->integer;
	return item->octets.octets == NULL;
}

static inline bool item_octets(const struct item *item, struct dimp_view *view)
{
	*view = item->octets;
	return item->octets.octets != NULL;
}

static inline void out_written(struct out *out, size_t size)
{
	if (size == 0)
		out->has_failed = true;
	out->size += size;
}

static inline void out_array(struct out *out, size_t count)
{
	out_written(out,
		cbor_encode_array_start(count, out->octets + out->size, out->capacity - out->size));
}

static inline void out_integer(struct out *out, uint64_t value)
{
	out_written(out,
		cbor_encode_uint(value, out->octets + out->size, out->capacity - out->size));
}

static inline void out_octets(struct out *out, const uint8_t *octets, size_t size)
{
	out_written(out,
		cbor_encode_bytestring_start(size, out->octets + out->size,
			out->capacity - out->size));
	if (out->has_failed || size > out->capacity - out->size) {
		out->has_failed = true;
		return;
	}
	memcpy(out->octets + out->size, octets, size);
	out->size += size;
}

#include "bench/peers/peer_items.def"

/* What the callbacks gather. */
struct gathered {
	struct item items[ITEMS_MAX];
	size_t count, wanted;
	bool has_failed;
};

static inline void gather(struct gathered *gathered, const struct item *item)
{
	if (gathered->count == ITEMS_MAX || gathered->wanted == 0) {
		gathered->has_failed = true;
		return;
	}
	gathered->items[gathered->count++] = *item;
}

static void gather_u8(void *context, uint8_t value)
{
	gather(context, &(struct item){.integer = value});
}

static void gather_u16(void *context, uint16_t value)
{
	gather(context, &(struct item){.integer = value});
}

static void gather_u32(void *context, uint32_t value)
{
	gather(context, &(struct item){.integer = value});
}

static void gather_u64(void *context, uint64_t value)
{
	gather(context, &(struct item){.integer = value});
}

static void gather_octets(void *context, cbor_data octets, size_t size)
{
	gather(context, &(struct item){.octets = {octets, size}});
}

static void gather_array(void *context, size_t count)
{
	struct gathered *gathered = context;

	if (gathered->wanted != 0 || count == 0 || count > ITEMS_MAX)
		gathered->has_failed = true;
	gathered->wanted = count;
}

static size_t encode(const struct dimp_record *record, uint8_t *octets, size_t capacity)
{
	struct out out = {.octets = octets, .capacity = capacity};

	return put_record(&out, record) && !out.has_failed ? out.size : 0;
}

static size_t decode(struct dimp_view octets, struct dimp_record *record)
{
	static struct cbor_callbacks callbacks;
	static bool has_callbacks;
	struct gathered gathered;
	size_t size = 0;

	if (!has_callbacks) {
		callbacks = cbor_empty_callbacks;
		callbacks.uint8 = gather_u8;
		callbacks.uint16 = gather_u16;
		callbacks.uint32 = gather_u32;
		callbacks.uint64 = gather_u64;
		callbacks.byte_string = gather_octets;
		callbacks.array_start = gather_array;
		has_callbacks = true;
	}
	gathered.count = gathered.wanted = 0;
	gathered.has_failed = false;
	do {
		const struct cbor_decoder_result result = cbor_stream_decode(octets.octets + size,
			octets.size - size, &callbacks, &gathered);

		if (result.status != CBOR_DECODER_FINISHED || gathered.has_failed)
			return 0;
		size += result.read;
	} while (gathered.count < gathered.wanted);
	return take_record(gathered.items, gathered.count, record) ? size : 0;
}

const struct codec_peer peer_libcbor = {"libcbor", "libcbor-dev", encode, decode};
