/* SPDX-License-Identifier: MIT */
/*
 * Multicast routers among VMs: a VM that asks about groups from an address of its own is a router,
 * and the VLAN's querier unless one with a lower address is heard (RFC 3376 6.6.2, RFC 3810 7.6.2);
 * one that says hello in PIM or advertises itself is a router, too.  It becomes a MULTICAST_ROUTER
 * record for as long as any of these holds.
 */
#ifndef SOURCES_ROUTER_SOURCE_H
#define SOURCES_ROUTER_SOURCE_H

#include "net/group_message.h"
#include "net/router_hello.h"
#include "sources/source_packet.h"

/* A query heard at the VM's port. */
struct router_query {
	const struct source_place *place;
	uint16_t vlan;
	struct dimp_ip router; /* who asks */
	const struct group_message *message;
	struct dimp_time now;
	bool is_beaten; /* one with a lower address is about: who asks is no querier */
};

/* How long who asks so counts as present: the other querier present interval. */
uint64_t router_source_present_us(const struct group_message *message);
/* Whether |one| wins against |other|, of the same family. */
bool router_source_is_lower(const struct dimp_ip *one, const struct dimp_ip *other);

/* The VM asks; false when it may not: from no host's address, or about one group without being a
 * router. */
bool router_source_asked(const struct router_query *query);
/* The VM says hello as a router, or that it is none any more. */
void router_source_hello(const struct source_packet *packet, const struct source_place *place,
	struct dimp_time now);
/* Another one asks: the VM is not the querier any more if that one's address is lower. */
void router_source_overheard(const struct router_query *query);

/* A querier that is silent is none any more; to be called before di_store_expire(). */
void router_source_expire(const struct source_place *place, struct dimp_time now);
/* When that is due next; DIMP_NEVER if it is not. */
struct dimp_time router_source_deadline(const struct source_place *place);

#endif
