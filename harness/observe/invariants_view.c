/* SPDX-License-Identifier: MIT */
/*
 * What those who judge may look at: bridges and stations by number, VMs by VSI or address, tables
 * and owners.  Nothing is changed.
 */
#include <stdlib.h>
#include <string.h>

#include "observe/invariants_state.h"

const struct dimp_speaker *invariants_speaker(const struct invariants *invariants, unsigned bridge)
{
	struct speaker_binding *binding =
		edge_bridge_speaker(invariants->config.bridges[bridge].bridge);

	return binding ? speaker_binding_view(binding) : NULL;
}

const char *invariants_bridge_name(const struct invariants *invariants, unsigned bridge)
{
	return engine_node_name(invariants->config.engine,
		edge_bridge_node(invariants->config.bridges[bridge].bridge));
}

const char *invariants_station_name(const struct invariants *invariants, unsigned station)
{
	return engine_node_name(invariants->config.engine,
		hypervisor_node(invariants->config.stations[station].hypervisor));
}

const struct attachment *invariants_attachment(const struct invariants *invariants, unsigned bridge,
	unsigned vm)
{
	return edge_bridge_attachment(invariants->config.bridges[bridge].bridge, vm);
}

const struct di_store *invariants_store(const struct invariants *invariants, unsigned bridge)
{
	return edge_bridge_store(invariants->config.bridges[bridge].bridge);
}

unsigned invariants_vm(const struct invariants *invariants, const struct dimp_vsi *vsi,
	unsigned guess)
{
	const size_t count = invariants->config.vm_count;

	for (size_t step = 0; step < count; step++) {
		const unsigned vm = (unsigned)((guess + step) % count);
		if (memcmp(&invariants->vms[vm].vsi, vsi, sizeof *vsi) == 0)
			return vm;
	}
	return INVARIANT_NOBODY;
}

size_t invariants_entries(const struct invariants *invariants, unsigned bridge, unsigned vm,
	uint64_t except)
{
	const struct di_store *store = invariants_store(invariants, bridge);
	size_t entries = 0;

	for (unsigned type = 1; type < DIMP_DI_TYPES; type++) {
		if (!(except >> type & 1))
			entries += di_store_count(store, vm, (enum dimp_di_type)type);
	}
	return entries;
}

bool invariants_owns(const struct invariants *invariants, unsigned bridge, unsigned vm)
{
	const struct dimp_speaker *speaker = invariants_speaker(invariants, bridge);
	struct dimp_vsi_status status;

	return speaker &&
		dimp_speaker_vsi_status(speaker,
			dimp_speaker_vsi_find(speaker, &invariants->vms[vm].vsi), &status) &&
		status.is_owner;
}

unsigned invariants_owner(const struct invariants *invariants, unsigned vm)
{
	for (unsigned bridge = 0; bridge < invariants->config.bridge_count; bridge++) {
		if (invariants_owns(invariants, bridge, vm))
			return bridge;
	}
	return INVARIANT_NOBODY;
}

bool invariants_is_step(const struct dimp_event *event, const char *machine, const char *to)
{
	return event->kind == DIMP_EVENT_TRANSITION && strcmp(event->machine, machine) == 0 &&
		strcmp(event->to, to) == 0;
}

unsigned invariants_bridge(const struct invariants *invariants,
	const struct speaker_binding *binding)
{
	for (unsigned bridge = 0; bridge < invariants->config.bridge_count; bridge++) {
		if (edge_bridge_speaker(invariants->config.bridges[bridge].bridge) == binding)
			return bridge;
	}
	return INVARIANT_NOBODY;
}

/* Peers of a bridge are the other bridges in order, then stations. */
unsigned invariants_bridge_of_peer(const struct invariants *invariants, unsigned bridge,
	dimp_peer peer)
{
	const unsigned other = peer < bridge ? peer : peer + 1;

	return other < invariants->config.bridge_count ? other : INVARIANT_NOBODY;
}

unsigned invariants_station(const struct invariants *invariants,
	const struct speaker_binding *binding)
{
	for (unsigned station = 0; station < invariants->config.station_count; station++) {
		if (hypervisor_speaker(invariants->config.stations[station].hypervisor) == binding)
			return station;
	}
	return INVARIANT_NOBODY;
}

static size_t mac_slot(const struct invariants *invariants, const struct dimp_mac *mac)
{
	uint64_t hash = 0;

	memcpy(&hash, mac->octets, sizeof mac->octets);
	return (size_t)(hash * 0x9e3779b97f4a7c15u >> 32) & (invariants->mac_capacity - 1);
}

/* At most half full, so that there is always an empty slot. */
bool invariants_number_macs(struct invariants *invariants)
{
	invariants->mac_capacity = 2;
	while (invariants->mac_capacity < 2 * invariants->config.vm_count)
		invariants->mac_capacity *= 2;
	invariants->mac_slots = calloc(invariants->mac_capacity, sizeof *invariants->mac_slots);
	if (!invariants->mac_slots)
		return false;
	for (unsigned vm = 0; vm < invariants->config.vm_count; vm++) {
		size_t at = mac_slot(invariants, &invariants->vms[vm].mac);
		while (invariants->mac_slots[at] != 0)
			at = (at + 1) & (invariants->mac_capacity - 1);
		invariants->mac_slots[at] = vm + 1;
	}
	return true;
}

unsigned invariants_vm_with(const struct invariants *invariants, const struct dimp_mac *mac)
{
	size_t at = mac_slot(invariants, mac);

	while (invariants->mac_slots[at] != 0) {
		const unsigned vm = invariants->mac_slots[at] - 1;
		if (edge_mac_equals(&invariants->vms[vm].mac, mac))
			return vm;
		at = (at + 1) & (invariants->mac_capacity - 1);
	}
	return INVARIANT_NOBODY;
}
