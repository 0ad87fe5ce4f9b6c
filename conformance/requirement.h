/* SPDX-License-Identifier: MIT */
/* What the numbered clauses of docs/spec oblige to (requirements.def). */
#ifndef CONFORMANCE_REQUIREMENT_H
#define CONFORMANCE_REQUIREMENT_H

#include <stdbool.h>
#include <stddef.h>

struct requirement {
	const char *clause; /* "9.3-2" */
	bool is_must; /* else SHOULD */
	const char *role; /* SOURCE, DESTINATION, STATION, BRIDGE or ANY */
	const char *text;
};

/* Walks the rows; NULL at the end. */
const struct requirement *requirement_at(size_t index);

/* The row of a clause; NULL when it has none. */
const struct requirement *requirement_find(const char *clause);

/* Takes the next clause off |text|, "DIMP 9.3-2, 9.3-4 and 9.7-1" or the like, into |clause|; false
 * when there is none left. */
bool requirement_next_clause(const char **text, char clause[16]);

#endif
