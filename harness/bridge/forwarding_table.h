/* SPDX-License-Identifier: MIT */
/*
 * The addresses a bridge learned: (VLAN, MAC) -> port, each forgotten when not heard for the ageing
 * time (IEEE 802.1Q 8.8.3).
 */
#ifndef BRIDGE_FORWARDING_TABLE_H
#define BRIDGE_FORWARDING_TABLE_H

#include "dimp.h"

#define FORWARDING_NO_PORT UINT32_MAX

struct forwarding_table;

struct forwarding_key {
	uint16_t vlan;
	struct dimp_mac mac;
};

/* NULL without memory. */
struct forwarding_table *forwarding_table_create(uint64_t ageing_us);
void forwarding_table_destroy(struct forwarding_table *table);

/* |key| was heard on |port| at |now|.  Group addresses are never learned.  When memory ends the
 * address is not learned: frames to it are flooded; so it is beyond 65,536 addresses. */
void forwarding_table_learn(struct forwarding_table *table, const struct forwarding_key *key,
	uint32_t port, struct dimp_time now);
/* |key| is on |port| for good: hearing it elsewhere changes nothing. */
void forwarding_table_pin(struct forwarding_table *table, const struct forwarding_key *key,
	uint32_t port, struct dimp_time now);
/* The port of |key|; FORWARDING_NO_PORT when not known or too old. */
uint32_t forwarding_table_find(const struct forwarding_table *table,
	const struct forwarding_key *key, struct dimp_time now);
/* Forgets |key|. */
void forwarding_table_forget(struct forwarding_table *table, const struct forwarding_key *key);

#endif
