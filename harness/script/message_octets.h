/* SPDX-License-Identifier: MIT */
/*
 * The octets that a line sends: "hex 0031 0000", a message as text, or a message whose last
 * parameters or records stand as
 * "{hex 0204 0012 ...}" because the format forbids them.
 */
#ifndef SCRIPT_MESSAGE_OCTETS_H
#define SCRIPT_MESSAGE_OCTETS_H

#include "script/message_parse.h"

/* Writes the octets of |text| into |room|; false, with |error| filled in, when it is no message. */
bool message_octets_read(struct span text, struct dimp_buffer room, size_t *size,
	struct text_error *error);

/* The part of |text| before "{hex ...}" blocks; all of it without any. */
struct span message_octets_head(struct span text);

#endif
