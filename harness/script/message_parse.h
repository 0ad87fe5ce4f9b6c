/* SPDX-License-Identifier: MIT */
/*
 * Messages and records from their text: the inverses of dimp_message_text() and dimp_record_text().
 * Fields that are left out or open are zero; secrets are given in hex where the printer hides them.
 */
#ifndef SCRIPT_MESSAGE_PARSE_H
#define SCRIPT_MESSAGE_PARSE_H

#include "script/block_text.h"

struct parsed_message {
	struct dimp_message message; /* DATA's records are a view of |records| */
	uint8_t records[DIMP_MESSAGE_SIZE_MAX];
};

/* Reads a message; false, with |error| filled in, when |text| is none. */
bool message_parse(struct span text, struct parsed_message *parsed, struct text_error *error);

/* Reads a record; false, with |error| filled in, when |text| is none. */
bool record_parse(struct span text, struct dimp_record *record, struct text_error *error);

#endif
