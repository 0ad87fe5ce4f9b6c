/* SPDX-License-Identifier: MIT */
/*
 * I13: a world is compared with its still twin, in which the same VMs stop for as long and run
 * again where they were.  What VMs and hosts observe must be the same in both but for what is under
 * way when a VM stops or resumes, and when the run ends.
 */
#include "scenario/world_state.h"

#include <stdlib.h>

enum { HOSTS_FROM = 0x10000 };

/* A VM hears what is for it, in the clear.  MKPDUs are between two KaYs, the bridge's among them:
 * it says itself that it goes on at once (DIMP 8.6-5); what they do to others is compared. */
static void hear_vm(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	const struct world_vm *vm = context;

	if (frame_kind_of(frame->octets) == FRAME_KIND_MKA)
		return;
	if (!observations_add(vm->world->observations, vm->slot, frame->octets, now))
		vm->world->outcome.is_short_of_memory = true;
}

/* A host hears what is for it; what is flooded to it is not. */
static void hear_host(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	const struct world_host *host = context;
	struct world *world = host->world;
	const unsigned number = HOSTS_FROM + (unsigned)(host - world->hosts);

	if (!edge_mac_is_group(&frame->destination) &&
		!edge_mac_equals(&frame->destination, network_host_mac(host->host)))
		return;
	if (!observations_add(world->observations, number, frame->octets, now))
		world->outcome.is_short_of_memory = true;
}

bool world_observe(struct world *world)
{
	world->observations = observations_create();
	if (!world->observations)
		return world_fail(world, "%s: no memory", "observations");
	for (size_t index = 0; index < world->scenario->vm_count; index++) {
		const struct virtual_machine_listener listener = {&world->vms[index], hear_vm};
		if (!virtual_machine_add_listener(world->vms[index].machine, &listener))
			return world_fail(world, "vm %s has too many services",
				world->vms[index].scenario->name);
	}
	for (size_t index = 0; index < world->host_count; index++) {
		struct world_host *host = &world->hosts[index];
		const struct network_host_listener listener = {host, hear_host};
		host->world = world;
		if (!network_host_add_listener(host->host, &listener))
			return world_fail(world, "host %s has too many services", host->name);
	}
	return true;
}

/* ---- The twin's stops */

static void stop(void *context, struct dimp_time now)
{
	struct world_vm *vm = context;

	hypervisor_stop(vm->home->hypervisor, vm->machine);
	if (vm->playback)
		playback_pause(vm->playback, now);
	world_clients_pause(vm, now);
	announcer_stop(vm->announcer);
}

/* Where the VM runs from |now| on in the run with moves: it is announced here as it is there. */
static uint32_t station_at(const struct world_vm *vm, struct dimp_time now)
{
	const struct outcome *const stops = vm->world->stops;

	for (size_t index = 0; index < stops->migration_count; index++) {
		const struct outcome_migration *const came = &stops->migrations[index];
		if (vm->world->scenario->migrations[index].vm == vm->slot &&
			came->phases.resumed.us == now.us && came->decision != SCENARIO_NONE)
			return came->decision;
	}
	return vm->home->station;
}

static void resume(void *context, struct dimp_time now)
{
	struct world_vm *vm = context;

	if (!hypervisor_run(vm->home->hypervisor, vm->machine))
		return;
	if (vm->playback)
		playback_resume(vm->playback, now);
	world_clients_run(vm, now);
	world_resumption_follow(vm, station_at(vm, now), now);
}

static void plan_stops(struct world *twin, const struct world *world)
{
	for (size_t index = 0; index < world->scenario->migration_count; index++) {
		const struct outcome_phases *phases = &world->outcome.migrations[index].phases;
		struct world_vm *vm = &twin->vms[world->scenario->migrations[index].vm];
		if (phases->stopped.us == UINT64_MAX)
			continue;
		engine_schedule(twin->engine, phases->stopped, stop, vm);
		engine_schedule(twin->engine, phases->resumed, resume, vm);
	}
}

/* ---- Judging */

/* Two for each stop, one for the end. */
static size_t fill_gaps(const struct world *world, struct observations_gap *gaps)
{
	const uint64_t slack_us = observations_tolerance_us;
	size_t count = 0;

	for (size_t index = 0; index < world->scenario->migration_count; index++) {
		const struct outcome_phases *phases = &world->outcome.migrations[index].phases;
		if (phases->stopped.us == UINT64_MAX)
			continue;
		gaps[count++] = (struct observations_gap){{phases->stopped.us - slack_us},
			{phases->stopped.us + slack_us}};
		if (phases->resumed.us == UINT64_MAX)
			continue;
		gaps[count++] = (struct observations_gap){{phases->resumed.us - slack_us},
			{phases->resumed.us + slack_us}};
	}
	gaps[count++] =
		(struct observations_gap){{world->scenario->duration_us - slack_us}, {UINT64_MAX}};
	return count;
}

static const char *name_of(const struct world *world, unsigned observer)
{
	return observer < HOSTS_FROM ? world->vms[observer].scenario->name
				     : world->hosts[observer - HOSTS_FROM].name;
}

static bool judge(struct world *world, struct world *twin)
{
	struct observations_difference difference;
	struct observations_gap *gaps =
		calloc(2 * world->scenario->migration_count + 1, sizeof *gaps);

	if (!gaps)
		return false;
	const struct observations_gaps all = {gaps, fill_gaps(world, gaps)};
	if (!observations_agree(world->observations, twin->observations, &all, &difference) &&
		world->invariants)
		invariants_observed(world->invariants, name_of(world, difference.observer),
			&difference);
	free(gaps);
	return true;
}

bool world_judge_transparency(struct world *world, char *error, size_t error_size)
{
	const struct world_outputs outputs = {.is_unchecked = true, .is_observed = true};
	struct scenario still = *world->scenario;

	still.migration_count = still.fault_count = 0;
	struct world *twin = world_create(&still, &outputs, error, error_size);
	if (!twin)
		return false;
	twin->stops = &world->outcome;
	plan_stops(twin, world);
	world_run(twin, NULL, NULL);
	const bool is_judged = twin->outcome.is_whole && judge(world, twin);
	if (!is_judged)
		snprintf(error, error_size, "no memory");
	world_destroy(twin);
	return is_judged;
}
