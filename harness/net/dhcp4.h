/* SPDX-License-Identifier: MIT */
/* DHCP messages (RFC 2131, options of RFC 2132). */
#ifndef NET_DHCP4_H
#define NET_DHCP4_H

#include "dimp.h"

enum { DHCP4_CLIENT_PORT = 68, DHCP4_SERVER_PORT = 67 };
enum dhcp4_operation { DHCP4_BOOT_REQUEST = 1, DHCP4_BOOT_REPLY = 2 };

enum dhcp4_kind {
	DHCP4_NONE = 0, /* BOOTP: no option 53 */
	DHCP4_DISCOVER = 1,
	DHCP4_OFFER = 2,
	DHCP4_REQUEST = 3,
	DHCP4_DECLINE = 4,
	DHCP4_ACK = 5,
	DHCP4_NAK = 6,
	DHCP4_RELEASE = 7,
	DHCP4_INFORM = 8
};

struct dhcp4_message {
	enum dhcp4_operation operation;
	enum dhcp4_kind kind;
	uint32_t transaction;
	uint16_t flags;
	struct dimp_ipv4 client_address, your_address, relay_address;
	struct dimp_mac client;
	bool has_lease, has_server, has_requested;
	uint32_t lease_s; /* UINT32_MAX: infinite */
	struct dimp_ipv4 server, requested;
	bool has_renewal, has_rebinding; /* T1 and T2 are told */
	uint32_t renewal_s, rebinding_s;
	bool is_rapid; /* two messages may do, or have done (RFC 4039) */
	struct dimp_view relay_information; /* option 82 (RFC 3046), borrowed; empty: none */
};

/*
 * Reads a message, options in the overloaded fields (option 52) included.  False when it is cut
 * short, not for Ethernet, without the cookie, or an option runs past its field or has an
 * impossible length.
 */
bool dhcp4_read(struct dimp_view octets, struct dhcp4_message *message);
/* Writes the message; its size, 0 when |capacity| is too small. */
size_t dhcp4_write(const struct dhcp4_message *message, uint8_t *octets, size_t capacity);

#endif
