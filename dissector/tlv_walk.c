/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the walk from TLV to TLV. |end| is within what was captured: callers walk plaintext, which
 * is there in full or not at all.
 */
#include "tlv_walk.h"

gboolean tlv_walk_next(tvbuff_t *tvb, int offset, int end, struct tlv *tlv)
{
	*tlv = (struct tlv){.start = offset, .value = offset, .end = end};
	if (end - offset < TLV_HEADER_SIZE)
		return FALSE;
	tlv->type = tvb_get_ntohs(tvb, offset);
	tlv->length = tvb_get_ntohs(tvb, offset + 2);
	tlv->value = offset + TLV_HEADER_SIZE;
	if ((guint)(end - tlv->value) < tlv->length)
		return FALSE;
	tlv->end = tlv->value + (int)tlv->length;
	return TRUE;
}

gboolean tlv_is_skippable(const struct tlv *tlv)
{
	return (tlv->type & TLV_SKIPPABLE) != 0;
}
