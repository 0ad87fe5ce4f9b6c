/* SPDX-License-Identifier: MIT */
/*
 * What may change while a bridge runs.  New rows are put behind the old ones, in the file that is
 * in force, so that it always says what is.
 */
#include <stdio.h>
#include <string.h>

#include "live/live_bridge_state.h"

static void say_waiting(const struct live_bridge *bridge, const char *what, const char *name)
{
	LIVE_LOG(bridge->log, "reload_waits", {"what", what}, {"name", name},
		{"why", "this takes a restart"});
}

static size_t find_vm(const struct bridge_file *file, const struct dimp_vsi *vsi)
{
	size_t each = 0;

	while (each < file->vm_count && memcmp(&file->vms[each].vsi, vsi, sizeof *vsi) != 0)
		each++;
	return each;
}

static size_t find_peer(const struct bridge_file *file, const struct dimp_public_key *key)
{
	size_t each = 0;

	while (each < file->peer_count && memcmp(&file->peers[each].key, key, sizeof *key) != 0)
		each++;
	return each;
}

static size_t find_port(const struct bridge_file *file, const char *name)
{
	size_t each = 0;

	while (each < file->port_count && strcmp(file->ports[each].name, name) != 0)
		each++;
	return each;
}

static bool is_same_vm(const struct bridge_file_vm *one, const struct bridge_file_vm *other)
{
	return memcmp(&one->vm.mac, &other->vm.mac, sizeof one->vm.mac) == 0 &&
		one->vm.vlan == other->vm.vlan && one->required == other->required &&
		strcmp(one->port_name, other->port_name) == 0;
}

static bool is_same_peer(const struct bridge_file_peer *one, const struct bridge_file_peer *other)
{
	return memcmp(&one->mac, &other->mac, sizeof one->mac) == 0 && one->role == other->role &&
		strcmp(one->address, other->address) == 0;
}

/* What is configured once, and is otherwise now. */
static void say_fixed(const struct live_bridge *bridge, const struct bridge_file *file)
{
	const struct bridge_file *own = bridge->file;

	if (strcmp(own->name, file->name) != 0)
		say_waiting(bridge, "name", file->name);
	if (strcmp(own->key_path, file->key_path) != 0)
		say_waiting(bridge, "key", file->key_path);
	if (own->carrier != file->carrier || strcmp(own->listen, file->listen) != 0)
		say_waiting(bridge, "binding", NULL);
	if (memcmp(&own->settings, &file->settings, sizeof own->settings) != 0)
		say_waiting(bridge, "settings", NULL);
	if (own->port_count != file->port_count ||
		memcmp(own->ports, file->ports, sizeof own->ports) != 0)
		say_waiting(bridge, "ports", NULL);
	for (size_t each = 0; each < own->vm_count; each++) {
		const size_t now = find_vm(file, &own->vms[each].vsi);
		if (now == file->vm_count || !is_same_vm(&own->vms[each], &file->vms[now]))
			say_waiting(bridge, "vm", own->vms[each].vm.name);
	}
	for (size_t each = 0; each < own->peer_count; each++) {
		const size_t now = find_peer(file, &own->peers[each].key);
		if (now == file->peer_count || !is_same_peer(&own->peers[each], &file->peers[now]))
			say_waiting(bridge, "peer", own->peers[each].name);
	}
}

static void take_rules(struct live_bridge *bridge, const struct bridge_file *file)
{
	struct scenario_bridge *own = &bridge->file->bridge;
	struct speaker_binding *binding = edge_bridge_speaker(bridge->edge);
	struct edge_policy policy;

	live_bridge_read_policy(file, &policy);
	edge_bridge_set_policy(bridge->edge, &policy);
	dimp_speaker_set_types(speaker_binding_speaker(binding), file->bridge.supported_types,
		file->bridge.limits);
	memcpy(own->policy_vlans, file->bridge.policy_vlans, sizeof own->policy_vlans);
	own->policy_vlan_count = file->bridge.policy_vlan_count;
	own->policy_refused_types = file->bridge.policy_refused_types;
	own->supported_types = file->bridge.supported_types;
	memcpy(own->limits, file->bridge.limits, sizeof own->limits);
	bridge->file->drain_us = file->drain_us;
}

static bool take_peers(struct live_bridge *bridge, const struct bridge_file *file,
	char why[LIVE_WHY_SIZE])
{
	struct bridge_file *own = bridge->file;

	for (size_t each = 0; each < file->peer_count; each++) {
		const size_t first = own->peer_count;

		if (find_peer(own, &file->peers[each].key) != own->peer_count)
			continue;
		if (first == BRIDGE_PEERS_MAX) {
			(void)snprintf(why, LIVE_WHY_SIZE, "peers: no room for %s",
				file->peers[each].name);
			return false;
		}
		own->peers[own->peer_count++] = file->peers[each];
		if (!live_bridge_add_peers(bridge, first, why)) {
			own->peer_count = first;
			return false;
		}
		LIVE_LOG(bridge->log, "peer_added", {"name", file->peers[each].name});
	}
	return true;
}

static bool take_vms(struct live_bridge *bridge, const struct bridge_file *file,
	char why[LIVE_WHY_SIZE])
{
	struct bridge_file *own = bridge->file;
	const size_t first = own->vm_count;

	for (size_t each = 0; each < file->vm_count; each++) {
		const struct bridge_file_vm *vm = &file->vms[each];
		const size_t port = find_port(own, vm->port_name);

		if (find_vm(own, &vm->vsi) != own->vm_count)
			continue;
		if (own->vm_count == BRIDGE_VMS_MAX || port == own->port_count) {
			(void)snprintf(why, LIVE_WHY_SIZE,
				"vms: no room for %s, or its port is new and takes a restart",
				vm->vm.name);
			return false;
		}
		own->vms[own->vm_count] = *vm;
		own->vms[own->vm_count++].port = (unsigned)port;
		if (!live_bridge_add_vms(bridge, own->vm_count - 1, why))
			return false;
		LIVE_LOG(bridge->log, "vm_added", {"name", vm->vm.name});
	}
	live_bridge_start_vms(bridge, first);
	return true;
}

bool live_bridge_reload(struct live_bridge *bridge, const struct bridge_file *file,
	char why[LIVE_WHY_SIZE])
{
	say_fixed(bridge, file);
	take_rules(bridge, file);
	return take_peers(bridge, file, why) && take_vms(bridge, file, why);
}
