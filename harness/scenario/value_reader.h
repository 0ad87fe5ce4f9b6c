/* SPDX-License-Identifier: MIT */
/* Reading one value by the kind of its row.  What is wrong of it is added to the errors. */
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

/* Reads |value| by |row|, which is no block, into the struct at |base|. */
void value_read(const struct value_reader *reader, const struct key_row *row,
	struct yaml_value value, void *base);

/* Index of the |thing| called |name|, SCENARIO_NONE if there is none. */
uint32_t value_thing_find(const struct scenario *scenario, enum thing thing, const char *name);

/* The items of a thing's array, how many, and the one at |index|. */
size_t value_thing_count(const struct scenario *scenario, enum thing thing);
void *value_thing_at(const struct scenario *scenario, enum thing thing, size_t index);

/* The path |text| means in a file at |place|, into |path| of SCENARIO_PATH_MAX; false if too long.
 */
bool value_path(const char *file, const char *text, char *path);

#endif
