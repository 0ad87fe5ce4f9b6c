/* SPDX-License-Identifier: MIT */
/* Writes RFC 4861 4.4, with the override flag and the target's link-layer address (4.6.1). */
#include "net/neighbor.h"

#include "net/ethernet.h"
#include "net/ipv6.h"
#include "net/nd.h"

enum { HOPS = 255, MESSAGE_SIZE = 32 };

size_t neighbor_announce(const struct dimp_mac *mac, const struct dimp_ip *address,
	uint8_t octets[NEIGHBOR_FRAME_MAX])
{
	static const struct dimp_ip all_nodes = {{0xff, 2, [15] = 1}};
	const struct nd_message message = {
		.kind = ND_NEIGHBOUR_ADVERTISEMENT,
		.is_override = true,
		.target = *address,
		.has_link_layer = true,
		.link_layer = *mac,
	};
	uint8_t body[MESSAGE_SIZE], packet_octets[NEIGHBOR_FRAME_MAX];
	struct ipv6_packet packet = {
		.source = *address,
		.destination = all_nodes,
		.hop_limit = HOPS,
		.protocol = IPV6_ICMP,
	};

	packet.payload = (struct dimp_view){body, nd_write(&packet, &message, body, sizeof body)};
	const struct ethernet_frame frame = {
		.destination = ipv6_group_mac(&all_nodes),
		.source = *mac,
		.type = ETHERTYPE_IPV6,
		.payload = {packet_octets,
			ipv6_write(&packet, packet_octets, sizeof packet_octets)},
	};
	return ethernet_write(&frame, octets, NEIGHBOR_FRAME_MAX);
}
