/*
 * Text for people and tests: appenders into a caller's buffer.  What does not fit is cut, but
 * counted, so that the length wanted is known; text_end() terminates.
 */
#ifndef DIMP_TEXT_H
#define DIMP_TEXT_H

#include "layout.h"

struct text {
	char *out; /* borrowed; may be NULL when capacity is 0 */
	size_t capacity;
	size_t size; /* wanted so far, without the terminator */
};

struct text text_of(char *out, size_t capacity);
void text_add_char(struct text *text, char character);
void text_add(struct text *text, const char *words);
void text_add_decimal(struct text *text, uint64_t value);
void text_add_hex(struct text *text, const uint8_t *octets, size_t size);

/* " name=value" of one field; SECRET ones show as "<hidden>". */
void text_add_field(struct text *text, const struct dimp_field_layout *field, const void *body);

/* Terminates; returns the length that was wanted. */
size_t text_end(struct text *text);

#endif
