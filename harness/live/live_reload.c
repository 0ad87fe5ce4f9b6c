/* SPDX-License-Identifier: MIT */
/*
 * What may change while a bridge runs.  New rows are put behind the old ones, or where one was
 * removed, in the file that is in force, so that it always says what is.
 *
 * A VM is taken away, or becomes another, only while its DI is elsewhere: what was learned of it
 * would be lost.  A peer keeps its number for the speaker's life; one that is taken away has no
 * address any more, and look-ups ask it in vain, as one that is down.
 */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "live/live_bridge_state.h"

static void say_waiting(const struct live_bridge *bridge, const char *what, const char *name)
{
	LIVE_LOG(bridge->log, "reload_waits", {"what", what}, {"name", name},
		{"why", "this takes a restart"});
}

/* The row of the VM, which is none of those removed; vm_count when there is none. */
static size_t find_vm(const struct bridge_file *file, const struct dimp_vsi *vsi)
{
	size_t each = 0;

	while (each < file->vm_count &&
		(file->vms[each].is_removed || memcmp(&file->vms[each].vsi, vsi, sizeof *vsi) != 0))
		each++;
	return each;
}

static size_t find_free_row(const struct bridge_file *file)
{
	size_t each = 0;

	while (each < file->vm_count && !file->vms[each].is_removed)
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
		strcmp(one->port_name, other->port_name) == 0 &&
		memcmp(&one->vm.mka, &other->vm.mka, sizeof one->vm.mka) == 0;
}

static bool is_same_place(const struct bridge_file_peer *one, const struct bridge_file_peer *other)
{
	return memcmp(&one->mac, &other->mac, sizeof one->mac) == 0 &&
		strcmp(one->address, other->address) == 0;
}

/* What its speaker was told of it. */
static bool is_same_to_speaker(const struct bridge_file_peer *one,
	const struct bridge_file_peer *other)
{
	return one->role == other->role && strcmp(one->preshared_path, other->preshared_path) == 0;
}

#define ONCE(name, member) \
	{ \
		name, offsetof(struct bridge_file, member), \
			sizeof((struct bridge_file *)NULL)->member \
	}

/* What is configured once; of a bridge's terms those that take_rules() leaves. */
static const struct {
	const char *name;
	size_t offset, size;
} fixed[] = {
	ONCE("name", name),
	ONCE("key", key_path),
	ONCE("address", address),
	ONCE("binding", carrier),
	ONCE("listen", listen),
	ONCE("user", user),
	ONCE("log", log_form),
	ONCE("state", state),
	ONCE("locked", is_locked),
	ONCE("standing", is_standing),
	ONCE("manager", manager_text),
	ONCE("bridge", bridge),
	ONCE("settings", settings),
	ONCE("radius", radius),
	ONCE("ports", ports),
};

/* Each file is read into zeros, by the same rows in the same order: where both say the same, their
 * octets are. */
