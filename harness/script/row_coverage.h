/* SPDX-License-Identifier: MIT */
/*
 * Which rows of the three machines drills have taken.  The rows come from the .def files that the
 * model itself is made of; a row that no drill can take is waived, with the reason, in a file.
 */
#ifndef SCRIPT_ROW_COVERAGE_H
#define SCRIPT_ROW_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum { COVERAGE_ROWS_MAX = 256, COVERAGE_REASON_SIZE = 128 };

struct row_coverage {
	unsigned taken[COVERAGE_ROWS_MAX];
	char waived[COVERAGE_ROWS_MAX][COVERAGE_REASON_SIZE]; /* why; "" when it is not */
};

/* A row; event "any" is that of all the events without a row of their own. */
struct coverage_row {
	const char *machine, *state, *event, *clause;
};

/* How many rows there are, and the row |index| of them; static storage. */
size_t row_coverage_rows(void);
const struct coverage_row *row_coverage_row(size_t index);

/* The row of |event|, by name, in |state|; the last one of the state when it has none of its own,
 * the number of rows when there is no such machine, state or event. */
size_t row_coverage_find(const char *machine, const char *state, const char *event);

/* Notes that the row was taken; |coverage| may be NULL. */
void row_coverage_take(struct row_coverage *coverage, const char *machine, const char *state,
	const char *event);

/* Reads lines "machine state event reason"; false, with one line said on |complaints|, when one is
 * not understood. */
bool row_coverage_waive(struct row_coverage *coverage, FILE *waivers, FILE *complaints);

/* Says which rows no drill has taken and nothing waives, and which waivers are of no use; returns
 * how many of both. */
size_t row_coverage_report(const struct row_coverage *coverage, FILE *stream);

#endif
