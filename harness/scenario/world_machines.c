/* SPDX-License-Identifier: MIT */
/*
 * Builds the VMs: their recordings, what every bridge's VSI database says of them, and where they
 * run at the beginning.
 */
#include "scenario/world_state.h"

#include <string.h>

#include "actors/recording.h"
#include "bridge/source_guard.h"
#include "net/eapol.h"
#include "scenario/world_names.h"

static bool is_zero(const void *octets, size_t size)
{
	const uint8_t *at = octets;

	for (size_t index = 0; index < size; index++) {
		if (at[index] != 0)
			return false;
	}
	return true;
}

/* The recorded authenticator and key server speak as the bridge does now; other peers from where
 * they were. */
static void play(void *context, enum playback_side side, struct dimp_view octets,
	struct dimp_time now)
{
	struct world_vm *vm = context;
	struct edge_frame frame;

	if (side == PLAYBACK_FROM_VM) {
		virtual_machine_send(vm->machine, octets, now);
		return;
	}
	if (!edge_frame_read(octets, &frame))
		return;
	if (frame.ethertype == EDGE_ETHERTYPE_EAPOL)
		edge_bridge_send_to_vm(vm->home->bridge, vm->slot, octets, now);
	else
		network_host_send(vm->peers, vm->scenario->vlan, octets);
}

/* The VM's KaY hears the MKPDUs of both ways, its own and the bridge's. */
static void hear_eapol(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct world_vm *vm = context;
	const bool is_own = edge_mac_equals(&frame->source, &vm->mac);
	const struct source_frame heard = {
		.octets = frame->octets,
		.direction = is_own ? SOURCE_FROM_VM : SOURCE_TOWARDS_VM,
	};

	sources_frame(vm->kay, &heard, now);
}

static bool build_kay(struct world *world, struct world_vm *vm)
{
	const struct source_place place = {
		.store = virtual_machine_keys(vm->machine),
		.slot = 0,
		.vm = vm->mac,
	};
	struct sources_config config;

	mka_config_default(&vm->mka);
	if (!mka_keys_read(vm->scenario->cak, &vm->mka.keys, world->error, world->error_size))
		return false;
	vm->has_cak = true;
	sources_config_default(&config);
	config.mka = &vm->mka;
	vm->kay = sources_create(&place, &config, engine_now(world->engine));
	if (!vm->kay)
		return world_fail(world, "vm %s: no memory", vm->scenario->name);
	const struct virtual_machine_listener learner = {vm, hear_eapol};
	virtual_machine_set_learner(vm->machine, &learner);
	for (size_t index = 0; index < world->scenario->bridge_count; index++)
		di_learner_set_mka(world->bridges[index].learner, vm->slot, &vm->mka);
	return true;
}

static bool build_playback(struct world *world, struct world_vm *vm)
{
	const struct playback_config config = {world->engine, vm->mac, play, vm};

	if (vm->scenario->capture[0] == '\0')
		return true;
	vm->playback = playback_create(&config);
	if (!vm->playback)
		return world_fail(world, "vm %s: no memory", vm->scenario->name);
	if (!playback_load(vm->playback, vm->scenario->capture, world->error, world->error_size))
		return false;
	if (vm->has_cak && !recording_open(vm->playback, &vm->mac, &vm->mka))
		return world_fail(world, "vm %s: no memory", vm->scenario->name);
	vm->peers = world_peers_at(world, world->scenario->stations[vm->scenario->station].bridge);
	return vm->peers != NULL;
}

static bool is_eap(const struct edge_frame *frame)
{
	struct eapol_packet packet;
	const struct dimp_view payload = edge_frame_payload(frame);

	return frame->ethertype == EDGE_ETHERTYPE_EAPOL && eapol_read(payload, &packet) &&
		packet.type == EAPOL_EAP;
}

/* A VM that authenticates must; one that asks for its address is held to it. */
static void note_habits(const struct world_vm *vm, struct attachment *attachment)
{
	const size_t count = vm->playback ? playback_count(vm->playback) : 0;
	struct edge_frame frame;

	attachment->is_dot1x_required = vm->scenario->synthetic[DIMP_DI_DOT1X_SESSION] != 0;
	attachment->is_dhcp_guarded = vm->scenario->synthetic[DIMP_DI_DHCP_BINDING] != 0;
	attachment->is_dhcp6_guarded = vm->scenario->synthetic[DIMP_DI_DHCPV6_BINDING] != 0;
	attachment->is_portal_required = vm->scenario->synthetic[DIMP_DI_PORTAL_SESSION] != 0;
	world_clients_note_habits(vm, attachment);
	for (size_t index = 0; index < count; index++) {
		if (playback_side(vm->playback, index) != PLAYBACK_FROM_VM)
			continue;
		if (!edge_frame_read(playback_frame(vm->playback, index), &frame))
			continue;
		attachment->is_dot1x_required = attachment->is_dot1x_required || is_eap(&frame);
		attachment->is_dhcp_guarded =
			attachment->is_dhcp_guarded || source_guard_is_client(&frame);
		attachment->is_dhcp6_guarded =
			attachment->is_dhcp6_guarded || source_guard_is_client6(&frame);
	}
}

