/* SPDX-License-Identifier: MIT */
/*
 * Makes a scenario's faults happen: at their times, or when a machine reaches a state.  What a link
 * is follows from all faults that hold for it at the moment, so that one that ends leaves the
 * others.
 */
#include "scenario/world_state.h"

#include <string.h>

/* ---- links and cables */

/* A link or cable: its ends, as nodes of the scenario, and what it is without faults. */
struct wire {
	unsigned link; /* the engine's number */
	uint32_t ends[2]; /* direction 0 leaves the first */
	const struct engine_link_config *config;
};

static struct wire wire_of(const struct world *world, const struct scenario_fault *fault)
{
	const struct scenario *scenario = world->scenario;

	if (fault->link != SCENARIO_NONE)
		return (struct wire){world->links[fault->link],
			{scenario->links[fault->link].bridges[0],
				scenario->links[fault->link].bridges[1]},
			&scenario->links[fault->link].config};
	return (struct wire){world->stations[fault->station].link,
		{scenario->stations[fault->station].bridge,
			(uint32_t)scenario->bridge_count + fault->station},
		&scenario->stations[fault->station].config};
}

static bool is_covering(const struct scenario_fault *fault, const struct wire *wire,
	unsigned direction)
{
	if (fault->direction >= 0 && (unsigned)fault->direction != direction)
		return false;
	if (fault->from != SCENARIO_NONE && fault->from != wire->ends[direction])
		return false;
	return fault->to == SCENARIO_NONE || fault->to == wire->ends[1 - direction];
}

static void overlay(const struct scenario_fault *fault, struct engine_link_config *config)
{
#define LINK_KEY(key, kind, member, value, text) \
	if (fault->given.member) \
		config->member = fault->config.member;
#include "scenario/link_keys.def"
#undef LINK_KEY
}

static void configure(struct world *world, const struct wire *wire, unsigned direction)
{
	struct engine_link_config config = *wire->config;

	for (size_t index = 0; index < world->scenario->fault_count; index++) {
		const struct world_fault *fault = &world->faults[index];
		if (!fault->is_active || fault->scenario->kind != SCENARIO_FAULT_LINK)
			continue;
		const struct wire of_fault = wire_of(world, fault->scenario);
		if (of_fault.link == wire->link && is_covering(fault->scenario, wire, direction))
			overlay(fault->scenario, &config);
	}
	engine_link_configure(world->engine, wire->link, direction, &config);
}

static void renew_wire(struct world *world, const struct scenario_fault *fault)
{
	const struct wire wire = wire_of(world, fault);

	configure(world, &wire, 0);
	configure(world, &wire, 1);
}

/* ---- nodes */

static bool is_station(const struct world *world, uint32_t node)
{
	return node >= world->scenario->bridge_count;
}

static struct world_station *station_of(const struct world *world, uint32_t node)
{
	return &world->stations[node - world->scenario->bridge_count];
}

struct speaker_binding *world_speaker_of(const struct world *world, uint32_t node)
{
	return is_station(world, node) ? hypervisor_speaker(station_of(world, node)->hypervisor)
				       : edge_bridge_speaker(world->bridges[node].bridge);
}

static void note_node(struct world *world, uint32_t node, const char *what)
{
	char line[SCENARIO_NAME_MAX + 32];
	const char *name = is_station(world, node)
		? world->scenario->stations[node - world->scenario->bridge_count].name
		: world->scenario->bridges[node].name;

	snprintf(line, sizeof line, "%s %s", name, what);
	world_note(world, line);
}

/* Who has something of a VM, in its tables or on its way to or from there, forgets it. */
static void note_forgotten(struct world *world, const struct world_bridge *bridge)
{
	for (size_t index = 0; index < world->scenario->vm_count; index++) {
		struct world_vm *vm = &world->vms[index];

		vm->has_been_forgotten = vm->has_been_forgotten ||
			speaker_binding_knows(edge_bridge_speaker(bridge->bridge), &vm->vsi,
				bridge->speaker.vsis_max) ||
			edge_bridge_attachment(bridge->bridge, vm->slot)->state !=
				ATTACHMENT_ABSENT;
	}
}

static void crash(struct world *world, uint32_t node)
{
	if (!world_speaker_of(world, node))
		return;
	world_count_pdus(world, world_speaker_of(world, node));
	note_node(world, node, "crashes");
	world_checks_crashed(world, node);
	if (is_station(world, node)) {
		hypervisor_crash(station_of(world, node)->hypervisor);
		return;
	}
	struct world_bridge *bridge = &world->bridges[node];
	note_forgotten(world, bridge);
	bridge->open_migrations = 0;
	bridge->first_late = 0;
	edge_bridge_crash(bridge->bridge);
	if (bridge->vdp)
		vdp_desk_forget(bridge->vdp);
	di_learner_destroy(bridge->learner);
	bridge->learner = NULL;
}

