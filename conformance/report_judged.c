/* SPDX-License-Identifier: MIT */
/*
 * A requirement of which nothing was seen obeyed or broken is "not seen": in JUnit, which has no
 * word for it, skipped.
 */
#include "report_judged.h"

#include <inttypes.h>
#include <jansson.h>
#include <string.h>

#include "reports.h"

enum { US_PER_S = 1000000 };

static const char *verdict_of(const struct tally *tally)
{
	if (tally->broken > 0)
		return "FAIL";
	if (tally->suspected > 0)
		return "INCONC";
	return tally->obeyed > 0 ? "PASS" : "not seen";
}

static const char *address_of(const struct judge *judge, int endpoint)
{
	return judge->hearing.endpoints[endpoint].address;
}

static void write_finding(const struct judge *judge, const struct finding *finding, FILE *stream)
{
	fprintf(stream, "%s %s (%s)\n", finding->is_suspicion ? "SUSPECT" : "FAIL",
		finding->requirement->clause, finding->requirement->text);
	fprintf(stream, "  frame %" PRIu64 ", %" PRIu64 ".%06" PRIu64 ", %s > %s\n", finding->frame,
		finding->time.us / US_PER_S, finding->time.us % US_PER_S,
		address_of(judge, finding->from), address_of(judge, finding->to));
	fprintf(stream, "  expected: %s\n  found: %s\n", finding->sentence.expected,
		finding->sentence.found);
}

static size_t count_verdicts(const struct judge *judge, const char *verdict)
{
	size_t count = 0;

	for (size_t index = 0; index < judge->tally_count; index++)
		count += strcmp(verdict_of(&judge->tallies[index]), verdict) == 0;
	return count;
}

static void write_caveats(const struct judge *judge, FILE *stream)
{
	if (judge->without_key > 0)
		fprintf(stream,
			"%" PRIu64 " PDUs have no key in the log: what they say is not judged\n",
			judge->without_key);
	if (judge->unopened > 0)
		fprintf(stream,
			"%" PRIu64 " PDUs are not opened by their key: damaged, or anybody's\n",
			judge->unopened);
	if (judge->malformed > 0)
		fprintf(stream, "%" PRIu64 " PDUs are malformed, and may be anybody's\n",
			judge->malformed);
	if (judge->is_out_of_order)
		fputs("times go back in this capture: order is not judged (reordercap sorts)\n",
			stream);
}

void report_judged_table(const struct judge *judge, FILE *stream)
{
	for (size_t index = 0; index < judge->finding_count; index++)
		write_finding(judge, &judge->findings[index], stream);
	write_caveats(judge, stream);
	fprintf(stream,
		"%" PRIu64 " PDUs, %" PRIu64 " judged with %" PRIu64 " messages, %" PRIu64
		" copies; requirements: %zu PASS, %zu FAIL, %zu INCONC, %zu not seen\n",
		judge->pdus, judge->opened, judge->messages, judge->copies,
		count_verdicts(judge, "PASS"), count_verdicts(judge, "FAIL"),
		count_verdicts(judge, "INCONC"), count_verdicts(judge, "not seen"));
}

void report_judged_whole(const struct judge *judge, FILE *stream)
{
	for (size_t index = 0; index < judge->tally_count; index++) {
		const struct tally *tally = &judge->tallies[index];

		fprintf(stream, "%-8s %-7s %7" PRIu64 "  %s\n", verdict_of(tally),
			tally->requirement->clause,
			tally->obeyed + tally->suspected + tally->broken, tally->requirement->text);
	}
	report_judged_table(judge, stream);
}

static json_t *finding_json(const struct judge *judge, const struct finding *finding)
{
	return json_pack("{s:s, s:I, s:I, s:s, s:s, s:s, s:s}", "clause",
		finding->requirement->clause, "frame", (json_int_t)finding->frame, "time_us",
		(json_int_t)finding->time.us, "from", address_of(judge, finding->from), "to",
		address_of(judge, finding->to), "expected", finding->sentence.expected, "found",
		finding->sentence.found);
}

