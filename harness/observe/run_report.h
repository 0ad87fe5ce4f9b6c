/* SPDX-License-Identifier: MIT */
/* What a run is reported from, and the two ways: tables for people, JSON for machines. */
#ifndef OBSERVE_RUN_REPORT_H
#define OBSERVE_RUN_REPORT_H

#include <stdio.h>

#include "observe/invariants.h"
#include "scenario/expectations.h"

/* All borrowed. */
struct run_report {
	const struct scenario *scenario;
	const struct outcome *outcome;
	const struct expectations *verdict;
	bool is_judged; /* the invariants were */
	const struct invariant_violation *violation; /* NULL: none was broken */
};

enum report_colour { REPORT_PLAIN, REPORT_COLOURED };

/* Writes tables: each migration, each service, drops, expectations. */
void report_table_write(const struct run_report *report, enum report_colour colour, FILE *stream);

/* Writes the unmet expectations alone, "FILE:LINE: what: expected, got". */
void report_misses_write(const struct expectations *verdict, FILE *stream);

/* Writes a broken invariant: what, when, where, the last transitions, and the command that shows it
 * again. */
void report_violation_write(const struct run_report *report, FILE *stream);

/* Writes one JSON object, as docs/SCENARIOS.md describes it.  False without memory. */
bool report_json_write(const struct run_report *report, FILE *stream);

/* An instant of a migration: its name and where it stands in struct outcome_phases. */
struct report_phase {
	const char *name, *text;
	size_t offset;
};

/* In the order in which they come; ends with a row without a name. */
extern const struct report_phase report_phases[];

/* The instant of a phase in us, UINT64_MAX when it did not come to that. */
uint64_t report_phase_us(const struct report_phase *phase, const struct outcome_phases *phases);

#endif
