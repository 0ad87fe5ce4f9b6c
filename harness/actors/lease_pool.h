/* SPDX-License-Identifier: MIT */
/* The addresses of a DHCP server: who has which, and until when. */
#ifndef ACTORS_LEASE_POOL_H
#define ACTORS_LEASE_POOL_H

#include "dimp.h"

enum { LEASE_POOL_MAX = 65536, LEASE_NONE = LEASE_POOL_MAX };

/* A client is told apart by its VLAN, too: servers have one pool for each network.  By its circuit
 * where the server says so. */
struct lease_client {
	uint16_t vlan;
	struct dimp_mac mac;
	uint32_t circuit; /* of servers that tell clients apart by it; else 0 */
};

enum lease_state { LEASE_FREE, LEASE_OFFERED, LEASE_BOUND, LEASE_DECLINED };

struct lease {
	enum lease_state state;
	struct lease_client client; /* the last one, kept when the lease is over */
	struct dimp_time until;
};

struct lease_pool {
	struct dimp_ipv4 first;
	uint32_t count;
	struct lease *leases;
	uint32_t *by_client; /* index + 1 by hash of the client, 0: none; twice |count| or more */
	uint32_t slots; /* of by_client, a power of two */
	uint32_t fresh; /* addresses from here on were never given */
};

/* False without memory, or when |count| is 0 or more than LEASE_POOL_MAX. */
bool lease_pool_init(struct lease_pool *pool, const struct dimp_ipv4 *first, uint32_t count);
void lease_pool_free(struct lease_pool *pool);
/* As it was after lease_pool_init(). */
void lease_pool_clear(struct lease_pool *pool);

/* The index of the client's address, LEASE_NONE when it has had none. */
uint32_t lease_pool_of(const struct lease_pool *pool, const struct lease_client *client);
/* The same, LEASE_NONE unless the address is bound and its lease runs. */
uint32_t lease_pool_bound(const struct lease_pool *pool, const struct lease_client *client,
	struct dimp_time now);
/* The index of |address|, LEASE_NONE when it is not of the pool. */
uint32_t lease_pool_at(const struct lease_pool *pool, const struct dimp_ipv4 *address);
struct dimp_ipv4 lease_pool_address(const struct lease_pool *pool, uint32_t index);

/* Whether |client| may have the address at |index|: nobody else's lease runs on it. */
bool lease_pool_is_open(const struct lease_pool *pool, uint32_t index,
	const struct lease_client *client, struct dimp_time now);
/* An address for |client|: the one it had, else |wanted| (LEASE_NONE: any), else one never given,
 * else one whose lease is over; LEASE_NONE when all are taken. */
uint32_t lease_pool_choose(const struct lease_pool *pool, const struct lease_client *client,
	uint32_t wanted, struct dimp_time now);

/* The address at |index| is the client's from now on, and no other one. */
void lease_pool_give(struct lease_pool *pool, uint32_t index, const struct lease *lease);

#endif
