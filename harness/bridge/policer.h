/* SPDX-License-Identifier: MIT */
/*
 * What POLICER does on a bridge: a frame that the buckets of one of the client's policers have no
 * tokens for is red and dropped (RFC 2697, RFC 2698; IEEE 802.1Q 8.6.5 flow meters).  Green and
 * yellow ones pass: no colour is marked, so a frame has none before it is metered.
 */
#ifndef BRIDGE_POLICER_H
#define BRIDGE_POLICER_H

#include "bridge/di_store.h"
#include "bridge/edge_frame.h"

struct policed_frame {
	const struct edge_frame *frame; /* in the clear */
	unsigned slot;
	struct dimp_mac client;
	enum dimp_direction direction; /* as the bridge sees it */
};

/*
 * Meters the frame with every policer of its slot for its client, or for the whole VSI, and its
 * direction; false when one of them has it dropped.  Tokens and counters change in the store and
 * are told when the slot's meters are (di_store_tell()).
 */
bool policer_passes(const struct di_store *store, const struct policed_frame *policed,
	struct dimp_time now);

#endif
