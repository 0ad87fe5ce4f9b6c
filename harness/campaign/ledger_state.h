/* SPDX-License-Identifier: MIT */
/* What ledger.c and ledger_summary.c share. */
#ifndef CAMPAIGN_LEDGER_STATE_H
#define CAMPAIGN_LEDGER_STATE_H

#include <sqlite3.h>

#include "campaign/ledger.h"

struct ledger {
	sqlite3 *database;
	sqlite3_stmt *has, *add_run, *add_move, *add_attacks;
};

/* SQL that is true of a run in the range that ledger_bind_range() binds to ?1, ?2 and ?3. */
#define LEDGER_IN_RANGE "seed >= ?1 AND (seed < ?2 OR (seed = ?2 AND variation < ?3))"

/* A statement over a range; NULL when it cannot be made.  The caller finalizes it. */
sqlite3_stmt *ledger_prepare(struct ledger *ledger, const char *sql,
	const struct ledger_range *range);

/* The table of attacks, its statement, and a row of it. */
extern const char ledger_attacks_schema[], ledger_attacks_insert[];
bool ledger_add_attacks(struct ledger *ledger, const struct ledger_run *run,
	const struct attack_counts *attacks);

#endif