static bool make_known(struct world *world, size_t index, const struct world_vm *vm)
{
	struct edge_bridge *bridge = world->bridges[index].bridge;
	struct attachment attachment = {
		.vsi = vm->vsi,
		.mac = vm->mac,
		.vlan = edge_bridge_own_vlan(bridge, vm->scenario->vlan),
		.is_discovery_bound = world->scenario->bridges[index].is_discovery_binding,
	};

	note_habits(vm, &attachment);
	return edge_bridge_know(bridge, &attachment) ||
		world_fail(world, "vm %s: no room at a bridge", vm->scenario->name);
}

/* In the order of the slots of each. */
static bool fill_databases(struct world *world)
{
	for (size_t index = 0; index < world->scenario->bridge_count; index++) {
		const struct world_list *vms = &world->needs[index].vms;
		for (size_t each = 0; each < vms->count; each++) {
			if (!make_known(world, index, &world->vms[vms->items[each]]))
				return false;
		}
	}
	return true;
}

unsigned world_machine_slot(const struct world_vm *vm, const struct edge_bridge *bridge)
{
	return edge_bridge_slot(bridge, &vm->vsi, vm->slot);
}

static bool build_machine(struct world *world, unsigned slot)
{
	const struct scenario_vm *scenario = &world->scenario->vms[slot];
	const uint64_t seed = world->scenario->seed;
	struct world_vm *vm = &world->vms[slot];

	vm->world = world;
	vm->scenario = scenario;
	vm->slot = slot;
	vm->mac = scenario->mac;
	if (is_zero(&vm->mac, sizeof vm->mac))
		vm->mac = world_names_mac(seed, scenario->name);
	vm->vsi = world_names_vsi(seed, scenario->name);
	vm->home = &world->stations[scenario->station].place;
	struct virtual_machine_config config = {
		.name = scenario->name,
		.mac = vm->mac,
		.vlan = scenario->vlan,
		.address = scenario->address,
		.is_macsec_required = scenario->mka.is_run,
	};
	/* A recorded VM gets its address as it did, from DHCP. */
	if (is_zero(&config.address, sizeof config.address) && scenario->capture[0] == '\0' &&
		!scenario->dhcp.is_run)
		config.address = world_names_address(scenario->vlan, slot);
	vm->machine = virtual_machine_create(&config);
	if (vm->machine)
		vm->announcer = announcer_create(world->engine, vm->machine);
	if (!vm->announcer)
		return world_fail(world, "vm %s: no memory", scenario->name);
	di_store_set_observer(virtual_machine_keys(vm->machine), world_watch_key, world);
	if (scenario->cak[0] != '\0' && !build_kay(world, vm))
		return false;
	return world_clients_build(world, vm) && build_playback(world, vm);
}

static bool bind_learners(struct world *world)
{
	for (size_t index = 0; index < world->scenario->bridge_count; index++) {
		const struct world_bridge *bridge = &world->bridges[index];
		if (!di_learner_bind(bridge->learner, bridge->bridge))
			return world_fail(world, "no ACL template is called %s",
				bridge->scenario->acl_template);
	}
	return true;
}

/* Associations that stand before anything else happens: the lower number opens. */
static void open_associations(struct world *world)
{
	const struct scenario *scenario = world->scenario;
	const struct dimp_time start = engine_now(world->engine);

	for (size_t index = 0; index < scenario->bridge_count; index++) {
		struct speaker_binding *binding = edge_bridge_speaker(world->bridges[index].bridge);
		const struct world_list *peers = &world->needs[index].peers;
		for (size_t peer = 0; peer < peers->count; peer++) {
			if (peers->items[peer] > index)
				dimp_speaker_open(speaker_binding_speaker(binding), (dimp_peer)peer,
					start);
		}
		speaker_binding_settle(binding, start);
	}
	for (size_t index = 0; index < scenario->station_count; index++)
		speaker_binding_open(hypervisor_speaker(world->stations[index].hypervisor), start);
}

static bool start_machine(struct world *world, struct world_vm *vm)
{
	const struct dimp_time start = engine_now(world->engine);

	edge_bridge_attach(vm->home->bridge, world_machine_slot(vm, vm->home->bridge),
		vm->home->port, start);
	if (!hypervisor_run(vm->home->hypervisor, vm->machine))
		return world_fail(world, "vm %s: its station is full", vm->scenario->name);
	if (!world_synthetic_put(world, vm))
		return world_fail(world, "vm %s: no memory for its entries", vm->scenario->name);
	if (vm->playback)
		playback_resume(vm->playback, start);
	world_clients_run(vm, start);
	return true;
}

bool world_machines_build(struct world *world)
{
	for (unsigned slot = 0; slot < world->scenario->vm_count; slot++) {
		if (!build_machine(world, slot))
			return false;
	}
	if (!fill_databases(world) || !bind_learners(world))
		return false;
	if (world->scenario->is_standing)
		open_associations(world);
	for (unsigned slot = 0; slot < world->scenario->vm_count; slot++) {
		if (!start_machine(world, &world->vms[slot]))
			return false;
	}
	return true;
}
