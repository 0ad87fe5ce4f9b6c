/* SPDX-License-Identifier: MIT */
/*
 * What DHCP_BINDING does on a bridge: a VM that gets its address from DHCP sends IPv4 only from an
 * address that is bound to it, and is no DHCP server.
 */
#ifndef BRIDGE_SOURCE_GUARD_H
#define BRIDGE_SOURCE_GUARD_H

#include "bridge/di_store.h"
#include "bridge/edge_frame.h"

/* Whether |frame| is DHCP from a client, or from a server. */
bool source_guard_is_client(const struct edge_frame *frame);
bool source_guard_is_server(const struct edge_frame *frame);

/* Whether the bindings of |slot| let |frame|, which the VM sent in |vlan|, through.  A client's
 * DHCP always passes: without it there would never be a binding. */
bool source_guard_permits(const struct di_store *store, unsigned slot,
	const struct edge_frame *frame, uint16_t vlan);

#endif
