/* SPDX-License-Identifier: MIT */
/*
 * What each bridge of a world has to know from the start: which other bridges are its peers, which
 * VMs are in its database, for how many migrations it needs room.  Bridges know everything, or
 * (scenario.is_sparse) only what the scenario brings to them, so that a fabric of a thousand
 * bridges is not a thousand times a thousand.
 */
#ifndef SCENARIO_WORLD_NEEDS_H
#define SCENARIO_WORLD_NEEDS_H

#include "scenario/scenario.h"

struct world_list {
	uint32_t *items;
	size_t count, capacity;
};

struct world_need {
	struct world_list peers; /* bridges, rising, itself left out */
	struct world_list vms; /* in the order of its slots */
	size_t migrations; /* that may concern it */
	size_t grants; /* of migrations under way at a time, that there must be room for */
	size_t learned; /* entries that a VM may have beside those made up for it */
	size_t stations; /* that may hang on it */
	size_t links;
};

/* One for each bridge; NULL without memory. */
struct world_need *world_needs_create(const struct scenario *scenario);
void world_needs_destroy(struct world_need *needs, const struct scenario *scenario);

#endif
