/* SPDX-License-Identifier: MIT */
/*
 * Builds the services and the moves of a scenario.
 */
#include "scenario/world_state.h"
#include "net/ipv4.h"

#include <stdlib.h>

enum { FIRST_PORT = 49200 };

/* Services begin a millisecond into the run, each with a phase of its own. */
static struct dimp_time start_of(size_t index)
{
	return (struct dimp_time){1000 + 17 * (uint64_t)index};
}

static uint64_t interval_of(const struct scenario_service *service)
{
	return 1000000 / (service->per_second ? service->per_second : 1);
}

/* As given, else one of the group's family. */
static struct dimp_ip source_of(const struct scenario_service *service)
{
	static const struct dimp_ip none, ipv6 = {{0xfd, 0, 0, 0x10, [15] = 9}};

	if (!edge_ip_equals(&service->source, &none))
		return service->source;
	if (!ipv4_is_mapped(&service->group))
		return ipv6;
	return edge_ip_from_ipv4((const uint8_t[]){10, 0, 0, 9});
}

static bool note_meter(struct world *world, struct world_service *service, struct world_vm *vm,
	struct service_meter *meter)
{
	service->meters[service->meter_count++] = meter;
	if (vm->meter_count == WORLD_METERS_MAX)
		return world_fail(world, "vm %s has too many services", vm->scenario->name);
	vm->meters[vm->meter_count++] = meter;
	return true;
}

static bool add_receiver(struct world *world, struct world_service *service, struct world_vm *vm)
{
	struct service_meter *meter;

	if (!multicast_feed_add_receiver(service->feed, vm->machine, &meter))
		return world_fail(world, "vm %s has too many services", vm->scenario->name);
	return note_meter(world, service, vm, meter);
}

static uint16_t vlan_of(const struct world *world, const struct scenario_service *service)
{
	const uint32_t vm = service->vm == SCENARIO_NONE ? 0 : service->vm;

	return vm < world->scenario->vm_count ? world->scenario->vms[vm].vlan : 0;
}

static bool build_feed(struct world *world, size_t index)
{
	const struct scenario_service *scenario = &world->scenario->services[index];
	struct world_service *service = &world->services[index];
	const uint16_t vlan = vlan_of(world, scenario);

	service->feed = multicast_feed_create(&(struct multicast_feed_config){
		.engine = world->engine,
		.host = service->host,
		.vlan = vlan,
		.port = (uint16_t)(FIRST_PORT + index),
		.group = scenario->group,
		.source = source_of(scenario),
		.interval_us = interval_of(scenario),
		.receivers_max = (unsigned)world->scenario->vm_count,
	});
	if (!service->feed)
		return world_fail(world,
			"service %s: its group and source are of two families, or no memory",
			scenario->name);
	for (uint32_t vm = 0; vm < world->scenario->vm_count; vm++) {
		const bool is_receiver = scenario->vm == vm || scenario->vm == SCENARIO_NONE;
		if (!is_receiver || world->scenario->vms[vm].vlan != vlan)
			continue;
		if (!add_receiver(world, service, &world->vms[vm]))
			return false;
	}
	multicast_feed_start(service->feed, start_of(index));
	return true;
}

static bool build_echo(struct world *world, size_t index)
{
	const struct scenario_service *scenario = &world->scenario->services[index];
	struct world_service *service = &world->services[index];
	struct world_vm *vm = &world->vms[scenario->vm];

	service->echo = echo_host_create(&(struct echo_host_config){
		.engine = world->engine,
		.host = service->host,
		.machine = vm->machine,
		.identifier = (uint16_t)(index + 1),
		.is_over_ipv6 = scenario->is_over_ipv6,
		.source = scenario->source,
		.interval_us = interval_of(scenario),
	});
	if (!service->echo)
		return world_fail(world, "service %s: no memory", scenario->name);
	echo_host_start(service->echo, start_of(index));
	return note_meter(world, service, vm, echo_host_meter(service->echo));
}

