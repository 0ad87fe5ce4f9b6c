/* SPDX-License-Identifier: MIT */
/* Counts in the store's entries: octets of whole frames with FCS, those forwarded apart from those
 * discarded (DIMP 8.16-3). */
#include "bridge/traffic_counters.h"

static bool is_about(const struct dimp_traffic_counters *counters,
	const struct counted_frame *counted)
{
	static const struct dimp_mac whole_vsi;

	return counters->direction == (uint8_t)counted->direction &&
		(counters->vlan == 0 || counters->vlan == counted->vlan) &&
		(edge_mac_equals(&counters->client, &counted->client) ||
			edge_mac_equals(&counters->client, &whole_vsi));
}

static void count(struct dimp_traffic_counters *counters, const struct counted_frame *counted)
{
	const struct dimp_mac *destination = &counted->frame->destination;

	if (counted->is_discarded) {
		counters->discarded_frames++;
		return;
	}
	counters->octets += edge_frame_wire_size(counted->frame);
	if (edge_mac_is_broadcast(destination))
		counters->broadcast_frames++;
	else if (edge_mac_is_group(destination))
		counters->multicast_frames++;
	else
		counters->unicast_frames++;
}

void traffic_counters_count(const struct di_store *store, unsigned slot,
	const struct counted_frame *counted)
{
	struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_meter(store, slot, DIMP_DI_TRAFFIC_COUNTERS, &cursor)) != NULL) {
		if (is_about(&entry->record.body.traffic_counters, counted))
			count(&entry->record.body.traffic_counters, counted);
	}
}
