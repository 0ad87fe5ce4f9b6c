/* SPDX-License-Identifier: MIT */
/* The bindings are those of the source guard; here it is what a message says that is held to them.
 */
#include "bridge/neighbour_inspection.h"

#include "bridge/source_guard.h"
#include "net/arp.h"
#include "net/ipv4.h"
#include "net/mld.h"
#include "net/nd.h"

bool arp_inspection_permits(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame)
{
	struct arp_packet packet;

	if (!arp_read(edge_frame_payload(frame), &packet) ||
		!edge_mac_equals(&packet.sender, &attachment->mac))
		return false;
	if (ipv4_is_zero(&packet.sender_address))
		return packet.operation == ARP_REQUEST;
	const struct dimp_ip sender = ipv4_mapped(&packet.sender_address);
	return source_guard_has(store, attachment, &sender);
}

/* Whether it may say that |address| is its own. */
static bool may_claim(const struct di_store *store, const struct attachment *attachment,
	const struct dimp_ip *address)
{
	return source_guard_has(store, attachment, address) ||
		(ipv6_is_link_local(address) && !attachment->is_discovery_bound);
}

static bool permits_message(const struct di_store *store, const struct attachment *attachment,
	const struct ipv6_packet *packet)
{
	const bool is_from_nobody = ipv6_is_zero(&packet->source);
	struct nd_message message;

	if (nd_read(packet, &message) != PACKET_WHOLE)
		return false;
	if (message.has_link_layer && !edge_mac_equals(&message.link_layer, &attachment->mac))
		return false;
	switch (message.kind) {
	case ND_ROUTER_SOLICITATION:
	case ND_NEIGHBOUR_SOLICITATION: return true;
	case ND_NEIGHBOUR_ADVERTISEMENT:
		return !is_from_nobody && may_claim(store, attachment, &message.target);
	case ND_ROUTER_ADVERTISEMENT:
	case ND_REDIRECT: return false;
	}
	return false;
}

bool neighbour_inspection_permits(const struct di_store *store, const struct attachment *attachment,
	const struct edge_frame *frame)
{
	struct ipv6_packet packet;
	const enum packet_verdict verdict = ipv6_read(edge_frame_payload(frame), &packet);

	if (verdict == PACKET_WHOLE && nd_is_message(&packet))
		return permits_message(store, attachment, &packet);
	if (!ipv6_is_zero(&frame->ip_source))
		return true;
	return verdict == PACKET_WHOLE && mld_is_message(&packet);
}

bool neighbour_inspection_is_routers(const struct edge_frame *frame)
{
	struct ipv6_packet packet;

	if (frame->ethertype != EDGE_ETHERTYPE_IPV6 ||
		ipv6_read(edge_frame_payload(frame), &packet) != PACKET_WHOLE ||
		!nd_is_message(&packet))
		return false;
	return packet.payload.octets[0] == ND_ROUTER_ADVERTISEMENT ||
		packet.payload.octets[0] == ND_REDIRECT;
}
