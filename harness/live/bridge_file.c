/* SPDX-License-Identifier: MIT */
/*
 * The file is read as a scenario is: YAML to a tree, the tree by rows.  What rows cannot say is
 * checked after that: texts that stand for octets, names of ports and peers, and what one key makes
 * of another.  Each error has the place of the value that is wrong.
 */
#include "live/bridge_file.h"

#include <stdlib.h>
#include <string.h>

#include "bridge/edge_bridge.h"
#include "cli/key_text.h"
#include "live/live_setup.h"
#include "scenario/block_reader.h"
#include "scenario/nearest_name.h"
#include "scenario/scenario_files.h"

/* A file being read. */
struct reading {
	struct scenario_draft draft;
	struct bridge_file *file;
};

/* The place of a key of an entry; of the entry without the key; of the section without both. */
static struct yaml_place place_of(const struct reading *reading, const char *section,
	const char *entry, const char *key)
{
	struct yaml_value at = yaml_tree_root(reading->draft.trees[0]);
	const char *const names[] = {section, entry, key};

	for (size_t each = 0; each < 3; each++) {
		const struct yaml_value inner =
			names[each] ? yaml_map_find(at, names[each]) : (struct yaml_value){0};

		if (inner.node != 0)
			at = inner;
	}
	return yaml_value_place(at);
}

#define WRONG(reading, section, entry, key, ...) \
	scenario_errors_add((reading)->draft.errors, place_of(reading, section, entry, key), \
		__VA_ARGS__)

/* The index of the entry called |name| among |count| of |size| octets, which begin with their name;
 * |count| if there is none. */
static size_t find_entry(const void *entries, size_t count, size_t size, const char *name)
{
	for (size_t each = 0; each < count; each++) {
		if (strcmp((const char *)entries + each * size, name) == 0)
			return each;
	}
	return count;
}

static const char *nearest_of(const void *entries, size_t count, size_t size, const char *name)
{
	struct nearest_name nearest = nearest_name_begin(name);

	for (size_t each = 0; each < count; each++)
		nearest_name_offer(&nearest, (const char *)entries + each * size);
	return nearest.best;
}

static void check_vm(struct reading *reading, struct bridge_file_vm *vm)
{
	const struct bridge_file *file = reading->file;
	const char *name = vm->vm.name;
	const size_t port =
		find_entry(file->ports, file->port_count, sizeof file->ports[0], vm->port_name);

	if (*vm->vsi_text != '\0' &&
		!live_setup_hex(vm->vsi_text, vm->vsi.octets, sizeof vm->vsi.octets))
		WRONG(reading, "vms", name, "vsi", "vsi: \"%s\" is none; expected 74 hex digits",
			vm->vsi_text);
	vm->port = (unsigned)port;
	if (port == file->port_count && *vm->port_name != '\0') {
		const char *nearest = nearest_of(file->ports, file->port_count,
			sizeof file->ports[0], vm->port_name);

		WRONG(reading, "vms", name, "port", "port: no such port: %s; %s%s", vm->port_name,
			nearest ? "did you mean " : "expected one of ports",
			nearest ? nearest : "");
	} else if (port < file->port_count && file->ports[port].kind != EDGE_PORT_STATION) {
		WRONG(reading, "vms", name, "port",
			"port: %s is not of kind station; VMs are behind stations", vm->port_name);
	}
	if ((vm->required & BRIDGE_REQUIRES_DOT1X) != 0 && vm->is_here && !file->radius.is_on)
		WRONG(reading, "vms", name, "requires",
			"requires: dot1x of a VM that is here needs a server; expected radius: "
			"{...}");
	if (vm->vm.mka.is_run && vm->is_here && vm->vm.mka.cak[0] == '\0')
		WRONG(reading, "vms", name, "mka", "mka: cak is missing; a bridge derives none");
	if (vm->filled[0] != '\0' && !vm->is_here)
		WRONG(reading, "vms", name, "di",
			"di: of a VM that is not here; expected here: "
			"true");
}

static void check_port(struct reading *reading, const struct bridge_file_port *port)
{
	const struct bridge_file *file = reading->file;
	const size_t peer =
		find_entry(file->peers, file->peer_count, sizeof file->peers[0], port->station);

	if (strchr(port->interface, '/') != NULL)
		WRONG(reading, "ports", port->name, "interface",
			"interface: \"%s\" is no name of an interface", port->interface);
	if (port->station[0] == '\0')
		return;
	if (peer == file->peer_count) {
		const char *nearest = nearest_of(file->peers, file->peer_count,
			sizeof file->peers[0], port->station);

		WRONG(reading, "ports", port->name, "station", "station: no such peer: %s; %s%s",
			port->station, nearest ? "did you mean " : "expected one of peers",
			nearest ? nearest : "");
	} else if (file->peers[peer].role != BRIDGE_PEER_STATION) {
		WRONG(reading, "ports", port->name, "station",
			"station: %s is a bridge; expected a peer with role: station",
			port->station);
	}
}

static void check_peer(struct reading *reading, struct bridge_file_peer *peer)
{
	const bool is_over_udp = reading->file->carrier != PDU_CARRIED_BY_ETHERNET;

	if (*peer->key_text != '\0' && !key_text_read(peer->key_text, peer->key.octets))
		WRONG(reading, "peers", peer->name, "key",
			"key: \"%s\" is none; expected 64 hex digits, as dimp pubkey prints them",
			peer->key_text);
	if (!is_over_udp && !peer->has_mac)
		WRONG(reading, "peers", peer->name, NULL,
			"peers: mac is missing; with binding: ethernet frames go to it");
	if (is_over_udp && peer->address[0] == '\0')
		WRONG(reading, "peers", peer->name, NULL,
			"peers: address is missing; with binding: udp datagrams go to it");
}

