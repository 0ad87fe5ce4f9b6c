/* SPDX-License-Identifier: MIT */
/*
 * What some hypervisors do for want of the memberships at the new bridge: they ask the VM
 * themselves, as if the network's querier did, so that its reports go out at once.
 */
#ifndef ACTORS_QUERY_INJECTION_H
#define ACTORS_QUERY_INJECTION_H

#include "actors/virtual_machine.h"

/* Gives the VM a general query of IGMP and one of MLD, of the newest versions, from |hypervisor|;
 * they are on no wire.  A VM that takes only MACsec does not take them. */
void query_injection_give(struct virtual_machine *machine, const struct dimp_mac *hypervisor,
	struct dimp_time now);

#endif
