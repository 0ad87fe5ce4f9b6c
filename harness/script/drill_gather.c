/* SPDX-License-Identifier: MIT */
/*
 * Chunks are taken from the happenings by their number, the lowest first, so that the order in
 * which PDUs were sent does not matter.  Records are compared one by one: each that came takes one
 * that is awaited.
 */
#include "script/drill_gather.h"

#include <inttypes.h>
#include <string.h>

enum { GATHERED_MAX = 512 };

/* Texts of records, borrowed from the happenings or the line. */
struct records {
	struct span texts[GATHERED_MAX];
	size_t count;
};

struct gathering {
	struct drill_run *run;
	dimp_peer peer;
	char pattern[DRILL_TEXT_MAX]; /* of DATA, without chunk and records */
	uint64_t first, chunks; /* the first chunk's number, how many there are up to here */
	bool has_first, has_records; /* a number; records in braces, if only {} */
	struct records expected, found;
};

/* What stands in braces. */
static bool take_records(const char *text, struct records *records)
{
	bool is_quoted = false;

	for (const char *at = strchr(text, '{'); at != NULL && *at != '\0'; at++) {
		struct span *record = &records->texts[records->count];

		is_quoted ^= *at == '"';
		if (is_quoted)
			continue;
		if (*at == '{')
			record->text = at + 1;
		if (*at != '}')
			continue;
		record->size = (size_t)(at - record->text);
		records->count += record->size > 0;
		if (records->count == GATHERED_MAX)
			return false;
	}
	return true;
}

/* The pattern without "chunk=N", which it takes out, and without the records. */
static bool read_line(struct gathering *gathering)
{
	const char *braces = strchr(gathering->run->words, '{');
	struct span rest = {gathering->run->words,
		braces == NULL ? strlen(gathering->run->words)
			       : (size_t)(braces - gathering->run->words)};
	size_t size = 0;

	while (rest.size > 0) {
		const struct span word = span_take_word(&rest);
		const bool is_chunk = word.size > 6 && memcmp(word.text, "chunk=", 6) == 0;

		if (is_chunk &&
			!span_number((struct span){word.text + 6, word.size - 6},
				&gathering->first))
			return drill_run_fail(gathering->run, "the first chunk is a number");
		gathering->has_first |= is_chunk;
		if (!is_chunk)
			size += (size_t)snprintf(gathering->pattern + size,
				sizeof gathering->pattern - size, "%.*s ", (int)word.size,
				word.text);
	}
	gathering->has_records = braces != NULL;
	return take_records(gathering->run->words, &gathering->expected) ||
		drill_run_fail(gathering->run, "too many records");
}

/* The chunk's number, which the library's own text tells. */
static uint64_t chunk_of(const struct drill_happening *happening)
{
	const char *at = strstr(happening->text, " chunk=");
	const size_t size = at == NULL ? 0 : strspn(at + 7, "0123456789");
	uint64_t number = UINT64_MAX;

	if (size > 0)
		(void)span_number((struct span){at + 7, size}, &number);
	return number;
}

/* DATA of the round that no line has taken, with the lowest number. */
static struct drill_happening *next_chunk(struct gathering *gathering)
{
	struct drill_world *world = &gathering->run->world;
	const struct span pattern = {gathering->pattern, strlen(gathering->pattern)};
	struct drill_happening *lowest = NULL;
	struct text_error why;

	for (size_t index = 0; index < world->happening_count; index++) {
		struct drill_happening *each = &world->happenings[index];
		const struct span text = {each->text, strlen(each->text)};

		if (each->peer != gathering->peer || each->is_taken ||
			!drill_match(pattern, text, &gathering->run->variables, &why))
			continue;
		if (lowest == NULL || chunk_of(each) < chunk_of(lowest))
			lowest = each;
	}
	return lowest;
}

static bool take_chunk(struct gathering *gathering, struct drill_happening *happening)
{
	const uint64_t number = chunk_of(happening);

	happening->is_taken = true;
	if (!gathering->has_first) {
		gathering->has_first = true;
		gathering->chunks = number;
	}
	if (number < gathering->chunks && number >= gathering->first)
		return true; /* once more */
	if (number != gathering->chunks) {
		drill_run_unmet(gathering->run, "chunk %" PRIu64 " is not there",
			gathering->chunks);
		drill_run_show(gathering->run, happening);
		return false;
	}
	gathering->chunks++;
	return take_records(happening->text, &gathering->found) ||
		drill_run_fail(gathering->run, "too many records");
}

static bool take_chunks_here(struct gathering *gathering)
{
	struct drill_happening *chunk;

	while ((chunk = next_chunk(gathering)) != NULL) {
		if (!take_chunk(gathering, chunk))
			return false;
	}
	return true;
}

/* With a window, as many as it takes. */
static bool take_chunks(struct gathering *gathering)
{
	const struct dimp_time until = drill_awaits_until(gathering->run);

	gathering->chunks = gathering->first;
	if (!take_chunks_here(gathering))
		return false;
	while (gathering->found.count < gathering->expected.count &&
		drill_world_tick(&gathering->run->world, until)) {
		if (!take_chunks_here(gathering))
			return false;
	}
	return !gathering->run->world.is_overrun || drill_nothing_left(gathering->run);
}

static bool take_expected(struct gathering *gathering, struct span record)
{
	struct records *expected = &gathering->expected;
	struct text_error why;

	for (size_t index = 0; index < expected->count; index++) {
		if (!drill_match(expected->texts[index], record, &gathering->run->variables, &why))
			continue;
		expected->texts[index] = expected->texts[--expected->count];
		return true;
	}
	return drill_run_unmet(gathering->run, "a record that was not awaited, or twice: %.*s",
		(int)record.size, record.text);
}

static bool compare_records(struct gathering *gathering)
{
	const struct records *expected = &gathering->expected;
	unsigned last_type = 0;

	if (!gathering->has_records)
		return gathering->found.count > 0 ||
			drill_run_unmet(gathering->run, "no record came");
	for (size_t index = 0; index < gathering->found.count; index++) {
		struct span rest = gathering->found.texts[index];
		char name[DRILL_NAME_SIZE];
		const struct span word = span_take_word(&rest);

		(void)snprintf(name, sizeof name, "%.*s", (int)word.size, word.text);
		const unsigned type = (unsigned)dimp_di_type_from_name(name);
		if (type < last_type)
			return drill_run_unmet(gathering->run, "%s comes too late (DIMP 8.0-2)",
				name);
		last_type = type;
		if (!take_expected(gathering, gathering->found.texts[index]))
			return false;
	}
	return expected->count == 0 ||
		drill_run_unmet(gathering->run, "a record is not there: %.*s",
			(int)expected->texts[0].size, expected->texts[0].text);
}

bool drill_gather_line(struct drill_run *run)
{
	static struct gathering gathering;
	char chunks[24];

	gathering = (struct gathering){.run = run, .peer = drill_run_peer(run)};
	if (gathering.peer == DIMP_NO_PEER || !read_line(&gathering) || !take_chunks(&gathering) ||
		!compare_records(&gathering))
		return false;
	(void)snprintf(chunks, sizeof chunks, "%" PRIu64, gathering.chunks);
	return drill_variables_set(&run->variables, (struct span){"chunks", 6},
		       (struct span){chunks, strlen(chunks)}) ||
		drill_run_fail(run, "no room for another name");
}
