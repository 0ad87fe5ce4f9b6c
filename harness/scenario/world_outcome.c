/* SPDX-License-Identifier: MIT */
/*
 * The outcome's tables, and what can only be counted when the run is over.
 */
#include "scenario/world_state.h"

#include <stdlib.h>

bool world_outcome_create(struct world *world)
{
	const struct scenario *scenario = world->scenario;
	struct outcome *outcome = &world->outcome;
	/* A sparse world has no row for what bridges do not know of each other's VMs. */
	const size_t pairs = scenario->is_sparse ? 0 : scenario->bridge_count * scenario->vm_count;

	outcome->digest = 0xcbf29ce484222325u;
	outcome->migrations = calloc(scenario->migration_count + 1, sizeof *outcome->migrations);
	outcome->services = calloc(scenario->service_count + 1, sizeof *outcome->services);
	outcome->di = calloc(pairs + 1, sizeof *outcome->di);
	outcome->drops = calloc(scenario->bridge_count + 1, sizeof *outcome->drops);
	outcome->holdings = calloc(scenario->bridge_count + 1, sizeof *outcome->holdings);
	if (!outcome->migrations || !outcome->services || !outcome->di || !outcome->drops ||
		!outcome->holdings)
		return world_fail(world, "%s: no memory", "outcome");
	outcome->migration_count = scenario->migration_count;
	outcome->service_count = scenario->service_count;
	outcome->di_count = pairs;
	outcome->drop_count = scenario->bridge_count;
	return true;
}

static void finish_service(struct world *world, size_t index)
{
	const struct world_service *service = &world->services[index];
	struct outcome_service *outcome = &world->outcome.services[index];

	*outcome = (struct outcome_service){.name = world->scenario->services[index].name};
	for (size_t meter = 0; meter < service->meter_count; meter++) {
		struct service_tally tally;
		service_meter_tally(service->meters[meter], world->outcome.ended, &tally);
		outcome->sent += tally.sent;
		outcome->received += tally.received;
		outcome->lost += tally.lost;
		outcome->lost_beyond_stop += tally.lost_beyond_stop;
		if (tally.gap_us > outcome->gap_us)
			outcome->gap_us = tally.gap_us;
	}
}

static uint64_t counted_frames(const struct di_store *store, uint32_t vm)
{
	const struct di_entry *entry;
	size_t cursor = 0;
	uint64_t frames = 0;

	while ((entry = di_store_next(store, vm, DIMP_DI_TRAFFIC_COUNTERS, &cursor)) != NULL) {
		const struct dimp_traffic_counters *counters = &entry->record.body.traffic_counters;
		frames += counters->unicast_frames + counters->multicast_frames +
			counters->broadcast_frames;
	}
	return frames;
}

/* In force is what a VM that is here may use. */
static void finish_di(struct world *world, uint32_t bridge, uint32_t vm)
{
	const struct edge_bridge *edge = world->bridges[bridge].bridge;
	struct outcome_di *outcome = &world->outcome.di[bridge * world->scenario->vm_count + vm];

	*outcome = (struct outcome_di){
		.bridge = bridge,
		.vm = vm,
		.probes = edge_bridge_probes(edge),
		.arp_dropped = edge_bridge_drops(edge, GATE_ARP_RATE),
	};
	if (edge_bridge_attachment(edge, vm)->state != ATTACHMENT_ACTIVE)
		return;
	for (unsigned type = 1; type < DIMP_DI_TYPES; type++)
		outcome->count[type] = (uint32_t)di_store_count(edge_bridge_store(edge), vm,
			(enum dimp_di_type)type);
	outcome->counted_frames = counted_frames(edge_bridge_store(edge), vm);
}

static void finish_drops(struct world *world, uint32_t bridge)
{
	const struct edge_bridge *edge = world->bridges[bridge].bridge;

	world->outcome.drops[bridge] = (struct outcome_drops){
		.bridge = bridge,
		.unauthorised = edge_bridge_drops(edge, GATE_UNAUTHORISED),
		.acl = edge_bridge_drops(edge, GATE_ACL),
		.macsec = edge_bridge_drops(edge, GATE_MACSEC),
		.source_guard = edge_bridge_drops(edge, GATE_SOURCE_GUARD),
		.not_active = edge_bridge_drops(edge, GATE_NOT_ACTIVE),
	};
}

static void finish_holding(struct world *world, uint32_t bridge)
{
	struct frame_hold_tally tally;

	edge_bridge_hold_tally(world->bridges[bridge].bridge, &tally);
	world->outcome.holdings[bridge] = (struct outcome_holding){
		.bridge = bridge,
		.held = tally.held,
		.delivered = tally.delivered,
		.overflowed = tally.overflowed,
		.discarded = tally.discarded,
	};
}

void world_count_pdus(struct world *world, const struct speaker_binding *binding)
{
	struct outcome *outcome = &world->outcome;
	struct dimp_counters counters;

	if (!binding)
		return;
	dimp_speaker_counters(speaker_binding_view(binding), &counters);
	outcome->dimp_pdus += counters.pdus_sent;
	outcome->dimp_octets += counters.octets_sent;
}

void world_outcome_finish(struct world *world)
{
	const struct scenario *scenario = world->scenario;
	struct outcome *outcome = &world->outcome;

	outcome->ended = engine_now(world->engine);
	for (size_t index = 0; index < scenario->service_count; index++)
		finish_service(world, index);
	world_costs_finish(world);
	world_attacks_finish(world);
	outcome->is_whole = !engine_is_exhausted(world->engine) && !outcome->is_short_of_memory;
	for (uint32_t bridge = 0; bridge < scenario->bridge_count; bridge++) {
		for (uint32_t vm = 0; outcome->di_count != 0 && vm < scenario->vm_count; vm++)
			finish_di(world, bridge, vm);
		finish_drops(world, bridge);
		finish_holding(world, bridge);
		world_count_pdus(world, edge_bridge_speaker(world->bridges[bridge].bridge));
	}
	for (size_t index = 0; index < scenario->station_count; index++)
		world_count_pdus(world, hypervisor_speaker(world->stations[index].hypervisor));
}
