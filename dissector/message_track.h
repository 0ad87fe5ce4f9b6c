/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a message means among others: its words in the Info column.
 */
#ifndef DISSECTOR_MESSAGE_TRACK_H
#define DISSECTOR_MESSAGE_TRACK_H

#include "block_view.h"

/* Called for each message of the registry when its fixed part was walked, and when all of it was.
 */
void message_track_start(struct dissection *dissection, const struct block_values *values,
	const struct tlv *tlv);
void message_track_parameter(struct dissection *dissection, const struct block_values *values);
void message_track_end(struct dissection *dissection, const struct block_values *values);

#endif
