/* SPDX-License-Identifier: MIT */
/* Rows as in the .def files, one machine after the other. */
#include "script/row_coverage.h"

#include <string.h>

static const struct coverage_row rows[] = {
#define ROW(from, event, action, to, clause) {"source", #from, #event, clause},
#define OTHERWISE(from, clause) {"source", #from, "any", clause},
#include "source.def"
#define ROW(from, event, action, to, clause) {"destination", #from, #event, clause},
#define OTHERWISE(from, clause) {"destination", #from, "any", clause},
#include "destination.def"
#define ROW(from, event, action, to, clause) {"station", #from, #event, clause},
#define OTHERWISE(from, clause) {"station", #from, "any", clause},
#include "station.def"
};

enum { ROWS = sizeof rows / sizeof rows[0] };
_Static_assert((int)ROWS <= (int)COVERAGE_ROWS_MAX, "more rows than COVERAGE_ROWS_MAX");

static const struct {
	const char *machine, *event;
} events[] = {
#define EVENT(name, text) {"source", #name},
#include "source.def"
#define EVENT(name, text) {"destination", #name},
#include "destination.def"
#define EVENT(name, text) {"station", #name},
#include "station.def"
};

size_t row_coverage_rows(void)
{
	return ROWS;
}

const struct coverage_row *row_coverage_row(size_t index)
{
	return &rows[index];
}

static bool is_event(const char *machine, const char *event)
{
	for (size_t index = 0; index < sizeof events / sizeof events[0]; index++) {
		if (strcmp(events[index].machine, machine) == 0 &&
			strcmp(events[index].event, event) == 0)
			return true;
	}
	return strcmp(event, "any") == 0;
}

size_t row_coverage_find(const char *machine, const char *state, const char *event)
{
	size_t found = ROWS;

	if (!is_event(machine, event))
		return ROWS;
	for (size_t index = 0; index < ROWS; index++) {
		const bool is_here = strcmp(rows[index].machine, machine) == 0 &&
			strcmp(rows[index].state, state) == 0;

		if (is_here && strcmp(rows[index].event, event) == 0)
			return index;
		if (is_here && strcmp(rows[index].event, "any") == 0)
			found = index;
	}
	return found;
}

void row_coverage_take(struct row_coverage *coverage, const char *machine, const char *state,
	const char *event)
{
	const size_t row = row_coverage_find(machine, state, event);

	if (coverage != NULL && row < ROWS)
		coverage->taken[row]++;
}

static bool waive_line(struct row_coverage *coverage, const char *line)
{
	char machine[32], state[32], event[32];
	int size = 0;

	if (line[0] == '#' || line[0] == '\n')
		return true;
	if (sscanf(line, "%31s %31s %31s %n", machine, state, event, &size) != 3)
		return false;
	const size_t row = row_coverage_find(machine, state, event);

	if (row == ROWS || strcmp(rows[row].event, event) != 0 || line[size] == '\0')
		return false;
	(void)snprintf(coverage->waived[row], COVERAGE_REASON_SIZE, "%.*s",
		(int)strcspn(line + size, "\n"), line + size);
	return true;
}

bool row_coverage_waive(struct row_coverage *coverage, FILE *waivers, FILE *complaints)
{
	char line[256];

	while (fgets(line, sizeof line, waivers) != NULL) {
		if (!waive_line(coverage, line)) {
			fprintf(complaints, "no waiver (machine state event reason): %s", line);
			return false;
		}
	}
	return true;
}

size_t row_coverage_report(const struct row_coverage *coverage, FILE *stream)
{
	size_t wrong = 0;

	for (size_t index = 0; index < ROWS; index++) {
		const struct coverage_row *row = &rows[index];
		const bool is_waived = coverage->waived[index][0] != '\0';

		if ((coverage->taken[index] > 0) != is_waived)
			continue;
		wrong++;
		fprintf(stream, "%s %s %s (%s): %s\n", row->machine, row->state, row->event,
			row->clause,
			is_waived ? "waived, but a drill takes it" : "no drill takes this row");
	}
	return wrong;
}
