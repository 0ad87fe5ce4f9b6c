/* SPDX-License-Identifier: MIT */
/*
 * Matches the source address of IPv4 frames against the DHCP_BINDING entries of a slot.  Expired
 * bindings are the store's to remove.
 */
#include "bridge/source_guard.h"

#include <string.h>

enum { DHCP_SERVER_PORT = 67, DHCP_CLIENT_PORT = 68 };

static bool is_udp_to(const struct edge_frame *frame, uint16_t source_port, uint16_t port)
{
	return frame->ethertype == EDGE_ETHERTYPE_IPV4 && frame->has_ports &&
		frame->ip_protocol == EDGE_PROTOCOL_UDP && frame->source_port == source_port &&
		frame->destination_port == port;
}

bool source_guard_is_client(const struct edge_frame *frame)
{
	return is_udp_to(frame, DHCP_CLIENT_PORT, DHCP_SERVER_PORT);
}

bool source_guard_is_server(const struct edge_frame *frame)
{
	return is_udp_to(frame, DHCP_SERVER_PORT, DHCP_CLIENT_PORT);
}

bool source_guard_permits(const struct di_store *store, unsigned slot,
	const struct edge_frame *frame, uint16_t vlan)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	if (frame->ethertype != EDGE_ETHERTYPE_IPV4 || source_guard_is_client(frame))
		return true;
	if (!frame->is_ip || source_guard_is_server(frame))
		return false;
	while ((entry = di_store_next(store, slot, DIMP_DI_DHCP_BINDING, &cursor)) != NULL) {
		const struct dimp_dhcp_binding *binding = &entry->record.body.dhcp_binding;
		if (binding->vlan == vlan && edge_mac_equals(&binding->client, &frame->source) &&
			memcmp(binding->address.octets, frame->ip_source.octets + 12, 4) == 0)
			return true;
	}
	return false;
}
