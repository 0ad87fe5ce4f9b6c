/* SPDX-License-Identifier: MIT */
/*
 * Source filters as RFC 3376, 6.3 has them: the record of the group itself (source zero) says
 * EXCLUDE when any source but those recorded as EXCLUDE is wanted; a record of a source says
 * INCLUDE when that one is.
 */
#include "bridge/membership_filter.h"

#include "net/igmp.h"
#include "net/ipv4.h"
#include "net/mld.h"

static bool is_link_local_group(const struct dimp_ip *ip)
{
	const uint8_t *octets = ip->octets;

	if (ipv4_is_mapped(ip))
		return octets[12] == 224 && octets[13] == 0 && octets[14] == 0;
	return octets[0] == 0xff && octets[1] == 0x02;
}

static bool is_group(const struct dimp_ip *ip)
{
	if (ipv4_is_mapped(ip))
		return ip->octets[12] >= 224 && ip->octets[12] < 240;
	return ip->octets[0] == 0xff;
}

bool membership_filter_governs(const struct edge_frame *frame)
{
	return edge_mac_is_group(&frame->destination) && frame->is_ip &&
		is_group(&frame->ip_destination) && !is_link_local_group(&frame->ip_destination);
}

static const struct dimp_multicast_membership *find_membership(const struct di_store *store,
	unsigned slot, struct dimp_multicast_membership membership)
{
	const struct dimp_record wanted = {
		.type = DIMP_DI_MULTICAST_MEMBERSHIP,
		.operation = DIMP_OPERATION_PUT,
		.body.multicast_membership = membership,
	};
	const struct di_entry *entry = di_store_find(store, slot, &wanted);

	return entry ? &entry->record.body.multicast_membership : NULL;
}

bool membership_filter_read(const struct edge_frame *frame, struct group_message *message)
{
	const struct dimp_view payload = edge_frame_payload(frame);
	struct ipv4_packet ipv4;
	struct ipv6_packet ipv6;

	if (!frame->is_ip)
		return false;
	if (frame->ethertype == EDGE_ETHERTYPE_IPV4)
		return frame->ip_protocol == IPV4_IGMP &&
			ipv4_read(payload, &ipv4) == PACKET_WHOLE &&
			igmp_read(ipv4.payload, message) == PACKET_WHOLE;
	return frame->ip_protocol == IPV6_ICMP && ipv6_read(payload, &ipv6) == PACKET_WHOLE &&
		mld_read(&ipv6, message) == PACKET_WHOLE;
}

bool membership_filter_has_router(const struct di_store *store, unsigned slot,
	const struct edge_frame *frame, uint16_t vlan)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(store, slot, DIMP_DI_MULTICAST_ROUTER, &cursor)) != NULL) {
		const struct dimp_multicast_router *router = &entry->record.body.multicast_router;
		if (router->vlan == vlan &&
			ipv4_is_mapped(&router->router) == ipv4_is_mapped(&frame->ip_destination))
			return true;
	}
	return false;
}

bool membership_filter_knows(const struct di_store *store, unsigned slot,
	const struct edge_frame *frame, uint16_t vlan)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(store, slot, DIMP_DI_MULTICAST_MEMBERSHIP, &cursor)) !=
		NULL) {
		const struct dimp_multicast_membership *const member =
			&entry->record.body.multicast_membership;
		if (member->vlan == vlan && edge_ip_equals(&member->group, &frame->ip_destination))
			return true;
	}
	return false;
}

bool membership_filter_passes(const struct di_store *store, unsigned slot,
	const struct edge_frame *frame, uint16_t vlan)
{
	if (membership_filter_has_router(store, slot, frame, vlan))
		return true;
	struct dimp_multicast_membership wanted = {.vlan = vlan, .group = frame->ip_destination};
	const struct dimp_multicast_membership *group = find_membership(store, slot, wanted);

	wanted.source = frame->ip_source;
	const struct dimp_multicast_membership *source = find_membership(store, slot, wanted);
	if (source)
		return source->filter_mode == DIMP_FILTER_MODE_INCLUDE;
	return group && group->filter_mode == DIMP_FILTER_MODE_EXCLUDE;
}
