/* SPDX-License-Identifier: MIT */
/* What several forms of report share. */
#include <string.h>

#include "reports.h"

enum report_class report_class(const struct conform_run *run, const struct conform_result *result)
{
	const bool is_counted = conform_result_counts(run, result);

	switch (result->verdict) {
	case VERDICT_PASS: return REPORT_PASSED;
	case VERDICT_NONE:
	case VERDICT_SKIP:
	case VERDICT_XFAIL:
	case VERDICTS: return is_counted ? REPORT_FAILED : REPORT_SKIPPED;
	case VERDICT_XPASS:
	case VERDICT_FAIL: return is_counted ? REPORT_FAILED : REPORT_SKIPPED;
	case VERDICT_INCONC: return is_counted ? REPORT_BROKEN : REPORT_SKIPPED;
	case VERDICT_ERROR: return REPORT_BROKEN;
	}
	return REPORT_BROKEN;
}

static bool is_about(const struct conform_result *result, const char *wanted)
{
	const char *rest = result->what->clause;
	char clause[16];

	while (requirement_next_clause(&rest, clause)) {
		if (strcmp(clause, wanted) == 0)
			return true;
	}
	return false;
}

enum verdict report_requirement(const struct conform_run *run, const struct requirement *row,
	bool *is_supported)
{
	enum verdict worst = VERDICT_NONE;
	bool is_skipped = false;

	for (size_t index = 0; index < run->count; index++) {
		const struct conform_result *result = &run->results[index];
		const bool is_failure =
			result->verdict == VERDICT_XFAIL || result->verdict == VERDICT_XPASS;

		if (!is_about(result, row->clause))
			continue;
		if (result->verdict == VERDICT_SKIP)
			is_skipped = true;
		else
			worst = verdict_worse(worst, is_failure ? VERDICT_FAIL : result->verdict);
	}
	*is_supported = !is_skipped || worst != VERDICT_NONE;
	return *is_supported ? worst : VERDICT_SKIP;
}

static bool stood_before(const struct conform_run *run, size_t index)
{
	for (size_t before = 0; before < index; before++) {
		if (strcmp(run->results[before].what->clause, run->results[index].what->clause) ==
			0)
			return true;
	}
	return false;
}

size_t report_next_clause(const struct conform_run *run, size_t index)
{
	for (index++; index < run->count; index++) {
		if (!stood_before(run, index))
			return index;
	}
	return run->count;
}

static void put_character(FILE *stream, char character)
{
	if (character == '<')
		fputs("&lt;", stream);
	else if (character == '>')
		fputs("&gt;", stream);
	else if (character == '&')
		fputs("&amp;", stream);
	else if (character == '"')
		fputs("&quot;", stream);
	else if ((unsigned char)character >= ' ' || character == '\n' || character == '\t')
		fputc(character, stream);
	else
		fputc('?', stream);
}

void report_escaped(FILE *stream, const char *text)
{
	for (; *text != '\0'; text++)
		put_character(stream, *text);
}
