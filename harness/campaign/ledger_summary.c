/* SPDX-License-Identifier: MIT */
/* What the rows of a ledger come to.  Each question is one statement, in the order of seed and
 * variation: the answers do not depend on the order in which runs were over. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/ledger_state.h"
#include "scenario/name_rows.h"

static uint64_t column(sqlite3_stmt *statement, int index)
{
	return (uint64_t)sqlite3_column_int64(statement, index);
}

static void copy_column(sqlite3_stmt *statement, int index, char *text, size_t size)
{
	const char *found = (const char *)sqlite3_column_text(statement, index);

	snprintf(text, size, "%s", found ? found : "");
}

/* ---- all of it */

bool ledger_sum(struct ledger *ledger, const struct ledger_range *range,
	struct ledger_totals *totals)
{
	sqlite3_stmt *statement = ledger_prepare(ledger,
		"SELECT migrations, succeeded, verdict, digest FROM runs WHERE " LEDGER_IN_RANGE
		" ORDER BY seed, variation",
		range);
	char digest[17];
	int code;

	*totals = (struct ledger_totals){.digest = UINT64_C(0xcbf29ce484222325)};
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		totals->runs++;
		totals->migrations += column(statement, 0);
		totals->succeeded += column(statement, 1);
		totals->failed += sqlite3_column_int(statement, 2) != TRIAL_WELL;
		copy_column(statement, 3, digest, sizeof digest);
		totals->digest =
			(totals->digest ^ strtoull(digest, NULL, 16)) * UINT64_C(0x100000001b3);
	}
	sqlite3_finalize(statement);
	return code == SQLITE_DONE;
}

bool ledger_first_failure(struct ledger *ledger, const struct ledger_range *range,
	struct ledger_run *run, struct trial *trial)
{
	sqlite3_stmt *statement = ledger_prepare(ledger,
		"SELECT seed, variation, verdict, text FROM runs "
		"WHERE verdict <> 0 AND " LEDGER_IN_RANGE " ORDER BY seed, variation LIMIT 1",
		range);
	const bool is_found = sqlite3_step(statement) == SQLITE_ROW;

	if (is_found) {
		*run = (struct ledger_run){column(statement, 0), column(statement, 1), ""};
		*trial = (struct trial){
			.verdict = (enum trial_verdict)sqlite3_column_int(statement, 2)};
		copy_column(statement, 3, trial->text, sizeof trial->text);
	}
	sqlite3_finalize(statement);
	return is_found;
}

/* ---- a variation */

static sqlite3_stmt *prepare_variation(struct ledger *ledger, const char *sql,
	const struct ledger_range *range, uint64_t variation)
{
	sqlite3_stmt *statement = ledger_prepare(ledger, sql, range);

	sqlite3_bind_int64(statement, 4, (sqlite3_int64)variation);
	return statement;
}

#define OF_VARIATION LEDGER_IN_RANGE " AND variation = ?4"

static bool sum_runs(struct ledger *ledger, const struct ledger_range *range, uint64_t variation,
	struct ledger_variation *summary)
{
	sqlite3_stmt *statement = prepare_variation(ledger,
		"SELECT count(*), sum(migrations), sum(lost), sum(lost_beyond_stop), "
		"max(parameters) "
		"FROM runs WHERE " OF_VARIATION,
		range, variation);
	const bool is_there = sqlite3_step(statement) == SQLITE_ROW && column(statement, 0) > 0;

	if (is_there) {
		summary->runs = column(statement, 0);
		summary->migrations = column(statement, 1);
		summary->lost = column(statement, 2);
		summary->lost_beyond_stop = column(statement, 3);
		copy_column(statement, 4, summary->parameters, sizeof summary->parameters);
	}
	sqlite3_finalize(statement);
	return is_there;
}

static void name_outcome(struct ledger_outcome *outcome, const char *result, const char *reason)
{
	if (!result)
		snprintf(outcome->name, sizeof outcome->name, "no answer");
	else if (!reason || strcmp(result, "SUCCESS") == 0)
		snprintf(outcome->name, sizeof outcome->name, "%s", result);
	else
		snprintf(outcome->name, sizeof outcome->name, "%s %s", result, reason);
}

