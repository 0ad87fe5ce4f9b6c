/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One field of a message, parameter or record: its item in the tree, its value, and the rules of
 * its type (DIMP 6.1).
 */
#ifndef DISSECTOR_FIELD_VIEW_H
#define DISSECTOR_FIELD_VIEW_H

#include "dissection.h"
#include "fact_table.h"

/* A field's place and value. */
struct field_value {
	gboolean is_present;
	int offset;
	guint length;
	guint64 number; /* of integers and named numbers; 0 for octets */
	proto_item *item; /* NULL without a tree */
};

/* The fields of one block, in the order of its rows. Lives as long as its packet. */
struct block_values {
	const struct fact_block *block;
	tvbuff_t *tvb;
	struct field_value *values;
};

/* Values for |block|, none present. */
struct block_values block_values_make(const struct dissection *dissection,
	const struct fact_block *block);

/* The field of this name; one that is not present when the block has none. */
const struct field_value *block_value(const struct block_values *values, const char *name);

/* Whether all octets of the field are zero. */
gboolean block_value_is_zero(const struct block_values *values, const char *name);

/*
 * Adds the field, whose |length| octets at |offset| are all there, to dissection->tree, notes its
 * value and judges it.
 */
void field_view_add(struct dissection *dissection, struct block_values *values,
	const struct fact_field *field, struct field_value place);

/* Shows secrets if |is_wanted|; they are hidden otherwise (DIMP 12-2). */
void field_view_show_secrets(gboolean is_wanted);

#endif
