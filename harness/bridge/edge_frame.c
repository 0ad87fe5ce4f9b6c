/* SPDX-License-Identifier: MIT */
/*
 * Classifies frames for the forwarding plane.  Only one VLAN tag is understood: what is behind a
 * second one is opaque, as for a customer bridge.
 */
#include "bridge/edge_frame.h"

#include <string.h>

enum { HEADER_SIZE = 14, IPV4_HEADER_MIN = 20, IPV6_HEADER_SIZE = 40, ICMPV6 = 58 };

static uint16_t read_u16(const uint8_t *octets)
{
	return (uint16_t)(octets[0] << 8 | octets[1]);
}

struct dimp_ip edge_ip_from_ipv4(const uint8_t octets[4])
{
	struct dimp_ip ip = {.octets = {[10] = 0xff, [11] = 0xff}};

	memcpy(ip.octets + 12, octets, 4);
	return ip;
}

bool edge_ip_equals(const struct dimp_ip *one, const struct dimp_ip *other)
{
	return memcmp(one->octets, other->octets, sizeof one->octets) == 0;
}

bool edge_mac_is_group(const struct dimp_mac *mac)
{
	return mac->octets[0] & 1;
}

bool edge_mac_equals(const struct dimp_mac *one, const struct dimp_mac *other)
{
	return memcmp(one->octets, other->octets, sizeof one->octets) == 0;
}

bool edge_mac_is_broadcast(const struct dimp_mac *mac)
{
	static const struct dimp_mac broadcast = {{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};

	return edge_mac_equals(mac, &broadcast);
}

bool edge_mac_is_link_local(const struct dimp_mac *mac)
{
	static const uint8_t reserved[5] = {0x01, 0x80, 0xc2, 0x00, 0x00};

	return memcmp(mac->octets, reserved, sizeof reserved) == 0 && mac->octets[5] < 0x10;
}

static void read_ports(struct edge_frame *frame, const uint8_t *octets, size_t size)
{
	if (frame->ip_protocol != EDGE_PROTOCOL_TCP && frame->ip_protocol != EDGE_PROTOCOL_UDP)
		return;
	if (size < 4)
		return;
	frame->has_ports = true;
	frame->source_port = read_u16(octets);
	frame->destination_port = read_u16(octets + 2);
}

static void read_ipv4(struct edge_frame *frame, const uint8_t *octets, size_t size)
{
	if (size < IPV4_HEADER_MIN || octets[0] >> 4 != 4)
		return;
	const size_t header = (size_t)(octets[0] & 15) * 4;
	if (header < IPV4_HEADER_MIN || header > size)
		return;
	frame->is_ip = true;
	frame->ip_protocol = octets[9];
	frame->ip_source = edge_ip_from_ipv4(octets + 12);
	frame->ip_destination = edge_ip_from_ipv4(octets + 16);
	const bool is_first = (read_u16(octets + 6) & 0x1fff) == 0;
	if (is_first)
		read_ports(frame, octets + header, size - header);
}

static void read_ipv6(struct edge_frame *frame, const uint8_t *octets, size_t size)
{
	if (size < IPV6_HEADER_SIZE || octets[0] >> 4 != 6)
		return;
	frame->is_ip = true;
	memcpy(frame->ip_source.octets, octets + 8, 16);
	memcpy(frame->ip_destination.octets, octets + 24, 16);
	frame->ip_protocol = octets[6];
	/* MLD hides its ICMPv6 behind one hop-by-hop header. */
	if (octets[6] == 0 && size >= IPV6_HEADER_SIZE + 8)
		frame->ip_protocol = octets[IPV6_HEADER_SIZE];
	if (octets[6] != 0)
		read_ports(frame, octets + IPV6_HEADER_SIZE, size - IPV6_HEADER_SIZE);
}

bool edge_frame_read(struct dimp_view octets, struct edge_frame *frame)
{
	if (octets.size < HEADER_SIZE || octets.size > EDGE_FRAME_SIZE_MAX)
		return false;
	*frame = (struct edge_frame){.octets = octets, .payload = HEADER_SIZE};
	memcpy(frame->destination.octets, octets.octets, 6);
	memcpy(frame->source.octets, octets.octets + 6, 6);
	frame->ethertype = read_u16(octets.octets + 12);
	if (frame->ethertype == EDGE_ETHERTYPE_VLAN) {
		if (octets.size < HEADER_SIZE + EDGE_TAG_SIZE)
			return false;
		frame->is_tagged = true;
		frame->vlan = read_u16(octets.octets + 14) & 0x0fff;
		frame->ethertype = read_u16(octets.octets + 16);
		frame->payload = HEADER_SIZE + EDGE_TAG_SIZE;
	}
	const uint8_t *payload = octets.octets + frame->payload;
	const size_t size = octets.size - frame->payload;
	if (frame->ethertype == EDGE_ETHERTYPE_IPV4)
		read_ipv4(frame, payload, size);
	if (frame->ethertype == EDGE_ETHERTYPE_IPV6)
		read_ipv6(frame, payload, size);
	return true;
}

struct dimp_view edge_frame_payload(const struct edge_frame *frame)
{
	return (struct dimp_view){
		.octets = frame->octets.octets + frame->payload,
		.size = frame->octets.size - frame->payload,
	};
}

uint32_t edge_frame_wire_size(const struct edge_frame *frame)
{
	enum { FCS_SIZE = 4 };

	return (uint32_t)frame->octets.size + FCS_SIZE;
}

size_t edge_frame_retag(const struct edge_frame *frame, uint16_t vlan, uint8_t *octets)
{
	const size_t behind = frame->payload - 2;
	const size_t rest = frame->octets.size - behind;
	size_t size = 12;
	/* Priority and drop eligibility are the frame's, in whatever VLAN. */
	const uint8_t priority = frame->is_tagged ? frame->octets.octets[14] & 0xf0 : 0;

	memcpy(octets, frame->octets.octets, size);
	if (vlan != 0) {
		octets[size++] = EDGE_ETHERTYPE_VLAN >> 8;
		octets[size++] = EDGE_ETHERTYPE_VLAN & 0xff;
		octets[size++] = (uint8_t)(priority | (vlan >> 8 & 0x0f));
		octets[size++] = (uint8_t)vlan;
	}
	memcpy(octets + size, frame->octets.octets + behind, rest);
	return size + rest;
}