/* What the servers know to be over of the VM's moves. */
static uint64_t serial_over(const struct world *world, const struct world_vm *vm)
{
	uint64_t serial = 0;

	for (size_t index = 0; index < world->scenario->migration_count; index++) {
		const struct move *move = world->moves[index];
		const uint64_t over =
			move_config_of(move)->slot == vm->slot ? move_serial_over(move) : 0;

		serial = over > serial ? over : serial;
	}
	return serial;
}

/* The VMs that run behind the bridge are heard again: it owns their DI, of which it has none yet.
 */
static void attach_machines(struct world *world, const struct edge_bridge *bridge,
	struct dimp_time now)
{
	for (size_t index = 0; index < world->scenario->vm_count; index++) {
		const struct world_vm *vm = &world->vms[index];
		if (vm->home->bridge != bridge || !virtual_machine_is_running(vm->machine))
			continue;
		edge_bridge_tell_serial(vm->home->bridge, vm->slot, serial_over(world, vm));
		if (!world_vdp_renew(world, vm))
			edge_bridge_attach(vm->home->bridge, vm->slot, vm->home->port, now);
	}
}

static bool restart_bridge(struct world *world, uint32_t node, struct dimp_time now)
{
	struct world_bridge *bridge = &world->bridges[node];

	if (!world_learner_create(world, bridge))
		return false;
	const struct edge_restart restart = {&bridge->speaker, di_learner_hooks(bridge->learner)};
	if (!edge_bridge_restart(bridge->bridge, &restart))
		return false;
	for (size_t index = 0; index < world->scenario->vm_count; index++) {
		const struct world_vm *vm = &world->vms[index];
		if (vm->kay)
			di_learner_set_mka(bridge->learner, vm->slot, &vm->mka);
		world_key_agreement_give(world, vm, node);
		world_dot1x_give(world, vm, node);
	}
	if (!di_learner_bind(bridge->learner, bridge->bridge) || !world_bridge_join(world, node))
		return false;
	attach_machines(world, bridge->bridge, now);
	return true;
}

static bool restart_node(struct world *world, uint32_t node, struct dimp_time now)
{
	if (!is_station(world, node)) {
		world->bridges[node].speaker.boot_count++;
		return restart_bridge(world, node, now);
	}
	struct world_station *station = station_of(world, node);
	station->speaker.boot_count++;
	return hypervisor_restart(station->hypervisor, &station->speaker) &&
		world_station_join(world, node - world->scenario->bridge_count);
}

static void change(struct world *world, const struct scenario_fault *fault)
{
	struct world_bridge *bridge = &world->bridges[fault->bridge];
	struct dimp_speaker_config *speaker = &bridge->speaker;
	const struct scenario_bridge *to = &fault->change;
	struct edge_policy policy = *edge_bridge_policy(bridge->bridge);

	if (fault->has_vlans) {
		policy.vlan_count = to->policy_vlan_count;
		memcpy(policy.vlans, to->policy_vlans, sizeof to->policy_vlans);
	}
	if (fault->has_refused)
		policy.refused_types = to->policy_refused_types;
	if (fault->has_fails_activation)
		policy.is_activation_failing = to->fails_activation;
	edge_bridge_set_policy(bridge->bridge, &policy);
	if (fault->has_limits)
		memcpy(speaker->type_entries_max, to->limits, sizeof to->limits);
	if (fault->has_supported)
		speaker->supported_types = to->supported_types;
	struct speaker_binding *binding = edge_bridge_speaker(bridge->bridge);
	if (binding)
		dimp_speaker_set_types(speaker_binding_speaker(binding), speaker->supported_types,
			speaker->type_entries_max);
}

static void end_session(void *context, struct dimp_time now)
{
	const struct world_vm *machine = context;

	edge_bridge_end_session(machine->home->bridge, machine->slot, now);
}

/* In two events: what is used again is what was frozen (I5), and then it is used no more. */
static void revoke(struct world *world, uint32_t vm, struct dimp_time now)
{
	struct world_vm *machine = &world->vms[vm];
	char line[SCENARIO_NAME_MAX + 32];

	snprintf(line, sizeof line, "%s's session is ended", world->scenario->vms[vm].name);
	world_note(world, line);
	if (!edge_bridge_revoke(machine->home->bridge, machine->slot, now)) {
		world_note(world, "too late: the DI is another bridge's");
		return;
	}
	machine->has_been_revoked = true;
	engine_schedule(world->engine, now, end_session, machine);
}