/* Two of one kind that have the same |what| would be one to the bridge. */
static void check_twice(struct reading *reading)
{
	const struct bridge_file *file = reading->file;

	for (size_t each = 0; each < file->port_count; each++)
		for (size_t other = 0; other < each; other++)
			if (strcmp(file->ports[each].interface, file->ports[other].interface) == 0)
				WRONG(reading, "ports", file->ports[each].name, "interface",
					"interface: %s is port %s already",
					file->ports[each].interface, file->ports[other].name);
	for (size_t each = 0; each < file->vm_count; each++)
		for (size_t other = 0; other < each; other++)
			if (memcmp(&file->vms[each].vsi, &file->vms[other].vsi,
				    sizeof file->vms[each].vsi) == 0)
				WRONG(reading, "vms", file->vms[each].vm.name, "vsi",
					"vsi: the same as of %s", file->vms[other].vm.name);
	for (size_t each = 0; each < file->peer_count; each++)
		for (size_t other = 0; other < each; other++)
			if (memcmp(&file->peers[each].key, &file->peers[other].key,
				    sizeof file->peers[each].key) == 0)
				WRONG(reading, "peers", file->peers[each].name, "key",
					"key: the same as of %s", file->peers[other].name);
}

/* It need not be there yet, so that it is no VALUE_PATH. */
static void find_state(struct reading *reading)
{
	char path[SCENARIO_PATH_MAX];

	if (reading->file->state[0] == '\0')
		return;
	if (value_path(place_of(reading, "state", NULL, NULL).file, reading->file->state, path))
		memcpy(reading->file->state, path, strlen(path) + 1);
	else
		WRONG(reading, "state", NULL, NULL, "state: path too long");
}

static void check_whole(struct reading *reading)
{
	struct bridge_file *file = reading->file;
	const bool wants_manager = file->bridge.authority == DIMP_AUTHORITY_TICKET;

	find_state(reading);
	if (file->carrier == PDU_CARRIED_BY_UDP6)
		WRONG(reading, "binding", NULL, NULL,
			"binding: udp6 is for simulations; expected ethernet or udp");
	if (file->bridge.lies != 0 || file->bridge.fails_activation)
		WRONG(reading, "bridge", file->bridge.lies != 0 ? "lies" : "fails_activation", NULL,
			"bridge: lies and fails_activation are for simulations; leave them out");
	if (*file->manager_text != '\0' && !key_text_read(file->manager_text, file->manager))
		WRONG(reading, "manager", NULL, NULL,
			"manager: \"%s\" is no key; expected 64 hex digits", file->manager_text);
	if (wants_manager && *file->manager_text == '\0')
		WRONG(reading, "bridge", "authority", NULL,
			"authority: ticket needs the VSI manager's key; expected manager: KEY");
	const char *setting = dimp_settings_wrong(&file->settings);

	if (setting)
		WRONG(reading, "settings", setting, NULL, "settings: %s is out of its range",
			setting);
	for (size_t each = 0; each < file->port_count; each++)
		check_port(reading, &file->ports[each]);
	for (size_t each = 0; each < file->vm_count; each++)
		check_vm(reading, &file->vms[each]);
	for (size_t each = 0; each < file->peer_count; each++)
		check_peer(reading, &file->peers[each]);
	/* What could not be read is zero, and so is another's. */
	if (reading->draft.errors->count == 0)
		check_twice(reading);
}

static void read_trees(struct reading *reading)
{
	const struct value_reader reader = {reading->draft.scenario, reading->draft.errors, 0};

	block_defaults(&bridge_file_block, reading->file);
	dimp_settings_default(&reading->file->settings);
	for (size_t each = 0; each < reading->draft.tree_count; each++)
		block_read(&reader, &bridge_file_block, yaml_tree_root(reading->draft.trees[each]),
			reading->file);
	check_whole(reading);
	for (size_t each = 0; each < reading->draft.tree_count; each++)
		yaml_tree_destroy(reading->draft.trees[each]);
}

struct bridge_file *bridge_file_read(const char *path, const char *text,
	struct scenario_errors *errors)
{
	const struct scenario_source source = {.path = path,
		.text = text,
		.size = text ? strlen(text) : 0};
	struct reading *reading = calloc(1, sizeof *reading);
	struct scenario *scenario = calloc(1, sizeof *scenario);
	struct bridge_file *file = calloc(1, sizeof *file);

	*errors = (struct scenario_errors){.count = 0};
	if (reading && scenario && file) {
		reading->draft = (struct scenario_draft){.scenario = scenario, .errors = errors};
		reading->file = file;
		scenario_files_read(&reading->draft, &source);
		if (reading->draft.tree_count != 0)
			read_trees(reading);
	} else {
		scenario_errors_add(errors, (struct yaml_place){path, 1, 1}, "no memory");
	}
	free(reading);
	free(scenario);
	if (errors->count == 0)
		return file;
	free(file);
	scenario_errors_sort(errors);
	return NULL;
}

void bridge_file_destroy(struct bridge_file *file)
{
	free(file);
}
