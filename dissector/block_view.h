/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What messages, parameters and records have in common: a TLV's header, a fixed part of fields, and
 * attributes (DIMP 6.2, 6.3-7, 7.2-7).
 */
#ifndef DISSECTOR_BLOCK_VIEW_H
#define DISSECTOR_BLOCK_VIEW_H

#include "field_view.h"
#include "tlv_walk.h"

void block_view_register(int protocol);

/*
 * Opens an item for the TLV below dissection->tree, which becomes the item's own subtree until
 * block_view_close(). Without a block it is an unknown TLV.
 */
struct block_frame {
	proto_tree *outer;
	proto_item *item;
};

struct block_frame block_view_open(struct dissection *dissection, const struct fact_block *block,
	const struct tlv *tlv);
void block_view_close(struct dissection *dissection, struct block_frame frame);

/*
 * Adds the fields of the fixed part, as far as they are within the TLV from |offset| on, and
 * returns where it stopped: less than |offset| + the block's fixed size when they are not all
 * there.
 */
int block_view_fixed(struct dissection *dissection, struct block_values *values, int offset,
	int end);

enum { ATTRIBUTE_NONE = -1 };

/* The attributes of one block so far. */
struct attribute_walk {
	struct block_values *values;
	int previous; /* type of the one before, ATTRIBUTE_NONE at first */
	gboolean is_closed; /* a parameter came: no attribute may follow */
};

/* Adds an attribute that is whole and judges it. */
void block_view_attribute(struct dissection *dissection, struct attribute_walk *walk,
	const struct tlv *tlv);

/* Octets that nothing is known of, from |offset| to |end|; returns the item. */
proto_item *block_view_rest(struct dissection *dissection, int offset, int end);

/* Says what a receiver's decoder would: the first error, or NONE. */
void block_view_verdict(struct dissection *dissection, const struct block_frame *frame);

#endif
