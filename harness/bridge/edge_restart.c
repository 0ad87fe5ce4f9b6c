/* SPDX-License-Identifier: MIT */
/*
 * What a bridge loses and keeps when it stops: its ports, its policy and its VSI database are
 * configured and stay; everything that it learned or agreed on is gone.
 */
#include "bridge/edge_bridge_state.h"

static void forget_vm(struct edge_bridge *bridge, struct attachment *attachment)
{
	di_store_clear(bridge->store, attachment->slot);
	frame_hold_drop(bridge->hold, attachment->slot);
	secure_port_forget(bridge->secure, attachment->slot);
	attachment->state = ATTACHMENT_ABSENT;
	attachment->vsi_index = DIMP_NO_VSI;
}

void edge_bridge_crash(struct edge_bridge *bridge)
{
	bridge->is_down = true;
	speaker_binding_destroy(bridge->binding);
	bridge->binding = NULL;
	bridge->learner = (struct edge_learner){.context = NULL};
	edge_probing_stop(bridge);
	edge_reporter_stop(bridge);
	engine_cancel(bridge->engine, bridge->ageing);
	bridge->ageing = 0;
	bridge->ageing_at = DIMP_NEVER;
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++)
		forget_vm(bridge, &bridge->attachments[slot]);
}

bool edge_bridge_forget(struct edge_bridge *bridge, unsigned slot)
{
	struct attachment *attachment = &bridge->attachments[slot];

	if (slot >= bridge->attachment_count || attachment->vsi_index != DIMP_NO_VSI)
		return false;
	edge_forwarding_forget(bridge, attachment);
	forget_vm(bridge, attachment);
	vm_finder_remove(bridge->finder, slot, &attachment->mac);
	*attachment = (struct attachment){
		.slot = slot,
		.is_free = true,
		.vsi_index = DIMP_NO_VSI,
	};
	return true;
}

bool edge_bridge_restart(struct edge_bridge *bridge, const struct edge_restart *restart)
{
	forwarding_table_destroy(bridge->forwarding);
	port_snooping_destroy(bridge->snooping);
	bridge->snooping = NULL;
	bridge->learner = restart->learner;
	if (!edge_bridge_create_snooping(bridge) || !edge_bridge_create_forwarding(bridge) ||
		!edge_bridge_create_speaker(bridge, restart->speaker))
		return false;
	bridge->is_down = false;
	return true;
}

void edge_bridge_set_policy(struct edge_bridge *bridge, const struct edge_policy *policy)
{
	bridge->policy = *policy;
}

const struct edge_policy *edge_bridge_policy(const struct edge_bridge *bridge)
{
	return &bridge->policy;
}
