/* SPDX-License-Identifier: MIT */
/*
 * A DHCP server on a host of the network (RFC 2131): a pool of addresses, leased to clients of
 * every VLAN the host hears.  It keeps a client's address while the lease runs and afterwards as
 * long as nobody else needs it, answers as the authority of its network, and speaks to relays.
 */
#ifndef ACTORS_DHCP_SERVER_H
#define ACTORS_DHCP_SERVER_H

#include "actors/lease_pool.h"
#include "actors/network_host.h"

struct dhcp_server;

struct dhcp_server_config {
	struct network_host *host; /* borrowed for the server's life */
	struct dimp_ipv4 address; /* its own, and server identifier */
	struct dimp_ipv4 first; /* of the pool */
	uint32_t count; /* addresses in the pool; at most 65,536 */
	uint32_t lease_s; /* UINT32_MAX: without end */
	uint32_t renewal_s, rebinding_s; /* T1 and T2 as told; 0: the client's own reckoning */
	bool is_rapid; /* two messages do for a client that wants it (RFC 4039) */
	bool is_by_circuit; /* who asks by another circuit (RFC 3046) is another client */
};

struct dhcp_server_tally {
	uint64_t offers, acknowledgements, refusals, releases, declines;
	uint64_t exhausted; /* clients for whom no address was left */
};

/* NULL without memory, when the pool is empty or too large, or the host has too many listeners. */
struct dhcp_server *dhcp_server_create(const struct dhcp_server_config *config);
void dhcp_server_destroy(struct dhcp_server *server); /* NULL is fine */

/* It answers nobody while it is silent; it answers from the start. */
void dhcp_server_set_silent(struct dhcp_server *server, bool is_silent);
/* Forgets all leases, as a server whose lease file is lost. */
void dhcp_server_forget(struct dhcp_server *server);

/* Whether |client| has a lease that runs at |now|; its address then. */
bool dhcp_server_find(const struct dhcp_server *server, const struct lease_client *client,
	struct dimp_time now, struct dimp_ipv4 *address);
const struct dhcp_server_tally *dhcp_server_tally(const struct dhcp_server *server);

#endif
