/* SPDX-License-Identifier: MIT */
/*
 * DHCP snooping: an ACK from a trusted side for a transaction the VM opened makes a DHCP_BINDING,
 * which RELEASE, DECLINE and NAK end.  The transaction of a renewal is written into the binding
 * when the VM asks, so that an ACK which comes after a move still finds it.
 */
#ifndef SOURCES_DHCP_SOURCE_H
#define SOURCES_DHCP_SOURCE_H

#include "sources/source_packet.h"

struct dhcp_source {
	bool has_transaction;
	uint32_t transaction; /* the VM's latest that may end in a binding */
	bool is_discovery; /* which it began with: only a rapid commit ends that */
	struct dimp_time believes_until; /* what answers a question that was heard elsewhere */
};

void dhcp_source_init(struct dhcp_source *source);

/* The VM has come from another bridge: what it may have asked there is answered here, without delay
 * or not at all, and until it asks here an answer is taken for that. */
void dhcp_source_adopt(struct dhcp_source *source, struct dimp_time now);

/* Learns from |packet| if it is DHCP. */
void dhcp_source_packet(struct dhcp_source *source, const struct source_packet *packet,
	const struct source_place *place, struct dimp_time now);

#endif
