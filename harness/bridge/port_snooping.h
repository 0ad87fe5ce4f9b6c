/* SPDX-License-Identifier: MIT */
/*
 * Snooping on the ports behind which other bridges and hosts are: who is behind them is nobody's
 * VM, so what is learned there is the bridge's own and never moves.  Group frames go where members
 * of the group are, or a multicast router; reports go to routers (RFC 4541 2.1.1, 2.1.2).
 */
#ifndef BRIDGE_PORT_SNOOPING_H
#define BRIDGE_PORT_SNOOPING_H

#include "bridge/edge_frame.h"

struct port_snooping;

/* A frame in the VLAN that the bridge calls so. */
struct snooped_frame {
	const struct edge_frame *frame;
	uint16_t vlan;
	struct dimp_time now;
};

/* For ports 0 to |ports| - 1; NULL without memory. */
struct port_snooping *port_snooping_create(unsigned ports);
void port_snooping_destroy(struct port_snooping *snooping); /* NULL is fine */

/* Learns from what arrived at |port|, or, at the number of ports, from the bridge or a VM. */
void port_snooping_hear(struct port_snooping *snooping, unsigned port,
	const struct snooped_frame *snooped);
/* Whether a group frame is for |port|. */
bool port_snooping_wants(struct port_snooping *snooping, unsigned port,
	const struct snooped_frame *snooped);
/* Whether anybody behind any of the ports has joined the frame's group. */
bool port_snooping_is_registered(struct port_snooping *snooping,
	const struct snooped_frame *snooped);

/* The version of IGMP, else MLD, that the VLAN's querier behind any of the ports speaks; the newest
 * where there is none. */
uint8_t port_snooping_version(const struct port_snooping *snooping, bool is_ipv4, uint16_t vlan);

#endif
