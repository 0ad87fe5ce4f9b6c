/* SPDX-License-Identifier: MIT */
/*
 * Where a speaker is reached (DIMP 3-4), as users write it: "127.0.0.1:34997",
 * "[2001:db8::1]:34997", or at an Ethernet interface "52:54:00:00:00:01".  All are socket
 * addresses, so that one socket call sends to each.
 */
#ifndef LIVE_PEER_ADDRESS_H
#define LIVE_PEER_ADDRESS_H

#include <netinet/in.h>
#include <netpacket/packet.h>
#include <stdbool.h>
#include <stddef.h>

struct peer_address {
	socklen_t size; /* of the member that |any.sa_family| tells */
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
		struct sockaddr_ll link;
	} at;
};

/* Reads |size| characters as an IP address; without a port it is DIMP_UDP_PORT.  False when it is
 * none. */
bool peer_address_read_ip(const char *text, size_t size, struct peer_address *address);

/* Reads |size| characters as a MAC address at the interface with this index; groups are none. */
bool peer_address_read_mac(const char *text, size_t size, int interface,
	struct peer_address *address);

bool peer_address_equal(const struct peer_address *a, const struct peer_address *b);

#endif
