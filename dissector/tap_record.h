/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the statistics are told of each PDU, through the tap "dimp".
 */
#ifndef DISSECTOR_TAP_RECORD_H
#define DISSECTOR_TAP_RECORD_H

#include "dissection.h"
#include "message_track.h"

/* A message, or within DATA a record. */
struct tap_item {
	const struct fact_block *block; /* NULL: of an unknown type */
	enum dimp_error verdict;
	const struct message_note *note; /* of a message whose PDU could be followed, else NULL */
};

struct tap_record {
	guint kind;
	gboolean is_copy; /* the same PDU was recorded elsewhere: not counted again */
	gboolean is_opened;
	const struct exchange *answered; /* by a handshake PDU */
	wmem_array_t *items; /* of struct tap_item */
};

/* Called once. */
void tap_record_register(int protocol);

/* Starts and sends the record of the PDU at hand. */
void tap_record_begin(struct dissection *dissection);
void tap_record_end(struct dissection *dissection);

/* Adds an item with the verdict at hand. */
void tap_record_item(struct dissection *dissection, const struct fact_block *block,
	const struct message_note *note);

/* The three statistics, registered once. */
void tap_tree_register(void);
void tap_times_register(int protocol);
void tap_moves_register(void);
void tap_speakers_register(int protocol);

#endif
