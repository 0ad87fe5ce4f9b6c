/* SPDX-License-Identifier: MIT */
/*
 * Nodes of the simulator share one routed network: 198.18.0.0/15 (RFC 2544), a node's last octets
 * being those of its MAC address.  Frames are told apart by MAC addresses all the same.
 */
#include "bridge/pdu_carrier.h"

#include <string.h>

#include "net/udp.h"

enum { HEADER_SIZE = 14, TIME_TO_LIVE = 64 };

static struct dimp_ipv4 address_of(const struct dimp_mac *mac)
{
	return (struct dimp_ipv4){
		{198, (uint8_t)(18 | (mac->octets[3] & 1)), mac->octets[4], mac->octets[5]}};
}

static size_t write_udp(const struct pdu_way *way, struct dimp_view pdu, uint8_t *octets)
{
	uint8_t datagram_octets[UDP_HEADER_SIZE + DIMP_PDU_SIZE_MAX];
	struct ipv4_packet packet = {
		.source = address_of(&way->from),
		.destination = address_of(&way->to),
		.time_to_live = TIME_TO_LIVE,
		.protocol = IPV4_UDP,
	};
	const struct udp_datagram datagram = {DIMP_UDP_PORT, DIMP_UDP_PORT, pdu};

	packet.payload.size =
		udp_write(&datagram, &packet, datagram_octets, sizeof datagram_octets);
	packet.payload.octets = datagram_octets;
	return ipv4_write(&packet, octets, IPV4_HEADER_SIZE + packet.payload.size);
}

static struct dimp_ip address6_of(const struct dimp_mac *mac)
{
	static const uint8_t prefix[8] = {0x20, 0x01, 0, 2};
	struct dimp_ip address = ipv6_link_local(mac);

	memcpy(address.octets, prefix, sizeof prefix);
	return address;
}

static size_t write_udp6(const struct pdu_way *way, struct dimp_view pdu, uint8_t *octets)
{
	uint8_t datagram_octets[UDP_HEADER_SIZE + DIMP_PDU_SIZE_MAX];
	struct ipv6_packet packet = {
		.source = address6_of(&way->from),
		.destination = address6_of(&way->to),
		.hop_limit = TIME_TO_LIVE,
		.protocol = IPV6_UDP,
	};
	const struct udp_datagram datagram = {DIMP_UDP_PORT, DIMP_UDP_PORT, pdu};

	packet.payload.size =
		udp6_write(&datagram, &packet, datagram_octets, sizeof datagram_octets);
	packet.payload.octets = datagram_octets;
	return ipv6_write(&packet, octets, IPV6_HEADER_SIZE + packet.payload.size);
}

static size_t write_bare(const struct pdu_way *way, struct dimp_view pdu, uint8_t *octets)
{
	(void)way;
	memcpy(octets, pdu.octets, pdu.size);
	return pdu.size;
}

static const struct {
	uint16_t ethertype;
	size_t (*write)(const struct pdu_way *way, struct dimp_view pdu, uint8_t *octets);
} carriers[] = {
	[PDU_CARRIED_BY_ETHERNET] = {DIMP_ETHERTYPE, write_bare},
	[PDU_CARRIED_BY_UDP] = {EDGE_ETHERTYPE_IPV4, write_udp},
	[PDU_CARRIED_BY_UDP6] = {EDGE_ETHERTYPE_IPV6, write_udp6},
};

size_t pdu_carrier_write(const struct pdu_way *way, struct dimp_view pdu, uint8_t *frame)
{
	const uint16_t ethertype = carriers[way->carrier].ethertype;

	memcpy(frame, way->to.octets, sizeof way->to.octets);
	memcpy(frame + 6, way->from.octets, sizeof way->from.octets);
	frame[12] = (uint8_t)(ethertype >> 8);
	frame[13] = (uint8_t)(ethertype & 0xff);
	const size_t size =
		HEADER_SIZE + carriers[way->carrier].write(way, pdu, frame + HEADER_SIZE);
	if (size >= PDU_CARRIER_FRAME_MIN)
		return size;
	memset(frame + size, 0, PDU_CARRIER_FRAME_MIN - size);
	return PDU_CARRIER_FRAME_MIN;
}

static bool read_udp(struct dimp_view payload, struct udp_datagram *datagram)
{
	struct ipv4_packet packet;

	return ipv4_read(payload, &packet) == PACKET_WHOLE && packet.protocol == IPV4_UDP &&
		udp_read(&packet, datagram) == PACKET_WHOLE;
}

static bool read_udp6(struct dimp_view payload, struct udp_datagram *datagram)
{
	struct ipv6_packet packet;

	return ipv6_read(payload, &packet) == PACKET_WHOLE && packet.protocol == IPV6_UDP &&
		udp6_read(&packet, datagram) == PACKET_WHOLE;
}

/* Only what looks like DIMP by its ports is read whole: most frames are none. */
static bool read_datagram(const struct edge_frame *frame, struct dimp_view payload,
	struct udp_datagram *datagram)
{
	if (!frame->has_ports || frame->destination_port != DIMP_UDP_PORT)
		return false;
	if (frame->ethertype == EDGE_ETHERTYPE_IPV4)
		return read_udp(payload, datagram);
	return frame->ethertype == EDGE_ETHERTYPE_IPV6 && read_udp6(payload, datagram);
}

bool pdu_carrier_read(const struct edge_frame *frame, struct dimp_view *pdu)
{
	const struct dimp_view payload = edge_frame_payload(frame);
	struct udp_datagram datagram;

	*pdu = payload;
	if (frame->vlan != 0)
		return false;
	if (frame->ethertype == DIMP_ETHERTYPE)
		return true;
	if (!read_datagram(frame, payload, &datagram) || datagram.destination_port != DIMP_UDP_PORT)
		return false;
	*pdu = datagram.payload;
	return true;
}
