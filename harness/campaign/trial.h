/* SPDX-License-Identifier: MIT */
/*
 * One scenario run twice and judged, in a process of its own: a crash or a hang ends the trial, not
 * the campaign.
 */
#ifndef CAMPAIGN_TRIAL_H
#define CAMPAIGN_TRIAL_H

#include "scenario/scenario_reader.h"

enum trial_verdict {
	TRIAL_WELL,
	TRIAL_UNSOUND, /* an invariant or an expectation failed, or two runs differed */
	TRIAL_UNFINISHED, /* something that must end did not */
	TRIAL_CRASHED, /* or hung */
	TRIAL_UNREADABLE, /* no such scenario */
	TRIAL_IMPOSSIBLE /* no memory, no process */
};

struct trial {
	enum trial_verdict verdict;
	char text[256]; /* what failed */
	char known[256]; /* the scenario's own row: why it fails so far */
	uint64_t digest;
	uint32_t moves, moved; /* migrations, and those that succeeded */
};

struct trial_config {
	struct scenario_source source;
	enum scenario_plant plant;
	unsigned seconds_max; /* of real time: longer is a hang */
};

/* Runs it.  A file of the source is also judged by its own expectations. */
void trial_run(struct trial *trial, const struct trial_config *config);

#endif
