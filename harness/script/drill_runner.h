/* SPDX-License-Identifier: MIT */
/* Runs a drill: one real speaker against peers that do what the lines say (docs/SCRIPT.md). */
#ifndef SCRIPT_DRILL_RUNNER_H
#define SCRIPT_DRILL_RUNNER_H

#include <stdio.h>

#include "script/drill.h"
#include "script/row_coverage.h"

/* What a run takes and gives. */
struct drill_outcome {
	struct row_coverage *coverage; /* rows taken are noted there; may be NULL */
	FILE *report; /* where failures go */
	char clause[128]; /* of the drill's clause line */
	char id[DRILL_NAME_SIZE]; /* of its id line, "" without one */
};

/*
 * Runs a turn (drill_turns.h), counted from 0, of |drill|, read from |path|, beside which its
 * includes lie.  False when a line failed; the report then has file, line, the line, what came
 * instead with its octets, and the last transitions.
 */
bool drill_run(const struct drill *drill, size_t turn, const char *path,
	struct drill_outcome *outcome);

/* Reads the file |path| and runs all its turns until one fails; a file that is no drill is a
 * failure told in the report. */
bool drill_run_file(const char *path, struct drill_outcome *outcome);

#endif
