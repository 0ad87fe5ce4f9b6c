/* SPDX-License-Identifier: MIT */
/*
 * What a campaign runs: worlds that seeds draw, or a scenario with each seed and each variation.
 * Its runs are numbered, the variation changing fastest.
 */
#ifndef CAMPAIGN_CAMPAIGN_PLAN_H
#define CAMPAIGN_CAMPAIGN_PLAN_H

#include "campaign/crew.h"
#include "campaign/ledger.h"
#include "scenario/vary.h"

enum { CAMPAIGN_IDENTITY_SIZE = 1400 };

struct campaign_plan {
	const char *scenario; /* its path; NULL: worlds are drawn */
	uint64_t first, seeds;
	uint64_t variations; /* campaign_plan_open() tells; 1 for worlds that are drawn */
	enum scenario_plant plant;
	struct engine_choice engine;
	bool is_once; /* each run; else twice, and both must be the same */
	unsigned seconds_max; /* for one trial */
	struct scenario *varied; /* names the variations; NULL: worlds are drawn */
	char *text; /* of the world that was made last */
	char parameters[VARY_TEXT_SIZE]; /* of the run that was asked for last */
	char identity[CAMPAIGN_IDENTITY_SIZE]; /* all that its runs follow from, but their numbers
						*/
};

/* Completes a plan whose first members are filled in.  False when the scenario cannot be read: why
 * is in |errors|. */
bool campaign_plan_open(struct campaign_plan *plan, struct scenario_errors *errors);
void campaign_plan_close(struct campaign_plan *plan);

/* As crew_plan's make. */
bool campaign_plan_make(void *plan, uint64_t number, struct trial_config *config);

/* Seed, variation and parameters of a run; these hold until the next call. */
struct ledger_run campaign_plan_run(struct campaign_plan *plan, uint64_t number);

#endif
