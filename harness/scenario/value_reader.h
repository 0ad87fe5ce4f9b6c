/* SPDX-License-Identifier: MIT */
/*
 * Reading a block: a map whose keys are rows.  What is wrong is added to the errors and reading
 * goes on, so that a file's errors are told at once.
 */
#ifndef SCENARIO_VALUE_READER_H
#define SCENARIO_VALUE_READER_H

#include "scenario/key_rows.h"
#include "scenario/scenario.h"
#include "scenario/yaml_tree.h"

/* What readers share: the scenario being filled in, whose things have their names already. */
struct value_reader {
	struct scenario *scenario;
	struct scenario_errors *errors;
	unsigned copy; /* which of several alike, from 1: what {n} stands for; 0: none */
};

/* |text| with {n} replaced by |copy|, into |expanded| of |size| octets; cut off if too long. */
void value_expand(const char *text, unsigned copy, char *expanded, size_t size);

/* How many alike a thing's map stands for. */
unsigned value_copies(struct yaml_value map);

/* Gives the members of the struct at |base| the defaults of their rows. */
void value_defaults(const struct key_block *block, void *base);

/*
 * Reads |map| by the rows of |block| into the struct at |base|.  VALUE_THINGS, VALUE_INCLUDE and
 * top-level blocks are the scenario reader's: skipped here.
 */
void value_block_read(const struct value_reader *reader, const struct key_block *block,
	struct yaml_value map, void *base);

/* Index of the |thing| called |name|, SCENARIO_NONE if there is none. */
uint32_t value_thing_find(const struct scenario *scenario, enum thing thing, const char *name);

/* The items of a thing's array, how many, and the one at |index|. */
size_t value_thing_count(const struct scenario *scenario, enum thing thing);
void *value_thing_at(const struct scenario *scenario, enum thing thing, size_t index);

/* The path |text| means in a file at |place|, into |path| of SCENARIO_PATH_MAX; false if too long.
 */
bool value_path(const char *file, const char *text, char *path);

#endif
