/* SPDX-License-Identifier: MIT */
/*
 * Builds the servers: a row for each kind says who makes one at its host and who takes it down.
 * What is made is the kind's own; the world only keeps it.
 */
#include "scenario/world_state.h"

#include <stdlib.h>

#include "actors/querier.h"

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

struct dimp_ip world_server_address(const struct world_server *server, uint8_t last)
{
	static const struct dimp_ip none;

	if (!edge_ip_equals(&server->scenario->address, &none))
		return server->scenario->address;
	return edge_ip_from_ipv4((const uint8_t[]){10, 0, 0, last});
}

static void *build_querier(struct world *world, const struct world_server *server)
{
	const struct scenario_querier *const querier = &server->scenario->querier;

	return querier_create(
		&(struct querier_config){
			.engine = world->engine,
			.host = server->host,
			.vlans = server->vlans,
			.vlan_count = server->vlan_count,
			.address = world_server_address(server, 1),
			.igmp = (uint8_t)querier->igmp,
			.mld = (uint8_t)querier->mld,
			.interval_us = querier->interval_us,
			.response_us = querier->response_us,
		},
		(struct dimp_time){1000});
}

static void destroy_querier(void *querier)
{
	querier_destroy(querier);
}

/* make() returns what the kind has made, NULL without memory. */
static const struct server_kind {
	void *(*make)(struct world *world, const struct world_server *server);
	void (*destroy)(void *made);
} kinds[] = {
	[SCENARIO_SERVER_DHCP] = {world_dhcp_server_make, world_dhcp_server_destroy},
	[SCENARIO_SERVER_QUERIER] = {build_querier, destroy_querier},
	[SCENARIO_SERVER_DHCP6] = {world_dhcp6_server_make, world_dhcp6_server_destroy},
	[SCENARIO_SERVER_RADIUS] = {world_radius_server_make, world_radius_server_destroy},
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
