/* SPDX-License-Identifier: MIT */
/* DHCP as scenarios have it: the client of a VM, and the server that gives it an address. */
#include "scenario/world_state.h"

#include "actors/dhcp_client.h"
#include "actors/dhcp_server.h"
#include "net/ipv4.h"

static void run(void *client, struct dimp_time now)
{
	dhcp_client_resume(client, now);
}

static void pause(void *client, struct dimp_time now)
{
	(void)now;
	dhcp_client_pause(client);
}

/* A hypervisor can take the guest's link down and up again; it cannot make it renew otherwise. */
static void prompt(void *client, enum client_prompt what, struct dimp_time now)
{
	if (what == CLIENT_RENEW)
		dhcp_client_reboot(client, now);
}

static void destroy(void *client)
{
	dhcp_client_destroy(client);
}

bool world_dhcp_client_build(struct world *world, struct world_vm *vm)
{
	static const struct client_actions actions = {run, pause, prompt, destroy};
	const struct client client = {&actions,
		dhcp_client_create(&(struct dhcp_client_config){
			.engine = world->engine,
			.machine = vm->machine,
			.is_rapid = vm->scenario->dhcp.is_rapid,
			.is_checking = vm->scenario->dhcp.is_checking,
		})};

	return world_clients_add(world, vm, &client);
}

/* The host |number| of the network; network and broadcast are none. */
static struct dimp_ipv4 host_of(const struct scenario_prefix *network, uint32_t number)
{
	struct dimp_ipv4 address;
	uint32_t word = 0;

	(void)ipv4_from_mapped(&network->address, &address);
	for (size_t octet = 0; octet < 4; octet++)
		word = word << 8 | address.octets[octet];
	word = (word & ~(uint32_t)0 << (32 - network->length)) + number;
	for (size_t octet = 0; octet < 4; octet++)
		address.octets[octet] = (uint8_t)(word >> (24 - 8 * octet));
	return address;
}

/* The first address is the server's own unless it has another, the rest are its clients'. */
void *world_dhcp_server_make(struct world *world, const struct world_server *server)
{
	const struct scenario_dhcp_server *const scenario = &server->scenario->dhcp;
	const uint32_t hosts = (UINT32_C(1) << (32 - scenario->pool.length)) - 2;
	const uint32_t leases = hosts - 1 < LEASE_POOL_MAX ? hosts - 1 : LEASE_POOL_MAX;
	struct dhcp_server_config config = {
		.host = server->host,
		.address = host_of(&scenario->pool, 1),
		.first = host_of(&scenario->pool, 2),
		.count = leases,
		.lease_s = (uint32_t)(scenario->lease_us / 1000000),
		.renewal_s = (uint32_t)(scenario->renewal_us / 1000000),
		.rebinding_s = (uint32_t)(scenario->rebinding_us / 1000000),
		.is_rapid = scenario->is_rapid,
		.is_by_circuit = scenario->is_by_circuit,
	};
	struct dimp_ipv4 given;

	if (ipv4_from_mapped(&server->scenario->address, &given))
		config.address = given;
	edge_bridge_set_port(world->bridges[server->scenario->bridge].bridge,
		server->scenario->port, EDGE_PORT_HOST, scenario->is_trusted);
	return dhcp_server_create(&config);
}

void world_dhcp_server_destroy(void *server)
{
	dhcp_server_destroy(server);
}
