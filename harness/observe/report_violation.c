/* SPDX-License-Identifier: MIT */
/* A broken invariant, for people. */
#include <inttypes.h>

#include "observe/run_report.h"

static void write_time(struct dimp_time time, FILE *stream)
{
	fprintf(stream, "%" PRIu64 ".%06" PRIu64 " s", time.us / 1000000, time.us % 1000000);
}

static void write_transition(const struct invariant_transition *transition, FILE *stream)
{
	fputs("    ", stream);
	write_time(transition->time, stream);
	fprintf(stream, "  %s %s: %s --%s--> %s (%s)\n", transition->node, transition->machine,
		transition->from, transition->because, transition->to, transition->clause);
}

void report_violation_write(const struct run_report *report, FILE *stream)
{
	const struct invariant_violation *violation = report->violation;
	const struct invariant_row *row = &invariant_rows[violation->invariant];

	fprintf(stream, "%s is broken (DIMP %s): %s\n  at       ", row->name, row->clause,
		row->text);
	write_time(violation->time, stream);
	fprintf(stream, ", %s\n  expected %s\n  found    %s\n  last transitions\n", violation->node,
		violation->expected, violation->found);
	for (size_t index = 0; index < violation->transition_count; index++)
		write_transition(&violation->transitions[index], stream);
	fprintf(stream, "  again    dimp run %s --seed %" PRIu64 "\n", report->scenario->path,
		report->scenario->seed);
}
