/* SPDX-License-Identifier: MIT */
/* Which frames pass the bridge's DHCP relay agent, if it is one. */
#include "bridge/edge_bridge_state.h"

#include "bridge/relay_agent.h"

/* |space| with the |size| octets that were written there, else |frame| as it is. */
static const struct edge_frame *rewritten(const struct edge_frame *frame,
	struct relayed_frame *space, size_t size)
{
	const struct dimp_view octets = {space->octets, size};

	return size != 0 && edge_frame_read(octets, &space->frame) ? &space->frame : frame;
}

const struct edge_frame *edge_relaying_mark(const struct edge_bridge *bridge,
	const struct attachment *vm, const struct edge_frame *frame, struct relayed_frame *space)
{
	const struct relay_agent agent = {bridge->name, bridge->address};

	return bridge->is_relay_agent
		? rewritten(frame, space, relay_agent_mark(&agent, vm, frame, space->octets))
		: frame;
}

const struct edge_frame *edge_relaying_unmark(const struct edge_bridge *bridge,
	const struct edge_frame *frame, struct relayed_frame *space)
{
	return bridge->is_relay_agent
		? rewritten(frame, space, relay_agent_unmark(frame, space->octets))
		: frame;
}
