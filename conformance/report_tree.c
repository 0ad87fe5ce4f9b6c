/* SPDX-License-Identifier: MIT */
/* Clauses and, below them, cases; then one line of totals in the form that `make check` adds up. */
#include <string.h>

#include "evidence.h"
#include "reports.h"

static void write_requirement(const char *words, FILE *stream)
{
	char clause[16];

	fprintf(stream, "%s\n", words);
	while (requirement_next_clause(&words, clause)) {
		const struct requirement *row = requirement_find(clause);

		if (row != NULL)
			fprintf(stream, "    %s %s (%s): %s\n", clause,
				row->is_must ? "MUST" : "SHOULD", row->role, row->text);
	}
}

static void write_indented(FILE *stream, const char *text)
{
	while (*text != '\0') {
		const size_t size = strcspn(text, "\n");

		fprintf(stream, "        %.*s\n", (int)size, text);
		text += size + (text[size] == '\n');
	}
}

static void write_result(const struct conform_run *run, const struct conform_result *result,
	FILE *stream)
{
	char command[2048];

	fprintf(stream, "  %-6s %s: %s\n", verdict_name(result->verdict), result->what->id,
		result->what->title);
	if (result->verdict == VERDICT_PASS)
		return;
	fprintf(stream, "        %s%s\n", result->why,
		result->verdict != VERDICT_SKIP && !conform_result_counts(run, result) &&
				result->what->is_should
			? " (a SHOULD: --strict counts it)"
			: "");
	if (!conform_result_counts(run, result))
		return;
	if (result->report != NULL)
		write_indented(stream, result->report);
	evidence_command(run, result, command);
	fprintf(stream, "        again: %s\n", command);
	if (result->evidence[0] != '\0')
		fprintf(stream, "        evidence: %s\n", result->evidence);
}

static bool is_shown(const struct conform_result *result, bool is_whole)
{
	return is_whole || (result->verdict != VERDICT_PASS && result->verdict != VERDICT_SKIP);
}

static void write_clause(const struct conform_run *run, size_t first, FILE *stream, bool is_whole)
{
	const char *clause = run->results[first].what->clause;
	bool has_head = false;

	for (size_t index = first; index < run->count; index++) {
		const struct conform_result *result = &run->results[index];

		if (strcmp(result->what->clause, clause) != 0 || !is_shown(result, is_whole))
			continue;
		if (!has_head)
			write_requirement(clause, stream);
		has_head = true;
		write_result(run, result, stream);
	}
}

void report_tree(const struct conform_run *run, FILE *stream, bool is_whole)
{
	for (size_t index = report_next_clause(run, SIZE_MAX); index < run->count;
		index = report_next_clause(run, index))
		write_clause(run, index, stream, is_whole);
}

void report_totals(const struct conform_run *run, FILE *stream)
{
	size_t classes[REPORT_SKIPPED + 1] = {0};

	for (size_t index = 0; index < run->count; index++)
		classes[report_class(run, &run->results[index])]++;
	fprintf(stream, "%zu passed, %zu failed, %zu skipped\n", classes[REPORT_PASSED],
		classes[REPORT_FAILED] + classes[REPORT_BROKEN], classes[REPORT_SKIPPED]);
}
