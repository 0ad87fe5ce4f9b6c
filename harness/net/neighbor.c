/* SPDX-License-Identifier: MIT */
/* Writes RFC 4861 4.4, with the override flag and the target's link-layer address (4.6.1). */
#include "net/neighbor.h"

#include "net/ethernet.h"
#include "net/ipv6.h"
#include "net/octets.h"

enum { ADVERTISEMENT = 136, OVERRIDE = 0x20, TARGET_ADDRESS = 2, HOPS = 255, MESSAGE_SIZE = 32 };

static void write_message(struct octet_writer *writer, const struct dimp_mac *mac,
	const struct dimp_ip *address)
{
	octet_write_u8(writer, ADVERTISEMENT);
	octet_write_zeros(writer, 3);
	octet_write_u8(writer, OVERRIDE);
	octet_write_zeros(writer, 3);
	octet_write_copy(writer, address->octets, sizeof address->octets);
	octet_write_u8(writer, TARGET_ADDRESS);
	octet_write_u8(writer, 1); /* of 8 octets */
	octet_write_copy(writer, mac->octets, sizeof mac->octets);
}

size_t neighbor_announce(const struct dimp_mac *mac, const struct dimp_ip *address,
	uint8_t octets[NEIGHBOR_FRAME_MAX])
{
	static const struct dimp_ip all_nodes = {{0xff, 2, [15] = 1}};
	uint8_t message[MESSAGE_SIZE], packet_octets[NEIGHBOR_FRAME_MAX];
	struct octet_writer writer = octet_writer_of(message, sizeof message);
	struct ipv6_packet packet = {
		.source = *address,
		.destination = all_nodes,
		.hop_limit = HOPS,
		.protocol = IPV6_ICMP,
		.payload = {message, sizeof message},
	};

	write_message(&writer, mac, address);
	const uint16_t sum = ipv6_checksum(&packet, packet.payload);
	message[2] = (uint8_t)(sum >> 8);
	message[3] = (uint8_t)sum;
	const struct ethernet_frame frame = {
		.destination = ipv6_group_mac(&all_nodes),
		.source = *mac,
		.type = ETHERTYPE_IPV6,
		.payload = {packet_octets,
			ipv6_write(&packet, packet_octets, sizeof packet_octets)},
	};
	return ethernet_write(&frame, octets, NEIGHBOR_FRAME_MAX);
}
