/* SPDX-License-Identifier: MIT */
/* What a host's stack does for a socket: headers and checksums, both ways, and nothing else. */
#include "actors/datagram_frame.h"

#include "net/ethernet.h"
#include "net/ipv4.h"
#include "net/udp.h"

enum { HOPS = 64 };

static size_t write_ipv4(const struct datagram_frame *datagram, const struct udp_datagram *udp,
	uint8_t *packet)
{
	uint8_t payload[DATAGRAM_FRAME_MAX];
	struct ipv4_packet ipv4 = {.time_to_live = HOPS, .protocol = IPV4_UDP};

	if (!ipv4_from_mapped(&datagram->from, &ipv4.source) ||
		!ipv4_from_mapped(&datagram->to, &ipv4.destination))
		return 0;
	ipv4.payload.octets = payload;
	ipv4.payload.size = udp_write(udp, &ipv4, payload, sizeof payload);
	return ipv4.payload.size ? ipv4_write(&ipv4, packet, DATAGRAM_FRAME_MAX) : 0;
}

static size_t write_ipv6(const struct datagram_frame *datagram, const struct udp_datagram *udp,
	uint8_t *packet)
{
	uint8_t payload[DATAGRAM_FRAME_MAX];
	struct ipv6_packet ipv6 = {
		.source = datagram->from,
		.destination = datagram->to,
		.hop_limit = HOPS,
		.protocol = IPV6_UDP,
	};

	ipv6.payload.octets = payload;
	ipv6.payload.size = udp6_write(udp, &ipv6, payload, sizeof payload);
	return ipv6.payload.size ? ipv6_write(&ipv6, packet, DATAGRAM_FRAME_MAX) : 0;
}

size_t datagram_frame_write(const struct datagram_frame *datagram,
	uint8_t octets[DATAGRAM_FRAME_MAX])
{
	const bool is_ipv4 = ipv4_is_mapped(&datagram->to);
	const struct udp_datagram udp = {
		.source_port = datagram->from_port,
		.destination_port = datagram->to_port,
		.payload = datagram->payload,
	};
	uint8_t packet[DATAGRAM_FRAME_MAX];
	const size_t size =
		is_ipv4 ? write_ipv4(datagram, &udp, packet) : write_ipv6(datagram, &udp, packet);
	const struct ethernet_frame frame = {
		.destination = datagram->destination,
		.source = datagram->source,
		.type = is_ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6,
		.payload = {packet, size},
	};

	return size ? ethernet_write(&frame, octets, DATAGRAM_FRAME_MAX) : 0;
}

static bool read_udp(const struct edge_frame *frame, struct udp_datagram *udp)
{
	const struct dimp_view payload = edge_frame_payload(frame);
	struct ipv4_packet ipv4;
	struct ipv6_packet ipv6;

	if (frame->ethertype == EDGE_ETHERTYPE_IPV4)
		return ipv4_read(payload, &ipv4) == PACKET_WHOLE &&
			udp_read(&ipv4, udp) == PACKET_WHOLE;
	return ipv6_read(payload, &ipv6) == PACKET_WHOLE && udp6_read(&ipv6, udp) == PACKET_WHOLE;
}

bool datagram_frame_read(const struct edge_frame *frame, struct datagram_frame *datagram)
{
	struct udp_datagram udp;

	if (!frame->is_ip || frame->ip_protocol != EDGE_PROTOCOL_UDP || !read_udp(frame, &udp))
		return false;
	*datagram = (struct datagram_frame){
		.destination = frame->destination,
		.source = frame->source,
		.to = frame->ip_destination,
		.from = frame->ip_source,
		.to_port = udp.destination_port,
		.from_port = udp.source_port,
		.payload = udp.payload,
	};
	return true;
}
