/* SPDX-License-Identifier: MIT */
/* Writes RFC 4861 4.4, with the override flag and the target's link-layer address (4.6.1), and 4.3
 * from the unspecified address, which goes without one. */
#include "net/neighbor.h"

#include "net/ethernet.h"
#include "net/ipv6.h"
#include "net/nd.h"

enum { HOPS = 255, MESSAGE_SIZE = 32 };

/* |packet| has the addresses; its group is where the frame goes. */
static size_t write_frame(struct ipv6_packet packet, const struct nd_message *message,
	const struct dimp_mac *from, uint8_t *octets)
{
	uint8_t body[MESSAGE_SIZE], packet_octets[NEIGHBOR_FRAME_MAX];

	packet.hop_limit = HOPS;
	packet.protocol = IPV6_ICMP;
	packet.payload = (struct dimp_view){body, nd_write(&packet, message, body, sizeof body)};
	const struct ethernet_frame frame = {
		.destination = ipv6_group_mac(&packet.destination),
		.source = *from,
		.type = ETHERTYPE_IPV6,
		.payload = {packet_octets,
			ipv6_write(&packet, packet_octets, sizeof packet_octets)},
	};
	return ethernet_write(&frame, octets, NEIGHBOR_FRAME_MAX);
}

size_t neighbor_announce(const struct dimp_mac *mac, const struct dimp_ip *address,
	uint8_t octets[NEIGHBOR_FRAME_MAX])
{
	const struct ipv6_packet packet = {
		.source = *address,
		.destination = {{0xff, 2, [15] = 1}},
	};
	const struct nd_message message = {
		.kind = ND_NEIGHBOUR_ADVERTISEMENT,
		.is_override = true,
		.target = *address,
		.has_link_layer = true,
		.link_layer = *mac,
	};

	return write_frame(packet, &message, mac, octets);
}

size_t neighbor_probe(const struct dimp_mac *mac, const struct dimp_ip *address,
	uint8_t octets[NEIGHBOR_FRAME_MAX])
{
	const struct ipv6_packet packet = {.destination = nd_solicited_node(address)};
	const struct nd_message message = {
		.kind = ND_NEIGHBOUR_SOLICITATION,
		.target = *address,
	};

	return write_frame(packet, &message, mac, octets);
}
