/* SPDX-License-Identifier: MIT */
/* A failing draw made as small as it can be while it still fails in the same way. */
#ifndef CAMPAIGN_SHRINK_H
#define CAMPAIGN_SHRINK_H

#include "campaign/draw.h"
#include "campaign/trial.h"

struct shrink_config {
	enum scenario_plant plant;
	unsigned seconds_max; /* for one trial */
	unsigned trials_max;
};

/* Runs |draw| as a scenario called |seed N|; the trial keeps no list. */
void shrink_try(struct trial *trial, const struct draw *draw, const struct shrink_config *config);

/* Drops faults, moves and VMs and lowers rates and sizes as long as |trial|'s verdict stays;
 * |trial| becomes that of the smaller draw.  Returns how many trials it took. */
unsigned shrink_draw(struct draw *draw, struct trial *trial, const struct shrink_config *config);

#endif