static void say_fixed(const struct live_bridge *bridge, const struct bridge_file *file)
{
	const uint8_t *own = (const uint8_t *)bridge->file, *other = (const uint8_t *)file;

	for (size_t each = 0; each < sizeof fixed / sizeof fixed[0]; each++) {
		const size_t at = fixed[each].offset;

		if (memcmp(own + at, other + at, fixed[each].size) != 0)
			say_waiting(bridge, fixed[each].name, NULL);
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

/* ---- peers */

static bool add_peer(struct live_bridge *bridge, const struct bridge_file_peer *peer,
	char why[LIVE_WHY_SIZE])
{
	struct bridge_file *own = bridge->file;

	if (own->peer_count == BRIDGE_PEERS_MAX) {
		(void)snprintf(why, LIVE_WHY_SIZE, "peers: no room for %s", peer->name);
		return false;
	}
	own->peers[own->peer_count++] = *peer;
	if (!live_bridge_add_peer(bridge, own->peer_count - 1, why)) {
		own->peer_count--;
		return false;
	}
	LIVE_LOG(bridge->log, "peer_added", {"name", peer->name});
	return true;
}

/* One that is known, at another address or back again. */
static bool move_peer(struct live_bridge *bridge, size_t row, const struct bridge_file_peer *peer,
	char why[LIVE_WHY_SIZE])
{
	struct bridge_file_peer *own = &bridge->file->peers[row];
	struct dimp_mac mac;

	if (!is_same_to_speaker(own, peer)) {
		say_waiting(bridge, "peer", peer->name);
		return true;
	}
	if (!own->is_removed && is_same_place(own, peer)) {
		memcpy(own->name, peer->name, sizeof own->name);
		return true;
	}
	if (!live_bridge_find_mac(bridge, peer, &mac)) {
		(void)snprintf(why, LIVE_WHY_SIZE, "peers: %s: no such address, or no room for it",
			peer->name);
		return false;
	}
	speaker_binding_readdress(edge_bridge_speaker(bridge->edge), (dimp_peer)row, &mac);
	LIVE_LOG(bridge->log, own->is_removed ? "peer_added" : "peer_changed",
		{"name", peer->name});
	*own = *peer;
	return true;
}

static void remove_peer(struct live_bridge *bridge, size_t row)
{
	struct bridge_file_peer *peer = &bridge->file->peers[row];

	if (live_bridge_moves(bridge) != 0) {
		LIVE_LOG(bridge->log, "reload_waits", {"what", "peer"}, {"name", peer->name},
			{"why", "moves are under way; have the file read again after them"});
		return;
	}
	speaker_binding_mute(edge_bridge_speaker(bridge->edge), (dimp_peer)row,
		engine_now(bridge->engine));
	peer->is_removed = true;
	LIVE_LOG(bridge->log, "peer_removed", {"name", peer->name});
}

static bool take_peers(struct live_bridge *bridge, const struct bridge_file *file,
	char why[LIVE_WHY_SIZE])
{
	const struct bridge_file *own = bridge->file;

	for (size_t each = 0; each < own->peer_count; each++) {
		if (!own->peers[each].is_removed &&
			find_peer(file, &own->peers[each].key) == file->peer_count)
			remove_peer(bridge, each);
	}
	for (size_t each = 0; each < file->peer_count; each++) {
		const struct bridge_file_peer *peer = &file->peers[each];
		const size_t row = find_peer(own, &peer->key);

		if (row == own->peer_count ? !add_peer(bridge, peer, why)
					   : !move_peer(bridge, row, peer, why))
			return false;
	}
	return true;
}

/* ---- VMs */

/* Puts the VM into the row, which is free. */
static bool add_vm(struct live_bridge *bridge, size_t row, const struct bridge_file_vm *vm,
	char why[LIVE_WHY_SIZE])
{
	struct bridge_file *own = bridge->file;
	const size_t port = find_port(own, vm->port_name);

	if (row == BRIDGE_VMS_MAX || port == own->port_count) {
		(void)snprintf(why, LIVE_WHY_SIZE,
			"vms: no room for %s, or its port is new and takes a restart", vm->vm.name);
		return false;
	}
	if (row == own->vm_count)
		own->vm_count++;
	own->vms[row] = *vm;
	own->vms[row].port = (unsigned)port;
	if (!live_bridge_add_vm(bridge, row, why))
		return false;
	live_bridge_start_vm(bridge, (unsigned)row);
	return true;
}

/* False, which is said, while its DI is here or on its way. */
static bool remove_vm(struct live_bridge *bridge, size_t row)
{
	struct bridge_file_vm *vm = &bridge->file->vms[row];
	struct dimp_speaker *speaker = speaker_binding_speaker(edge_bridge_speaker(bridge->edge));

	if (!edge_bridge_forget(bridge->edge, (unsigned)row)) {
		LIVE_LOG(bridge->log, "reload_waits", {"what", "vm"}, {"name", vm->vm.name},
			{"why", "its DI is here; move it away, and have the file read again"});
		return false;
	}
	/* It may not have been expected of anybody. */
	const enum dimp_error error = dimp_speaker_vsi_expect(speaker, &vm->vsi, DIMP_NO_PEER);

	(void)error;
	di_learner_forget(bridge->learner, (unsigned)row);
	vm->is_removed = true;
	return true;
}

static bool change_vm(struct live_bridge *bridge, size_t row, const struct bridge_file_vm *vm,
	char why[LIVE_WHY_SIZE])
{
	struct bridge_file_vm *own = &bridge->file->vms[row];

	if (is_same_vm(own, vm)) {
		memcpy(own->vm.name, vm->vm.name, sizeof own->vm.name);
		return true;
	}
	if (find_port(bridge->file, vm->port_name) == bridge->file->port_count) {
		say_waiting(bridge, "vm", vm->vm.name);
		return true;
	}
	if (!remove_vm(bridge, row))
		return true;
	if (!add_vm(bridge, find_free_row(bridge->file), vm, why))
		return false;
	LIVE_LOG(bridge->log, "vm_changed", {"name", vm->vm.name});
	return true;
}

static void remove_vms(struct live_bridge *bridge, const struct bridge_file *file)
{
	const struct bridge_file *own = bridge->file;

	for (size_t row = 0; row < own->vm_count; row++) {
		if (!own->vms[row].is_removed &&
			find_vm(file, &own->vms[row].vsi) == file->vm_count &&
			remove_vm(bridge, row))
			LIVE_LOG(bridge->log, "vm_removed", {"name", own->vms[row].vm.name});
	}
}

static bool take_vms(struct live_bridge *bridge, const struct bridge_file *file,
	char why[LIVE_WHY_SIZE])
{
	const struct bridge_file *own = bridge->file;

	remove_vms(bridge, file);
	for (size_t each = 0; each < file->vm_count; each++) {
		const struct bridge_file_vm *vm = &file->vms[each];
		const size_t row = find_vm(own, &vm->vsi);

		if (row != own->vm_count) {
			if (!change_vm(bridge, row, vm, why))
				return false;
			continue;
		}
		if (!add_vm(bridge, find_free_row(own), vm, why))
			return false;
		LIVE_LOG(bridge->log, "vm_added", {"name", vm->vm.name});
	}
	return true;
}

bool live_bridge_reload(struct live_bridge *bridge, const struct bridge_file *file,
	char why[LIVE_WHY_SIZE])
{
	take_rules(bridge, file);
	say_fixed(bridge, file);
	return take_peers(bridge, file, why) && take_vms(bridge, file, why);
}
