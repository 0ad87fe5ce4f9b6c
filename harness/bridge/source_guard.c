/* SPDX-License-Identifier: MIT */
/*
 * Matches the source addresses of a VM's frames against the bindings of its slot.  Expired bindings
 * are the store's to remove.
 */
#include "bridge/source_guard.h"

#include <string.h>

#include "bridge/dhcp_inspection.h"
#include "bridge/neighbour_inspection.h"
#include "net/dhcp4.h"
#include "net/dhcp6.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "sources/savi_source.h"

static bool is_udp(const struct edge_frame *frame, uint16_t ethertype, uint16_t source_port,
	uint16_t port)
{
	return frame->ethertype == ethertype && frame->has_ports &&
		frame->ip_protocol == EDGE_PROTOCOL_UDP && frame->source_port == source_port &&
		frame->destination_port == port;
}

bool source_guard_is_client(const struct edge_frame *frame)
{
	return is_udp(frame, EDGE_ETHERTYPE_IPV4, DHCP4_CLIENT_PORT, DHCP4_SERVER_PORT);
}

bool source_guard_is_client6(const struct edge_frame *frame)
{
	return is_udp(frame, EDGE_ETHERTYPE_IPV6, DHCP6_CLIENT_PORT, DHCP6_SERVER_PORT);
}

bool source_guard_is_server(const struct edge_frame *frame)
{
	return is_udp(frame, EDGE_ETHERTYPE_IPV4, DHCP4_SERVER_PORT, DHCP4_CLIENT_PORT) ||
		is_udp(frame, EDGE_ETHERTYPE_IPV6, DHCP6_SERVER_PORT, DHCP6_CLIENT_PORT);
}

static bool has_ipv4(const struct di_store *store, const struct attachment *attachment,
	const struct dimp_ipv4 *address)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(store, attachment->slot, DIMP_DI_DHCP_BINDING, &cursor)) !=
		NULL) {
		const struct dimp_dhcp_binding *const binding = &entry->record.body.dhcp_binding;
		if (binding->vlan == attachment->vlan &&
			edge_mac_equals(&binding->client, &attachment->mac) &&
			memcmp(&binding->address, address, sizeof *address) == 0)
			return true;
	}
	return false;
}

/* A VM to which a prefix is delegated is a router: what is behind it sends from there. */
static bool has_ipv6(const struct di_store *store, const struct attachment *attachment,
	const struct dimp_ip *address)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(store, attachment->slot, DIMP_DI_DHCPV6_BINDING, &cursor)) !=
		NULL) {
		const struct dimp_dhcpv6_binding *const binding =
			&entry->record.body.dhcpv6_binding;
		if (binding->vlan == attachment->vlan &&
			edge_mac_equals(&binding->client, &attachment->mac) &&
			ipv6_is_in_prefix(address, &binding->address, binding->prefix))
			return true;
	}
	return false;
}

/* An address that is still being tested is nobody's (RFC 6620 3.2.3). */
static bool is_discovered(const struct di_store *store, const struct attachment *attachment,
	const struct dimp_ip *address)
{
	const struct dimp_record wanted = savi_source_key(attachment->vlan, address);
	const struct di_entry *const entry = di_store_find(store, attachment->slot, &wanted);

	return entry && entry->record.body.savi_binding.state != DIMP_SAVI_STATE_TENTATIVE &&
		edge_mac_equals(&entry->record.body.savi_binding.client, &attachment->mac);
}

bool source_guard_is_given(const struct di_store *store, const struct attachment *attachment,
	const struct dimp_ip *address)
{
	struct dimp_ipv4 ipv4;

	return ipv4_from_mapped(address, &ipv4) ? has_ipv4(store, attachment, &ipv4)
						: has_ipv6(store, attachment, address);
}

bool source_guard_has(const struct di_store *store, const struct attachment *attachment,
	const struct dimp_ip *address)
{
	return is_discovered(store, attachment, address) ||
		source_guard_is_given(store, attachment, address);
}

static bool permits_ipv4(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame)
{
	if (!frame->is_ip || source_guard_is_server(frame))
		return false;
	if (source_guard_is_client(frame))
		return dhcp_inspection_permits(frame);
	return source_guard_has(store, attachment, &frame->ip_source);
}

static bool permits_ipv6(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame)
{
	if (!frame->is_ip || source_guard_is_server(frame))
		return false;
	/* RFC 8415 13.1: clients ask from their link-local address. */
	if (source_guard_is_client6(frame) && ipv6_is_link_local(&frame->ip_source))
		return dhcp6_inspection_permits(frame);
	if (!neighbour_inspection_permits(store, attachment, frame))
		return false;
	/* The inspection lets nothing from nobody's address through but what may come from it. */
	if (ipv6_is_zero(&frame->ip_source))
		return true;
	if (ipv6_is_link_local(&frame->ip_source) && !attachment->is_discovery_bound)
		return true;
	return source_guard_has(store, attachment, &frame->ip_source);
}

bool source_guard_permits(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame)
{
	if (frame->ethertype == EDGE_ETHERTYPE_IPV4)
		return !attachment->is_dhcp_guarded || permits_ipv4(store, attachment, frame);
	if (frame->ethertype == EDGE_ETHERTYPE_ARP)
		return !attachment->is_dhcp_guarded ||
			arp_inspection_permits(store, attachment, frame);
	if (frame->ethertype != EDGE_ETHERTYPE_IPV6)
		return true;
	const bool is_guarded = attachment->is_dhcp6_guarded || attachment->is_discovery_bound;
	return !is_guarded || permits_ipv6(store, attachment, frame);
}
