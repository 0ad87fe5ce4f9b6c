/* SPDX-License-Identifier: MIT */
/*
 * Tells kinds of frames apart by what stands in their headers.  A frame that MACsec protects is
 * counted as that, for the wire does not show more.
 */
#include "observe/frame_census.h"

#include "bridge/pdu_carrier.h"
#include "net/eapol.h"
#include "net/ipv6.h"

const char *const frame_kind_names[FRAME_KINDS] = {
#define KIND(kind, name, text) [FRAME_KIND_##kind] = #name,
#include "observe/frame_kinds.def"
#undef KIND
};

static bool is_port_of(const struct edge_frame *frame, uint16_t first, uint16_t last)
{
	return (frame->source_port >= first && frame->source_port <= last) ||
		(frame->destination_port >= first && frame->destination_port <= last);
}

static enum frame_kind kind_of_udp(const struct edge_frame *frame)
{
	struct dimp_view pdu;

	if (is_port_of(frame, 67, 68) || is_port_of(frame, 546, 547))
		return FRAME_KIND_DHCP;
	/* RFC 2865, RFC 2866 and RFC 5176. */
	if (is_port_of(frame, 1812, 1813) || is_port_of(frame, 3799, 3799))
		return FRAME_KIND_RADIUS;
	return pdu_carrier_read(frame, &pdu) ? FRAME_KIND_DIMP : FRAME_KIND_DATA;
}

/* The types of RFC 2710 and RFC 3810, then those of RFC 4861. */
static enum frame_kind kind_of_icmpv6(const struct edge_frame *frame)
{
	const struct dimp_view octets = edge_frame_payload(frame);
	struct ipv6_packet packet;

	if (ipv6_read(octets, &packet) != PACKET_WHOLE || packet.payload.size == 0)
		return FRAME_KIND_DATA;
	const uint8_t type = packet.payload.octets[0];
	if ((type >= 130 && type <= 132) || type == 143)
		return FRAME_KIND_MLD;
	return type >= 133 && type <= 137 ? FRAME_KIND_ND : FRAME_KIND_DATA;
}

static enum frame_kind kind_of_ip(const struct edge_frame *frame)
{
	if (frame->has_ports && frame->ip_protocol == EDGE_PROTOCOL_UDP)
		return kind_of_udp(frame);
	if (frame->ethertype == EDGE_ETHERTYPE_IPV4)
		return frame->ip_protocol == EDGE_PROTOCOL_IGMP ? FRAME_KIND_IGMP : FRAME_KIND_DATA;
	return frame->ip_protocol == IPV6_ICMP ? kind_of_icmpv6(frame) : FRAME_KIND_DATA;
}

static enum frame_kind kind_of_eapol(const struct edge_frame *frame)
{
	const struct dimp_view packet = edge_frame_payload(frame);
	const bool is_mka = packet.size >= 2 && packet.octets[1] == EAPOL_MKA;

	return is_mka ? FRAME_KIND_MKA : FRAME_KIND_EAPOL;
}

enum frame_kind frame_kind_of(struct dimp_view octets)
{
	struct edge_frame frame;
	struct dimp_view pdu;

	if (!edge_frame_read(octets, &frame))
		return FRAME_KIND_DATA;
	switch (frame.ethertype) {
	case EDGE_ETHERTYPE_IPV4:
	case EDGE_ETHERTYPE_IPV6: return kind_of_ip(&frame);
	case EDGE_ETHERTYPE_EAPOL: return kind_of_eapol(&frame);
	case EDGE_ETHERTYPE_MACSEC: return FRAME_KIND_MACSEC;
	case EDGE_ETHERTYPE_ARP: return FRAME_KIND_ARP;
	case EDGE_ETHERTYPE_RARP: return FRAME_KIND_RARP;
	case EDGE_ETHERTYPE_ECP: return FRAME_KIND_VDP;
	default: return pdu_carrier_read(&frame, &pdu) ? FRAME_KIND_DIMP : FRAME_KIND_DATA;
	}
}

void frame_census_add(struct frame_census *census, struct dimp_view octets)
{
	const enum frame_kind kind = frame_kind_of(octets);

	census->frames[kind]++;
	census->octets[kind] += octets.size;
}
