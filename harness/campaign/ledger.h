/* SPDX-License-Identifier: MIT */
/*
 * What came of each run of a campaign, a row each, in an SQLite database: in a file it outlives the
 * campaign, which then goes on where it was cut off; what is in it can be asked with any tool.
 */
#ifndef CAMPAIGN_LEDGER_H
#define CAMPAIGN_LEDGER_H

#include <stdio.h>

#include "campaign/trial.h"

struct ledger;

enum { LEDGER_ERROR_SIZE = 400 };

/*
 * Opens the ledger of the campaign called |identity|, a text that says all that a run follows from;
 * |path| NULL keeps it in memory.  NULL with |error| filled in when it cannot be opened, or is
 * another campaign's.
 */
struct ledger *ledger_open(const char *path, const char *identity, char error[LEDGER_ERROR_SIZE]);
void ledger_close(struct ledger *ledger);

/* A run, by what makes it. */
struct ledger_run {
	uint64_t seed, variation;
	const char *parameters; /* as --set takes them */
};

/* Whether it is there. */
bool ledger_has(struct ledger *ledger, const struct ledger_run *run);

/* Adds it; it is in the file when this returns.  False when it could not be written. */
bool ledger_add(struct ledger *ledger, const struct ledger_run *run, const struct trial *trial);

/* Which runs are told of: seeds from |first| to |last|, and of the last one the variations below
 * |variations|. */
struct ledger_range {
	uint64_t first, last, variations;
};

struct ledger_totals {
	uint64_t runs, migrations, succeeded, failed; /* failed: runs that were not well */
	uint64_t digest; /* over their digests, in the order of seed and variation */
};

bool ledger_sum(struct ledger *ledger, const struct ledger_range *range,
	struct ledger_totals *totals);

/* What attackers did in all of these runs. */
bool ledger_sum_attacks(struct ledger *ledger, const struct ledger_range *range,
	struct attack_counts *attacks);

/* The first run that was not well, by seed and variation.  False when all were. */
bool ledger_first_failure(struct ledger *ledger, const struct ledger_range *range,
	struct ledger_run *run, struct trial *trial);

/* How a number is spread: of |count| that there are. */
struct ledger_spread {
	uint64_t count, p50, p90, p99, most; /* us; nearest rank */
};

enum ledger_measure { LEDGER_COMPLETION, LEDGER_BLACKOUT, LEDGER_MEASURES };

/* What came of the migrations of one variation. */
struct ledger_outcome {
	char name[64]; /* "SUCCESS", "FAIL TRANSFER_FAILED", "no answer" */
	uint64_t count;
};

enum { LEDGER_OUTCOMES_MAX = 16, LEDGER_PARAMETERS_SIZE = 2048 };

struct ledger_variation {
	char parameters[LEDGER_PARAMETERS_SIZE];
	uint64_t runs, migrations, lost, lost_beyond_stop;
	struct ledger_outcome outcomes[LEDGER_OUTCOMES_MAX]; /* those that there are */
	size_t outcome_count;
	struct ledger_spread spread[LEDGER_MEASURES]; /* of those that succeeded */
};

/* What came of |variation|.  False when it has no run. */
bool ledger_variation(struct ledger *ledger, const struct ledger_range *range, uint64_t variation,
	struct ledger_variation *summary);

/* Writes a line for each migration, by seed, variation and place in its scenario: CSV with a head.
 * False when it could not be read. */
bool ledger_write_csv(struct ledger *ledger, const struct ledger_range *range, FILE *stream);

#endif
