/* SPDX-License-Identifier: MIT */
/* What is wrong with a scenario file: all of it at once, each with its place. */
#ifndef SCENARIO_SCENARIO_ERRORS_H
#define SCENARIO_SCENARIO_ERRORS_H

#include <stdbool.h>
#include <stddef.h>

enum { SCENARIO_ERRORS_MAX = 100, SCENARIO_ERROR_SIZE = 640 };

/* Where something stands in a file; line and column count from 1. */
struct yaml_place {
	const char *file; /* borrowed from the tree it was read into */
	unsigned line, column;
};

struct scenario_error {
	size_t file_size; /* of FILE in the text */
	unsigned line, column;
	char text[SCENARIO_ERROR_SIZE]; /* "FILE:LINE:COLUMN: what is wrong; what was expected" */
};

/* Zeroed is none. */
struct scenario_errors {
	size_t count; /* beyond SCENARIO_ERRORS_MAX they are counted, not kept */
	struct scenario_error list[SCENARIO_ERRORS_MAX];
};

/* Adds "FILE:LINE:COLUMN: " and the formatted text: what is wrong; what was expected; nearest name.
 */
__attribute__((format(printf, 3, 4))) void scenario_errors_add(struct scenario_errors *errors,
	struct yaml_place place, const char *format, ...);

/* Orders them by file, line and column, as people read. */
void scenario_errors_sort(struct scenario_errors *errors);

/* Whether another one would be counted and not kept. */
bool scenario_errors_are_full(const struct scenario_errors *errors);

/* How many are kept in the list. */
size_t scenario_errors_kept(const struct scenario_errors *errors);

#endif