/* ---- when */

static void heal(void *context, struct dimp_time now)
{
	struct world_fault *fault = context;
	struct world *world = fault->world;
	const struct scenario_fault *scenario = fault->scenario;

	fault->is_active = false;
	switch (scenario->kind) {
	case SCENARIO_FAULT_LINK: renew_wire(world, scenario); break;
	case SCENARIO_FAULT_CRASH:
		/* Without memory it stays down, and the run says so. */
		if (!world_speaker_of(world, scenario->node) &&
			!restart_node(world, scenario->node, now))
			world->outcome.is_short_of_memory = true;
		note_node(world, scenario->node, "starts again");
		break;
	case SCENARIO_FAULT_PAUSE:
		if (world_speaker_of(world, scenario->node))
			speaker_binding_resume(world_speaker_of(world, scenario->node), now);
		break;
	case SCENARIO_FAULT_DRIFT:
		if (world_speaker_of(world, scenario->node))
			speaker_binding_drift(world_speaker_of(world, scenario->node), 0, now);
		break;
	case SCENARIO_FAULT_ATTACK:
	case SCENARIO_FAULT_LIE: world_attack_end(fault); break;
	case SCENARIO_FAULT_CHANGE:
	case SCENARIO_FAULT_CLOSE:
	case SCENARIO_FAULT_CANCEL:
	case SCENARIO_FAULT_REVOKE:
	case SCENARIO_FAULT_DIE: break;
	}
}

static void begin(struct world_fault *fault, struct dimp_time now)
{
	struct world *world = fault->world;
	const struct scenario_fault *scenario = fault->scenario;

	switch (scenario->kind) {
	case SCENARIO_FAULT_LINK: renew_wire(world, scenario); break;
	case SCENARIO_FAULT_CRASH: crash(world, scenario->node); break;
	case SCENARIO_FAULT_PAUSE:
		if (world_speaker_of(world, scenario->node))
			speaker_binding_pause(world_speaker_of(world, scenario->node));
		break;
	case SCENARIO_FAULT_DRIFT:
		if (world_speaker_of(world, scenario->node))
			speaker_binding_drift(world_speaker_of(world, scenario->node),
				scenario->drift_ppm, now);
		break;
	case SCENARIO_FAULT_CHANGE: change(world, scenario); break;
	case SCENARIO_FAULT_CLOSE:
		if (world_speaker_of(world, scenario->node))
			speaker_binding_close(world_speaker_of(world, scenario->node), now);
		break;
	case SCENARIO_FAULT_CANCEL: move_cancel(world->moves[scenario->migration], now); break;
	case SCENARIO_FAULT_REVOKE: revoke(world, scenario->vm, now); break;
	case SCENARIO_FAULT_DIE: world_machine_die(world, scenario->vm, now); break;
	case SCENARIO_FAULT_ATTACK:
	case SCENARIO_FAULT_LIE: world_attack_begin(fault, now); break;
	}
}

static void strike(void *context, struct dimp_time now)
{
	struct world_fault *fault = context;
	const struct scenario_fault *scenario = fault->scenario;
	const uint64_t for_us =
		scenario->kind == SCENARIO_FAULT_CRASH ? scenario->restart_us : scenario->for_us;

	fault->is_active = true;
	begin(fault, now);
	if (for_us != UINT64_MAX)
		engine_schedule(fault->world->engine, (struct dimp_time){now.us + for_us}, heal,
			context);
}

/* Not within the event: the speaker it comes from must outlive it. */
void world_faults_watch(struct world *world, const struct speaker_binding *binding,
	const struct dimp_event *event, struct dimp_time now)
{
	for (size_t index = 0; index < world->scenario->fault_count; index++) {
		struct world_fault *fault = &world->faults[index];
		const struct scenario_when *when = &world->scenario->faults[index].when;
		if (world->scenario->faults[index].has_at || fault->has_struck ||
			world_speaker_of(world, when->node) != binding ||
			strcmp(event->machine, when->machine) != 0 ||
			strcmp(event->to, when->state) != 0)
			continue;
		fault->has_struck = true;
		engine_schedule(world->engine, now, strike, fault);
	}
}

bool world_faults_build(struct world *world)
{
	for (size_t index = 0; index < world->scenario->fault_count; index++) {
		struct world_fault *fault = &world->faults[index];
		if (fault->scenario->has_at)
			engine_schedule(world->engine, fault->scenario->at, strike, fault);
	}
	return true;
}
