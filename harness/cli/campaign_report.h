/* SPDX-License-Identifier: MIT */
/* What came of a campaign, for people and for machines. */
#ifndef CLI_CAMPAIGN_REPORT_H
#define CLI_CAMPAIGN_REPORT_H

#include "campaign/campaign_plan.h"
#include "campaign/ledger.h"
#include "campaign/regressions.h"

/* All borrowed. */
struct campaign_report {
	struct ledger *ledger;
	const struct campaign_plan *plan;
	const struct ledger_range *range;
	const struct regressions *regressions;
	int code; /* exit code */
	const char *text; /* what failed; "" */
	const char *command; /* that shows it again */
	const char *file; /* the failing seed made small; "" */
};

/* Tables: what came of the migrations of each variation, percentiles, one line for all. */
void campaign_report_write(const struct campaign_report *report, FILE *stream);

/* One JSON object, as dimp-campaign(1) describes it.  False when it could not be written. */
bool campaign_report_write_json(const struct campaign_report *report, FILE *stream);

/* The word for an exit code: "correctness", "liveness", "crash", "trouble". */
const char *campaign_report_word(int code);

#endif
