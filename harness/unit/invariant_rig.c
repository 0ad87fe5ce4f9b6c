/* SPDX-License-Identifier: MIT */
/* A world is built as dimp run builds it; only the engine is run by the tests. */
#include "invariant_rig.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

static void prepare_fabric(struct invariant_rig *rig)
{
	const struct engine_link_config cable = {.rate_bps = 10000000000u, .delay_us = 5};

	rig->bridges[RIG_SOURCE] = (struct scenario_bridge){.name = "edge-a", .ports = 4};
	rig->bridges[RIG_DESTINATION] = (struct scenario_bridge){.name = "edge-b", .ports = 4};
	rig->link = (struct scenario_link){.name = "edge-a/edge-b",
		.bridges = {RIG_SOURCE, RIG_DESTINATION},
		.config = {.rate_bps = 10000000000u, .delay_us = 50}};
	rig->stations[0] = (struct scenario_station){.name = "server-1",
		.bridge = RIG_SOURCE,
		.port = 1,
		.config = cable};
	rig->stations[1] = (struct scenario_station){.name = "server-2",
		.bridge = RIG_DESTINATION,
		.port = 1,
		.config = cable};
}

static void prepare_lists(struct invariant_rig *rig)
{
	rig->scenario.bridges = rig->bridges;
	rig->scenario.bridge_count = 2;
	rig->scenario.links = &rig->link;
	rig->scenario.link_count = 1;
	rig->scenario.stations = rig->stations;
	rig->scenario.station_count = 2;
	rig->scenario.vms = &rig->vm;
	rig->scenario.vm_count = 1;
	rig->scenario.services = rig->services;
	rig->scenario.service_count = 2;
	rig->scenario.migrations = &rig->migration;
	rig->scenario.migration_count = 1;
}

void invariant_rig_prepare(struct invariant_rig *rig)
{
	*rig = (struct invariant_rig){
		.scenario = {.seed = 1, .duration_us = 8000000, .is_standing = true}};
	prepare_fabric(rig);
	rig->vm = (struct scenario_vm){.name = "vm1", .vlan = RIG_VLAN, .stop_us = 30000};
	rig->vm.synthetic[DIMP_DI_DOT1X_SESSION] = 1;
	rig->vm.synthetic[DIMP_DI_DYNAMIC_ACL] = 2;
	rig->vm.synthetic[DIMP_DI_MACSEC_SA] = 2;
	rig->vm.synthetic[DIMP_DI_DHCP_BINDING] = 1;
	rig->vm.synthetic[DIMP_DI_MULTICAST_MEMBERSHIP] = 3;
	rig->services[0] = (struct scenario_service){.name = "feed",
		.kind = SCENARIO_SERVICE_MULTICAST,
		.bridge = RIG_DESTINATION,
		.port = 4,
		.group = {{[10] = 0xff, [11] = 0xff, 239, 1, 1, 1}},
		.per_second = 100};
	rig->services[1] = (struct scenario_service){.name = "ping",
		.kind = SCENARIO_SERVICE_ECHO,
		.bridge = RIG_SOURCE,
		.port = 3,
		.per_second = 100};
	rig->migration = (struct scenario_migration){.name = "m1",
		.to = 1,
		.at = {1000 * RIG_MILLISECOND},
		.when = {.node = SCENARIO_NONE},
		.mode = DIMP_MODE_STAGED,
		.trigger = SCENARIO_TRIGGER_REQUEST,
		.required = 0x3e,
		.deadline_ms = 1000};
	dimp_settings_default(&rig->scenario.settings);
	prepare_lists(rig);
}

void invariant_rig_start(struct invariant_rig *rig)
{
	char error[256] = "";

	rig->world = world_create(&rig->scenario, NULL, error, sizeof error);
	CHECK_TEXT(error, "");
}

void invariant_rig_stop(struct invariant_rig *rig)
{
	world_destroy(rig->world);
}

