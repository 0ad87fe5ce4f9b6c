/* SPDX-License-Identifier: MIT */
/*
 * DHCPv6 snooping: a REPLY from a trusted side to what the VM asked makes, prolongs or ends a
 * DHCPV6_BINDING for each address and each delegated prefix in it; RELEASE, DECLINE and a link that
 * the VM's addresses are not on end them.  The transaction of a renewal is written into the
 * bindings when the VM asks, so that a REPLY which comes after a move still finds them.
 */
#ifndef SOURCES_DHCP6_SOURCE_H
#define SOURCES_DHCP6_SOURCE_H

#include "net/dhcp6.h"
#include "sources/source_packet.h"

struct dhcp6_source {
	enum dhcp6_kind asked; /* the VM's latest message, DHCP6_NONE when there was none */
	uint32_t transaction;
	struct dimp_octets253 client_duid; /* of it */
	struct dimp_time believes_until; /* what answers a question that was heard elsewhere */
};

void dhcp6_source_init(struct dhcp6_source *source);

/* The VM has come from another bridge: what it may have asked there is answered here, without delay
 * or not at all, and until it asks here an answer is taken for that. */
void dhcp6_source_adopt(struct dhcp6_source *source, struct dimp_time now);

/* Learns from |packet| if it is DHCPv6. */
void dhcp6_source_packet(struct dhcp6_source *source, const struct source_packet *packet,
	const struct source_place *place, struct dimp_time now);

/* Whether an address or prefix of the VM's DHCPv6 bindings covers |address|. */
bool dhcp6_source_covers(const struct source_place *place, uint16_t vlan,
	const struct dimp_ip *address);

#endif
