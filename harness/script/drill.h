/* SPDX-License-Identifier: MIT */
/* A drill as it was read: lines.  drill_parser.h makes it, drill_printer.h prints it. */
#ifndef SCRIPT_DRILL_H
#define SCRIPT_DRILL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum drill_kind {
	DRILL_BLANK,
	DRILL_COMMENT,
#define KIND(NAME, keyword, names, rest, place, text) DRILL_##NAME,
#include "script/drill_kinds.def"
#undef KIND
	DRILL_KINDS
};

/* When a line happens. */
enum drill_clock {
	DRILL_NOW, /* no time given */
	DRILL_AFTER, /* +5ms: so long after the line before */
	DRILL_AT, /* @1.5s: so long after the associations stand */
	DRILL_WITHIN /* within 5ms: at any instant from now until then */
};

enum { DRILL_NAMES_MAX = 3, DRILL_NAME_SIZE = 64, DRILL_TEXT_MAX = 8192, DRILL_LINES_MAX = 4096 };

struct drill_line {
	unsigned number;
	enum drill_kind kind;
	bool is_unordered; /* begins with "~" */
	enum drill_clock clock;
	uint64_t time_us;
	char names[DRILL_NAMES_MAX][DRILL_NAME_SIZE];
	char *rest; /* never NULL; blanks outside of quotes are single; of COMMENT: all behind "#"
		     */
};

struct drill {
	struct drill_line *lines; /* owned */
	size_t count;
};

/* Keyword, number of names and so on of a kind. */
enum drill_rest {
	DRILL_REST_NONE,
	DRILL_REST_WORDS,
	DRILL_REST_MAYBE,
	DRILL_REST_MESSAGE,
	DRILL_REST_REACTION,
	DRILL_REST_SPAN
};
enum drill_place { DRILL_PLACE_HEAD, DRILL_PLACE_EVENT, DRILL_PLACE_ANY };

struct drill_grammar {
	const char *keyword; /* NULL of BLANK and COMMENT */
	unsigned names;
	enum drill_rest rest;
	enum drill_place place;
	const char *text;
};

/* The row of |kind|; static storage. */
const struct drill_grammar *drill_grammar(enum drill_kind kind);

#endif
