/* SPDX-License-Identifier: MIT */
/*
 * What forwarding must know of a frame: addresses, VLAN, EtherType and, for IP, what access lists
 * and guards match.  Nothing is kept: the view stays the caller's.
 */
#ifndef BRIDGE_EDGE_FRAME_H
#define BRIDGE_EDGE_FRAME_H

#include "dimp.h"

enum {
	EDGE_ETHERTYPE_IPV4 = 0x0800,
	EDGE_ETHERTYPE_ARP = 0x0806,
	EDGE_ETHERTYPE_RARP = 0x8035,
	EDGE_ETHERTYPE_VLAN = 0x8100,
	EDGE_ETHERTYPE_IPV6 = 0x86dd,
	EDGE_ETHERTYPE_EAPOL = 0x888e,
	EDGE_ETHERTYPE_ECP = 0x8940,
	EDGE_ETHERTYPE_MACSEC = 0x88e5,
	EDGE_PROTOCOL_ICMP = 1,
	EDGE_PROTOCOL_IGMP = 2,
	EDGE_PROTOCOL_TCP = 6,
	EDGE_PROTOCOL_UDP = 17,
	EDGE_FRAME_SIZE_MAX = 9216, /* longer frames are dropped at the port */
	EDGE_TAG_SIZE = 4
};

struct edge_frame {
	struct dimp_view octets; /* the whole frame, borrowed */
	struct dimp_mac destination, source;
	bool is_tagged;
	uint16_t vlan; /* of the tag; 0 without one */
	uint16_t ethertype; /* behind the tag */
	size_t payload; /* where what follows the EtherType begins */
	bool is_ip; /* the next five hold */
	struct dimp_ip ip_source, ip_destination;
	uint8_t ip_protocol;
	bool has_ports; /* TCP or UDP, first fragment */
	uint16_t source_port, destination_port;
};

/* Reads |octets| into |frame|.  False when there is no whole Ethernet header, or the frame is
 * longer than EDGE_FRAME_SIZE_MAX; a damaged IP header only leaves is_ip false. */
bool edge_frame_read(struct dimp_view octets, struct edge_frame *frame);

/* What follows the EtherType, borrowed. */
struct dimp_view edge_frame_payload(const struct edge_frame *frame);
/* Octets on the wire from the destination address to the FCS, which |frame| is without. */
uint32_t edge_frame_wire_size(const struct edge_frame *frame);

/* Writes |frame| with the tag |vlan| (0: untagged) in place of its own, of the same priority, to
 * |octets|, which holds EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE; returns the size. */
size_t edge_frame_retag(const struct edge_frame *frame, uint16_t vlan, uint8_t *octets);

/* Group bit, broadcast, and the addresses 01-80-C2-00-00-0x that no bridge forwards. */
bool edge_mac_is_group(const struct dimp_mac *mac);
bool edge_mac_is_broadcast(const struct dimp_mac *mac);
bool edge_mac_is_link_local(const struct dimp_mac *mac);
bool edge_mac_equals(const struct dimp_mac *one, const struct dimp_mac *other);

/* An IPv4 address as the registry's IP holds it, and back. */
struct dimp_ip edge_ip_from_ipv4(const uint8_t octets[4]);
bool edge_ip_equals(const struct dimp_ip *one, const struct dimp_ip *other);

#endif
