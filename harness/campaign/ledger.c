/* SPDX-License-Identifier: MIT */
/*
 * A run and its migrations go in one transaction.  Numbers of 64 bits are kept as SQLite's signed
 * ones, which is what seeds and instants fit in; digests are text.
 */
#include "campaign/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "campaign/ledger_state.h"
#include "scenario/name_rows.h"

static const char schema[] =
	"CREATE TABLE IF NOT EXISTS campaign (identity TEXT NOT NULL);"
	"CREATE TABLE IF NOT EXISTS runs ("
	" seed INTEGER NOT NULL, variation INTEGER NOT NULL, parameters TEXT NOT NULL,"
	" verdict INTEGER NOT NULL, text TEXT NOT NULL, digest TEXT NOT NULL,"
	" migrations INTEGER NOT NULL, succeeded INTEGER NOT NULL,"
	" lost INTEGER NOT NULL, lost_beyond_stop INTEGER NOT NULL,"
	" PRIMARY KEY (seed, variation)) WITHOUT ROWID;"
	"CREATE TABLE IF NOT EXISTS migrations ("
	" seed INTEGER NOT NULL, variation INTEGER NOT NULL, place INTEGER NOT NULL,"
	" name TEXT NOT NULL, result TEXT, reason TEXT, error TEXT,"
	" completion_us INTEGER, blackout_us INTEGER, stop_us INTEGER,"
	" PRIMARY KEY (seed, variation, place)) WITHOUT ROWID;";

static sqlite3_stmt *prepare(struct ledger *ledger, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	sqlite3_prepare_v2(ledger->database, sql, -1, &statement, NULL);
	return statement;
}

sqlite3_stmt *ledger_prepare(struct ledger *ledger, const char *sql,
	const struct ledger_range *range)
{
	sqlite3_stmt *statement = prepare(ledger, sql);

	sqlite3_bind_int64(statement, 1, (sqlite3_int64)range->first);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)range->last);
	sqlite3_bind_int64(statement, 3, (sqlite3_int64)range->variations);
	return statement;
}

static bool execute(struct ledger *ledger, const char *sql)
{
	return sqlite3_exec(ledger->database, sql, NULL, NULL, NULL) == SQLITE_OK;
}

/* ---- opening */

/* The identity of the campaign that the ledger has, or gets by this.  False when it is another. */
static bool claim(struct ledger *ledger, const char *identity, bool *is_another)
{
	sqlite3_stmt *select = prepare(ledger, "SELECT identity FROM campaign");
	const bool has_one = sqlite3_step(select) == SQLITE_ROW;
	const char *found = has_one ? (const char *)sqlite3_column_text(select, 0) : NULL;

	*is_another = found && strcmp(found, identity) != 0;
	sqlite3_finalize(select);
	if (has_one)
		return !*is_another;
	sqlite3_stmt *insert = prepare(ledger, "INSERT INTO campaign VALUES (?1)");

	sqlite3_bind_text(insert, 1, identity, -1, SQLITE_STATIC);
	const bool is_claimed = sqlite3_step(insert) == SQLITE_DONE;

	sqlite3_finalize(insert);
	return is_claimed;
}

