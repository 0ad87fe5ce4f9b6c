/* SPDX-License-Identifier: MIT */
/* Whether what came of a run is what its scenario expects. */
#ifndef SCENARIO_EXPECTATIONS_H
#define SCENARIO_EXPECTATIONS_H

#include "scenario/outcome.h"

enum { EXPECTATION_MISSES_MAX = 200, EXPECTATION_TEXT_SIZE = 320 };

/* One thing that is not as expected. */
struct expectation_miss {
	const struct scenario_expect *expect; /* where it was said; borrowed from the scenario */
	char text[EXPECTATION_TEXT_SIZE]; /* "migration m1: result: expected SUCCESS, got FAIL" */
};

struct expectations {
	size_t checked; /* single values compared */
	size_t missed; /* beyond the maximum they are counted, not kept */
	struct expectation_miss misses[EXPECTATION_MISSES_MAX];
};

/* Compares all that the scenario expects with |outcome|. */
void expectations_judge(const struct scenario *scenario, const struct outcome *outcome,
	struct expectations *verdict);

/*
 * Round trips between the bridges from SOLICIT sent to RELEASED received, serialisation aside; 0
 * when not known.
 */
uint64_t expectations_round_trips(const struct scenario *scenario, const struct outcome *outcome,
	size_t migration);

/* The advice as names with "+" between, "none" without; into |text|, returned. */
const char *expectations_advice(uint8_t advice, char text[64]);

/* Two numbers of 64 bits, with a point and a unit. */
enum { EXPECTATIONS_DURATION_SIZE = 64 };

/* "1.25 ms": a duration for people, "never" for UINT64_MAX; into |text|, returned. */
const char *expectations_duration(uint64_t us, char text[EXPECTATIONS_DURATION_SIZE]);

#endif
