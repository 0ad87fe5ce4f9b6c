/* SPDX-License-Identifier: MIT */
/* All blocks of a scenario in the order in which people read about them, and how values are
 * written. */
#ifndef SCENARIO_KEY_BLOCKS_H
#define SCENARIO_KEY_BLOCKS_H

#include "scenario/key_rows.h"

enum { KEY_BLOCKS_MAX = 96, KEY_VALUE_SIZE = 400 };

/* Fills in the blocks, the whole file's first, each followed by those within it; returns how many.
 */
size_t key_blocks_list(const struct key_block *blocks[KEY_BLOCKS_MAX]);

/* How a row's value is written, for people: "duration", "one-shot or staged"; into |text|,
 * returned. */
const char *key_row_value(const struct key_row *row, char text[KEY_VALUE_SIZE]);

/* The default of a row for people: "required", "10s", "the link's"; into |text|, returned. */
const char *key_row_default(const struct key_row *row, char text[KEY_VALUE_SIZE]);

#endif
