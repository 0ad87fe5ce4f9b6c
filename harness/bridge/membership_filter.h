/* SPDX-License-Identifier: MIT */
/*
 * What MULTICAST_MEMBERSHIP does on a bridge: a group's frames go to a VM only if it is a member
 * and its source filter lets the sender through; a group nobody registered is not flooded to VMs.
 * A VM that is a multicast router (MULTICAST_ROUTER) gets all groups, and it alone gets reports: a
 * member that heard another's would keep its own to itself, and be forgotten (RFC 4541 2.1.1).
 */
#ifndef BRIDGE_MEMBERSHIP_FILTER_H
#define BRIDGE_MEMBERSHIP_FILTER_H

#include "bridge/di_store.h"
#include "bridge/edge_frame.h"
#include "net/group_message.h"

/* Whether |frame| is IP multicast that membership governs: the link-local groups (224.0.0.0/24,
 * ff02::/16), in which queries and neighbour discovery go, are not. */
bool membership_filter_governs(const struct edge_frame *frame);

/* Reads the IGMP or MLD message in |frame|; false if there is none, or it is damaged. */
bool membership_filter_read(const struct edge_frame *frame, struct group_message *message);

/* Whether the VM of |slot| is a multicast router of |vlan| for |frame|'s family. */
bool membership_filter_has_router(const struct di_store *store, unsigned slot,
	const struct edge_frame *frame, uint16_t vlan);

/* Whether the VM of |slot| has joined the group of |frame|, of whatever source. */
bool membership_filter_knows(const struct di_store *store, unsigned slot,
	const struct edge_frame *frame, uint16_t vlan);

/* Whether the memberships of |slot| let |frame| of |vlan| through. */
bool membership_filter_passes(const struct di_store *store, unsigned slot,
	const struct edge_frame *frame, uint16_t vlan);

#endif
