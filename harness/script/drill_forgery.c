/* SPDX-License-Identifier: MIT */
/* Words are read one by one; "pdu" and "payload" say what the edits behind them are of. */
#include "script/drill_forgery.h"

#include <stdio.h>
#include <string.h>

static bool wrong(struct text_error *error, const char *what, struct span where)
{
	(void)snprintf(error->text, sizeof error->text, "%s: %.*s", what, (int)where.size,
		where.text);
	return false;
}

static bool read_hex(struct span hex, struct drill_edit *edit)
{
	return span_hex(hex, (struct dimp_buffer){edit->octets, sizeof edit->octets}, &edit->size);
}

/* OFFSET=HEX */
static bool read_edit(struct span word, struct drill_edits *edits, struct text_error *error)
{
	const char *equals = memchr(word.text, '=', word.size);
	const size_t digits = equals == NULL ? 0 : (size_t)(equals - word.text);
	struct drill_edit *edit = &edits->edits[edits->count];
	uint64_t offset;

	if (equals == NULL || edits->count == DRILL_EDITS_MAX ||
		!span_number((struct span){word.text, digits}, &offset) ||
		!read_hex((struct span){equals + 1, word.size - digits - 1}, edit))
		return wrong(error, "no OFFSET=HEX, or too many", word);
	edit->offset = (size_t)offset;
	edits->count++;
	return true;
}

static bool read_name(struct span word, char name[DRILL_NAME_SIZE], struct text_error *error)
{
	if (word.size == 0 || word.size >= DRILL_NAME_SIZE)
		return wrong(error, "no name", word);
	memcpy(name, word.text, word.size);
	return true;
}

static bool read_boots(struct span word, struct drill_forgery *forgery, struct text_error *error)
{
	uint64_t boots;

	if (!span_number(word, &boots) || boots > UINT32_MAX)
		return wrong(error, "no boot count", word);
	forgery->has_boots = true;
	forgery->boots = (uint32_t)boots;
	return true;
}

/* A word that is followed by another. */
static bool read_pair(struct span word, struct span value, struct drill_forgery *forgery,
	struct text_error *error)
{
	struct drill_edit key = {.size = 0};

	if (span_is(word, "as"))
		return read_name(value, forgery->as, error);
	if (span_is(word, "to"))
		return read_name(value, forgery->to, error);
	if (span_is(word, "boots"))
		return read_boots(value, forgery, error);
	if (span_is(word, "tail"))
		return read_hex(value, &forgery->tail) || wrong(error, "no hex", value);
	if (!span_is(word, "preshared") || !read_hex(value, &key) || key.size != DIMP_KEY_SIZE)
		return wrong(error, "this changes nothing", word);
	forgery->has_preshared = true;
	memcpy(forgery->preshared, key.octets, DIMP_KEY_SIZE);
	return true;
}

bool drill_forgery_read(struct span words, struct drill_forgery *forgery, struct text_error *error)
{
	struct drill_edits *edits = &forgery->pdu;

	*forgery = (struct drill_forgery){.is_set = true};
	while (words.size > 0) {
		const struct span word = span_take_word(&words);

		if (span_is(word, "pdu"))
			edits = &forgery->pdu;
		else if (span_is(word, "payload"))
			edits = &forgery->payload;
		else if (span_is(word, "check"))
			forgery->is_check_right = true;
		else if (span_is(word, "extra"))
			forgery->is_extra = true;
		else if (span_is(word, "weak"))
			forgery->is_weak = true;
		else if (memchr(word.text, '=', word.size) != NULL) {
			if (!read_edit(word, edits, error))
				return false;
		} else if (!read_pair(word, span_take_word(&words), forgery, error))
			return false;
	}
	return true;
}

void drill_edits_apply(const struct drill_edits *edits, struct dimp_buffer octets)
{
	for (size_t index = 0; index < edits->count; index++) {
		const struct drill_edit *edit = &edits->edits[index];

		if (edit->offset + edit->size <= octets.capacity)
			memcpy(octets.octets + edit->offset, edit->octets, edit->size);
	}
}

bool drill_forgery_check(const struct dimp_crypto *crypto, const struct dimp_public_key *key,
	uint8_t initiation[144])
{
	static const char label[] = "DIMP initiation check";
	enum { CHECKED = 128, CHECK_SIZE = 16 };
	const struct dimp_view named[] = {{(const uint8_t *)label, sizeof label - 1},
		{key->octets, DIMP_KEY_SIZE}};
	const struct dimp_view before = {initiation, CHECKED};
	uint8_t hashed[32], check[32];

	if (!crypto->sha256(crypto->user, hashed, (struct dimp_parts){named, 2}) ||
		!crypto->hmac_sha256(crypto->user, check, (struct dimp_view){hashed, sizeof hashed},
			(struct dimp_parts){&before, 1}))
		return false;
	memcpy(initiation + CHECKED, check, CHECK_SIZE);
	return true;
}
