/* SPDX-License-Identifier: MIT */
/*
 * A DHCPv6 server on a host of the network (RFC 8415): addresses of one /64 and, for those who ask,
 * prefixes, leased to clients of every VLAN the host hears.
 */
#ifndef ACTORS_DHCP6_SERVER_H
#define ACTORS_DHCP6_SERVER_H

#include "actors/lease_pool.h"
#include "actors/network_host.h"

struct dhcp6_server;

struct dhcp6_server_config {
	struct network_host *host; /* borrowed for the server's life */
	struct dimp_ip network; /* /64 of the addresses */
	struct dimp_ip prefixes; /* of a /40, from which /56s are delegated; all zero: none are */
	uint32_t count; /* clients at most; at most LEASE_POOL_MAX */
	uint32_t preferred_s, valid_s; /* UINT32_MAX: without end */
	uint32_t renewal_s, rebinding_s; /* T1 and T2 as told; 0: the client's own reckoning */
	bool is_rapid; /* two messages do for a client that wants it */
};

/* NULL without memory, when the pool is empty or too large, or the host has too many listeners. */
struct dhcp6_server *dhcp6_server_create(const struct dhcp6_server_config *config);
void dhcp6_server_destroy(struct dhcp6_server *server); /* NULL is fine */

/* It answers nobody while it is silent; it answers from the start. */
void dhcp6_server_set_silent(struct dhcp6_server *server, bool is_silent);
/* Forgets all leases, as a server whose lease file is lost. */
void dhcp6_server_forget(struct dhcp6_server *server);

/* Whether |client| has a lease that runs at |now|; its address then. */
bool dhcp6_server_find(const struct dhcp6_server *server, const struct lease_client *client,
	struct dimp_time now, struct dimp_ip *address);

#endif
