/* SPDX-License-Identifier: MIT */
/*
 * What a run's moves cost: frames on every wire, frames that VMs sent and got, and what each stop
 * took from each service.
 */
#include "scenario/world_state.h"

#include <stdlib.h>

bool world_costs_create(struct world *world)
{
	const struct scenario *scenario = world->scenario;
	struct outcome *outcome = &world->outcome;

	world->wires = wire_meter_create();
	outcome->talks = calloc(scenario->vm_count + 1, sizeof *outcome->talks);
	if (!world->wires || !outcome->talks)
		return world_fail(world, "%s: no memory", "costs");
	return true;
}

void world_costs_destroy(struct world *world)
{
	struct outcome *outcome = &world->outcome;

	for (size_t index = 0; outcome->migrations && index < outcome->migration_count; index++)
		free(outcome->migrations[index].tolls);
	free(outcome->talks);
	free(outcome->wires);
	wire_meter_destroy(world->wires);
}

/* The VM's meter of a service; NULL if the service is not for it. */
static const struct service_meter *meter_of(const struct world *world, size_t service,
	const struct world_vm *vm)
{
	const struct world_service *built = &world->services[service];

	for (size_t one = 0; one < built->meter_count; one++) {
		for (size_t other = 0; other < vm->meter_count; other++) {
			if (built->meters[one] == vm->meters[other])
				return vm->meters[other];
		}
	}
	return NULL;
}

static void finish_tolls(struct world *world, size_t index)
{
	const struct world_vm *vm = &world->vms[world->scenario->migrations[index].vm];
	struct outcome_migration *migration = &world->outcome.migrations[index];

	if (migration->phases.stopped.us == UINT64_MAX)
		return;
	migration->tolls = calloc(world->scenario->service_count + 1, sizeof *migration->tolls);
	if (!migration->tolls) {
		world->outcome.is_short_of_memory = true;
		return;
	}
	for (size_t service = 0; service < world->scenario->service_count; service++) {
		const struct service_meter *meter = meter_of(world, service, vm);
		struct outcome_toll *toll = &migration->tolls[migration->toll_count];
		if (!meter)
			continue;
		toll->service = (uint32_t)service;
		service_meter_toll(meter, migration->phases.stopped, world->outcome.ended,
			&toll->toll);
		migration->toll_count++;
	}
}

static void finish_wires(struct world *world)
{
	size_t count;
	const struct wire_way *ways = wire_meter_ways(world->wires, &count);
	struct outcome *outcome = &world->outcome;

	outcome->wires = calloc(count + 1, sizeof *outcome->wires);
	if (!outcome->wires) {
		outcome->is_short_of_memory = true;
		return;
	}
	outcome->wire_count = count;
	for (size_t index = 0; index < count; index++)
		outcome->wires[index] = (struct outcome_wire){
			.from = engine_node_name(world->engine, ways[index].from.node),
			.to = engine_node_name(world->engine, ways[index].to.node),
			.sent = ways[index].census,
		};
}

void world_costs_finish(struct world *world)
{
	struct outcome *outcome = &world->outcome;

	for (size_t index = 0; index < world->scenario->vm_count; index++)
		outcome->talks[index] = (struct outcome_talk){
			.name = world->scenario->vms[index].name,
			.address = *virtual_machine_address(world->vms[index].machine),
			.sent = *virtual_machine_sent(world->vms[index].machine),
			.received = *virtual_machine_received(world->vms[index].machine),
		};
	outcome->talk_count = world->scenario->vm_count;
	for (size_t index = 0; index < world->scenario->migration_count; index++)
		finish_tolls(world, index);
	finish_wires(world);
}
