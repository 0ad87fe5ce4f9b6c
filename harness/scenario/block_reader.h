/* SPDX-License-Identifier: MIT */
/*
 * Reading a block: a map whose keys are rows.  What is wrong is added to the errors and reading
 * goes on, so that a file's errors are told at once.
 */
#ifndef SCENARIO_BLOCK_READER_H
#define SCENARIO_BLOCK_READER_H

#include "scenario/value_reader.h"

/* Gives the members of the struct at |base| the defaults of their rows. */
void block_defaults(const struct key_block *block, void *base);

/*
 * Reads |map| by the rows of |block| into the struct at |base|.  VALUE_THINGS, VALUE_INCLUDE and
 * top-level blocks are the scenario reader's: skipped here.
 */
void block_read(const struct value_reader *reader, const struct key_block *block,
	struct yaml_value map, void *base);

#endif
