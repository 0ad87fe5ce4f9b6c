/* SPDX-License-Identifier: MIT */
/*
 * A multicast router at a host of the network: it asks who is member of any group while no querier
 * with a lower address does, keeps what is reported to it, and asks for the last member when
 * somebody leaves.
 */
#ifndef ACTORS_QUERIER_H
#define ACTORS_QUERIER_H

#include "actors/network_host.h"

struct querier;

struct querier_config {
	struct engine *engine;
	struct network_host *host; /* outlives the querier */
	const uint16_t *vlans; /* borrowed: copied */
	size_t vlan_count;
	struct dimp_ip address; /* of IPv4 */
	uint8_t igmp, mld; /* versions; 0: none */
	uint64_t interval_us, response_us;
};

/* Its first queries come at |start|.  NULL without memory. */
struct querier *querier_create(const struct querier_config *config, struct dimp_time start);
void querier_destroy(struct querier *querier); /* NULL is fine */

/* Groups, and sources of groups, that it knows to be wanted in the VLAN; 0 where it is not. */
size_t querier_memberships(const struct querier *querier, uint16_t vlan);

#endif
