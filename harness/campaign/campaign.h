/* SPDX-License-Identifier: MIT */
/* Goes through a plan's runs, several at a time, and keeps what comes of each in a ledger. */
#ifndef CAMPAIGN_CAMPAIGN_H
#define CAMPAIGN_CAMPAIGN_H

#include "campaign/campaign_plan.h"

struct campaign_config {
	struct campaign_plan *plan;
	struct crew *crew;
	struct ledger *ledger;
	bool goes_on; /* past a run that is not well */
	/* Told after each run: how many there are, are done, and were not well; may be NULL. */
	void (*progress)(uint64_t count, uint64_t done, uint64_t failed);
};

enum campaign_end {
	CAMPAIGN_DONE, /* every run is in the ledger, or those up to the first that was not well */
	CAMPAIGN_UNWRITTEN, /* the ledger could not be written */
	CAMPAIGN_STUCK /* runs cannot be begun, or are killed again and again */
};

/*
 * Does what is not in the ledger yet.  |range| becomes that of the runs to tell of: the same
 * whoever was faster, so up to the first that was not well unless the campaign goes on.
 */
enum campaign_end campaign_go(const struct campaign_config *config, struct ledger_range *range);

#endif
