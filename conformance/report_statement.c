/* SPDX-License-Identifier: MIT */
/* The statement of conformance: what an implementer hands out, a line for each requirement. */
#include "reports.h"

static void write_row(const struct conform_run *run, const struct requirement *row, FILE *stream)
{
	bool is_supported;
	const enum verdict verdict = report_requirement(run, row, &is_supported);

	fprintf(stream, "| %s | %s | %s | %s | %s | %s |\n", row->clause,
		row->is_must ? "MUST" : "SHOULD", row->role, row->text, is_supported ? "yes" : "no",
		verdict == VERDICT_NONE ? "not tested" : verdict_name(verdict));
}

void report_statement(const struct conform_run *run, FILE *stream)
{
	const struct requirement *row;

	fprintf(stream, "# Statement of conformance to DIMP\n\nTarget: `%s`\n\n",
		run->target->text);
	report_totals(run, stream);
	fputs("\n| clause | strength | role | requirement | supported | verdict |\n"
	      "| --- | --- | --- | --- | --- | --- |\n",
		stream);
	for (size_t index = 0; (row = requirement_at(index)) != NULL; index++)
		write_row(run, row, stream);
}
