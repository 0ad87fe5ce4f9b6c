/* SPDX-License-Identifier: MIT */
/* Drills from text (docs/SCRIPT.md). */
#ifndef SCRIPT_DRILL_PARSER_H
#define SCRIPT_DRILL_PARSER_H

#include "script/block_text.h"
#include "script/drill.h"

struct drill_error {
	unsigned line; /* from 1; 0 when memory ran out */
	struct text_error why;
};

/* Reads |text|; false, with |error| filled in and nothing to destroy, when it is no drill. */
bool drill_parse(struct span text, struct drill *drill, struct drill_error *error);

void drill_destroy(struct drill *drill);

/* A duration: 5ms, 1.5s, 250us.  False when |text| is none. */
bool drill_duration_read(struct span text, uint64_t *us);

/*
 * Takes the next alternative off |rest|, the inside of "{ a | b }".  False when there is none left.
 */
bool drill_alternative_next(struct span *rest, struct span *alternative);

/* The inside of "{ a | b }"; a reaction without braces is its own inside. */
struct span drill_alternatives(struct span reaction);

#endif
