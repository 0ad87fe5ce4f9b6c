/* SPDX-License-Identifier: MIT */
/* Durations are shown as reports of runs show them; machines get microseconds. */
#include "cli/campaign_report.h"

#include <inttypes.h>
#include <jansson.h>

#include "campaign/draw_kinds.h"
#include "cli/exit_codes.h"
#include "observe/json_count.h"
#include "scenario/expectations.h"

const char *campaign_report_word(int code)
{
	if (code == EXIT_CODE_LIVENESS)
		return "liveness";
	if (code == EXIT_CODE_CRASHED)
		return "crash";
	return code == EXIT_CODE_UNMET ? "correctness" : "trouble";
}

static const char *const measure_texts[LEDGER_MEASURES] = {
	[LEDGER_COMPLETION] = "REQUEST to RESPONSE",
	[LEDGER_BLACKOUT] = "blackout",
};

static const char *const measure_keys[LEDGER_MEASURES] = {
	[LEDGER_COMPLETION] = "completion_us",
	[LEDGER_BLACKOUT] = "blackout_us",
};

/* ---- for people */

static void write_spread(const char *name, const struct ledger_spread *spread, FILE *stream)
{
	char texts[4][EXPECTATIONS_DURATION_SIZE];

	if (spread->count == 0)
		return;
	fprintf(stream, "    %-22s %12s %12s %12s %12s\n", name,
		expectations_duration(spread->p50, texts[0]),
		expectations_duration(spread->p90, texts[1]),
		expectations_duration(spread->p99, texts[2]),
		expectations_duration(spread->most, texts[3]));
}

static void write_variation(const struct ledger_variation *summary, FILE *stream)
{
	if (summary->parameters[0] != '\0')
		fprintf(stream, "%s\n", summary->parameters);
	fprintf(stream, "  %" PRIu64 " runs, %" PRIu64 " migrations", summary->runs,
		summary->migrations);
	for (size_t index = 0; index < summary->outcome_count; index++)
		fprintf(stream, "%s %" PRIu64 " %s", index == 0 ? ":" : ",",
			summary->outcomes[index].count, summary->outcomes[index].name);
	fputc('\n', stream);
	if (summary->lost > 0)
		fprintf(stream,
			"    frames lost %" PRIu64 ", of them %" PRIu64
			" beyond the VMs' own stops\n",
			summary->lost, summary->lost_beyond_stop);
	if (summary->spread[0].count > 0)
		fprintf(stream, "    %-22s %12s %12s %12s %12s\n", "of those with SUCCESS",
			"median", "90 %", "99 %", "most");
	for (unsigned measure = 0; measure < LEDGER_MEASURES; measure++)
		write_spread(measure_texts[measure], &summary->spread[measure], stream);
}

static void write_attacks(const struct campaign_report *report, FILE *stream)
{
	struct attack_counts attacks;

	if (!ledger_sum_attacks(report->ledger, report->range, &attacks) ||
		!attack_counts_is_any(&attacks))
		return;
	fputs("attackers: ", stream);
	attack_counts_print(&attacks, stream);
}

void campaign_report_write(const struct campaign_report *report, FILE *stream)
{
	struct ledger_variation summary;
	struct ledger_totals totals;

	for (uint64_t variation = 0; variation < report->plan->variations; variation++) {
		if (ledger_variation(report->ledger, report->range, variation, &summary))
			write_variation(&summary, stream);
	}
	ledger_sum(report->ledger, report->range, &totals);
	write_attacks(report, stream);
	if (!report->plan->scenario)
		fprintf(stream, "%zu regressions (%zu known); ", report->regressions->replayed,
			report->regressions->known);
	fprintf(stream,
		"%" PRIu64 " %s, %" PRIu64 " migrations, %" PRIu64
		" of them SUCCESS; digest %016" PRIx64 "\n",
		totals.runs, report->plan->scenario ? "runs" : "seeds", totals.migrations,
		totals.succeeded, totals.digest);
}

/* ---- for machines */

static json_t *spread_json(const struct ledger_spread *spread)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o}", "count", json_count(spread->count), "p50",
		json_count(spread->p50), "p90", json_count(spread->p90), "p99",
		json_count(spread->p99), "most", json_count(spread->most));
}

static json_t *variation_json(const struct ledger_variation *summary)
{
	json_t *object = json_pack("{s:s, s:o, s:o, s:o, s:o}", "parameters", summary->parameters,
		"runs", json_count(summary->runs), "migrations", json_count(summary->migrations),
		"lost", json_count(summary->lost), "lost_beyond_stop",
		json_count(summary->lost_beyond_stop));
	json_t *outcomes = json_object();

	for (size_t index = 0; index < summary->outcome_count; index++)
		json_object_set_new(outcomes, summary->outcomes[index].name,
			json_count(summary->outcomes[index].count));
	json_object_set_new(object, "outcomes", outcomes);
	for (unsigned measure = 0; measure < LEDGER_MEASURES; measure++)
		json_object_set_new(object, measure_keys[measure],
			spread_json(&summary->spread[measure]));
	return object;
}

static json_t *variations_json(const struct campaign_report *report)
{
	json_t *list = json_array();
	struct ledger_variation summary;

	for (uint64_t variation = 0; variation < report->plan->variations; variation++) {
		if (ledger_variation(report->ledger, report->range, variation, &summary))
			json_array_append_new(list, variation_json(&summary));
	}
	return list;
}

/* How many of the drawn worlds had each kind of thing; nothing of a scenario's runs. */
static json_t *kinds_json(const struct campaign_report *report)
{
	uint64_t counts[DRAW_KINDS] = {0};
	json_t *object = json_object();

	if (report->plan->scenario)
		return object;
	draw_kinds_count(report->range->first, report->range->last, counts);
	for (unsigned kind = 0; kind < DRAW_KINDS; kind++)
		json_object_set_new(object, draw_kind_names[kind], json_count(counts[kind]));
	return object;
}

bool campaign_report_write_json(const struct campaign_report *report, FILE *stream)
{
	const bool is_well = report->code == EXIT_CODE_WELL;
	struct ledger_totals totals;
	struct attack_counts attacks;
	char digest[17];

	if (!ledger_sum(report->ledger, report->range, &totals) ||
		!ledger_sum_attacks(report->ledger, report->range, &attacks))
		return false;
	snprintf(digest, sizeof digest, "%016" PRIx64, totals.digest);
	json_t *root = json_pack(
		"{s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:s, s:s, s:s, s:s, s:o, s:o, s:o}", "seeds",
		json_count(totals.runs), "migrations", json_count(totals.migrations), "succeeded",
		json_count(totals.succeeded), "failed_runs", json_count(totals.failed), "digest",
		digest, "regressions", json_count(report->regressions->replayed), "known",
		json_count(report->regressions->known), "failure",
		is_well ? "" : campaign_report_word(report->code), "text", report->text, "command",
		report->command, "file", report->file, "variations", variations_json(report),
		"kinds", kinds_json(report), "attacks", attack_counts_json(&attacks));
	const bool is_written =
		root && json_dumpf(root, stream, JSON_INDENT(2)) == 0 && fputc('\n', stream) != EOF;

	json_decref(root);
	return is_written;
}
