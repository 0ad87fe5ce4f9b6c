/* SPDX-License-Identifier: MIT */
/*
 * What meters make of a frame that the gate of its VM has judged, and what they say before its DI
 * is frozen.
 */
#include "bridge/edge_bridge_state.h"
#include "bridge/policer.h"
#include "bridge/portal_gate.h"
#include "bridge/traffic_counters.h"

enum gate_verdict edge_metering_judge(struct edge_bridge *bridge,
	const struct attachment *attachment, const struct judged_frame *judged)
{
	const struct policed_frame policed = {judged->frame, attachment->slot, attachment->mac,
		judged->direction};
	enum gate_verdict verdict = judged->verdict;

	if (verdict == GATE_PASS && judged->frame->ethertype != EDGE_ETHERTYPE_EAPOL &&
		!policer_passes(bridge->store, &policed, judged->now))
		verdict = GATE_POLICER;
	traffic_counters_count(bridge->store, attachment->slot,
		&(struct counted_frame){judged->frame, attachment->mac, attachment->vlan,
			judged->direction, verdict != GATE_PASS});
	if (verdict == GATE_PASS)
		portal_gate_count(bridge->store, attachment, judged->frame, judged->now);
	return verdict;
}

void edge_metering_flush(const struct edge_bridge *bridge, unsigned slot, struct dimp_time now)
{
	di_store_tell(bridge->store, slot, DIMP_DI_POLICER, now);
	di_store_tell(bridge->store, slot, DIMP_DI_TRAFFIC_COUNTERS, now);
	di_store_tell(bridge->store, slot, DIMP_DI_PORTAL_SESSION, now);
}
