/* SPDX-License-Identifier: MIT */
/* UDP over IPv4 and IPv6 (RFC 768, RFC 8200 8.1). */
#ifndef NET_UDP_H
#define NET_UDP_H

#include "net/ipv4.h"
#include "net/ipv6.h"

enum { UDP_HEADER_SIZE = 8 };

struct udp_datagram {
	uint16_t source_port, destination_port;
	struct dimp_view payload; /* borrowed */
};

/*
 * Reads the payload of a whole packet; PACKET_MALFORMED or PACKET_BAD_CHECKSUM when it is wrong.
 * Over IPv6 there has to be a checksum.
 */
enum packet_verdict udp_read(const struct ipv4_packet *packet, struct udp_datagram *datagram);
enum packet_verdict udp6_read(const struct ipv6_packet *packet, struct udp_datagram *datagram);

/*
 * Writes header and payload, checksum for |packet|'s addresses filled in (its payload is not looked
 * at); the size, 0 when |capacity| is too small.
 */
size_t udp_write(const struct udp_datagram *datagram, const struct ipv4_packet *packet,
	uint8_t *octets, size_t capacity);
size_t udp6_write(const struct udp_datagram *datagram, const struct ipv6_packet *packet,
	uint8_t *octets, size_t capacity);

#endif
