/* SPDX-License-Identifier: MIT */
/* A node that answers ARP for an address which somebody else on the same bridge has. */
#ifndef LIVE_ARP_HOST_H
#define LIVE_ARP_HOST_H

#include "engine/engine.h"

struct arp_host;

/* Adds the node (its one port is 0): who asks for the IPv4 |address| hears of |mac|.  NULL without
 * memory. */
struct arp_host *arp_host_create(struct engine *engine, const struct dimp_ipv4 *address,
	const struct dimp_mac *mac);
void arp_host_destroy(struct arp_host *host); /* NULL is fine */

unsigned arp_host_node(const struct arp_host *host);

#endif
