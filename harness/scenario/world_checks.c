/* SPDX-License-Identifier: MIT */
/*
 * Ties the invariants to a world: what they watch, which secrets they look for, and what its server
 * does without a bridge's word.
 */
#include "scenario/world_state.h"

#include <stdlib.h>
#include <string.h>

bool world_checks_create(struct world *world)
{
	world->invariants = invariants_create();
	return world->invariants || world_fail(world, "%s: no memory", "invariants");
}

static void keep_secret(struct world *world, const void *octets, size_t size)
{
	invariants_secret(world->invariants, INVARIANT_KEY, (struct dimp_view){octets, size});
}

static void keep_secrets(struct world *world)
{
	const struct scenario *scenario = world->scenario;

	for (size_t index = 0; index < scenario->bridge_count; index++)
		keep_secret(world, world->bridges[index].speaker.static_secret, DIMP_KEY_SIZE);
	for (size_t index = 0; index < scenario->station_count; index++)
		keep_secret(world, world->stations[index].speaker.static_secret, DIMP_KEY_SIZE);
	for (size_t index = 0; index < scenario->vm_count; index++) {
		const struct mka_keys *keys = &world->vms[index].mka.keys;
		if (!world->vms[index].has_cak)
			continue;
		keep_secret(world, keys->cak.octets, keys->cak.size);
		keep_secret(world, keys->icv_key.octets, keys->icv_key.size);
		keep_secret(world, keys->wrapping_key.octets, keys->wrapping_key.size);
	}
}

static bool create_lists(struct world *world)
{
	const struct scenario *scenario = world->scenario;

	world->invariant_bridges =
		calloc(scenario->bridge_count + 1, sizeof *world->invariant_bridges);
	world->invariant_stations =
		calloc(scenario->station_count + 1, sizeof *world->invariant_stations);
	world->invariant_vms = calloc(scenario->vm_count + 1, sizeof *world->invariant_vms);
	return world->invariant_bridges && world->invariant_stations && world->invariant_vms;
}

static void fill_lists(struct world *world)
{
	const struct scenario *scenario = world->scenario;

	for (size_t index = 0; index < scenario->bridge_count; index++)
		world->invariant_bridges[index] = (struct invariant_bridge){
			world->bridges[index].bridge, &world->bridges[index].speaker,
			{scenario->bridges[index].remap_vlans,
				scenario->bridges[index].remap_vlan_count},
			(size_t)scenario->bridges[index].hold_octets,
			scenario->bridges[index].hold_frames, scenario->bridges[index].authority,
			world->bridges[index].key};
	for (size_t index = 0; index < scenario->station_count; index++)
		world->invariant_stations[index] = (struct invariant_station){
			world->stations[index].hypervisor,
			scenario->stations[index].bridge,
			scenario->stations[index].port,
			world->stations[index].key,
		};
	for (size_t index = 0; index < scenario->vm_count; index++)
		world->invariant_vms[index] = (struct invariant_vm){
			scenario->vms[index].name,
			virtual_machine_keys(world->vms[index].machine),
			scenario->vms[index].installed_by_server,
		};
}

/* What faults allow: clocks that go wrong, nodes that stand still. */
static void allow_faults(const struct scenario *scenario, struct invariants_config *config)
{
	for (size_t index = 0; index < scenario->fault_count; index++) {
		const struct scenario_fault *fault = &scenario->faults[index];
		const uint32_t ppm = (uint32_t)abs(fault->drift_ppm);
		if (fault->kind == SCENARIO_FAULT_PAUSE)
			config->pauses_us +=
				fault->for_us == UINT64_MAX ? scenario->duration_us : fault->for_us;
		if (fault->kind == SCENARIO_FAULT_DRIFT && ppm > config->drift_ppm)
			config->drift_ppm = ppm;
	}
}

bool world_checks_begin(struct world *world)
{
	const struct scenario *scenario = world->scenario;

	if (!world->invariants)
		return true;
	if (!create_lists(world))
		return world_fail(world, "%s: no memory", "invariants");
	fill_lists(world);
	keep_secrets(world);
	struct invariants_config config = {
		.engine = world->engine,
		.bridges = world->invariant_bridges,
		.bridge_count = scenario->bridge_count,
		.stations = world->invariant_stations,
		.station_count = scenario->station_count,
		.vms = world->invariant_vms,
		.vm_count = scenario->vm_count,
		.idle_us = scenario->settings.idle_us,
		.hold_us = scenario->settings.hold_us,
		.thaw_us = scenario->settings.thaw_us,
		.unix_seconds = WORLD_UNIX_SECONDS,
	};
	config.is_lied_to = world_is_lied_to(scenario);
	allow_faults(scenario, &config);
	if (!invariants_begin(world->invariants, &config))
		return world_fail(world, "%s: no memory", "invariants");
	engine_set_observer(world->engine, invariants_judge, world->invariants);
	return true;
}

void world_checks_end(struct world *world)
{
	if (world->invariants)
		invariants_end(world->invariants, engine_now(world->engine));
}

void world_checks_destroy(struct world *world)
{
	invariants_destroy(world->invariants);
	free(world->invariant_bridges);
	free(world->invariant_stations);
	free(world->invariant_vms);
}

/* The move that brought the VM here, or NULL. */
static const struct outcome_migration *latest_of(const struct world *world,
	const struct world_vm *vm)
{
	for (size_t index = 0; index < world->scenario->migration_count; index++) {
		if (world->moves[index] == vm->latest)
			return &world->outcome.migrations[index];
	}
	return NULL;
}

/* SUCCESS is a bridge's word; so is FAIL for the old place, but where the bridge is in doubt. */
void world_checks_resumed(struct world *world, struct world_vm *vm, struct dimp_time now)
{
	const struct outcome_migration *outcome = latest_of(world, vm);
	const bool has_word = outcome && outcome->has_response &&
		(outcome->result == DIMP_RESULT_SUCCESS ||
			(outcome->result == DIMP_RESULT_FAIL &&
				outcome->error != DIMP_ERROR_IN_DOUBT &&
				move_config_of(vm->latest)->to != vm->home));

	vm->has_taken_risk = vm->has_taken_risk || !has_word;
	if (world->invariants && !has_word)
		invariants_at_risk(world->invariants, vm->slot, now);
}

void world_checks_crashed(struct world *world, unsigned node)
{
	const size_t bridges = world->scenario->bridge_count;

	if (!world->invariants)
		return;
	invariants_crashed(world->invariants,
		node < bridges ? edge_bridge_node(world->bridges[node].bridge)
			       : hypervisor_node(world->stations[node - bridges].hypervisor));
}

const struct invariant_violation *world_violation(const struct world *world)
{
	return world->invariants ? invariants_violation(world->invariants) : NULL;
}

void world_judge_file(struct world *world, const char *path)
{
	if (world->invariants)
		invariants_file(world->invariants, path);
}

void world_judge_twin(struct world *world, const struct world *twin)
{
	if (world->invariants)
		invariants_twice(world->invariants, world->outcome.digest, twin->outcome.digest);
}
