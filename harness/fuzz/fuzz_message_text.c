/* SPDX-License-Identifier: MIT */
/*
 * Any octets as the text of a message and of a record: what is read prints, and what was printed
 * reads to what prints the same.
 */
#include <string.h>

#include "fuzz/require.h"
#include "script/drill_forgery.h"
#include "script/drill_turns.h"
#include "script/message_octets.h"

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size);

enum { TEXT_SIZE = 1 << 18 };

static char first[TEXT_SIZE], second[TEXT_SIZE];
static struct text_error why;

static bool is_hidden(const char *text)
{
	return strstr(text, "<hidden>") != NULL;
}

static void try_message(struct span text)
{
	static struct parsed_message parsed, again;

	why.text[0] = '\0';
	if (!message_parse(text, &parsed, &why)) {
		require(why.text[0] != '\0');
		return;
	}
	require(dimp_message_text(&parsed.message, first, sizeof first) < sizeof first);
	if (is_hidden(first) || !message_parse((struct span){first, strlen(first)}, &again, &why))
		return;
	require(dimp_message_text(&again.message, second, sizeof second) < sizeof second);
	require(strcmp(first, second) == 0);
}

static void try_record(struct span text)
{
	static struct dimp_record record, again;

	why.text[0] = '\0';
	if (!record_parse(text, &record, &why)) {
		require(why.text[0] != '\0');
		return;
	}
	require(dimp_record_text(&record, first, sizeof first) < sizeof first);
	if (is_hidden(first) || !record_parse((struct span){first, strlen(first)}, &again, &why))
		return;
	require(dimp_record_text(&again, second, sizeof second) < sizeof second);
	require(strcmp(first, second) == 0);
}

/* What drills have beside messages: octets between them, forgeries, values of turns. */
static void try_drill_words(struct span text)
{
	static uint8_t octets[DIMP_MESSAGE_SIZE_MAX];
	static struct drill_forgery forgery;
	struct drill_turn_value value;
	size_t size;

	if (message_octets_read(text, (struct dimp_buffer){octets, sizeof octets}, &size, &why))
		require(size <= sizeof octets);
	if (drill_forgery_read(text, &forgery, &why))
		return;
	for (size_t rest = text.size; drill_turn_value_next(&text, &value); rest = text.size)
		require(text.size < rest);
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
	const struct span text = {(const char *)octets, size};

	try_drill_words(text);
	try_message(text);
	try_record(text);
	return 0;
}
