/* SPDX-License-Identifier: MIT */
/*
 * By what multicast routers are known besides their queries: hellos of PIM version 2 (RFC 7761
 * 4.9.2) and the advertisements of multicast router discovery (RFC 4286), of both families.
 */
#ifndef NET_ROUTER_HELLO_H
#define NET_ROUTER_HELLO_H

#include "net/ipv4.h"
#include "net/ipv6.h"

enum { ROUTER_HELLO_PIM = 103 };

struct router_hello {
	/* How long the router counts as one without another hello: 0, it ends now; UINT64_MAX. */
	uint64_t present_us;
};

/* Whether the packet is of one of the two, good or bad. */
bool router_hello_is_in4(const struct ipv4_packet *packet);
bool router_hello_is_in6(const struct ipv6_packet *packet);

/* Read the packet; PACKET_MALFORMED when it is cut short or comes in a packet that none comes in,
 * PACKET_FRAGMENT for a message of another kind than hello, advertisement and termination. */
enum packet_verdict router_hello_read4(const struct ipv4_packet *packet,
	struct router_hello *hello);
enum packet_verdict router_hello_read6(const struct ipv6_packet *packet,
	struct router_hello *hello);

#endif
