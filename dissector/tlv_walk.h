/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TLVs (DIMP 6.2): finding the next one by its length, whatever its type. This walker shares
 * nothing with the codec's.
 */
#ifndef DISSECTOR_TLV_WALK_H
#define DISSECTOR_TLV_WALK_H

#include "wireshark_api.h"

enum { TLV_HEADER_SIZE = 4, TLV_SKIPPABLE = 0x8000 };

struct tlv {
	guint type;
	guint length; /* of the value */
	int start; /* of the header */
	int value;
	int end;
};

/*
 * Reads the TLV at |offset|, which may reach as far as |end|. False when it is not whole; then
 * |tlv->end| is |end| and nothing else of it may be used.
 */
gboolean tlv_walk_next(tvbuff_t *tvb, int offset, int end, struct tlv *tlv);

gboolean tlv_is_skippable(const struct tlv *tlv);

#endif
