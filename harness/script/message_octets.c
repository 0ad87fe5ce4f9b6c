/* SPDX-License-Identifier: MIT */
/* What stands in hex is put behind what the library writes, and the length of the message's TLV is
 * mended. */
#include "script/message_octets.h"

#include <stdio.h>
#include <string.h>

static const char opening[] = "{hex ";

static bool wrong(struct text_error *error, const char *what)
{
	(void)snprintf(error->text, sizeof error->text, "%s", what);
	return false;
}

struct span message_octets_head(struct span text)
{
	const size_t size = sizeof opening - 1;

	for (size_t at = 0; at + size <= text.size; at++) {
		if (memcmp(text.text + at, opening, size) == 0)
			return (struct span){text.text, at};
	}
	return text;
}

static bool write_head(struct span text, struct dimp_buffer room, size_t *size,
	struct text_error *error)
{
	static struct parsed_message parsed;

	if (!message_parse(text, &parsed, error))
		return false;
	const enum dimp_error refused =
		dimp_message_write(&parsed.message, room.octets, room.capacity, size);

	if (refused == DIMP_ERROR_NONE)
		return true;
	(void)snprintf(error->text, sizeof error->text,
		"it breaks a rule of the format (%s): use hex", dimp_error_name(refused));
	return false;
}

/* The octets of the blocks of |text|, which holds nothing but blocks in hex. */
static bool append_blocks(struct span text, struct dimp_buffer room, size_t *size,
	struct text_error *error)
{
	while (text.size > 0) {
		const char *end = memchr(text.text, '}', text.size);
		const struct span inside = {text.text + sizeof opening - 1,
			end == NULL ? 0 : (size_t)(end - text.text) - (sizeof opening - 1)};
		size_t added = 0;

		if (end == NULL || message_octets_head(text).size != 0 ||
			!span_hex(inside,
				(struct dimp_buffer){room.octets + *size, room.capacity - *size},
				&added))
			return wrong(error, "behind {hex ...} stands nothing but more of it");
		*size += added;
		text = (struct span){end + 1, text.size - (size_t)(end + 1 - text.text)};
		while (text.size > 0 && *text.text == ' ')
			text = (struct span){text.text + 1, text.size - 1};
	}
	return true;
}

bool message_octets_read(struct span text, struct dimp_buffer room, size_t *size,
	struct text_error *error)
{
	const struct span head = message_octets_head(text);
	struct span rest = text;

	if (span_is(span_take_word(&rest), "hex"))
		return span_hex(rest, room, size) || wrong(error, "no hex");
	if (!write_head(head, room, size, error))
		return false;
	if (head.size == text.size)
		return true;
	rest = (struct span){text.text + head.size, text.size - head.size};
	if (!append_blocks(rest, room, size, error))
		return false;
	room.octets[2] = (uint8_t)((*size - 4) >> 8);
	room.octets[3] = (uint8_t)(*size - 4);
	return true;
}