static void sum_outcomes(struct ledger *ledger, const struct ledger_range *range,
	uint64_t variation, struct ledger_variation *summary)
{
	sqlite3_stmt *statement = prepare_variation(ledger,
		"SELECT result, CASE result WHEN 'SUCCESS' THEN NULL ELSE reason END AS why, "
		"count(*) "
		"FROM migrations WHERE " OF_VARIATION " GROUP BY result, why "
		"ORDER BY count(*) DESC, result, why",
		range, variation);

	while (sqlite3_step(statement) == SQLITE_ROW &&
		summary->outcome_count < LEDGER_OUTCOMES_MAX) {
		struct ledger_outcome *outcome = &summary->outcomes[summary->outcome_count++];

		name_outcome(outcome, (const char *)sqlite3_column_text(statement, 0),
			(const char *)sqlite3_column_text(statement, 1));
		outcome->count = column(statement, 2);
	}
	sqlite3_finalize(statement);
}

/* The nearest rank: the least value that so many per cent are not above. */
static uint64_t at_rank(const uint64_t *values, size_t count, unsigned percent)
{
	return values[(count * percent + 99) / 100 - 1];
}

static void spread_values(struct ledger_spread *spread, sqlite3_stmt *statement)
{
	size_t capacity = 1024, count = 0;
	uint64_t *values = malloc(capacity * sizeof *values);

	while (values && sqlite3_step(statement) == SQLITE_ROW) {
		if (count == capacity) {
			uint64_t *larger = realloc(values, 2 * capacity * sizeof *values);

			if (!larger)
				break;
			values = larger;
			capacity *= 2;
		}
		values[count++] = column(statement, 0);
	}
	if (values && count > 0)
		*spread = (struct ledger_spread){count, at_rank(values, count, 50),
			at_rank(values, count, 90), at_rank(values, count, 99), values[count - 1]};
	free(values);
}

static const char *const measure_statements[LEDGER_MEASURES] = {
	[LEDGER_COMPLETION] =
		"SELECT completion_us FROM migrations WHERE completion_us NOT NULL AND "
		"result = 'SUCCESS' AND " OF_VARIATION " ORDER BY completion_us",
	[LEDGER_BLACKOUT] = "SELECT blackout_us FROM migrations WHERE blackout_us NOT NULL AND "
			    "result = 'SUCCESS' AND " OF_VARIATION " ORDER BY blackout_us",
};

bool ledger_variation(struct ledger *ledger, const struct ledger_range *range, uint64_t variation,
	struct ledger_variation *summary)
{
	*summary = (struct ledger_variation){.runs = 0};
	if (!sum_runs(ledger, range, variation, summary))
		return false;
	sum_outcomes(ledger, range, variation, summary);
	for (unsigned measure = 0; measure < LEDGER_MEASURES; measure++) {
		sqlite3_stmt *statement =
			prepare_variation(ledger, measure_statements[measure], range, variation);

		spread_values(&summary->spread[measure], statement);
		sqlite3_finalize(statement);
	}
	return true;
}

/* ---- lines */

static void write_field(FILE *stream, const char *text)
{
	if (!text)
		return;
	if (!strpbrk(text, ",\"\n")) {
		fputs(text, stream);
		return;
	}
	fputc('"', stream);
	for (; *text != '\0'; text++)
		fprintf(stream, *text == '"' ? "\"%c" : "%c", *text);
	fputc('"', stream);
}

bool ledger_write_csv(struct ledger *ledger, const struct ledger_range *range, FILE *stream)
{
	sqlite3_stmt *statement = ledger_prepare(ledger,
		"SELECT seed, variation, parameters, name, result, reason, error, completion_us, "
		"blackout_us, stop_us, digest "
		"FROM runs JOIN migrations USING (seed, variation) WHERE " LEDGER_IN_RANGE
		" ORDER BY seed, variation, place",
		range);
	const int columns = sqlite3_column_count(statement);
	int code;

	for (int index = 0; index < columns; index++)
		fprintf(stream, "%s%s", index > 0 ? "," : "",
			sqlite3_column_name(statement, index));
	fputc('\n', stream);
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
		for (int index = 0; index < columns; index++) {
			if (index > 0)
				fputc(',', stream);
			write_field(stream, (const char *)sqlite3_column_text(statement, index));
		}
		fputc('\n', stream);
	}
	sqlite3_finalize(statement);
	return code == SQLITE_DONE;
}
