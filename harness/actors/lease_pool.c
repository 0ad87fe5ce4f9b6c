/* SPDX-License-Identifier: MIT */
/*
 * Clients are found by a hash over open slots: a pool of thousands is asked at every message.  A
 * client's slot stays when its lease is over, so that it gets its address again (RFC 2131 4.3.1);
 * it goes only when the address is given to another, and then the slots behind it move up.
 */
#include "actors/lease_pool.h"

#include <stdlib.h>
#include <string.h>

bool lease_pool_init(struct lease_pool *pool, const struct dimp_ipv4 *first, uint32_t count)
{
	*pool = (struct lease_pool){.first = *first, .count = count, .slots = 2};
	if (count == 0 || count > LEASE_POOL_MAX)
		return false;
	while (pool->slots < 2 * count)
		pool->slots *= 2;
	pool->leases = calloc(count, sizeof *pool->leases);
	pool->by_client = calloc(pool->slots, sizeof *pool->by_client);
	if (pool->leases && pool->by_client)
		return true;
	lease_pool_free(pool);
	return false;
}

void lease_pool_free(struct lease_pool *pool)
{
	free(pool->leases);
	free(pool->by_client);
	*pool = (struct lease_pool){.leases = NULL};
}

void lease_pool_clear(struct lease_pool *pool)
{
	for (uint32_t index = 0; index < pool->count; index++)
		pool->leases[index] = (struct lease){.state = LEASE_FREE};
	for (uint32_t slot = 0; slot < pool->slots; slot++)
		pool->by_client[slot] = 0;
	pool->fresh = 0;
}

static uint32_t address_number(const struct dimp_ipv4 *address)
{
	const uint8_t *const octets = address->octets;

	return (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 | (uint32_t)octets[2] << 8 |
		octets[3];
}

static bool is_same_client(const struct lease_client *one, const struct lease_client *other)
{
	return one->vlan == other->vlan && one->circuit == other->circuit &&
		memcmp(&one->mac, &other->mac, sizeof one->mac) == 0;
}

/* FNV-1a; where a client begins to be looked for. */
static uint32_t slot_of(const struct lease_pool *pool, const struct lease_client *client)
{
	uint32_t hash = (2166136261U ^ client->vlan ^ client->circuit << 12) * 16777619U;

	for (size_t i = 0; i < sizeof client->mac.octets; i++)
		hash = (hash ^ client->mac.octets[i]) * 16777619U;
	return hash & (pool->slots - 1);
}

/* The client's slot, or the open one where it would be; at most half of them are in use. */
static uint32_t find_slot(const struct lease_pool *pool, const struct lease_client *client)
{
	uint32_t slot = slot_of(pool, client);

	while (pool->by_client[slot] != 0 &&
		!is_same_client(&pool->leases[pool->by_client[slot] - 1].client, client))
		slot = (slot + 1) & (pool->slots - 1);
	return slot;
}

uint32_t lease_pool_of(const struct lease_pool *pool, const struct lease_client *client)
{
	const uint32_t number = pool->by_client[find_slot(pool, client)];

	return number == 0 ? LEASE_NONE : number - 1;
}

uint32_t lease_pool_bound(const struct lease_pool *pool, const struct lease_client *client,
	struct dimp_time now)
{
	const uint32_t own = lease_pool_of(pool, client);
	const bool is_bound = own != LEASE_NONE && pool->leases[own].state == LEASE_BOUND &&
		pool->leases[own].until.us > now.us;

	return is_bound ? own : LEASE_NONE;
}

uint32_t lease_pool_at(const struct lease_pool *pool, const struct dimp_ipv4 *address)
{
	const uint32_t index = address_number(address) - address_number(&pool->first);

	return index < pool->count ? index : LEASE_NONE;
}

struct dimp_ipv4 lease_pool_address(const struct lease_pool *pool, uint32_t index)
{
	const uint32_t number = address_number(&pool->first) + index;

	return (struct dimp_ipv4){{(uint8_t)(number >> 24), (uint8_t)(number >> 16),
		(uint8_t)(number >> 8), (uint8_t)number}};
}

bool lease_pool_is_open(const struct lease_pool *pool, uint32_t index,
	const struct lease_client *client, struct dimp_time now)
{
	const struct lease *const lease = &pool->leases[index];

	if (lease->state == LEASE_FREE || lease->until.us <= now.us)
		return true;
	return lease->state != LEASE_DECLINED && is_same_client(&lease->client, client);
}

uint32_t lease_pool_choose(const struct lease_pool *pool, const struct lease_client *client,
	uint32_t wanted, struct dimp_time now)
{
	const uint32_t own = lease_pool_of(pool, client);

	if (own != LEASE_NONE && lease_pool_is_open(pool, own, client, now))
		return own;
	if (wanted != LEASE_NONE && lease_pool_is_open(pool, wanted, client, now))
		return wanted;
	for (uint32_t step = 0; step < pool->count; step++) {
		const uint32_t index = (pool->fresh + step) % pool->count;
		if (lease_pool_is_open(pool, index, client, now))
			return index;
	}
	return LEASE_NONE;
}

/* Takes the client out of the hash; those behind it in its run are entered again. */
static void forget_client(struct lease_pool *pool, const struct lease_client *client)
{
	uint32_t slot = find_slot(pool, client);

	pool->by_client[slot] = 0;
	for (slot = (slot + 1) & (pool->slots - 1); pool->by_client[slot] != 0;
		slot = (slot + 1) & (pool->slots - 1)) {
		const uint32_t number = pool->by_client[slot];
		pool->by_client[slot] = 0;
		pool->by_client[find_slot(pool, &pool->leases[number - 1].client)] = number;
	}
}

void lease_pool_give(struct lease_pool *pool, uint32_t index, const struct lease *lease)
{
	const uint32_t old = lease_pool_of(pool, &lease->client);

	if (old != LEASE_NONE) {
		forget_client(pool, &pool->leases[old].client);
		if (pool->leases[old].state != LEASE_DECLINED)
			pool->leases[old].state = LEASE_FREE;
		pool->leases[old].client = (struct lease_client){0};
	}
	if (lease_pool_of(pool, &pool->leases[index].client) == index)
		forget_client(pool, &pool->leases[index].client);
	pool->leases[index] = *lease;
	pool->by_client[find_slot(pool, &lease->client)] = index + 1;
	if (index >= pool->fresh)
		pool->fresh = index + 1;
}
