/* SPDX-License-Identifier: MIT */
/*
 * Builds the servers: a row for each kind says who makes one at its host and who takes it down.
 * What is made is the kind's own; the world only keeps it.
 */
#include "scenario/world_state.h"

#include <stdlib.h>

static bool is_known(const struct world_server *server, uint16_t vlan)
{
	for (size_t each = 0; each < server->vlan_count; each++) {
		if (server->vlans[each] == vlan)
			return true;
	}
	return false;
}

/* The one that the server has, else those of all VMs. */
static bool fill_vlans(const struct world *world, struct world_server *server)
{
	const struct scenario *scenario = world->scenario;

	server->vlans = calloc(scenario->vm_count + 1, sizeof *server->vlans);
	if (!server->vlans)
		return false;
	if (server->scenario->vlan != 0)
		server->vlans[server->vlan_count++] = server->scenario->vlan;
	for (size_t each = 0; server->scenario->vlan == 0 && each < scenario->vm_count; each++) {
		if (!is_known(server, scenario->vms[each].vlan))
			server->vlans[server->vlan_count++] = scenario->vms[each].vlan;
	}
	return true;
}

struct dimp_ip world_server_address(const struct scenario_server *server, uint8_t last)
{
	static const struct dimp_ip none;

	if (!edge_ip_equals(&server->address, &none))
		return server->address;
	return edge_ip_from_ipv4((const uint8_t[]){10, 0, 0, last});
}

/* make() returns what the kind has made, NULL without memory. */
static const struct server_kind {
	void *(*make)(struct world *world, const struct world_server *server);
	void (*destroy)(void *made);
} kinds[] = {
#define SERVER(KIND, kind) {world_##kind##_server_make, world_##kind##_server_destroy},
#include "scenario/server_kinds.def"
#undef SERVER
};

static bool build_server(struct world *world, size_t index)
{
	struct world_server *const server = &world->servers[index];

	server->scenario = &world->scenario->servers[index];
	server->host = world_host_at(world, server->scenario->bridge, server->scenario->port);
	if (!server->host)
		return false;
	if (fill_vlans(world, server))
		server->made = kinds[server->scenario->kind].make(world, server);
	return server->made || world_fail(world, "server %s: no memory", server->scenario->name);
}

bool world_servers_build(struct world *world)
{
	for (size_t index = 0; index < world->scenario->server_count; index++) {
		if (!build_server(world, index))
			return false;
	}
	return true;
}

void world_servers_destroy(struct world *world)
{
	for (size_t index = 0; world->servers && index < world->scenario->server_count; index++) {
		struct world_server *const server = &world->servers[index];
		if (server->made)
			kinds[server->scenario->kind].destroy(server->made);
		free(server->vlans);
	}
	free(world->servers);
}
