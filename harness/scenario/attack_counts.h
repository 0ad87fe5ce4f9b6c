/* SPDX-License-Identifier: MIT */
/*
 * What attackers did in a run, or in all runs of a campaign, and what came of it.
 */
#ifndef SCENARIO_ATTACK_COUNTS_H
#define SCENARIO_ATTACK_COUNTS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <jansson.h>

enum attack_count {
#define ATTACK_COUNT(NAME, name, text) ATTACK_##NAME,
#include "scenario/attack_counts.def"
#undef ATTACK_COUNT
	ATTACK_COUNTS
};

struct attack_counts {
	uint64_t of[ATTACK_COUNTS];
};

extern const char *const attack_count_names[ATTACK_COUNTS];

/* Whether there were attackers that did anything. */
bool attack_counts_is_any(const struct attack_counts *counts);

/* A line that says all of it; the caller begins it. */
void attack_counts_print(const struct attack_counts *counts, FILE *stream);

/* An object with all of it, by name; NULL without memory. */
json_t *attack_counts_json(const struct attack_counts *counts);

#endif