static bool build_service(struct world *world, size_t index)
{
	const struct scenario_service *scenario = &world->scenario->services[index];
	struct world_service *service = &world->services[index];

	service->host = world_host_at(world, scenario->bridge, scenario->port);
	service->meters = calloc(world->scenario->vm_count + 1, sizeof(struct service_meter *));
	if (!service->host)
		return false;
	if (!service->meters)
		return world_fail(world, "service %s: no memory", scenario->name);
	switch (scenario->kind) {
	case SCENARIO_SERVICE_MULTICAST: return build_feed(world, index);
	case SCENARIO_SERVICE_ECHO: break;
	}
	return build_echo(world, index);
}

bool world_services_build(struct world *world)
{
	for (size_t index = 0; index < world->scenario->service_count; index++) {
		if (!build_service(world, index))
			return false;
	}
	return true;
}

static void note(const struct world_vm *vm, const char *what)
{
	char line[SCENARIO_NAME_MAX + 32];

	snprintf(line, sizeof line, "%s %s", vm->scenario->name, what);
	world_note(vm->world, line);
}

void world_machine_stopped(struct world_vm *vm, struct dimp_time now)
{
	const struct service_stop stop = {now, {UINT64_MAX}};

	if (vm->playback)
		playback_pause(vm->playback, now);
	world_clients_pause(vm, now);
	announcer_stop(vm->announcer);
	for (size_t index = 0; index < vm->meter_count; index++)
		service_meter_stopped(vm->meters[index], &stop);
	note(vm, "stopped");
}

static void vm_stopped(void *context, struct dimp_time now)
{
	world_machine_stopped(context, now);
}

static void vm_stop_over(void *context, struct dimp_time now)
{
	const struct world_vm *vm = context;

	for (size_t index = 0; index < vm->meter_count; index++)
		service_meter_stop_over(vm->meters[index], now);
}

static void vm_memory(void *context, const char *what, struct dimp_time now)
{
	const struct world_vm *vm = context;

	world_trace_line(vm->world, vm->scenario->name, what, now);
}

static void vm_resumed(void *context, struct dimp_time now)
{
	struct world_vm *vm = context;

	if (vm->playback)
		playback_resume(vm->playback, now);
	world_clients_run(vm, now);
	world_checks_resumed(vm->world, vm, now);
	note(vm, "runs again");
	world_resumption_follow(vm, vm->home->station, now);
}

static struct move_elsewhere elsewhere_of(const struct world *world,
	const struct scenario_migration *migration)
{
	const uint32_t other = world->scenario->stations[migration->to].elsewhere;

	if (other == SCENARIO_NONE)
		return (struct move_elsewhere){NULL, NULL};
	return (struct move_elsewhere){&world->stations[other].place,
		&world->scenario->stations[other]};
}

bool world_moves_build(struct world *world)
{
	world->keys = calloc(world->scenario->bridge_count + 1, sizeof *world->keys);
	if (!world->keys)
		return world_fail(world, "%s: no memory", "world");
	for (size_t index = 0; index < world->scenario->bridge_count; index++)
		world->keys[index] = world->bridges[index].key;
	for (size_t index = 0; index < world->scenario->migration_count; index++) {
		const struct scenario_migration *migration = &world->scenario->migrations[index];
		struct world_vm *vm = &world->vms[migration->vm];
		world->moves[index] = move_create(&(struct move_config){
			.engine = world->engine,
			.migration = migration,
			.vm = vm->scenario,
			.is_known_to_vdp = world_vdp_knows(world, vm->slot),
			.station = &world->scenario->stations[migration->to],
			.elsewhere = elsewhere_of(world, migration),
			.machine = vm->machine,
			.vsi = vm->vsi,
			.slot = vm->slot,
			.home = &vm->home,
			.to = &world->stations[migration->to].place,
			.latest = &vm->latest,
			.bridges = world->keys,
			.bridge_count = world->scenario->bridge_count,
			.road = world->road,
			.serial = &world->serial,
			.authority = world_authority_of(world, migration),
			.watch = {vm, vm_stopped, vm_stop_over, vm_resumed, vm_memory},
			.outcome = &world->outcome.migrations[index],
		});
		if (!world->moves[index])
			return world_fail(world, "migration %s: no memory", migration->name);
		world_orders_schedule(world, index);
	}
	return true;
}
