/* SPDX-License-Identifier: MIT */
/*
 * What the files of rows share: how a row names its place in a struct of scenario.h, and the blocks
 * that key_rows.c joins.  For those files alone.
 */
#ifndef SCENARIO_ROW_PARTS_H
#define SCENARIO_ROW_PARTS_H

#include "scenario/key_rows.h"
#include "scenario/scenario.h"

#define AT(type, member) .offset = offsetof(struct scenario_##type, member)
#define SECOND(type, member) .second = offsetof(struct scenario_##type, member)
#define HAS(type, member) .has = offsetof(struct scenario_##type, member)
#define ROWS(array) .rows = (array), .row_count = sizeof(array) / sizeof(array)[0]

#define COPIES \
	{ \
		"count", VALUE_COPIES, \
			.least = 1, .most = 4096, .fallback = "1", \
			.text = "so many alike: {n} in the name and in its texts is 1, 2, ..." \
	}

extern const struct key_block bridge_block;
extern const struct key_block settings_block;
extern const struct key_block link_block;
extern const struct key_block station_block;
extern const struct key_block vm_block;
extern const struct key_block runs_block;
extern const struct key_block mka_block;
extern const struct key_block service_block;
extern const struct key_block migration_block;
extern const struct key_block when_block;

#endif
