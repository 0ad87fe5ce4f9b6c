/* SPDX-License-Identifier: MIT */
/*
 * What a server does when a VM runs again at one of its stations: it tells the network, and helps
 * itself as servers do that know no DIMP, if the scenario says so.
 */
#include "scenario/world_state.h"

#include "actors/query_injection.h"

static void help(struct world_vm *vm, uint8_t workarounds, struct dimp_time now)
{
	if (workarounds & SCENARIO_WORKAROUND_QUERY)
		query_injection_give(vm->machine, hypervisor_address(vm->home->hypervisor), now);
	if (workarounds & SCENARIO_WORKAROUND_REAUTHENTICATE)
		world_clients_prompt(vm, CLIENT_REAUTHENTICATE, now);
	if (workarounds & SCENARIO_WORKAROUND_RENEW)
		world_clients_prompt(vm, CLIENT_RENEW, now);
}

void world_resumption_follow(struct world_vm *vm, uint32_t at, struct dimp_time now)
{
	const struct scenario_station *const station = &vm->world->scenario->stations[at];

	announcer_start(vm->announcer, &station->announcing, vm->home->hypervisor, now);
	help(vm, station->workarounds, now);
}
