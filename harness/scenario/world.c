/* SPDX-License-Identifier: MIT */
/*
 * Owns a world: builds its parts in order, runs the engine, takes all of it down.  The scenario is
 * borrowed and must outlive the world.
 */
#include "scenario/world.h"

#include <stdlib.h>

#include "scenario/world_state.h"

/* How often progress is told, in the run's own time. */
static const uint64_t progress_us = 100000;

bool world_fail(struct world *world, const char *format, const char *name)
{
	const char *at = format;
	size_t size = 0;

	/* One %s, so that no format comes from outside. */
	while (world->error && size + 1 < world->error_size && *at != '\0') {
		if (at[0] == '%' && at[1] == 's') {
			size += (size_t)snprintf(world->error + size, world->error_size - size,
				"%s", name);
			at += 2;
		} else {
			world->error[size++] = *at++;
		}
	}
	if (world->error && world->error_size != 0)
		world->error[size < world->error_size ? size : world->error_size - 1] = '\0';
	return false;
}

static bool create_tables(struct world *world)
{
	const struct scenario *scenario = world->scenario;

	world->engine = engine_choice_create(&scenario->engine, scenario->seed);
	world->needs = world_needs_create(scenario);
	world->bridges = calloc(scenario->bridge_count + 1, sizeof *world->bridges);
	world->stations = calloc(scenario->station_count + 1, sizeof *world->stations);
	world->vms = calloc(scenario->vm_count + 1, sizeof *world->vms);
	world->servers = calloc(scenario->server_count + 1, sizeof *world->servers);
	world->services = calloc(scenario->service_count + 1, sizeof *world->services);
	world->hosts = calloc(scenario->server_count + scenario->service_count +
			scenario->bridge_count + 1,
		sizeof *world->hosts);
	world->road = memory_road_create(world->engine, (uint32_t)scenario->station_count);
	world->moves = calloc(scenario->migration_count + 1, sizeof(struct move *));
	world->ordered = calloc(scenario->migration_count + 1, sizeof *world->ordered);
	world->faults = calloc(scenario->fault_count + 1, sizeof *world->faults);
	world->links = calloc(scenario->link_count + 1, sizeof *world->links);
	if (world->bridges && world->stations && world->vms && world->servers && world->services &&
		world->hosts && world->moves && world->ordered && world->road && world->faults &&
		world->links && world->needs && world->engine)
		return true;
	return world_fail(world, "%s: no memory", "world");
}

/* Early: machines may move while the world is built. */
static void prepare_faults(struct world *world)
{
	for (size_t index = 0; index < world->scenario->fault_count; index++)
		world->faults[index] = (struct world_fault){
			.world = world,
			.scenario = &world->scenario->faults[index],
		};
}

static bool build(struct world *world, const struct world_outputs *outputs)
{
	if (!create_tables(world) || !world_outcome_create(world) || !world_costs_create(world))
		return false;
	prepare_faults(world);
	world->watch = (struct speaker_watch){world, world_watch_event, world_watch_asked,
		world_watch_announced, world_watch_notified};
	const bool is_checked = !(outputs && outputs->is_unchecked);
	if (is_checked && world->scenario->is_sparse)
		return world_fail(world, "%s: invariants ask every bridge", "a sparse world");
	if (is_checked && !world_checks_create(world))
		return false;
	engine_set_tap(world->engine, world_watch_frame, world);
	return world_outputs_open(world, outputs) && world_authority_build(world) &&
		world_fabric_build(world) && world_machines_build(world) &&
		world_vdp_build(world) && world_servers_build(world) &&
		world_services_build(world) && world_moves_build(world) &&
		world_attacks_build(world) && world_faults_build(world) &&
		world_checks_begin(world) &&
		(!outputs || !outputs->is_observed || world_observe(world));
}

struct world *world_create(const struct scenario *scenario, const struct world_outputs *outputs,
	char *error, size_t error_size)
{
	struct world *world = calloc(1, sizeof *world);

	if (!world)
		return NULL;
	world->scenario = scenario;
	world->error = error;
	world->error_size = error_size;
	const bool is_built = build(world, outputs);
	world->error = NULL;
	if (is_built)
		return world;
	world_destroy(world);
	return NULL;
}

void world_run(struct world *world, void (*progress)(void *context, struct dimp_time now),
	void *context)
{
	const uint64_t end_us = world->scenario->duration_us;
	uint64_t until_us = 0;

	while (until_us < end_us && !engine_is_exhausted(world->engine) &&
		!world_violation(world)) {
		until_us = end_us - until_us > progress_us ? until_us + progress_us : end_us;
		engine_run(world->engine, (struct dimp_time){until_us});
		if (progress)
			progress(context, engine_now(world->engine));
	}
	world_checks_end(world);
	world_outcome_finish(world);
	world_outputs_close(world);
}

const struct outcome *world_outcome(const struct world *world)
{
	return &world->outcome;
}

static void destroy_machines(struct world *world)
{
	const struct scenario *scenario = world->scenario;

	for (size_t index = 0; world->moves && index < scenario->migration_count; index++)
		move_destroy(world->moves[index]);
	memory_road_destroy(world->road);
	for (size_t index = 0; world->services && index < scenario->service_count; index++) {
		multicast_feed_destroy(world->services[index].feed);
		echo_host_destroy(world->services[index].echo);
		free(world->services[index].meters);
	}
	world_servers_destroy(world);
	for (size_t index = 0; world->vms && index < scenario->vm_count; index++) {
		struct world_vm *vm = &world->vms[index];
		playback_destroy(vm->playback);
		sources_destroy(vm->kay);
		world_clients_destroy(vm);
		world_key_agreement_destroy(world, vm);
		world_dot1x_destroy(vm);
		mka_keys_wipe(&vm->mka.keys);
		announcer_destroy(vm->announcer);
		virtual_machine_destroy(vm->machine);
	}
}

static void destroy_fabric(struct world *world)
{
	const struct scenario *scenario = world->scenario;

	for (size_t index = 0; world->hosts && index < world->host_count; index++)
		network_host_destroy(world->hosts[index].host);
	for (size_t index = 0; world->stations && index < scenario->station_count; index++) {
		hypervisor_destroy(world->stations[index].hypervisor);
		openssl_crypto_destroy(world->stations[index].crypto);
	}
	for (size_t index = 0; world->bridges && index < scenario->bridge_count; index++) {
		operator_desk_destroy(world->bridges[index].desk);
		edge_bridge_destroy(world->bridges[index].bridge);
		di_learner_destroy(world->bridges[index].learner);
		openssl_crypto_destroy(world->bridges[index].crypto);
	}
}

void world_destroy(struct world *world)
{
	if (!world)
		return;
	destroy_machines(world);
	world_vdp_destroy(world);
	destroy_fabric(world);
	world_outputs_discard(world);
	world_checks_destroy(world);
	observations_destroy(world->observations);
	world_attacks_destroy(world);
	if (world->engine)
		engine_destroy(world->engine);
	world_needs_destroy(world->needs, world->scenario);
	free(world->bridges);
	free(world->stations);
	free(world->vms);
	free(world->services);
	free(world->hosts);
	free(world->moves);
	free(world->ordered);
	free(world->faults);
	free(world->links);
	free(world->ports);
	free(world->keys);
	world_costs_destroy(world);
	free(world->outcome.migrations);
	free(world->outcome.services);
	free(world->outcome.di);
	free(world->outcome.drops);
	free(world->outcome.holdings);
	vsi_manager_wipe(&world->manager);
	free(world);
}
