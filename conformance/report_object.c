/* SPDX-License-Identifier: MIT */
/* The run as one JSON object: totals, cases, requirements. */
#include <jansson.h>
#include <string.h>

#include "reports.h"

static json_t *describe_result(const struct conform_run *run, const struct conform_result *result)
{
	json_t *one = json_pack("{s:s, s:s, s:s, s:b, s:s, s:b, s:f}", "id", result->what->id,
		"clause", result->what->clause, "proves", result->what->title, "should",
		result->what->is_should, "verdict", verdict_name(result->verdict), "counts",
		conform_result_counts(run, result), "seconds", result->seconds);

	if (result->why[0] != '\0')
		json_object_set_new(one, "why", json_string(result->why));
	if (result->verdict != VERDICT_PASS && result->report != NULL && result->report[0] != '\0')
		json_object_set_new(one, "report", json_string(result->report));
	if (result->evidence[0] != '\0')
		json_object_set_new(one, "evidence", json_string(result->evidence));
	return one;
}

static json_t *describe_totals(const struct conform_run *run)
{
	json_t *totals = json_object();

	for (unsigned verdict = VERDICT_PASS; verdict < VERDICTS; verdict++)
		json_object_set_new(totals, verdict_name((enum verdict)verdict),
			json_integer((json_int_t)conform_run_count(run, (enum verdict)verdict)));
	return totals;
}

static json_t *describe_requirements(const struct conform_run *run)
{
	json_t *list = json_array();
	const struct requirement *row;

	for (size_t index = 0; (row = requirement_at(index)) != NULL; index++) {
		bool is_supported;
		const enum verdict verdict = report_requirement(run, row, &is_supported);

		json_array_append_new(list,
			json_pack("{s:s, s:s, s:s, s:s, s:b, s:s}", "clause", row->clause,
				"strength", row->is_must ? "MUST" : "SHOULD", "role", row->role,
				"text", row->text, "supported", is_supported, "verdict",
				verdict_name(verdict)));
	}
	return list;
}

void report_json(const struct conform_run *run, FILE *stream)
{
	json_t *cases = json_array();
	json_t *whole;

	for (size_t index = 0; index < run->count; index++)
		json_array_append_new(cases, describe_result(run, &run->results[index]));
	whole = json_pack("{s:s, s:I, s:b, s:i, s:o, s:o, s:o}", "target", run->target->text,
		"seed", (json_int_t)run->seed, "strict", run->is_strict, "exit",
		conform_run_code(run), "totals", describe_totals(run), "cases", cases,
		"requirements", describe_requirements(run));
	json_dumpf(whole, stream, JSON_INDENT(2));
	fputc('\n', stream);
	json_decref(whole);
}
