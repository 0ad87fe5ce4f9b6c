/* SPDX-License-Identifier: MIT */
/* Many drills: found in files and folders, run one after the other, counted. */
#ifndef SCRIPT_DRILL_SUITE_H
#define SCRIPT_DRILL_SUITE_H

#include <stdio.h>

#include "script/row_coverage.h"

struct drill_suite {
	char **paths; /* owned; in order of names */
	size_t count;
	struct row_coverage coverage;
};

/* What became of one drill. */
struct drill_verdict {
	const char *path;
	bool has_passed;
	const char *clause;
	const char *report; /* "" when it passed */
};

/* Adds a file, or every *.drill below a folder, and the folder's "waivers"; false, with a
 * complaint, when it cannot be read. */
bool drill_suite_add(struct drill_suite *suite, const char *path, FILE *complaints);

/* Takes out all but those whose path contains |filter|. */
void drill_suite_filter(struct drill_suite *suite, const char *filter);

/* Runs the drill |index| and hands its verdict to |tell|; returns whether it passed. */
bool drill_suite_run(struct drill_suite *suite, size_t index,
	void (*tell)(void *user, const struct drill_verdict *verdict), void *user);

void drill_suite_destroy(struct drill_suite *suite);

#endif
