/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a message is among others: sent again, question or answer, part of a move; and its words in
 * the Info column.
 */
#ifndef DISSECTOR_MESSAGE_TRACK_H
#define DISSECTOR_MESSAGE_TRACK_H

#include "block_view.h"
#include "exchange_track.h"
#include "move_track.h"
#include "sequel.h"

/* A message may be a question of several kinds: OFFER asks for ACCEPT or REFUSE. */
enum { EXCHANGES_OF_ONE = 2 };

/* What is kept with a message of a PDU that was seen first. */
struct message_note {
	guint number; /* its type */
	guint32 first_frame; /* in which it was sent first, when it is sent again; else 0 */
	struct exchange *asked[EXCHANGES_OF_ONE];
	struct exchange *answered;
	struct move_note move;
	struct sequel_note sequel;
	gboolean is_age_short; /* sent again with an age that did not grow with the time */
};

void message_track_register(int protocol);

/* Called for each message of the registry when its fixed part was walked, and when all of it was.
 */
void message_track_start(struct dissection *dissection, const struct block_values *values,
	const struct tlv *tlv);
void message_track_parameter(struct dissection *dissection, const struct block_values *values);
void message_track_end(struct dissection *dissection, const struct block_values *values,
	const struct tlv *tlv);

/* Called when all messages of a payload were walked: the move's words in the Info column. */
void message_track_finish(struct dissection *dissection);

#endif
