/* SPDX-License-Identifier: MIT */
/* A scenario being read: its files, and where in them each of its things stands. */
#ifndef SCENARIO_SCENARIO_DRAFT_H
#define SCENARIO_SCENARIO_DRAFT_H

#include "scenario/value_reader.h"

enum { DRAFT_FILES_MAX = 16, DRAFT_THINGS_MAX = 4096 };

struct scenario_draft {
	struct scenario *scenario;
	struct scenario_errors *errors;
	struct yaml_tree *trees[DRAFT_FILES_MAX];
	char paths[DRAFT_FILES_MAX][SCENARIO_PATH_MAX];
	size_t tree_count;
	struct yaml_value *values[THINGS]; /* of each thing, in the order of its array */
	unsigned *copies[THINGS]; /* likewise: which of several alike, from 1; 0: one only */
};

/* The place of a key of a thing, of the whole thing if it has no such key. */
struct yaml_place draft_place(const struct scenario_draft *draft, enum thing thing, size_t index,
	const char *key);

/* Whether the thing has the key. */
bool draft_has(const struct scenario_draft *draft, enum thing thing, size_t index, const char *key);

#endif
