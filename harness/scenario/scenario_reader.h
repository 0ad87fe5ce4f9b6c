/* SPDX-License-Identifier: MIT */
/* From a YAML file to a checked struct scenario. */
#ifndef SCENARIO_SCENARIO_READER_H
#define SCENARIO_SCENARIO_READER_H

#include "scenario/scenario.h"
#include "scenario/scenario_errors.h"

/* What to read. */
struct scenario_source {
	const char *path; /* "-": standard input */
	const char *text; /* read this, called |path|, and no file; NULL: the file */
	size_t size; /* of text */
	bool has_seed; /* --seed: instead of the file's */
	uint64_t seed;
	struct engine_choice engine; /* --engine */
	uint64_t variation; /* of those that vary makes, from 0; beyond them, it begins anew */
	const char *set; /* --set: values of vary's parameters, "loss=1%,rtt=2ms"; NULL: none */
};

/*
 * Reads the file and the parts it includes, fills in defaults, checks all of it.  NULL when
 * anything is wrong: everything that is, is then in |errors|, sorted.  The caller destroys the
 * scenario.
 */
struct scenario *scenario_read(const struct scenario_source *source,
	struct scenario_errors *errors);
void scenario_destroy(struct scenario *scenario);

#endif
