/* SPDX-License-Identifier: MIT */
/* IPv6 headers with their hop-by-hop options (RFC 8200), and the checksum of what they carry. */
#ifndef NET_IPV6_H
#define NET_IPV6_H

#include "net/packet_check.h"

enum {
	IPV6_HEADER_SIZE = 40,
	IPV6_ROUTER_ALERT_SIZE = 8, /* the hop-by-hop header that has this option only */
	IPV6_HOP_BY_HOP = 0,
	IPV6_UDP = 17,
	IPV6_FRAGMENT_HEADER = 44,
	IPV6_ICMP = 58
};

struct ipv6_packet {
	struct dimp_ip source, destination;
	uint8_t hop_limit;
	uint8_t protocol; /* of the payload, behind the hop-by-hop header if there is one */
	bool has_router_alert; /* hop-by-hop option for MLD (RFC 2711, value 0) */
	struct dimp_view payload; /* borrowed; without padding */
};

/* Reads a packet; |packet| holds for PACKET_WHOLE only. */
enum packet_verdict ipv6_read(struct dimp_view octets, struct ipv6_packet *packet);
/* Writes the packet, with a hop-by-hop header if it has a router alert; its size, 0 when |capacity|
 * is too small. */
size_t ipv6_write(const struct ipv6_packet *packet, uint8_t *octets, size_t capacity);

/* The checksum of |payload| under |packet|'s addresses and protocol; 0 over intact data. */
uint16_t ipv6_checksum(const struct ipv6_packet *packet, struct dimp_view payload);

/* fe80::/10. */
bool ipv6_is_link_local(const struct dimp_ip *address);
bool ipv6_is_zero(const struct dimp_ip *address);
/* Whether |address| begins with the first |bits| of |prefix|; of more than 128 none does. */
bool ipv6_is_in_prefix(const struct dimp_ip *address, const struct dimp_ip *prefix, unsigned bits);
/* The address that begins with fe80::/64 and has the MAC address in it (RFC 4291 appendix A). */
struct dimp_ip ipv6_link_local(const struct dimp_mac *mac);
/* Where a group's frames go: 33:33 and the group's last four octets (RFC 2464 7). */
struct dimp_mac ipv6_group_mac(const struct dimp_ip *group);

#endif
