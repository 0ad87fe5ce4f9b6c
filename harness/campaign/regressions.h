/* SPDX-License-Identifier: MIT */
/* Scenarios that failed once: each campaign replays them first. */
#ifndef CAMPAIGN_REGRESSIONS_H
#define CAMPAIGN_REGRESSIONS_H

#include "campaign/shrink.h"

enum { REGRESSIONS_PATH_SIZE = 1024 };

struct regressions {
	size_t replayed, known;
	char path[REGRESSIONS_PATH_SIZE]; /* of the one that failed; "": none did */
	struct trial failed; /* and how; it has no list */
};

/* Replays the scenarios of a folder until one fails that must not, or passes that is known to fail.
 * |tell| (may be NULL) is told of each that is known. */
void regressions_replay(struct regressions *regressions, const char *folder,
	const struct shrink_config *config, void (*tell)(const char *path, const struct trial *));

#endif
