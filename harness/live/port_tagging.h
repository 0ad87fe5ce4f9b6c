/* SPDX-License-Identifier: MIT */
/*
 * A port one of whose VLANs has no tag on the wire, while the bridge behind it knows frames of
 * VLANs by their tags.  What belongs to no VLAN stays as it is: DIMP, what is for the bridge
 * itself, and what no bridge forwards.
 */
#ifndef LIVE_PORT_TAGGING_H
#define LIVE_PORT_TAGGING_H

#include "dimp.h"

struct port_tagging {
	uint16_t vlan; /* without a tag on the wire; 0: every VLAN has one */
	struct dimp_mac bridge; /* its own address */
	/* VMs, which the bridge knows by their addresses: frames from there need no tag. */
	bool is_to_vms;
};

/* |frame| as the bridge gets it; |space| has room for 4 octets more than it and holds the result
 * when it is another. */
struct dimp_view port_tagging_inward(const struct port_tagging *tagging, struct dimp_view frame,
	uint8_t *space);

/* |frame| as it goes on the wire; |space| has room for it. */
struct dimp_view port_tagging_outward(const struct port_tagging *tagging, struct dimp_view frame,
	uint8_t *space);

#endif
