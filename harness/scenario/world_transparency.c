/* SPDX-License-Identifier: MIT */
/*
 * I13: a world is compared with its still twin, in which the same VMs stop for as long and run
 * again where they were.  What VMs and hosts observe must be the same in both but for what is under
 * way when a VM stops or resumes, and when the run ends.
 */
#include "scenario/world_state.h"

#include <stdlib.h>

#include "actors/datagram_frame.h"
#include "net/eapol.h"
#include "net/radius.h"

enum { HOSTS_FROM = 0x10000 };

/* Of EAP, what is said and not how: a new bridge has another address and counts its questions by
 * itself, and no two challenges are the same. */
static bool is_eap(const struct edge_frame *frame, uint8_t said[2])
{
	struct eapol_packet eapol;
	struct eap_packet eap;

	if (frame->ethertype != ETHERTYPE_EAPOL || !eapol_read(edge_frame_payload(frame), &eapol) ||
		eapol.type != EAPOL_EAP || !eap_read(eapol.body, &eap))
		return false;
	said[0] = (uint8_t)eap.code;
	said[1] = eap.method;
	return true;
}

/* A VM hears what is for it, in the clear.  MKPDUs are between two KaYs, the bridge's among them:
 * it says itself that it goes on at once (DIMP 8.6-5); what they do to others is compared. */
static void hear_vm(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	const struct world_vm *vm = context;
	struct observations *const observations = vm->world->observations;
	uint8_t said[2];
	bool is_added;

	if (frame_kind_of(frame->octets) == FRAME_KIND_MKA)
		return;
	if (is_eap(frame, said))
		is_added = observations_add_aged(observations, vm->slot,
			(struct dimp_view){said, sizeof said}, now);
	else
		is_added = observations_add(observations, vm->slot, frame->octets, now);
	if (!is_added)
		vm->world->outcome.is_short_of_memory = true;
}

/* What bridges say to their RADIUS server is not what a VM's peers observe: it is theirs. */
static bool is_radius(const struct edge_frame *frame)
{
	struct datagram_frame datagram;

	return datagram_frame_read(frame, &datagram) &&
		(datagram.to_port == RADIUS_PORT || datagram.to_port == RADIUS_ACCOUNTING_PORT ||
			datagram.to_port == RADIUS_DYNAMIC_PORT);
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
	if (is_radius(frame))
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
