/* SPDX-License-Identifier: MIT */
/* A VM is where the latest of its migrations left it. */
#include "scenario/vm_place.h"

/* After the latest migration of |vm| that began before |before_us|. */
static uint32_t place_at(const struct scenario *scenario, const struct outcome *outcome,
	uint32_t vm, uint64_t before_us)
{
	uint32_t station = scenario->vms[vm].station;
	uint64_t latest_us = 0;

	for (size_t each = 0; each < scenario->migration_count; each++) {
		const struct scenario_migration *migration = &scenario->migrations[each];

		if (migration->vm != vm || migration->at.us >= before_us ||
			migration->at.us < latest_us || each >= outcome->migration_count)
			continue;
		latest_us = migration->at.us;
		station = outcome->migrations[each].decision;
	}
	return station;
}

uint32_t vm_place_before(const struct scenario *scenario, const struct outcome *outcome,
	size_t index)
{
	const struct scenario_migration *migration = &scenario->migrations[index];

	return place_at(scenario, outcome, migration->vm, migration->at.us);
}

uint32_t vm_place_at_end(const struct scenario *scenario, const struct outcome *outcome,
	uint32_t vm)
{
	return place_at(scenario, outcome, vm, UINT64_MAX);
}

const char *vm_place_name(const struct scenario *scenario, uint32_t station)
{
	return station < scenario->station_count ? scenario->stations[station].name : "nowhere";
}
