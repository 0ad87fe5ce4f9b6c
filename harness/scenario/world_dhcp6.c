/* SPDX-License-Identifier: MIT */
/* DHCPv6 as scenarios have it: the client of a VM, and the server that gives it its address. */
#include "scenario/world_state.h"

#include "actors/dhcp6_client.h"
#include "actors/dhcp6_server.h"

static void run(void *client, struct dimp_time now)
{
	dhcp6_client_resume(client, now);
}

static void pause(void *client, struct dimp_time now)
{
	(void)now;
	dhcp6_client_pause(client);
}

/* A guest whose link went down and up again asks whether it is on the same one. */
static void prompt(void *client, enum client_prompt what, struct dimp_time now)
{
	if (what == CLIENT_RENEW)
		dhcp6_client_renew(client, now);
}

static void destroy(void *client)
{
	dhcp6_client_destroy(client);
}

bool world_dhcp6_client_build(struct world *world, struct world_vm *vm)
{
	static const struct client_actions actions = {run, pause, prompt, destroy};
	const struct client client = {&actions,
		dhcp6_client_create(&(struct dhcp6_client_config){
			.engine = world->engine,
			.machine = vm->machine,
			.is_rapid = vm->scenario->dhcp6.is_rapid,
			.wants_prefix = vm->scenario->dhcp6.wants_prefix,
		})};

	return world_clients_add(world, vm, &client);
}

void *world_dhcp6_server_make(struct world *world, const struct world_server *server)
{
	static const uint64_t us_per_s = 1000000;
	const struct scenario_dhcp6_server *const scenario = &server->scenario->dhcp6;
	const struct dhcp6_server_config config = {
		.host = server->host,
		.network = scenario->network,
		.prefixes = scenario->prefixes,
		.count = LEASE_POOL_MAX,
		.preferred_s = (uint32_t)(scenario->preferred_us / us_per_s),
		.valid_s = (uint32_t)(scenario->valid_us / us_per_s),
		.renewal_s = (uint32_t)(scenario->renewal_us / us_per_s),
		.rebinding_s = (uint32_t)(scenario->rebinding_us / us_per_s),
		.is_rapid = scenario->is_rapid,
	};

	edge_bridge_set_port(world->bridges[server->scenario->bridge].bridge,
		server->scenario->port, EDGE_PORT_HOST, scenario->is_trusted);
	return dhcp6_server_create(&config);
}

void world_dhcp6_server_destroy(void *server)
{
	dhcp6_server_destroy(server);
}
