/* SPDX-License-Identifier: MIT */
/*
 * What a guarded VM may say of addresses: in ARP that an address bound to it is at its own hardware
 * address, the same in neighbour discovery, and no router's word.
 */
#ifndef BRIDGE_NEIGHBOUR_INSPECTION_H
#define BRIDGE_NEIGHBOUR_INSPECTION_H

#include "bridge/attachment.h"
#include "bridge/di_store.h"
#include "bridge/edge_frame.h"

/* Whether the VM may send the ARP in |frame|.  A probe, which has no sender's address (RFC 5227),
 * claims nothing and passes. */
bool arp_inspection_permits(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame);

/*
 * Whether the VM may send what |frame|, of IPv6, says in ICMPv6.  Other packets pass, but for those
 * from the unspecified address: from there only probes for duplicates, solicitations of routers and
 * multicast reports may come.
 */
bool neighbour_inspection_permits(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame);

/* Whether the frame says what only routers say: it advertises one, or redirects to one. */
bool neighbour_inspection_is_routers(const struct edge_frame *frame);

#endif
