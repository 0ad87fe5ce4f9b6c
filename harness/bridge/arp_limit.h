/* SPDX-License-Identifier: MIT */
/*
 * How many ARP frames a second a port may send: who floods ARP loads all hosts of its VLAN, and the
 * inspection of each frame loads the bridge.
 */
#ifndef BRIDGE_ARP_LIMIT_H
#define BRIDGE_ARP_LIMIT_H

#include "bridge/edge_frame.h"

/* What a port sent in the second that began at |since|; all zero at the start. */
struct arp_tally {
	struct dimp_time since;
	uint32_t frames;
};

/* Counts |frame| if it is ARP, good or bad; false when it is more than |most| in its second.  0:
 * there is no limit. */
bool arp_limit_passes(struct arp_tally *tally, uint32_t most, const struct edge_frame *frame,
	struct dimp_time now);

#endif
