/* SPDX-License-Identifier: MIT */
/* Runs a drill: one real speaker against peers that do what the lines say (docs/SCRIPT.md). */
#ifndef SCRIPT_DRILL_RUNNER_H
#define SCRIPT_DRILL_RUNNER_H

#include <stdio.h>

#include "script/drill.h"
#include "script/drill_world.h"
#include "script/row_coverage.h"

/* How a run ended; later ones are worse. */
enum drill_end {
	DRILL_PASSED,
	DRILL_UNSUPPORTED, /* the subject says that it cannot do what a line needs */
	DRILL_UNREACHED, /* what goes before what is to be judged did not happen as it must */
	DRILL_UNMET, /* what a line expects did not come, or something else came */
	DRILL_SENSELESS, /* the drill itself is wrong */
	DRILL_SUBJECT_HUNG,
	DRILL_SUBJECT_CRASHED
};

/* What a run takes and gives. */
struct drill_outcome {
	struct row_coverage *coverage; /* rows taken are noted there; may be NULL */
	FILE *report; /* where failures go */
	struct drill_subject subject; /* without operations: the library's speaker, in here */
	const struct drill_tap *tap; /* looks on at the wires; may be NULL */
	uint64_t seed; /* of what subject and peers draw */
	bool is_probed; /* associations must come up first, and the subject must answer last */
	/* What came of it. */
	enum drill_end end;
	unsigned line; /* that failed, in the file |path| */
	char path[256];
	char why[256]; /* the first line of the report, without place */
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

/* Reads the file |path|; false, with the reason in |report|, when it is no drill. */
bool drill_read(const char *path, struct drill *drill, FILE *report);

/* Reads the file |path| and runs all its turns until one fails; a file that is no drill is a
 * failure told in the report. */
bool drill_run_file(const char *path, struct drill_outcome *outcome);

#endif
