/* SPDX-License-Identifier: MIT */
/* A world's own text tells what it has: what is drawn and not written is not counted. */
#include "campaign/draw_kinds.h"

#include <stdlib.h>
#include <string.h>

#include "campaign/draw.h"

const char *const draw_kind_names[DRAW_KINDS] = {
#define DRAW_KIND(name, words) name,
#include "campaign/draw_kinds.def"
#undef DRAW_KIND
};

static const char *const words_of[DRAW_KINDS] = {
#define DRAW_KIND(name, words) words,
#include "campaign/draw_kinds.def"
#undef DRAW_KIND
};

/* Where |part|, |size| octets of it, stands next in the line; NULL: not there. */
static const char *find_in_line(const char *line, const char *part, size_t size)
{
	for (; *line != '\0' && *line != '\n'; line++) {
		if (strncmp(line, part, size) == 0)
			return line;
	}
	return NULL;
}

/* The octets up to the next ... or | or the end. */
static size_t part_size(const char *words)
{
	size_t size = 0;

	while (words[size] != '\0' && words[size] != '|' && strncmp(words + size, "...", 3) != 0)
		size++;
	return size;
}

/* Whether one line of |text| has the parts of the words, in their order. */
static bool has_parts(const char *text, const char *words)
{
	const size_t first = part_size(words);

	for (const char *line = text; (line = strchr(line, words[0])) != NULL; line++) {
		const char *at = line, *part = words;
		if (strncmp(line, words, first) != 0)
			continue;
		while (at && part[part_size(part)] == '.') {
			at += part_size(part);
			part += part_size(part) + 3;
			at = find_in_line(at, part, part_size(part));
		}
		if (at)
			return true;
	}
	return false;
}

static bool has_words(const char *text, const char *words)
{
	while (!has_parts(text, words)) {
		words = strchr(words, '|');
		if (!words)
			return false;
		words++;
	}
	return true;
}

static char *text_of(uint64_t seed)
{
	static struct draw draw;
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	if (!stream)
		return NULL;
	draw_make(&draw, seed);
	draw_write(&draw, stream);
	return fclose(stream) == 0 ? text : NULL;
}

uint64_t draw_kinds_count(uint64_t first, uint64_t last, uint64_t counts[DRAW_KINDS])
{
	uint64_t worlds = 0;

	for (uint64_t seed = first; seed <= last; seed++, worlds++) {
		char *text = text_of(seed);
		if (!text)
			break;
		for (unsigned kind = 0; kind < DRAW_KINDS; kind++)
			counts[kind] += has_words(text, words_of[kind]);
		free(text);
	}
	return worlds;
}
