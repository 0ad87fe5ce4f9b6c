/* SPDX-License-Identifier: MIT */
/*
 * Messages and records as text: "name field=value ..." with rows or records in braces.  The text
 * forms of dimp_message_text() and dimp_record_text(), taken apart, and made into C again.
 *
 * In a pattern a value may also be "*" (any) or "$name" (a variable), a field may be left out, and
 * a whole block in braces may be "$name" or "digest ...": such a block is open.  A "$name" that
 * stands alone is for words that are put there before the text counts.
 */
#ifndef SCRIPT_BLOCK_TEXT_H
#define SCRIPT_BLOCK_TEXT_H

#include "script/field_value.h"

enum { BLOCK_FIELDS_MAX = 40, PATTERN_ROWS_MAX = DIMP_ROWS_MAX };

struct block_field {
	struct span name, value;
};

/* All spans are borrowed from the text that was read. */
struct block_text {
	struct span name;
	bool is_delete;
	bool is_loose; /* a "$name" stands alone in it */
	struct block_field fields[BLOCK_FIELDS_MAX];
	size_t field_count;
};

struct message_pattern {
	struct block_text head;
	bool has_rows; /* braces stand there, if only "{}" */
	struct block_text rows[PATTERN_ROWS_MAX];
	size_t row_count;
};

/* What is wrong with a text. */
struct text_error {
	char text[160];
};

/* Takes a block without braces apart; nothing may follow it. */
bool block_text_read(struct span text, struct block_text *block, struct text_error *error);

/* Takes a message apart. */
bool message_pattern_read(struct span text, struct message_pattern *pattern,
	struct text_error *error);

/* Whether a value or block is left open: "*" or "$name". */
bool span_is_open(struct span value);
bool block_is_open(const struct block_text *block);

/* Layouts by name; NULL when there is none. */
const struct dimp_layout *block_message_layout(struct span name);
const struct dimp_layout *block_row_layout(struct span name);
const struct dimp_layout *block_record_layout(struct span name);
const struct dimp_field_layout *block_field_layout(const struct dimp_layout *layout,
	struct span name);

/* Fills the fields that |block| gives into |body|, the struct of |layout|; open ones stay as they
 * are.
 */
bool block_text_fill(const struct block_text *block, const struct dimp_layout *layout, void *body,
	struct text_error *error);

/* Whether every name and every value that is not open is one of the message's. */
bool message_pattern_check(const struct message_pattern *pattern, struct text_error *error);

#endif
