/* SPDX-License-Identifier: MIT */
/*
 * The two families differ in the numbers of the messages, and in what the checksum covers: ICMPv6's
 * has the addresses in it (RFC 4443 2.3).
 */
#include "actors/echo_frame.h"

#include "net/ethernet.h"
#include "net/ipv4.h"
#include "net/ipv6.h"
#include "net/octets.h"

enum { HOPS = 64, CHECKSUM = 2 };

static const struct family {
	uint8_t request, reply;
} ipv4_kinds = {8, 0}, ipv6_kinds = {128, 129};

static size_t write_message(const struct echo_frame *echo, const struct family *kinds,
	uint8_t *octets)
{
	struct octet_writer writer = octet_writer_of(octets, ECHO_FRAME_MAX);

	octet_write_u8(&writer, echo->is_reply ? kinds->reply : kinds->request);
	octet_write_zeros(&writer, 3);
	octet_write_u16(&writer, echo->identifier);
	octet_write_u16(&writer, echo->sequence);
	octet_write_copy(&writer, echo->data.octets, echo->data.size);
	return octet_writer_size(&writer);
}

static void fill_checksum(uint8_t *message, uint16_t sum)
{
	message[CHECKSUM] = (uint8_t)(sum >> 8);
	message[CHECKSUM + 1] = (uint8_t)sum;
}

static size_t write_ipv4(const struct echo_frame *echo, uint8_t *octets)
{
	uint8_t message[ECHO_FRAME_MAX];
	struct ipv4_packet packet = {.time_to_live = HOPS, .protocol = IPV4_ICMP};

	if (!ipv4_from_mapped(&echo->from, &packet.source) ||
		!ipv4_from_mapped(&echo->to, &packet.destination))
		return 0;
	packet.payload = (struct dimp_view){message, write_message(echo, &ipv4_kinds, message)};
	if (packet.payload.size == 0)
		return 0;
	fill_checksum(message, internet_checksum(&packet.payload, 1));
	return ipv4_write(&packet, octets, ECHO_FRAME_MAX);
}

static size_t write_ipv6(const struct echo_frame *echo, uint8_t *octets)
{
	uint8_t message[ECHO_FRAME_MAX];
	struct ipv6_packet packet = {
		.source = echo->from,
		.destination = echo->to,
		.hop_limit = HOPS,
		.protocol = IPV6_ICMP,
	};

	packet.payload = (struct dimp_view){message, write_message(echo, &ipv6_kinds, message)};
	if (packet.payload.size == 0)
		return 0;
	fill_checksum(message, ipv6_checksum(&packet, packet.payload));
	return ipv6_write(&packet, octets, ECHO_FRAME_MAX);
}

size_t echo_frame_write(const struct echo_frame *echo, uint8_t octets[ECHO_FRAME_MAX])
{
	const bool is_ipv4 = ipv4_is_mapped(&echo->to);
	uint8_t packet[ECHO_FRAME_MAX];
	const size_t size = is_ipv4 ? write_ipv4(echo, packet) : write_ipv6(echo, packet);
	const struct ethernet_frame frame = {
		.destination = echo->destination,
		.source = echo->source,
		.type = is_ipv4 ? ETHERTYPE_IPV4 : ETHERTYPE_IPV6,
		.payload = {packet, size},
	};

	return size ? ethernet_write(&frame, octets, ECHO_FRAME_MAX) : 0;
}

static bool read_message(struct dimp_view message, const struct family *kinds,
	struct echo_frame *echo)
{
	struct octet_reader reader = octet_reader_of(message);
	const uint8_t kind = octet_read_u8(&reader), code = octet_read_u8(&reader);

	octet_read_u16(&reader);
	echo->is_reply = kind == kinds->reply;
	echo->identifier = octet_read_u16(&reader);
	echo->sequence = octet_read_u16(&reader);
	echo->data = reader.rest;
	return !reader.is_short && code == 0 && (kind == kinds->reply || kind == kinds->request);
}

static bool read_ipv4(struct dimp_view payload, struct echo_frame *echo)
{
	struct ipv4_packet packet;

	return ipv4_read(payload, &packet) == PACKET_WHOLE && packet.protocol == IPV4_ICMP &&
		internet_checksum(&packet.payload, 1) == 0 &&
		read_message(packet.payload, &ipv4_kinds, echo);
}

static bool read_ipv6(struct dimp_view payload, struct echo_frame *echo)
{
	struct ipv6_packet packet;

	return ipv6_read(payload, &packet) == PACKET_WHOLE && packet.protocol == IPV6_ICMP &&
		ipv6_checksum(&packet, packet.payload) == 0 &&
		read_message(packet.payload, &ipv6_kinds, echo);
}

bool echo_frame_read(const struct edge_frame *frame, struct echo_frame *echo)
{
	const struct dimp_view payload = edge_frame_payload(frame);

	if (!frame->is_ip)
		return false;
	if (frame->ip_protocol != IPV4_ICMP && frame->ip_protocol != IPV6_ICMP)
		return false;
	*echo = (struct echo_frame){
		.destination = frame->destination,
		.source = frame->source,
		.to = frame->ip_destination,
		.from = frame->ip_source,
	};
	return frame->ethertype == EDGE_ETHERTYPE_IPV4 ? read_ipv4(payload, echo)
						       : read_ipv6(payload, echo);
}
