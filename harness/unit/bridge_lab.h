/* SPDX-License-Identifier: MIT */
/*
 * A bridge and what arrives beyond its ports: 1 and 2 lead to servers, with the first VM on 1 and
 * the second on 2, port 3 to another bridge, port 4 to an untrusted host.  The far VM is known and
 * nowhere.
 */
#ifndef UNIT_BRIDGE_LAB_H
#define UNIT_BRIDGE_LAB_H

#include "bridge/edge_bridge.h"
#include "frame_maker.h"

enum {
	BRIDGE_LAB_PORTS = 5,
	BRIDGE_LAB_VLAN = 42,
	BRIDGE_LAB_FIRST = 0,
	BRIDGE_LAB_SECOND = 1,
	BRIDGE_LAB_FAR = 2
};

/* What arrived at the far end of each port. */
struct bridge_lab_arrivals {
	unsigned count;
	uint8_t octets[256];
	size_t size;
};

struct bridge_lab {
	struct engine *engine;
	struct edge_bridge *bridge;
	unsigned ends[BRIDGE_LAB_PORTS];
	struct bridge_lab_arrivals arrivals[BRIDGE_LAB_PORTS];
	unsigned heard[2];
};

extern const struct dimp_mac bridge_lab_vms[3];
extern const struct dimp_mac bridge_lab_host;
extern const struct dimp_mac bridge_lab_bridge;
extern const struct dimp_mac bridge_lab_everyone;

/* |lab| has to stay where it is, until bridge_lab_destroy(). */
void bridge_lab_make(struct bridge_lab *lab);
void bridge_lab_destroy(struct bridge_lab *lab);

/* Sends from the far end of |port| and lets it settle; arrivals are counted from here on. */
void bridge_lab_send(struct bridge_lab *lab, unsigned port, const struct made_frame *frame);
void bridge_lab_send_udp(struct bridge_lab *lab, unsigned port, const struct made_udp *udp);

/* How many frames arrived beyond each port, a digit for each from 1 on. */
void bridge_lab_check(const struct bridge_lab *lab, const char *expected);

/* A datagram in the VLAN of the VMs. */
struct made_udp bridge_lab_udp(const struct dimp_mac *to, const struct dimp_mac *from);

#endif
