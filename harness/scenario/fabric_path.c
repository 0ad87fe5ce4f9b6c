/* SPDX-License-Identifier: MIT */
/* Distances spread over the links, as often as there are bridges at most: the fabric is a tree. */
#include "scenario/fabric_path.h"

#include <stdlib.h>

/* Takes one step over every link; false when nothing became nearer. */
static bool spread(const struct scenario *scenario, uint64_t *delays)
{
	bool has_changed = false;

	for (size_t each = 0; each < scenario->link_count; each++) {
		const struct scenario_link *link = &scenario->links[each];

		for (unsigned side = 0; side < 2; side++) {
			const uint64_t here = delays[link->bridges[side]];
			uint64_t *there = &delays[link->bridges[1 - side]];

			if (here == UINT64_MAX || here + link->config.delay_us >= *there)
				continue;
			*there = here + link->config.delay_us;
			has_changed = true;
		}
	}
	return has_changed;
}

uint64_t fabric_path_delay_us(const struct scenario *scenario, uint32_t from, uint32_t to)
{
	uint64_t *delays = malloc(scenario->bridge_count * sizeof *delays);

	if (delays == NULL)
		return UINT64_MAX;
	for (size_t each = 0; each < scenario->bridge_count; each++)
		delays[each] = each == from ? 0 : UINT64_MAX;
	for (size_t each = 0; each < scenario->bridge_count && spread(scenario, delays); each++)
		continue;
	const uint64_t delay = delays[to];

	free(delays);
	return delay;
}
