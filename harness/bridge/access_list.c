/* SPDX-License-Identifier: MIT */
/*
 * Walks the DYNAMIC_ACL entries of a slot.  The store keeps no order, so the matching entry with
 * the lowest sequence is looked for; lists are short.
 */
#include "bridge/access_list.h"

#include "net/ipv6.h"

enum { PROTOCOL_ANY = 255, PORT_MAX = 65535 };

static bool has_any_port(const struct dimp_dynamic_acl *entry)
{
	return entry->port_first == 0 && (entry->port_last == 0 || entry->port_last == PORT_MAX);
}

static bool ports_match(const struct dimp_dynamic_acl *entry, const struct edge_frame *frame)
{
	if (has_any_port(entry))
		return true;
	return frame->has_ports && frame->destination_port >= entry->port_first &&
		frame->destination_port <= entry->port_last;
}

static bool needs_ip(const struct dimp_dynamic_acl *entry)
{
	return entry->ip_protocol != PROTOCOL_ANY || entry->source_prefix != 0 ||
		entry->destination_prefix != 0 || !has_any_port(entry);
}

bool access_list_matches(const struct dimp_dynamic_acl *entry, const struct edge_frame *frame,
	uint16_t vlan)
{
	if (!edge_mac_equals(&entry->client, &frame->source))
		return false;
	if (entry->vlan != 0 && entry->vlan != vlan)
		return false;
	if (entry->ethertype != 0 && entry->ethertype != frame->ethertype)
		return false;
	if (!needs_ip(entry))
		return true;
	if (!frame->is_ip)
		return false;
	if (entry->ip_protocol != PROTOCOL_ANY && entry->ip_protocol != frame->ip_protocol)
		return false;
	return ipv6_is_in_prefix(&frame->ip_source, &entry->source, entry->source_prefix) &&
		ipv6_is_in_prefix(&frame->ip_destination, &entry->destination,
			entry->destination_prefix) &&
		ports_match(entry, frame);
}

bool access_list_permits(const struct di_store *store, unsigned slot,
	const struct edge_frame *frame, uint16_t vlan)
{
	const struct dimp_dynamic_acl *first = NULL;
	const struct di_entry *entry;
	size_t cursor = 0;

	if (di_store_count(store, slot, DIMP_DI_DYNAMIC_ACL) == 0)
		return true;
	while ((entry = di_store_next(store, slot, DIMP_DI_DYNAMIC_ACL, &cursor)) != NULL) {
		const struct dimp_dynamic_acl *acl = &entry->record.body.dynamic_acl;
		if (first && first->sequence <= acl->sequence)
			continue;
		if (access_list_matches(acl, frame, vlan))
			first = acl;
	}
	return first && first->action == DIMP_ACL_ACTION_PERMIT;
}
