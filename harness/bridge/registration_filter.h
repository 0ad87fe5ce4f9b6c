/* SPDX-License-Identifier: MIT */
/*
 * What MMRP_REGISTRATION does on a bridge: frames to a group address that the VM has declared, or
 * to all that its service requirement covers, go to it (IEEE 802.1Q 10.12), besides those that it
 * wants by IGMP or MLD.
 */
#ifndef BRIDGE_REGISTRATION_FILTER_H
#define BRIDGE_REGISTRATION_FILTER_H

#include "bridge/attachment.h"
#include "bridge/di_store.h"
#include "bridge/edge_frame.h"

/* The service requirements of IEEE 802.1Q 10.12.1.7. */
enum { MMRP_ALL_GROUPS = 0, MMRP_ALL_UNREGISTERED_GROUPS = 1 };

/* The VMs of a bridge, one of which may want |frame|. */
struct registration_place {
	const struct di_store *store;
	const struct attachment *attachments;
	unsigned count;
};

/* Whether |frame| of |vlan| goes to the VM of |slot| by what it has registered. */
bool registration_filter_passes(const struct registration_place *place, unsigned slot,
	const struct edge_frame *frame, uint16_t vlan);

#endif