static json_t *tally_json(const struct tally *tally)
{
	const struct requirement *requirement = tally->requirement;

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I}", "clause", requirement->clause,
		"strength", requirement->is_must ? "MUST" : "SHOULD", "role", requirement->role,
		"text", requirement->text, "verdict", verdict_of(tally), "obeyed",
		(json_int_t)tally->obeyed, "suspected", (json_int_t)tally->suspected, "broken",
		(json_int_t)tally->broken);
}

void report_judged_json(const struct judge *judge, FILE *stream)
{
	json_t *findings = json_array();
	json_t *suspicions = json_array();
	json_t *tallies = json_array();

	for (size_t index = 0; index < judge->finding_count; index++)
		(void)json_array_append_new(judge->findings[index].is_suspicion ? suspicions
										: findings,
			finding_json(judge, &judge->findings[index]));
	for (size_t index = 0; index < judge->tally_count; index++)
		(void)json_array_append_new(tallies, tally_json(&judge->tallies[index]));
	json_t *report = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:o, s:o, s:o}",
		"pdus", (json_int_t)judge->pdus, "judged", (json_int_t)judge->opened, "messages",
		(json_int_t)judge->messages, "copies", (json_int_t)judge->copies, "without_key",
		(json_int_t)judge->without_key, "not_opened", (json_int_t)judge->unopened,
		"malformed", (json_int_t)judge->malformed, "is_out_of_order",
		(int)judge->is_out_of_order, "violations", findings, "suspicions", suspicions,
		"requirements", tallies);

	(void)json_dumpf(report, stream, JSON_INDENT(2));
	(void)fputc('\n', stream);
	json_decref(report);
}

static void write_outcome(const struct judge *judge, const struct tally *tally, FILE *stream)
{
	if (tally->broken == 0) {
		fputs(tally->suspected > 0
				? "      <skipped message=\"INCONC: it may be anybody's\"/>\n"
				: "      <skipped message=\"not seen in this capture\"/>\n",
			stream);
		return;
	}
	for (size_t index = 0; index < judge->finding_count; index++) {
		const struct finding *finding = &judge->findings[index];

		if (finding->is_suspicion || finding->requirement != tally->requirement)
			continue;
		fprintf(stream,
			"      <failure message=\"frame %" PRIu64 "\" type=\"FAIL\">expected ",
			finding->frame);
		report_escaped(stream, finding->sentence.expected);
		fputs("; found ", stream);
		report_escaped(stream, finding->sentence.found);
		fputs("</failure>\n", stream);
		return;
	}
}

static void write_case(const struct judge *judge, const struct tally *tally, FILE *stream)
{
	fprintf(stream, "    <testcase name=\"%s\" classname=\"verify\" time=\"0.000000\"",
		tally->requirement->clause);
	if (strcmp(verdict_of(tally), "PASS") == 0) {
		fputs("/>\n", stream);
		return;
	}
	fputs(">\n", stream);
	write_outcome(judge, tally, stream);
	fputs("    </testcase>\n", stream);
}

static void write_counts(const struct judge *judge, FILE *stream)
{
	fprintf(stream,
		" tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\" time=\"0.000000\">\n",
		judge->tally_count, count_verdicts(judge, "FAIL"),
		count_verdicts(judge, "INCONC") + count_verdicts(judge, "not seen"));
}

void report_judged_junit(const struct judge *judge, FILE *stream)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"DIMP verify\"",
		stream);
	write_counts(judge, stream);
	fputs("  <testsuite name=\"verify\"", stream);
	write_counts(judge, stream);
	for (size_t index = 0; index < judge->tally_count; index++)
		write_case(judge, &judge->tallies[index], stream);
	fputs("  </testsuite>\n</testsuites>\n", stream);
}
