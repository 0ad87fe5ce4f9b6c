/* SPDX-License-Identifier: MIT */
/*
 * Loss-free mode (DIMP 9.2-30): what arrives for a VM that is stopped on its way here waits until
 * its DI is in force, then passes its gate like any other frame.  It is a copy: the frame itself
 * goes where the bridge sends it anyhow, to where the VM was.
 *
 * A group frame that a VM on the same port gets is not held: that one would get it twice.
 */
#include "bridge/edge_bridge_state.h"

#include <stdlib.h>

/* Whether the port of |attachment| gets the group frame at once, for another VM. */
static bool is_served(const struct edge_bridge *bridge, const struct attachment *attachment,
	const struct edge_frame *frame, uint16_t vlan)
{
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		const struct attachment *other = &bridge->attachments[slot];
		if (other == attachment || other->port != attachment->port ||
			other->state != ATTACHMENT_ACTIVE || other->vlan != vlan)
			continue;
		if (gate_to_vm(bridge->store, other, frame, engine_now(bridge->engine)) ==
				GATE_PASS &&
			edge_forwarding_wants(bridge, other, frame, vlan))
			return true;
	}
	return false;
}

static bool is_for(const struct edge_bridge *bridge, const struct attachment *attachment,
	const struct edge_frame *frame, uint16_t vlan)
{
	if (attachment->vlan != vlan || edge_mac_equals(&attachment->mac, &frame->source))
		return false;
	if (!edge_mac_is_group(&frame->destination))
		return edge_mac_equals(&attachment->mac, &frame->destination);
	return !is_served(bridge, attachment, frame, vlan);
}

void edge_holding_keep(struct edge_bridge *bridge, const struct edge_frame *frame, uint16_t vlan)
{
	if (!frame_hold_is_waiting(bridge->hold))
		return;
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		const struct attachment *attachment = &bridge->attachments[slot];
		if (frame_hold_is_open(bridge->hold, slot) &&
			attachment->state != ATTACHMENT_ACTIVE &&
			is_for(bridge, attachment, frame, vlan))
			frame_hold_add(bridge->hold, slot, frame->octets, vlan);
	}
}

bool edge_holding_queue(struct edge_bridge *bridge, const struct attachment *attachment,
	const struct edge_frame *frame)
{
	if (!frame_hold_is_open(bridge->hold, attachment->slot) ||
		attachment->state != ATTACHMENT_ACTIVE || frame->ethertype == EDGE_ETHERTYPE_EAPOL)
		return false;
	frame_hold_add(bridge->hold, attachment->slot, frame->octets, attachment->vlan);
	return true;
}

static void deliver(struct edge_bridge *bridge, struct attachment *attachment, struct dimp_time now)
{
	struct held_frame *held = frame_hold_take(bridge->hold, attachment->slot);

	while (held) {
		struct held_frame *next = held->next;
		struct edge_frame frame;
		if (edge_frame_read((struct dimp_view){held->octets, held->size}, &frame) &&
			(!edge_mac_is_group(&frame.destination) ||
				edge_forwarding_wants(bridge, attachment, &frame, held->vlan)))
			edge_forwarding_deliver(bridge, attachment, &frame, now);
		free(held);
		held = next;
	}
}

static void deliver_all(void *context, struct dimp_time now)
{
	struct edge_bridge *bridge = context;

	bridge->release = 0;
	/* What ended on the way is of no use to what was held. */
	di_store_expire(bridge->store, now);
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		struct attachment *attachment = &bridge->attachments[slot];
		if (frame_hold_is_open(bridge->hold, slot) &&
			attachment->state == ATTACHMENT_ACTIVE)
			deliver(bridge, attachment, now);
	}
}

void edge_holding_release(struct edge_bridge *bridge, struct dimp_time now)
{
	/* The RESPONSE goes first: it lets the VM run that is to hear them. */
	if (frame_hold_is_waiting(bridge->hold) && bridge->release == 0)
		bridge->release = engine_schedule(bridge->engine, now, deliver_all, bridge);
}
