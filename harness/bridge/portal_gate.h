/* SPDX-License-Identifier: MIT */
/*
 * What PORTAL_SESSION does on a bridge: a client that has not been through the captive portal gets
 * an address and names resolved, and nothing else passes (RFC 8952).
 */
#ifndef BRIDGE_PORTAL_GATE_H
#define BRIDGE_PORTAL_GATE_H

#include "bridge/attachment.h"
#include "bridge/di_store.h"
#include "bridge/edge_frame.h"

/* How long a client may be silent at this bridge, if its session ends by silence at all. */
enum { PORTAL_SILENCE_S = 600 };

/* Whether the session of |attachment|'s VM lets |frame|, sent by it or to it, through.  ARP,
 * neighbour discovery, DHCP and DNS always pass: without them nobody comes to the portal. */
bool portal_gate_permits(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame, struct dimp_time now);

/* Counts a frame that passed against the session's quota; one from the VM ends its silence. */
void portal_gate_count(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame, struct dimp_time now);

#endif