static bool prepare_all(struct ledger *ledger)
{
	ledger->has = prepare(ledger, "SELECT 1 FROM runs WHERE seed = ?1 AND variation = ?2");
	ledger->add_run = prepare(ledger,
		"INSERT OR REPLACE INTO runs VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
	ledger->add_move = prepare(ledger,
		"INSERT OR REPLACE INTO migrations "
		"VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
	ledger->add_attacks = prepare(ledger, ledger_attacks_insert);
	return ledger->has && ledger->add_run && ledger->add_move && ledger->add_attacks;
}

struct ledger *ledger_open(const char *path, const char *identity, char error[LEDGER_ERROR_SIZE])
{
	struct ledger *ledger = calloc(1, sizeof *ledger);
	bool is_another = false;

	if (!ledger) {
		snprintf(error, LEDGER_ERROR_SIZE, "no memory");
		return NULL;
	}
	if (sqlite3_open(path ? path : ":memory:", &ledger->database) == SQLITE_OK &&
		sqlite3_busy_timeout(ledger->database, 1000) == SQLITE_OK &&
		execute(ledger, "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL") &&
		execute(ledger, schema) && execute(ledger, ledger_attacks_schema) &&
		claim(ledger, identity, &is_another) && prepare_all(ledger))
		return ledger;
	if (is_another)
		snprintf(error, LEDGER_ERROR_SIZE,
			"it is of another campaign: the scenario, the program or a plant "
			"was another");
	else
		snprintf(error, LEDGER_ERROR_SIZE, "%.300s", sqlite3_errmsg(ledger->database));
	ledger_close(ledger);
	return NULL;
}

void ledger_close(struct ledger *ledger)
{
	if (!ledger)
		return;
	sqlite3_finalize(ledger->has);
	sqlite3_finalize(ledger->add_run);
	sqlite3_finalize(ledger->add_move);
	sqlite3_finalize(ledger->add_attacks);
	sqlite3_close(ledger->database);
	free(ledger);
}

/* ---- runs */

static void bind_run(sqlite3_stmt *statement, const struct ledger_run *run)
{
	sqlite3_bind_int64(statement, 1, (sqlite3_int64)run->seed);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)run->variation);
}

static void bind_text(sqlite3_stmt *statement, int place, const char *text)
{
	sqlite3_bind_text(statement, place, text, -1, SQLITE_TRANSIENT);
}

static bool step(sqlite3_stmt *statement)
{
	const bool is_done = sqlite3_step(statement) == SQLITE_DONE;

	sqlite3_reset(statement);
	sqlite3_clear_bindings(statement);
	return is_done;
}

bool ledger_has(struct ledger *ledger, const struct ledger_run *run)
{
	bind_run(ledger->has, run);
	const bool is_there = sqlite3_step(ledger->has) == SQLITE_ROW;

	sqlite3_reset(ledger->has);
	return is_there;
}

static bool add_run(struct ledger *ledger, const struct ledger_run *run, const struct trial *trial)
{
	sqlite3_stmt *statement = ledger->add_run;
	char digest[17];

	snprintf(digest, sizeof digest, "%016" PRIx64, trial->digest);
	bind_run(statement, run);
	bind_text(statement, 3, run->parameters);
	sqlite3_bind_int(statement, 4, (int)trial->verdict);
	bind_text(statement, 5, trial->text);
	bind_text(statement, 6, digest);
	sqlite3_bind_int64(statement, 7, trial->moves);
	sqlite3_bind_int64(statement, 8, trial->moved);
	sqlite3_bind_int64(statement, 9, (sqlite3_int64)trial->lost);
	sqlite3_bind_int64(statement, 10, (sqlite3_int64)trial->lost_beyond_stop);
	return step(statement);
}

static void bind_duration(sqlite3_stmt *statement, int place, uint64_t us)
{
	if (us != TRIAL_NEVER)
		sqlite3_bind_int64(statement, place, (sqlite3_int64)us);
}

static bool add_move(struct ledger *ledger, const struct ledger_run *run, uint32_t place,
	const struct trial_move *move)
{
	sqlite3_stmt *statement = ledger->add_move;

	bind_run(statement, run);
	sqlite3_bind_int64(statement, 3, place);
	bind_text(statement, 4, move->name);
	if (move->has_response) {
		bind_text(statement, 5, names_of(names_result, (int32_t)move->result));
		bind_text(statement, 6, names_of(names_reason, (int32_t)move->reason));
		bind_text(statement, 7, names_of(names_error, (int32_t)move->error));
	}
	bind_duration(statement, 8, move->completion_us);
	bind_duration(statement, 9, move->blackout_us);
	bind_duration(statement, 10, move->stop_us);
	return step(statement);
}

bool ledger_add(struct ledger *ledger, const struct ledger_run *run, const struct trial *trial)
{
	bool is_added = execute(ledger, "BEGIN") && add_run(ledger, run, trial) &&
		ledger_add_attacks(ledger, run, &trial->attacks);

	for (uint32_t place = 0; is_added && trial->list && place < trial->moves; place++)
		is_added = add_move(ledger, run, place, &trial->list[place]);
	return execute(ledger, is_added ? "COMMIT" : "ROLLBACK") && is_added;
}
