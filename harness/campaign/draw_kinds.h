/* SPDX-License-Identifier: MIT */
/* How many of the worlds that seeds draw have each kind of thing. */
#ifndef CAMPAIGN_DRAW_KINDS_H
#define CAMPAIGN_DRAW_KINDS_H

#include <stdint.h>

enum {
	DRAW_KINDS = 0
#define DRAW_KIND(name, words) +1
#include "campaign/draw_kinds.def"
#undef DRAW_KIND
};

extern const char *const draw_kind_names[DRAW_KINDS];

/* Adds the worlds of the seeds from |first| to |last| to |counts|.  Returns how many there were;
 * fewer than asked for without memory. */
uint64_t draw_kinds_count(uint64_t first, uint64_t last, uint64_t counts[DRAW_KINDS]);

#endif
