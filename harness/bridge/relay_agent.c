/* SPDX-License-Identifier: MIT */
/*
 * Link header and IP header stay, but for lengths and checksums.  A fragment is left alone: what
 * the source guard could not read did not come this far.
 */
#include "bridge/relay_agent.h"

#include <stdio.h>
#include <string.h>

#include "net/dhcp4.h"
#include "net/relay_information.h"
#include "net/udp.h"

enum { CIRCUIT_MAX = 96, IP_LENGTH = 2, IP_CHECKSUM = 10 };

/* A DHCPv4 message within its frame. */
struct parts {
	struct ipv4_packet packet;
	struct udp_datagram datagram;
};

static bool read_parts(const struct edge_frame *frame, struct parts *parts)
{
	if (frame->ethertype != EDGE_ETHERTYPE_IPV4 || frame->ip_protocol != EDGE_PROTOCOL_UDP)
		return false;
	return ipv4_read(edge_frame_payload(frame), &parts->packet) == PACKET_WHOLE &&
		udp_read(&parts->packet, &parts->datagram) == PACKET_WHOLE;
}

static void write_u16(uint8_t *octets, size_t value)
{
	octets[0] = (uint8_t)(value >> 8);
	octets[1] = (uint8_t)value;
}

/* The frame with another message in it. */
static size_t rewrite(const struct edge_frame *frame, const struct parts *parts,
	struct dimp_view message, uint8_t octets[EDGE_FRAME_SIZE_MAX])
{
	const size_t ip_size =
		(size_t)(parts->packet.payload.octets - frame->octets.octets) - frame->payload;
	uint8_t *const ip = octets + frame->payload;
	struct udp_datagram datagram = parts->datagram;

	if (message.size == 0)
		return 0;
	memcpy(octets, frame->octets.octets, frame->payload + ip_size);
	datagram.payload = message;
	const size_t size = udp_write(&datagram, &parts->packet, ip + ip_size,
		EDGE_FRAME_SIZE_MAX - frame->payload - ip_size);
	write_u16(ip + IP_LENGTH, ip_size + size);
	write_u16(ip + IP_CHECKSUM, 0);
	write_u16(ip + IP_CHECKSUM, internet_checksum(&(struct dimp_view){ip, ip_size}, 1));
	return size ? frame->payload + ip_size + size : 0;
}

size_t relay_agent_mark(const struct relay_agent *agent, const struct attachment *vm,
	const struct edge_frame *frame, uint8_t octets[EDGE_FRAME_SIZE_MAX])
{
	uint8_t message[EDGE_FRAME_SIZE_MAX];
	char circuit[CIRCUIT_MAX];
	struct parts parts;

	if (!frame->has_ports || frame->source_port != DHCP4_CLIENT_PORT ||
		frame->destination_port != DHCP4_SERVER_PORT || !read_parts(frame, &parts))
		return 0;
	const int length = snprintf(circuit, sizeof circuit, "%s/%u:%u", agent->name, vm->port,
		(unsigned)vm->vlan);
	if (length < 0 || (size_t)length >= sizeof circuit)
		return 0;
	const struct relay_information information = {
		.circuit = {(const uint8_t *)circuit, (size_t)length},
		.remote = {agent->address.octets, sizeof agent->address.octets},
	};
	const size_t size = relay_information_add(parts.datagram.payload, &information, message,
		sizeof message);
	return rewrite(frame, &parts, (struct dimp_view){message, size}, octets);
}

size_t relay_agent_unmark(const struct edge_frame *frame, uint8_t octets[EDGE_FRAME_SIZE_MAX])
{
	uint8_t message[EDGE_FRAME_SIZE_MAX];
	struct parts parts;

	if (!frame->has_ports || frame->destination_port != DHCP4_CLIENT_PORT ||
		!read_parts(frame, &parts))
		return 0;
	const size_t size =
		relay_information_strip(parts.datagram.payload, message, sizeof message);
	return rewrite(frame, &parts, (struct dimp_view){message, size}, octets);
}
