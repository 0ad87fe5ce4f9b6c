/* SPDX-License-Identifier: MIT */
/*
 * VMs that die.  The port where one was goes down, whatever its station's DIMP process does.  What
 * its servers had asked for may still be granted: they call it off when they hear of it, and look
 * once more when the last answer must have come, as one that crashed has heard nothing.
 */
#include "actors/vdp_agent.h"
#include "scenario/world_state.h"

/* The longest deadline of a request and of a homecoming, and what is granted beyond. */
static const uint64_t look_again_us = 15000000;

static void leave(const struct world_vm *vm, const struct move_place *place, struct dimp_time now)
{
	if (place->vdp && vdp_agent_knows(place->vdp, &vm->vsi))
		vdp_agent_leave(place->vdp,
			&(struct vdp_machine){vm->vsi, vm->mac, vm->scenario->vlan});
	edge_bridge_leave(place->bridge, vm->slot, now);
}

static void leave_all(void *context, struct dimp_time now)
{
	const struct world_vm *vm = context;

	for (size_t index = 0; index < vm->world->scenario->station_count; index++) {
		const struct move_place *place = &vm->world->stations[index].place;

		if (edge_bridge_attachment(place->bridge, vm->slot)->state == ATTACHMENT_ACTIVE)
			leave(vm, place, now);
	}
}

void world_machine_die(struct world *world, uint32_t index, struct dimp_time now)
{
	struct world_vm *vm = &world->vms[index];

	if (vm->is_dead)
		return;
	vm->is_dead = true;
	world_trace_line(world, vm->scenario->name, "dies", now);
	if (virtual_machine_is_running(vm->machine)) {
		hypervisor_stop(vm->home->hypervisor, vm->machine);
		world_machine_stopped(vm, now);
	}
	if (vm->latest)
		move_bury(vm->latest, now);
	leave(vm, vm->home, now);
	leave_all(vm, now);
	engine_schedule(world->engine, (struct dimp_time){now.us + look_again_us}, leave_all, vm);
}
