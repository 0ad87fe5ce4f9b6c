/* SPDX-License-Identifier: MIT */
/*
 * What MULTICAST_MEMBERSHIP does on a bridge: a group's frames go to a VM only if it is a member
 * and its source filter lets the sender through; a group nobody registered is not flooded to VMs.
 */
#ifndef BRIDGE_MEMBERSHIP_FILTER_H
#define BRIDGE_MEMBERSHIP_FILTER_H

#include "bridge/di_store.h"
#include "bridge/edge_frame.h"

/* Whether |frame| is IP multicast that membership governs: the link-local groups (224.0.0.0/24,
 * ff02::/16), in which queries and neighbour discovery go, are not. */
bool membership_filter_governs(const struct edge_frame *frame);

/* Whether the memberships of |slot| let |frame| of |vlan| through. */
bool membership_filter_passes(const struct di_store *store, unsigned slot,
	const struct edge_frame *frame, uint16_t vlan);

#endif
