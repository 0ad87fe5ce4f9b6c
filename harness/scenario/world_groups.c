/* SPDX-License-Identifier: MIT */
/* Multicast as scenarios have it: VMs that are members of groups, and routers that ask for them. */
#include "scenario/world_state.h"

#include "actors/multicast_host.h"
#include "actors/querier.h"

static void run(void *client, struct dimp_time now)
{
	multicast_host_resume(client, now);
}

static void pause(void *client, struct dimp_time now)
{
	(void)now;
	multicast_host_pause(client);
}

static void destroy(void *client)
{
	multicast_host_destroy(client);
}

/* The group |number| behind |group|, counted in its last two octets. */
static struct dimp_ip group_after(const struct dimp_ip *group, uint32_t number)
{
	struct dimp_ip after = *group;
	const uint32_t last = ((uint32_t)after.octets[14] << 8 | after.octets[15]) + number;

	after.octets[14] = (uint8_t)(last >> 8);
	after.octets[15] = (uint8_t)last;
	return after;
}

static bool join_each(struct multicast_host *host, const struct scenario_group *group,
	uint32_t count, struct dimp_time start)
{
	for (uint32_t each = 0; each < count; each++) {
		const struct dimp_ip address = group_after(&group->group, each);
		if (!multicast_host_join(host, &address, group->has_source ? &group->source : NULL,
			    start))
			return false;
	}
	return true;
}

static bool join(struct world *world, struct multicast_host *host,
	const struct scenario_membership *membership)
{
	const struct dimp_time start = engine_now(world->engine);

	for (size_t each = 0; each < membership->group_count; each++)
		if (!join_each(host, &membership->groups[each], membership->each, start))
			return false;
	return true;
}

static bool build(struct world *world, struct world_vm *vm,
	const struct multicast_host_config *config, const struct scenario_membership *membership)
{
	static const struct client_actions actions = {run, pause, NULL, destroy};
	const struct client client = {&actions, multicast_host_create(config)};

	if (!world_clients_add(world, vm, &client))
		return false;
	return join(world, client.self, membership) ||
		world_fail(world, "vm %s: joins what is no group, or no memory",
			vm->scenario->name);
}

bool world_igmp_build(struct world *world, struct world_vm *vm)
{
	const struct multicast_host_config config = {
		.engine = world->engine,
		.machine = vm->machine,
		.igmp_version = (uint8_t)vm->scenario->igmp.version,
	};

	return build(world, vm, &config, &vm->scenario->igmp);
}

bool world_mld_build(struct world *world, struct world_vm *vm)
{
	const struct multicast_host_config config = {
		.engine = world->engine,
		.machine = vm->machine,
		.mld_version = (uint8_t)vm->scenario->mld.version,
	};

	return build(world, vm, &config, &vm->scenario->mld);
}

void *world_querier_server_make(struct world *world, const struct world_server *server)
{
	const struct scenario_querier *const querier = &server->scenario->querier;

	return querier_create(
		&(struct querier_config){
			.engine = world->engine,
			.host = server->host,
			.vlans = server->vlans,
			.vlan_count = server->vlan_count,
			.address = world_server_address(server->scenario, 1),
			.igmp = (uint8_t)querier->igmp,
			.mld = (uint8_t)querier->mld,
			.interval_us = querier->interval_us,
			.response_us = querier->response_us,
		},
		(struct dimp_time){1000});
}

void world_querier_server_destroy(void *server)
{
	querier_destroy(server);
}
