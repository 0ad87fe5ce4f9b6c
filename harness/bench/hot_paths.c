/* SPDX-License-Identifier: MIT */
/*
 * hot_paths: runs each step on the way of 1,000 records once, and tells callgrind, under which
 * hot_paths.py runs it, where one begins and ends.  Alone it shows that they work.
 */
#include <stdio.h>
#include <stdlib.h>

#include <valgrind/callgrind.h>

#include "bench/parts/di_mix.h"
#include "bench/parts/di_path.h"

enum { RECORDS = 1000 };

static struct dimp_record records[RECORDS];

static void encode(struct di_path *path)
{
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	size_t size;

	(void)path;
	for (size_t index = 0; index < RECORDS; index++) {
		if (dimp_record_write(&records[index], octets, sizeof octets, &size) !=
			DIMP_ERROR_NONE)
			exit(1);
	}
}

static const struct {
	const char *name;
	void (*run)(struct di_path *path);
} steps[] = {
	{"encode", encode},
	{"export", di_path_export},
	{"seal", di_path_seal},
	{"open", di_path_open},
	{"decode", di_path_decode},
	{"stage", di_path_stage},
	{"digest", di_path_digest},
	{"look-up", di_path_look_up},
	{"cut-over", di_path_cut_over},
};

int main(void)
{
	struct di_mix mix;

	di_mix_start(&mix, 9);
	for (size_t index = 0; index < RECORDS; index++)
		di_mix_next(&mix, &records[index]);
	struct di_path *path = di_path_create(records, RECORDS);
	for (size_t each = 0; each < sizeof steps / sizeof steps[0]; each++) {
		CALLGRIND_ZERO_STATS;
		steps[each].run(path);
		CALLGRIND_DUMP_STATS_AT(steps[each].name);
		(void)printf("%s\n", steps[each].name);
	}
	(void)printf("%zu entries\n", di_path_entries(path));
	di_path_destroy(path);
	return 0;
}
