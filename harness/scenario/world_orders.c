/* SPDX-License-Identifier: MIT */
/*
 * When migrations begin: at their times, or from then on when a machine next reaches a state.
 */
#include <string.h>

#include "scenario/world_state.h"

void world_orders_schedule(struct world *world, size_t migration)
{
	const struct scenario_migration *scenario = &world->scenario->migrations[migration];

	world->ordered[migration] = scenario->when.node == SCENARIO_NONE;
	if (world->ordered[migration])
		move_schedule(world->moves[migration], scenario->at);
}

/* Not within the event: the speaker it comes from must outlive it. */
void world_orders_watch(struct world *world, const struct speaker_binding *binding,
	const struct dimp_event *event, struct dimp_time now)
{
	for (size_t index = 0; index < world->scenario->migration_count; index++) {
		const struct scenario_migration *migration = &world->scenario->migrations[index];
		const struct scenario_when *when = &migration->when;

		/* Machines may move while the world is built. */
		if (world->ordered[index] || !world->moves[index] || now.us < migration->at.us ||
			when->node == SCENARIO_NONE ||
			world_speaker_of(world, when->node) != binding ||
			strcmp(event->machine, when->machine) != 0 ||
			strcmp(event->to, when->state) != 0)
			continue;
		world->ordered[index] = true;
		move_schedule(world->moves[index], now);
	}
}
