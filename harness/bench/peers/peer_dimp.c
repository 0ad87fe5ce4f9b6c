/* SPDX-License-Identifier: MIT */
/* Our own codec behind the same face. */
#include "bench/peers/peer.h"

static size_t encode(const struct dimp_record *record, uint8_t *octets, size_t capacity)
{
	size_t size;

	return dimp_record_write(record, octets, capacity, &size) == DIMP_ERROR_NONE ? size : 0;
}

static size_t decode(struct dimp_view octets, struct dimp_record *record)
{
	struct dimp_view rest = octets, item;

	if (!dimp_tlv_next(&rest, &item))
		return 0;
	return dimp_record_read(item, record) == DIMP_ERROR_NONE ? item.size : 0;
}

const struct codec_peer peer_dimp = {"DIMP", NULL, encode, decode};
