/* SPDX-License-Identifier: MIT */
/* A run of cases against a target, and what came of each. */
#ifndef CONFORMANCE_CONFORM_RUN_H
#define CONFORMANCE_CONFORM_RUN_H

#include "catalog.h"
#include "wire_log.h"
#include "target.h"
#include "verdict.h"
#include "waived.h"

enum { RESULT_WHY_SIZE = 256, RESULT_PATH_SIZE = 768 };

struct conform_result {
	const struct conform_case *what; /* borrowed from the catalog */
	enum verdict verdict;
	bool has_died; /* ERROR as the implementation crashed or hung */
	char why[RESULT_WHY_SIZE]; /* of what is no PASS */
	char *report; /* owned: the line, what came instead, field by field; or NULL */
	char evidence[RESULT_PATH_SIZE]; /* folder; "" for none */
	double seconds; /* of real time */
};

struct conform_run {
	const char *folder; /* of the cases */
	struct conform_target *target; /* borrowed */
	const struct pics *pics; /* borrowed; NULL: what the target says */
	const struct waived *waived; /* borrowed */
	struct wire_log *log; /* borrowed */
	const char *evidence; /* folder; NULL: none is kept */
	uint64_t seed;
	bool is_strict; /* SHOULDs count */
	bool is_skip_failure; /* SKIP counts */
	struct conform_result *results; /* owned, in the order of the catalog */
	size_t count;
	/* Told after each case; may be NULL. */
	void (*progress)(void *user, const struct conform_run *run,
		const struct conform_result *result);
	void *progress_user;
};

/* Whether this result keeps the run from being all well. */
bool conform_result_counts(const struct conform_run *run, const struct conform_result *result);

/* Judges one case. */
void conform_run_case(struct conform_run *run, struct conform_result *result);

/* How many results have this verdict. */
size_t conform_run_count(const struct conform_run *run, enum verdict verdict);

/* The command's exit code. */
int conform_run_code(const struct conform_run *run);

#endif
