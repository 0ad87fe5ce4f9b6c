/* SPDX-License-Identifier: MIT */
/*
 * TAP 14, with its directives for what need not pass (a SHOULD, an expected failure) and for what
 * cannot be run.  It tells no durations, so that two runs that agree are the same text.
 */
#include <string.h>

#include "reports.h"

/* "#" begins a directive, so that one in a description is marked. */
static void write_description(FILE *stream, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '#' || *text == '\\')
			fputc('\\', stream);
		fputc(*text == '\n' ? ' ' : *text, stream);
	}
}

static void write_diagnosis(FILE *stream, const struct conform_result *result)
{
	const char *line = result->report == NULL ? "" : result->report;

	fprintf(stream, "  ---\n  verdict: %s\n  message: |\n    %s\n",
		verdict_name(result->verdict), result->why);
	if (*line != '\0')
		fputs("  report: |\n", stream);
	while (*line != '\0') {
		const size_t size = strcspn(line, "\n");

		fprintf(stream, "    %.*s\n", (int)size, line);
		line += size + (line[size] == '\n');
	}
	fputs("  ...\n", stream);
}

static void write_result(const struct conform_run *run, size_t index, FILE *stream)
{
	const struct conform_result *result = &run->results[index];
	const bool is_ok = result->verdict == VERDICT_PASS || result->verdict == VERDICT_XPASS ||
		(result->verdict == VERDICT_SKIP && !run->is_skip_failure);

	fprintf(stream, "%sok %zu - ", is_ok && result->verdict != VERDICT_XPASS ? "" : "not ",
		index + 1);
	write_description(stream, result->what->id);
	fputs(": ", stream);
	write_description(stream, result->what->title);
	if (result->verdict == VERDICT_SKIP && !run->is_skip_failure)
		fputs(" # SKIP ", stream);
	else if (!is_ok && !conform_result_counts(run, result))
		fputs(" # TO"
		      "DO ",
			stream);
	if (result->verdict != VERDICT_PASS && !conform_result_counts(run, result))
		write_description(stream, result->why);
	fputc('\n', stream);
	if (conform_result_counts(run, result))
		write_diagnosis(stream, result);
}

void report_tap(const struct conform_run *run, FILE *stream)
{
	fprintf(stream, "TAP version 14\n1..%zu\n", run->count);
	for (size_t index = 0; index < run->count; index++)
		write_result(run, index, stream);
}
