/* SPDX-License-Identifier: MIT */
/*
 * The addresses that a VM calls its own, of both families: what bindings (DHCP, DHCPv6, SAVI) say,
 * and as long as there is none of a family, what the VM itself said in ARP or what came here with
 * it in its access list.
 */
#ifndef SOURCES_OWN_ADDRESSES_H
#define SOURCES_OWN_ADDRESSES_H

#include "sources/source_packet.h"

enum { OWN_ADDRESSES_MAX = 8 };

struct address_list {
	struct dimp_ip addresses[OWN_ADDRESSES_MAX];
	size_t count;
};

struct own_addresses {
	bool was_bound; /* IPv4: what was said before there was a binding is forgotten with it */
	struct address_list said; /* the latest last; the oldest goes when there are too many */
};

/* Looks at ARP of the VM. */
void own_addresses_packet(struct own_addresses *own, const struct source_packet *packet,
	const struct source_place *place);
/* The VM is known to have had |address|. */
void own_addresses_recall(struct own_addresses *own, const struct dimp_ip *address);

/* The addresses as they are now; those of IPv4 first. */
void own_addresses_list(struct own_addresses *own, const struct source_place *place,
	struct address_list *list);

#endif
