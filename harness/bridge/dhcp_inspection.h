/* SPDX-License-Identifier: MIT */
/*
 * What a VM may say as a DHCP client: requests, for its own hardware address, that no relay has
 * touched (RFC 3046 2.1.1 has a bridge discard what claims so and does not come from one).
 */
#ifndef BRIDGE_DHCP_INSPECTION_H
#define BRIDGE_DHCP_INSPECTION_H

#include "bridge/edge_frame.h"

/* Whether the VM may send the DHCP in |frame|, from the client's port to the server's. */
bool dhcp_inspection_permits(const struct edge_frame *frame);
/* The same for DHCPv6. */
bool dhcp6_inspection_permits(const struct edge_frame *frame);

#endif
