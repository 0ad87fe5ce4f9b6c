/* SPDX-License-Identifier: MIT */
/*
 * JUnit knows passed, failure, error and skipped: a failure is a requirement that was not met, an
 * error what could not be judged.  The type says our verdict.
 */
#include <string.h>

#include "reports.h"

struct totals {
	size_t tests, classes[REPORT_SKIPPED + 1];
	double seconds;
};

static void add_result(const struct conform_run *run, const struct conform_result *result,
	struct totals *totals)
{
	totals->tests++;
	totals->classes[report_class(run, result)]++;
	totals->seconds += result->seconds;
}

static void write_totals(FILE *stream, const struct totals *totals)
{
	fprintf(stream,
		" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\" time=\"%.6f\"",
		totals->tests, totals->classes[REPORT_FAILED], totals->classes[REPORT_BROKEN],
		totals->classes[REPORT_SKIPPED], totals->seconds);
}

static void write_outcome(FILE *stream, const char *element, const struct conform_result *result)
{
	fprintf(stream, "      <%s message=\"", element);
	report_escaped(stream, result->why);
	fprintf(stream, "\" type=\"%s\">", verdict_name(result->verdict));
	report_escaped(stream, result->report == NULL ? "" : result->report);
	fprintf(stream, "</%s>\n", element);
}

static void write_case(const struct conform_run *run, const struct conform_result *result,
	FILE *stream)
{
	const enum report_class class = report_class(run, result);

	fputs("    <testcase name=\"", stream);
	report_escaped(stream, result->what->id);
	fputs("\" classname=\"", stream);
	report_escaped(stream, result->what->clause);
	fprintf(stream, "\" time=\"%.6f\"", result->seconds);
	if (class == REPORT_PASSED) {
		fputs("/>\n", stream);
		return;
	}
	fputs(">\n", stream);
	if (class == REPORT_SKIPPED) {
		fputs("      <skipped message=\"", stream);
		fprintf(stream, "%s: ", verdict_name(result->verdict));
		report_escaped(stream, result->why);
		fputs("\"/>\n", stream);
	} else {
		write_outcome(stream, class == REPORT_FAILED ? "failure" : "error", result);
	}
	fputs("    </testcase>\n", stream);
}

static void write_suite(const struct conform_run *run, const char *clause, FILE *stream)
{
	struct totals totals = {.tests = 0};

	for (size_t index = 0; index < run->count; index++) {
		if (strcmp(run->results[index].what->clause, clause) == 0)
			add_result(run, &run->results[index], &totals);
	}
	fputs("  <testsuite name=\"", stream);
	report_escaped(stream, clause);
	fputc('"', stream);
	write_totals(stream, &totals);
	fputs(">\n", stream);
	for (size_t index = 0; index < run->count; index++) {
		if (strcmp(run->results[index].what->clause, clause) == 0)
			write_case(run, &run->results[index], stream);
	}
	fputs("  </testsuite>\n", stream);
}

void report_junit(const struct conform_run *run, FILE *stream)
{
	struct totals totals = {.tests = 0};

	for (size_t index = 0; index < run->count; index++)
		add_result(run, &run->results[index], &totals);
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"DIMP conformance: ",
		stream);
	report_escaped(stream, run->target->text);
	fputc('"', stream);
	write_totals(stream, &totals);
	fputs(">\n", stream);
	for (size_t index = report_next_clause(run, SIZE_MAX); index < run->count;
		index = report_next_clause(run, index))
		write_suite(run, run->results[index].what->clause, stream);
	fputs("</testsuites>\n", stream);
}
