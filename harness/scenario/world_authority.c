/* SPDX-License-Identifier: MIT */
/*
 * Whom the bridges of a world hand DI to (DIMP 9.7), and the VSI manager that all of them believe.
 */
#include "scenario/world_state.h"

#include <string.h>

static bool is_wanted(const struct scenario *scenario, enum dimp_authority authority)
{
	for (size_t index = 0; index < scenario->bridge_count; index++) {
		if (scenario->bridges[index].authority == authority)
			return true;
	}
	return false;
}

static void keep_signed(void *context, const struct dimp_ticket_terms *terms,
	const struct dimp_ticket *ticket)
{
	const struct world *world = context;

	if (world->invariants)
		invariants_signed(world->invariants, terms, ticket);
}

bool world_authority_build(struct world *world)
{
	if (!is_wanted(world->scenario, DIMP_AUTHORITY_TICKET))
		return true;
	if (!vsi_manager_make(&world->manager, world->scenario->seed))
		return world_fail(world, "%s: no crypto", "VSI manager");
	world->manager.watch = (struct vsi_manager_watch){world, keep_signed};
	return true;
}

void world_authority_fill(const struct world *world, const struct scenario_bridge *bridge,
	struct dimp_speaker_config *speaker)
{
	speaker->authority = world->scenario->plant == SCENARIO_PLANT_NO_AUTHORITY
		? DIMP_AUTHORITY_ANY_PEER
		: bridge->authority;
	speaker->unix_seconds = WORLD_UNIX_SECONDS;
	memcpy(speaker->manager_public, world->manager.public_octets,
		sizeof speaker->manager_public);
}

static const struct move_place *place_at(const void *context, const struct dimp_public_key *key)
{
	const struct world *world = context;

	for (size_t index = 0; index < world->scenario->station_count; index++) {
		const struct move_place *place = &world->stations[index].place;
		if (memcmp(&place->bridge_key, key, sizeof *key) == 0)
			return place;
	}
	return NULL;
}

struct move_authority world_authority_of(const struct world *world,
	const struct scenario_migration *migration)
{
	const bool is_ticket_wanted = is_wanted(world->scenario, DIMP_AUTHORITY_TICKET);

	return (struct move_authority){
		.manager = is_ticket_wanted ? &world->manager : NULL,
		.unix_seconds = WORLD_UNIX_SECONDS,
		.is_consent_wanted = is_wanted(world->scenario, DIMP_AUTHORITY_CONSENT),
		.announcer = migration->announcer == SCENARIO_NONE
			? NULL
			: &world->stations[migration->announcer].place,
		.place_at = place_at,
		.world = world,
		.ticket = migration->ticket,
	};
}
