/* SPDX-License-Identifier: MIT */
/* What cannot be read cannot be snooped, and is not let through. */
#include "bridge/dhcp_inspection.h"

#include "net/dhcp4.h"
#include "net/dhcp6.h"
#include "net/udp.h"

bool dhcp_inspection_permits(const struct edge_frame *frame)
{
	struct ipv4_packet packet;
	struct udp_datagram datagram;
	struct dhcp4_message message;

	if (ipv4_read(edge_frame_payload(frame), &packet) != PACKET_WHOLE ||
		udp_read(&packet, &datagram) != PACKET_WHOLE ||
		!dhcp4_read(datagram.payload, &message))
		return false;
	return message.operation == DHCP4_BOOT_REQUEST && message.kind != DHCP4_OFFER &&
		message.kind != DHCP4_ACK && message.kind != DHCP4_NAK &&
		edge_mac_equals(&message.client, &frame->source) &&
		ipv4_is_zero(&message.relay_address) && message.relay_information.size == 0;
}

static bool is_asking(enum dhcp6_kind kind)
{
	switch (kind) {
	case DHCP6_SOLICIT:
	case DHCP6_REQUEST:
	case DHCP6_CONFIRM:
	case DHCP6_RENEW:
	case DHCP6_REBIND:
	case DHCP6_RELEASE:
	case DHCP6_DECLINE:
	case DHCP6_INFORMATION_REQUEST: return true;
	case DHCP6_NONE:
	case DHCP6_ADVERTISE:
	case DHCP6_REPLY:
	case DHCP6_RECONFIGURE: return false;
	}
	return false;
}

/* A relay's message is none of a client. */
bool dhcp6_inspection_permits(const struct edge_frame *frame)
{
	struct ipv6_packet packet;
	struct udp_datagram datagram;
	struct dhcp6_message message;

	return ipv6_read(edge_frame_payload(frame), &packet) == PACKET_WHOLE &&
		udp6_read(&packet, &datagram) == PACKET_WHOLE &&
		dhcp6_read(datagram.payload, &message) && dhcp6_is_valid(&message) &&
		is_asking(message.kind);
}
