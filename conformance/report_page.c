/* SPDX-License-Identifier: MIT */
/* The run as a page: totals, the statement of conformance, cases with what was wrong. */
#include "reports.h"

static const char head[] =
	"<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
	"<title>DIMP conformance</title>\n<style>\n"
	"body{font-family:sans-serif;margin:2em;color:#222}table{border-collapse:collapse}\n"
	"td,th{border:1px solid #bbb;padding:.2em .6em;text-align:left;vertical-align:top}\n"
	".PASS{background:#dfd}.FAIL,.XPASS{background:#fcc}.ERROR{background:#f99}\n"
	".INCONC{background:#ffd}.SKIP,.NONE{color:#777}.XFAIL{background:#eee}\n"
	"pre{margin:.3em 0;font-size:85%}\n</style></head><body>\n";

static void write_cell(FILE *stream, const char *text)
{
	fputs("<td>", stream);
	report_escaped(stream, text);
	fputs("</td>", stream);
}

static void write_totals(const struct conform_run *run, FILE *stream)
{
	fputs("<h1>DIMP conformance</h1>\n<p>Target <code>", stream);
	report_escaped(stream, run->target->text);
	fputs("</code></p>\n<table><tr>", stream);
	for (unsigned verdict = VERDICT_PASS; verdict < VERDICTS; verdict++)
		fprintf(stream, "<th class=\"%s\">%s</th>", verdict_name((enum verdict)verdict),
			verdict_name((enum verdict)verdict));
	fputs("</tr><tr>", stream);
	for (unsigned verdict = VERDICT_PASS; verdict < VERDICTS; verdict++)
		fprintf(stream, "<td>%zu</td>", conform_run_count(run, (enum verdict)verdict));
	fputs("</tr></table>\n", stream);
}

static void write_requirements(const struct conform_run *run, FILE *stream)
{
	const struct requirement *row;

	fputs("<h2>Requirements</h2>\n<table><tr><th>Clause</th><th>Strength</th><th>Role</th>"
	      "<th>Requirement</th><th>Supported</th><th>Verdict</th></tr>\n",
		stream);
	for (size_t index = 0; (row = requirement_at(index)) != NULL; index++) {
		bool is_supported;
		const enum verdict verdict = report_requirement(run, row, &is_supported);

		fprintf(stream, "<tr class=\"%s\">", verdict_name(verdict));
		write_cell(stream, row->clause);
		write_cell(stream, row->is_must ? "MUST" : "SHOULD");
		write_cell(stream, row->role);
		write_cell(stream, row->text);
		write_cell(stream, is_supported ? "yes" : "no");
		write_cell(stream, verdict == VERDICT_NONE ? "not tested" : verdict_name(verdict));
		fputs("</tr>\n", stream);
	}
	fputs("</table>\n", stream);
}

static void write_case(const struct conform_result *result, FILE *stream)
{
	fprintf(stream, "<tr class=\"%s\">", verdict_name(result->verdict));
	write_cell(stream, result->what->id);
	write_cell(stream, result->what->clause);
	write_cell(stream, verdict_name(result->verdict));
	fputs("<td>", stream);
	report_escaped(stream, result->what->title);
	if (result->why[0] != '\0') {
		fputs("<br><em>", stream);
		report_escaped(stream, result->why);
		fputs("</em>", stream);
	}
	if (result->report != NULL && result->report[0] != '\0') {
		fputs("<pre>", stream);
		report_escaped(stream, result->report);
		fputs("</pre>", stream);
	}
	fputs("</td></tr>\n", stream);
}

void report_html(const struct conform_run *run, FILE *stream)
{
	fputs(head, stream);
	write_totals(run, stream);
	write_requirements(run, stream);
	fputs("<h2>Cases</h2>\n<table><tr><th>Id</th><th>Clause</th><th>Verdict</th>"
	      "<th>What is proved</th></tr>\n",
		stream);
	for (size_t index = 0; index < run->count; index++)
		write_case(&run->results[index], stream);
	fputs("</table>\n</body></html>\n", stream);
}
