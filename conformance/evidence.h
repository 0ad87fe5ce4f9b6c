/* SPDX-License-Identifier: MIT */
/* What is kept of a case that failed: a folder that shows it to somebody else. */
#ifndef CONFORMANCE_EVIDENCE_H
#define CONFORMANCE_EVIDENCE_H

#include "conform_run.h"

/*
 * Writes the folder of |result| below run->evidence and notes it in the result: trace.pcapng and
 * keys.txt, report.txt (the line, expected against actual field by field), the case's drill, and
 * case.json, which says what was required, of whom, with which seed, and the line that runs it
 * again.  What cannot be written is left out.
 */
void evidence_keep(const struct conform_run *run, struct conform_result *result);

/* What case.json says: which case, of which target, with which seed. */
struct evidence_case {
	char id[CASE_ID_SIZE], folder[RESULT_PATH_SIZE], target[TARGET_TEXT_SIZE];
	enum verdict verdict;
	uint64_t seed;
};

/* Reads the folder |path|; false when there is no such evidence. */
bool evidence_read(const char *path, struct evidence_case *evidence);

/* The command that runs the case again. */
void evidence_command(const struct conform_run *run, const struct conform_result *result,
	char command[2048]);

#endif
