/* SPDX-License-Identifier: MIT */
/*
 * What TRAFFIC_COUNTERS does on a bridge: the frames of a client, or of the whole VSI, are counted
 * (RFC 2863), and go on being counted where they stood.
 */
#ifndef BRIDGE_TRAFFIC_COUNTERS_H
#define BRIDGE_TRAFFIC_COUNTERS_H

#include "bridge/di_store.h"
#include "bridge/edge_frame.h"

/* A frame that passed the bridge, or was dropped by it, as it is counted. */
struct counted_frame {
	const struct edge_frame *frame; /* in the clear */
	struct dimp_mac client;
	uint16_t vlan;
	enum dimp_direction direction; /* as the bridge sees it */
	bool is_discarded;
};

/* Counts the frame in every entry of |slot| that is about it; told with the slot's meters. */
void traffic_counters_count(const struct di_store *store, unsigned slot,
	const struct counted_frame *counted);

#endif
