/* SPDX-License-Identifier: MIT */
/*
 * A bridge as DHCP relay agent of layer 2 (RFC 3046): it tells servers behind which port of which
 * bridge a client is, by option 82, and takes the option out of what they answer.  Clients see none
 * of it; what circuit a client is on is this bridge's word alone, and no DI.
 */
#ifndef BRIDGE_RELAY_AGENT_H
#define BRIDGE_RELAY_AGENT_H

#include "bridge/attachment.h"
#include "bridge/edge_frame.h"

struct relay_agent {
	const char *name; /* of the bridge, borrowed; with port and VLAN the circuit-id */
	struct dimp_mac address; /* the remote-id */
};

/* Writes |frame|, from |vm|, with option 82 in it; its size, 0 when it is no whole DHCPv4 message
 * of a client, or has the option already: then it stays as it is. */
size_t relay_agent_mark(const struct relay_agent *agent, const struct attachment *vm,
	const struct edge_frame *frame, uint8_t octets[EDGE_FRAME_SIZE_MAX]);
/* Writes |frame| without option 82; its size, 0 when there is nothing to take out. */
size_t relay_agent_unmark(const struct edge_frame *frame, uint8_t octets[EDGE_FRAME_SIZE_MAX]);

#endif
