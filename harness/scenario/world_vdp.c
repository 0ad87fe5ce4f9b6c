/* SPDX-License-Identifier: MIT */
/*
 * Builds VDP where a move is triggered by it: every bridge has its end at its station ports, every
 * server the other, and the VMs that move by it are associated from the beginning.
 */
#include "actors/vdp_agent.h"
#include "scenario/world_state.h"

static bool moves_by_vdp(const struct scenario *scenario, size_t vm)
{
	for (size_t index = 0; index < scenario->migration_count; index++) {
		const struct scenario_migration *migration = &scenario->migrations[index];
		if (migration->trigger == SCENARIO_TRIGGER_VDP && migration->vm == vm)
			return true;
	}
	return false;
}

static bool speaks_vdp(const struct scenario *scenario)
{
	for (size_t vm = 0; vm < scenario->vm_count; vm++) {
		if (moves_by_vdp(scenario, vm))
			return true;
	}
	return false;
}

/* A bridge asks for the time that its answers may take (DIMP 9.9-12). */
static struct vdp_timing timing_of(const struct scenario *scenario)
{
	struct vdp_timing timing = vdp_timing_default();

	for (size_t index = 0; index < scenario->migration_count; index++)
		vdp_timing_allow(&timing, (uint64_t)scenario->migrations[index].deadline_ms * 1000);
	return timing;
}

static bool build_bridge(struct world *world, struct world_bridge *bridge,
	const struct vdp_timing *timing)
{
	bridge->vdp = vdp_desk_create(&(struct vdp_desk_config){
		.engine = world->engine,
		.bridge = bridge->bridge,
		.orders = bridge->desk,
		.ports = bridge->scenario->ports + 1,
		.vsis_max = (unsigned)world->scenario->vm_count,
		.timing = *timing,
	});
	return bridge->vdp || world_fail(world, "bridge %s: no memory", bridge->scenario->name);
}

static bool build_station(struct world *world, size_t index, const struct vdp_timing *timing)
{
	const struct scenario_station *scenario = &world->scenario->stations[index];
	struct world_station *station = &world->stations[index];

	station->place.vdp = vdp_agent_create(&(struct vdp_agent_config){
		.engine = world->engine,
		.hypervisor = station->hypervisor,
		.bridge = world->bridges[scenario->bridge].vdp,
		.timing = *timing,
		.vsis_max = world->scenario->vm_count,
		.is_reserving = scenario->reserves_by_vdp,
	});
	return station->place.vdp || world_fail(world, "station %s: no memory", scenario->name);
}

bool world_vdp_knows(const struct world *world, unsigned slot)
{
	return moves_by_vdp(world->scenario, slot);
}

bool world_vdp_renew(const struct world *world, const struct world_vm *vm)
{
	const struct vdp_machine machine = {vm->vsi, vm->mac, vm->scenario->vlan};

	if (!vm->home->vdp || !world_vdp_knows(world, vm->slot))
		return false;
	vdp_agent_renew(vm->home->vdp, &machine);
	return true;
}

bool world_vdp_build(struct world *world)
{
	const struct scenario *scenario = world->scenario;
	const struct vdp_timing timing = timing_of(scenario);

	if (!speaks_vdp(scenario))
		return true;
	for (size_t index = 0; index < scenario->bridge_count; index++) {
		if (!build_bridge(world, &world->bridges[index], &timing))
			return false;
	}
	for (size_t index = 0; index < scenario->station_count; index++) {
		if (!build_station(world, index, &timing))
			return false;
	}
	for (size_t index = 0; index < scenario->vm_count; index++) {
		const struct world_vm *vm = &world->vms[index];
		const struct vdp_machine machine = {vm->vsi, vm->mac, vm->scenario->vlan};
		if (moves_by_vdp(scenario, index))
			vdp_agent_run(vm->home->vdp, &machine);
	}
	return true;
}

void world_vdp_destroy(struct world *world)
{
	for (size_t index = 0; world->stations && index < world->scenario->station_count; index++)
		vdp_agent_destroy(world->stations[index].place.vdp);
	for (size_t index = 0; world->bridges && index < world->scenario->bridge_count; index++)
		vdp_desk_destroy(world->bridges[index].vdp);
}
