/* SPDX-License-Identifier: MIT */
/*
 * Source filters as RFC 3376, 6.3 has them: the record of the group itself (source zero) says
 * EXCLUDE when any source but those recorded as EXCLUDE is wanted; a record of a source says
 * INCLUDE when that one is.
 */
#include "bridge/membership_filter.h"

static bool is_link_local_group(const struct dimp_ip *ip)
{
	const uint8_t *octets = ip->octets;

	if (edge_ip_is_ipv4(ip))
		return octets[12] == 224 && octets[13] == 0 && octets[14] == 0;
	return octets[0] == 0xff && octets[1] == 0x02;
}

static bool is_group(const struct dimp_ip *ip)
{
	if (edge_ip_is_ipv4(ip))
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

bool membership_filter_passes(const struct di_store *store, unsigned slot,
	const struct edge_frame *frame, uint16_t vlan)
{
	struct dimp_multicast_membership wanted = {.vlan = vlan, .group = frame->ip_destination};
	const struct dimp_multicast_membership *group = find_membership(store, slot, wanted);

	wanted.source = frame->ip_source;
	const struct dimp_multicast_membership *source = find_membership(store, slot, wanted);
	if (source)
		return source->filter_mode == DIMP_FILTER_MODE_INCLUDE;
	return group && group->filter_mode == DIMP_FILTER_MODE_EXCLUDE;
}
