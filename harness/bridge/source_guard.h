/* SPDX-License-Identifier: MIT */
/*
 * What bindings do on a bridge: a VM that gets its address from DHCP, or whose addresses are bound
 * by neighbour discovery, sends only from an address that is bound to it, and is no server.
 */
#ifndef BRIDGE_SOURCE_GUARD_H
#define BRIDGE_SOURCE_GUARD_H

#include "bridge/attachment.h"
#include "bridge/di_store.h"
#include "bridge/edge_frame.h"

/* Whether |frame| is DHCP from a client, DHCPv6 from a client, or either from a server. */
bool source_guard_is_client(const struct edge_frame *frame);
bool source_guard_is_client6(const struct edge_frame *frame);
bool source_guard_is_server(const struct edge_frame *frame);

/* Whether a DHCP, DHCPv6 or SAVI binding of the VM has |address|. */
bool source_guard_has(const struct di_store *store, const struct attachment *attachment,
	const struct dimp_ip *address);

/* Whether a DHCP or DHCPv6 binding of the VM has |address|. */
bool source_guard_is_given(const struct di_store *store, const struct attachment *attachment,
	const struct dimp_ip *address);

/*
 * Whether the VM's bindings let its |frame| through, as far as it is guarded: IPv4 and ARP when it
 * uses DHCP, IPv6 when it uses DHCPv6 or the bridge binds by neighbour discovery.  What must pass
 * before there is a binding does: a client's DHCP for itself, probes for duplicates.
 */
bool source_guard_permits(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame);

#endif
