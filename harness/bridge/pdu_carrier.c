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

size_t pdu_carrier_write(const struct pdu_way *way, struct dimp_view pdu, uint8_t *frame)
{
	const bool is_udp = way->carrier == PDU_CARRIED_BY_UDP;
	const uint16_t ethertype = is_udp ? EDGE_ETHERTYPE_IPV4 : DIMP_ETHERTYPE;
	size_t size = pdu.size;

	memcpy(frame, way->to.octets, sizeof way->to.octets);
	memcpy(frame + 6, way->from.octets, sizeof way->from.octets);
	frame[12] = (uint8_t)(ethertype >> 8);
	frame[13] = (uint8_t)(ethertype & 0xff);
	if (is_udp)
		size = write_udp(way, pdu, frame + HEADER_SIZE);
	else
		memcpy(frame + HEADER_SIZE, pdu.octets, pdu.size);
	size += HEADER_SIZE;
	if (size >= PDU_CARRIER_FRAME_MIN)
		return size;
	memset(frame + size, 0, PDU_CARRIER_FRAME_MIN - size);
	return PDU_CARRIER_FRAME_MIN;
}

static bool read_udp(struct dimp_view payload, struct dimp_view *pdu)
{
	struct ipv4_packet packet;
	struct udp_datagram datagram;

	if (ipv4_read(payload, &packet) != IPV4_WHOLE || packet.protocol != IPV4_UDP ||
		udp_read(&packet, &datagram) != IPV4_WHOLE)
		return false;
	*pdu = datagram.payload;
	return datagram.destination_port == DIMP_UDP_PORT;
}

bool pdu_carrier_read(const struct edge_frame *frame, struct dimp_view *pdu)
{
	const struct dimp_view payload = {
		.octets = frame->octets.octets + frame->payload,
		.size = frame->octets.size - frame->payload,
	};

	*pdu = payload;
	if (frame->vlan != 0)
		return false;
	if (frame->ethertype == DIMP_ETHERTYPE)
		return true;
	return frame->ethertype == EDGE_ETHERTYPE_IPV4 && frame->has_ports &&
		frame->destination_port == DIMP_UDP_PORT && read_udp(payload, pdu);
}
