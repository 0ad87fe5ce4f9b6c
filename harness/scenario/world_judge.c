/* SPDX-License-Identifier: MIT */
/*
 * What must hold in any world at the end of a run whose faults were healed long enough before:
 * everything that began has ended (liveness); a VM runs at one place, its bridge alone owns its DI,
 * nothing is left of it elsewhere, and all of it is there unless a bridge that had it crashed; of a
 * VM that died nothing is left anywhere.
 */
#include <string.h>

#include "scenario/world_state.h"

/* Where the findings go: the first is told. */
struct judgement {
	const struct world *world;
	enum world_soundness soundness;
	char *text;
	size_t size;
};

/* What was found at a bridge (NULL: none) about a VM, a station or a migration. */
struct finding {
	enum world_soundness soundness;
	const char *what;
	const char *bridge, *name;
};

static void find(struct judgement *judgement, const struct finding *finding)
{
	if (judgement->soundness != WORLD_SOUND)
		return;
	judgement->soundness = finding->soundness;
	snprintf(judgement->text, judgement->size, "%s%s%s: %s", finding->name,
		finding->bridge ? " at " : "", finding->bridge ? finding->bridge : "",
		finding->what);
}

/* A node that crashed and does not start again: what it had is where it was, and who waits for it
 * waits for good.  That holds for a destination, too: in doubt about a source that is gone it says
 * ABORT until the operator's word (DIMP 9.2-31), so not even migrations can be asked to end. */
static bool is_somebody_gone(const struct world *world)
{
	for (size_t index = 0; index < world->scenario->bridge_count; index++) {
		if (!edge_bridge_speaker(world->bridges[index].bridge))
			return true;
	}
	for (size_t index = 0; index < world->scenario->station_count; index++) {
		if (!hypervisor_speaker(world->stations[index].hypervisor))
			return true;
	}
	return false;
}

static bool lacks_types(const struct scenario_bridge *bridge)
{
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		const bool is_lacking =
			dimp_di_layout(type) != NULL && (bridge->supported_types >> type & 1) == 0;

		if (bridge->versions[type] > 1 || is_lacking)
			return true;
	}
	return false;
}

/* Whether a server does all that bridges ask for before they hand DI out. */
static bool is_authorised(const struct scenario_migration *migration)
{
	return migration->announcer == SCENARIO_NONE &&
		(migration->ticket == SCENARIO_TICKET_RIGHT ||
			migration->ticket == SCENARIO_TICKET_ENDING ||
			migration->ticket == SCENARIO_TICKET_NO_RISK);
}

/* What the bridges of a world are like: any of them. */
struct bridge_ways {
	bool has_policy; /* hands DI out to not every peer */
	bool is_lacking; /* does not know every DI type, or not as the others do */
	bool is_wrong; /* says the same wrong thing always */
};

static struct bridge_ways ways_of(const struct world *world)
{
	struct bridge_ways ways = {0};

	for (size_t index = 0; index < world->scenario->bridge_count; index++) {
		const struct scenario_bridge *bridge = &world->scenario->bridges[index];

		ways.has_policy = ways.has_policy || bridge->authority != DIMP_AUTHORITY_ANY_PEER;
		ways.is_lacking = ways.is_lacking || lacks_types(bridge);
		ways.is_wrong = ways.is_wrong || bridge->lies != 0;
	}
	return ways;
}

/* The VM is to come home and cannot: its bridges have just said why, and the world is such that
 * they may.  An operator has to help; its server asks for good, and the VM runs nowhere. */
static bool waits_for_operator(const struct world *world, const struct move *move)
{
	const enum dimp_error obstacle = move_obstacle(move, engine_now(world->engine));
	const struct bridge_ways ways = ways_of(world);

	if (obstacle == DIMP_ERROR_NONE || obstacle == DIMP_ERROR_NO_ROOM)
		return obstacle == DIMP_ERROR_NO_ROOM;
	if (obstacle == DIMP_ERROR_NOT_AUTHORISED)
		return ways.has_policy && !is_authorised(move_config_of(move)->migration);
	if (obstacle == DIMP_ERROR_UNSUPPORTED_TYPE || obstacle == DIMP_ERROR_UNSUPPORTED_VERSION)
		return ways.is_lacking;
	return ways.is_wrong;
}

/* A destination ends by its own clock, whatever it is told. */
static void judge_migrations(struct judgement *judgement)
{
	const struct world *world = judgement->world;

	for (size_t index = 0; index < world->scenario->bridge_count; index++) {
		if (world->bridges[index].open_migrations != 0 &&
			!world_is_liar(world->scenario, (uint32_t)index))
			find(judgement,
				&(struct finding){WORLD_UNFINISHED, "a migration never ended", NULL,
					world->scenario->bridges[index].name});
	}
}

/* How many moves have |station| ask again and again: each has one REQUEST open, now or at times. */
static size_t asking_for_good(const struct world *world, uint32_t station)
{
	size_t count = 0;

	for (size_t index = 0; index < world->scenario->migration_count; index++) {
		const struct move *move = world->moves[index];

		count += waits_for_operator(world, move) && move_home_station(move) == station;
	}
	return count;
}

