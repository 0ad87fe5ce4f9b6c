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
			counts[kind] += strstr(text, words_of[kind]) != NULL;
		free(text);
	}
	return worlds;
}
