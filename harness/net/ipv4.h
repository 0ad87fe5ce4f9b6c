/* SPDX-License-Identifier: MIT */
/* IPv4 headers (RFC 791). */
#ifndef NET_IPV4_H
#define NET_IPV4_H

#include "net/packet_check.h"

enum { IPV4_HEADER_SIZE = 20, IPV4_ICMP = 1, IPV4_IGMP = 2, IPV4_UDP = 17 };

struct ipv4_packet {
	struct dimp_ipv4 source, destination;
	uint8_t time_to_live;
	uint8_t protocol;
	struct dimp_view options; /* borrowed; a multiple of 4 octets */
	struct dimp_view payload; /* borrowed; without padding */
};

/* Reads a packet; |packet| holds for PACKET_WHOLE only. */
enum packet_verdict ipv4_read(struct dimp_view octets, struct ipv4_packet *packet);
/* Writes the packet, checksum filled in; its size, 0 when |capacity| is too small. */
size_t ipv4_write(const struct ipv4_packet *packet, uint8_t *octets, size_t capacity);

bool ipv4_is_zero(const struct dimp_ipv4 *address);
/* The address as ::ffff:0:0/96 has it, whether one is of those, and back; false when it is not. */
struct dimp_ip ipv4_mapped(const struct dimp_ipv4 *address);
bool ipv4_is_mapped(const struct dimp_ip *address);
bool ipv4_from_mapped(const struct dimp_ip *mapped, struct dimp_ipv4 *address);

#endif