void invariant_rig_run(struct invariant_rig *rig, uint64_t ms)
{
	engine_run(rig->world->engine, (struct dimp_time){ms * RIG_MILLISECOND});
}

static bool has_come_to(const struct invariants *invariants, const char *machine, const char *state)
{
	const size_t count = invariants->transition_count;

	for (size_t back = 1; back <= count && back <= INVARIANT_TRANSITIONS_MAX; back++) {
		const struct invariant_transition *transition =
			&invariants->ring[(count - back) % INVARIANT_TRANSITIONS_MAX];
		if (strcmp(transition->machine, machine) == 0 && strcmp(transition->to, state) == 0)
			return true;
	}
	return false;
}

void invariant_rig_run_to(struct invariant_rig *rig, const char *machine, const char *state)
{
	struct engine *engine = rig->world->engine;

	invariant_rig_run(rig, 999);
	while (!has_come_to(rig->world->invariants, machine, state) &&
		engine_now(engine).us < rig->scenario.duration_us)
		engine_run(engine, (struct dimp_time){engine_now(engine).us + 1});
	CHECK(has_come_to(rig->world->invariants, machine, state));
	invariant_rig_check_whole(rig);
}

struct edge_bridge *invariant_rig_bridge(const struct invariant_rig *rig, unsigned bridge)
{
	return rig->world->bridges[bridge].bridge;
}

struct dimp_record invariant_rig_record(const struct invariant_rig *rig, unsigned bridge,
	enum dimp_di_type type)
{
	size_t cursor = 0;
	const struct di_entry *entry = di_store_next(
		edge_bridge_store(invariant_rig_bridge(rig, bridge)), RIG_VM, type, &cursor);

	CHECK(entry != NULL);
	return entry ? entry->record : (struct dimp_record){.type = type};
}

void invariant_rig_deafen(struct invariant_rig *rig)
{
	di_store_set_observer(edge_bridge_store(invariant_rig_bridge(rig, RIG_SOURCE)), NULL, NULL);
}

size_t invariant_rig_recorded(const struct invariant_rig *rig, uint8_t octets[2048])
{
	const struct vm_watch *vm = &rig->world->invariants->vms[RIG_VM];
	const struct recorded_frame *recorded = &vm->recorded[0];
	struct edge_frame frame;

	CHECK(vm->recorded_count > 0);
	CHECK(edge_frame_read((struct dimp_view){recorded->octets, recorded->size}, &frame));
	return edge_frame_retag(&frame, RIG_VLAN, octets);
}

void invariant_rig_send(struct invariant_rig *rig, struct engine_endpoint from,
	struct dimp_view octets)
{
	engine_transmit(rig->world->engine, from, octets);
	engine_run(rig->world->engine,
		(struct dimp_time){engine_now(rig->world->engine).us + RIG_MILLISECOND});
}

void invariant_rig_hear(struct invariant_rig *rig, enum dimp_result result)
{
	const struct dimp_event event = {
		.kind = DIMP_EVENT_RESPONSE,
		.request = rig->world->invariants->requests[0].id,
		.message.body.response.result = (uint8_t)result,
	};

	invariants_event(rig->world->invariants,
		hypervisor_speaker(rig->world->stations[1].hypervisor), &event,
		engine_now(rig->world->engine));
}

void invariant_rig_check_whole(const struct invariant_rig *rig)
{
	const struct invariant_violation *violation = world_violation(rig->world);

	CHECK_TEXT(violation ? violation->found : "", "");
}

void invariant_rig_check_broken(const struct invariant_rig *rig, enum invariant invariant)
{
	const struct invariant_violation *violation = world_violation(rig->world);

	CHECK(violation != NULL);
	if (!violation)
		return;
	CHECK_TEXT(invariant_rows[violation->invariant].name, invariant_rows[invariant].name);
	CHECK(violation->expected[0] != '\0');
	CHECK(violation->found[0] != '\0');
	CHECK(violation->node != NULL);
}
