/* SPDX-License-Identifier: MIT */
/* The table of what attackers did, a row for each run, its columns the rows of attack_counts.def.
 */
#include "campaign/ledger_state.h"

const char ledger_attacks_schema[] =
	"CREATE TABLE IF NOT EXISTS attacks (seed INTEGER NOT NULL, variation INTEGER NOT NULL,"
#define ATTACK_COUNT(NAME, name, text) " " #name " INTEGER NOT NULL,"
#include "scenario/attack_counts.def"
#undef ATTACK_COUNT
	" PRIMARY KEY (seed, variation)) WITHOUT ROWID;";

const char ledger_attacks_insert[] = "INSERT OR REPLACE INTO attacks VALUES ("
#define ATTACK_COUNT(NAME, name, text) "?,"
#include "scenario/attack_counts.def"
#undef ATTACK_COUNT
				     "?,?)";

static const char sums[] = "SELECT 0"
#define ATTACK_COUNT(NAME, name, text) ", sum(" #name ")"
#include "scenario/attack_counts.def"
#undef ATTACK_COUNT
			   " FROM attacks WHERE " LEDGER_IN_RANGE;

enum { FIRST_BOUND = 3, FIRST_SUM = 1 };

bool ledger_add_attacks(struct ledger *ledger, const struct ledger_run *run,
	const struct attack_counts *attacks)
{
	sqlite3_stmt *statement = ledger->add_attacks;

	sqlite3_bind_int64(statement, 1, (sqlite3_int64)run->seed);
	sqlite3_bind_int64(statement, 2, (sqlite3_int64)run->variation);
	for (int each = 0; each < ATTACK_COUNTS; each++)
		sqlite3_bind_int64(statement, FIRST_BOUND + each, (sqlite3_int64)attacks->of[each]);
	const bool is_done = sqlite3_step(statement) == SQLITE_DONE;

	sqlite3_reset(statement);
	return is_done;
}

bool ledger_sum_attacks(struct ledger *ledger, const struct ledger_range *range,
	struct attack_counts *attacks)
{
	sqlite3_stmt *statement = ledger_prepare(ledger, sums, range);
	const bool is_found = sqlite3_step(statement) == SQLITE_ROW;

	for (int each = 0; each < ATTACK_COUNTS; each++)
		attacks->of[each] = (uint64_t)sqlite3_column_int64(statement, FIRST_SUM + each);
	sqlite3_finalize(statement);
	return is_found;
}
