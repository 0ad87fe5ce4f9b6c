/* SPDX-License-Identifier: MIT */
/* Values of fields as text: the inverse of what dimp_message_text() and dimp_record_text() print.
 */
#ifndef SCRIPT_FIELD_VALUE_H
#define SCRIPT_FIELD_VALUE_H

#include "dimp.h"

/* A part of a text, borrowed from it. */
struct span {
	const char *text;
	size_t size;
};

/* Whether |span| is exactly |words|. */
bool span_is(struct span span, const char *words);

/* The next word of |rest|, ended by a blank; it and the blanks around it are taken off.  Empty at
 * the end. */
struct span span_take_word(struct span *rest);

/* Unsigned decimal number; false when |span| is anything else or does not fit. */
bool span_number(struct span span, uint64_t *number);

/* Octets from hex digits, blanks between pairs being passed over; false when it is no hex or more
 * than |capacity|. */
bool span_hex(struct span span, struct dimp_buffer room, size_t *size);

/*
 * Reads |text| as a value of |field| into the member of |body|, the C struct of the field's block.
 * False when it is no value of that type.  "<hidden>" is none: a secret is given as hex.
 */
bool field_value_read(const struct dimp_field_layout *field, struct span text, void *body);

#endif
