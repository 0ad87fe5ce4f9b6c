/* SPDX-License-Identifier: MIT */
/* Only tags of 802.1Q are looked at; one of a service provider's is nobody's VLAN here. */
#include "live/port_tagging.h"

#include <string.h>

#include "bridge/edge_frame.h"
#include "bridge/pdu_carrier.h"
#include "live/wire_frame.h"

enum { ADDRESSES_SIZE = 12, CONTROL_AT = 14, VLAN_MASK = 0xfff };

static bool is_of_no_vlan(const struct port_tagging *tagging, const struct edge_frame *frame)
{
	struct dimp_view pdu;

	return pdu_carrier_read(frame, &pdu) || edge_mac_is_link_local(&frame->destination) ||
		edge_mac_equals(&frame->destination, &tagging->bridge);
}

static struct dimp_view without_tag(struct dimp_view octets, uint8_t *space)
{
	memcpy(space, octets.octets, ADDRESSES_SIZE);
	memcpy(space + ADDRESSES_SIZE, octets.octets + ADDRESSES_SIZE + WIRE_TAG_SIZE,
		octets.size - ADDRESSES_SIZE - WIRE_TAG_SIZE);
	return (struct dimp_view){space, octets.size - WIRE_TAG_SIZE};
}

/* A tag that tells a priority and no VLAN: the frame is of the port's, and keeps its priority. */
static struct dimp_view take_priority(const struct port_tagging *tagging,
	const struct edge_frame *frame, uint8_t *space)
{
	if (tagging->vlan == 0 || is_of_no_vlan(tagging, frame))
		return without_tag(frame->octets, space);
	memcpy(space, frame->octets.octets, frame->octets.size);
	space[CONTROL_AT] |= (uint8_t)(tagging->vlan >> 8);
	space[CONTROL_AT + 1] = (uint8_t)(tagging->vlan & 0xff);
	return (struct dimp_view){space, frame->octets.size};
}

struct dimp_view port_tagging_inward(const struct port_tagging *tagging, struct dimp_view octets,
	uint8_t *space)
{
	const struct wire_tag tag = {.control = tagging->vlan};
	struct edge_frame frame;

	if (!edge_frame_read(octets, &frame))
		return octets;
	if (frame.is_tagged && frame.vlan == 0)
		return take_priority(tagging, &frame, space);
	if (tagging->vlan == 0 || tagging->is_to_vms || frame.is_tagged ||
		is_of_no_vlan(tagging, &frame))
		return octets;
	return (struct dimp_view){space, wire_frame_tag(octets, &tag, space)};
}

struct dimp_view port_tagging_outward(const struct port_tagging *tagging, struct dimp_view octets,
	uint8_t *space)
{
	struct edge_frame frame;

	if (tagging->vlan == 0 || !edge_frame_read(octets, &frame) || !frame.is_tagged ||
		(frame.vlan & VLAN_MASK) != tagging->vlan)
		return octets;
	return without_tag(octets, space);
}