static void judge_endings(struct judgement *judgement)
{
	const struct world *world = judgement->world;
	const struct scenario *scenario = world->scenario;

	judge_migrations(judgement);
	if (world_is_lied_to(scenario))
		return;
	for (size_t index = 0; index < scenario->migration_count; index++) {
		const struct move *move = world->moves[index];

		if (move_is_under_way(move) && !waits_for_operator(world, move))
			find(judgement,
				&(struct finding){WORLD_UNFINISHED, "the move never ended", NULL,
					scenario->migrations[index].name});
	}
	for (uint32_t index = 0; index < scenario->station_count; index++) {
		if (hypervisor_open_requests(world->stations[index].hypervisor) >
			asking_for_good(world, index))
			find(judgement,
				&(struct finding){WORLD_UNFINISHED, "a REQUEST has no RESPONSE",
					NULL, scenario->stations[index].name});
	}
}

static size_t entries_of(const struct edge_bridge *bridge, unsigned slot)
{
	size_t entries = 0;

	for (unsigned type = 1; type < DIMP_DI_TYPES; type++)
		entries += di_store_count(edge_bridge_store(bridge), slot, (enum dimp_di_type)type);
	return entries;
}

static bool is_owner(const struct edge_bridge *bridge, const struct dimp_vsi *vsi)
{
	const struct speaker_binding *binding = edge_bridge_speaker(bridge);
	struct dimp_vsi_status status;

	if (!binding)
		return false;
	const struct dimp_speaker *speaker = speaker_binding_view(binding);
	const dimp_vsi_index index = dimp_speaker_vsi_find(speaker, vsi);
	return index != DIMP_NO_VSI && dimp_speaker_vsi_status(speaker, index, &status) &&
		status.is_owner;
}

/* A server without the right ticket or announcer, whom a bridge that asks for one tells nothing,
 * takes the DI for lost, and the VM begins anew. */
static bool gave_up_unauthorised(const struct world *world, size_t index)
{
	return !is_authorised(&world->scenario->migrations[index]) &&
		move_found_none(world->moves[index]);
}

/* DI types of the VM that may be gone: all when a bridge crashed that had them, its session was
 * ended, or its server went on at risk, without them, or with no right to be told where they are;
 * else those that a move of it may leave behind. */
static uint64_t may_lack(const struct world *world, const struct world_vm *vm)
{
	const struct scenario *scenario = world->scenario;
	const uint64_t all = UINT64_MAX;
	uint64_t lacking = 0;

	if (vm->has_taken_risk || vm->has_been_forgotten || vm->has_been_revoked)
		return all;
	for (size_t index = 0; index < scenario->migration_count; index++) {
		if (scenario->migrations[index].vm != vm->slot)
			continue;
		if (move_went_without(world->moves[index]) ||
			move_has_proceeded(world->moves[index]) ||
			gave_up_unauthorised(world, index))
			return all;
		lacking |= scenario->migrations[index].optional;
	}
	return lacking;
}

static bool is_complete(const struct edge_bridge *bridge, const struct world_vm *vm,
	uint64_t lacking)
{
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		if ((lacking >> type & 1) == 0 &&
			di_store_count(edge_bridge_store(bridge), vm->slot,
				(enum dimp_di_type)type) < vm->scenario->synthetic[type])
			return false;
	}
	return true;
}

/* The bridge where the VM runs. */
static const char *fault_at_home(const struct world *world, const struct world_vm *vm)
{
	const struct edge_bridge *bridge = vm->home->bridge;

	if (!edge_bridge_speaker(bridge))
		return NULL;
	if (edge_bridge_attachment(bridge, vm->slot)->state != ATTACHMENT_ACTIVE)
		return "the VM runs here and its DI is not in force";
	if (!is_owner(bridge, &vm->vsi))
		return "the VM runs here and the bridge is not the owner";
	if (!is_complete(bridge, vm, may_lack(world, vm)))
		return "the VM runs here and some of its DI is gone";
	return NULL;
}

static const char *fault_elsewhere(const struct edge_bridge *bridge, const struct world_vm *vm)
{
	const enum attachment_state state = edge_bridge_attachment(bridge, vm->slot)->state;

	if (state == ATTACHMENT_ACTIVE)
		return "DI is in force where the VM does not run";
	if (entries_of(bridge, vm->slot) != 0)
		return "DI is left behind where the VM does not run";
	if (is_owner(bridge, &vm->vsi))
		return "a second owner";
	return NULL;
}

static void judge_vm(struct judgement *judgement, const struct world_vm *vm)
{
	const struct world *world = judgement->world;

	const bool is_running = virtual_machine_is_running(vm->machine);

	if (!is_running && !vm->is_dead && vm->latest && waits_for_operator(world, vm->latest))
		return;
	if (!is_running && !vm->is_dead)
		find(judgement,
			&(struct finding){WORLD_UNFINISHED, "the VM runs nowhere", NULL,
				vm->scenario->name});
	for (size_t index = 0; index < world->scenario->bridge_count; index++) {
		const struct edge_bridge *bridge = world->bridges[index].bridge;
		const bool is_home = bridge == vm->home->bridge && !vm->is_dead;
		const char *what = is_home ? fault_at_home(world, vm) : fault_elsewhere(bridge, vm);
		if (what)
			find(judgement,
				&(struct finding){WORLD_UNSOUND, what,
					world->scenario->bridges[index].name, vm->scenario->name});
	}
}

enum world_soundness world_judge(const struct world *world, char *text, size_t size)
{
	struct judgement judgement = {world, WORLD_SOUND, text, size};

	if (is_somebody_gone(world))
		return WORLD_SOUND;
	judge_endings(&judgement);
	if (world_is_lied_to(world->scenario))
		return judgement.soundness;
	for (size_t index = 0; index < world->scenario->vm_count; index++)
		judge_vm(&judgement, &world->vms[index]);
	return judgement.soundness;
}
