/* SPDX-License-Identifier: MIT */
/* DHCPv6 messages, those of relays included, with what they say of addresses and prefixes (RFC
 * 8415). */
#ifndef NET_DHCP6_H
#define NET_DHCP6_H

#include "dimp.h"

enum {
	DHCP6_CLIENT_PORT = 546,
	DHCP6_SERVER_PORT = 547,
	DHCP6_DUID_MIN = 3,
	DHCP6_DUID_MAX = 130,
	DHCP6_RELAYS_MAX = 8, /* HOP_COUNT_LIMIT of RFC 8415 7.6 */
	DHCP6_ADDRESS_PREFIX = 128 /* what an address counts as */
};

enum dhcp6_kind {
	DHCP6_NONE = 0, /* of no kind below */
	DHCP6_SOLICIT = 1,
	DHCP6_ADVERTISE = 2,
	DHCP6_REQUEST = 3,
	DHCP6_CONFIRM = 4,
	DHCP6_RENEW = 5,
	DHCP6_REBIND = 6,
	DHCP6_REPLY = 7,
	DHCP6_RELEASE = 8,
	DHCP6_DECLINE = 9,
	DHCP6_RECONFIGURE = 10,
	DHCP6_INFORMATION_REQUEST = 11
};

enum dhcp6_status {
	DHCP6_SUCCESS = 0,
	DHCP6_UNSPECIFIED_FAILURE = 1,
	DHCP6_NO_ADDRESSES = 2,
	DHCP6_NO_BINDING = 3,
	DHCP6_NOT_ON_LINK = 4,
	DHCP6_USE_MULTICAST = 5,
	DHCP6_NO_PREFIX = 6
};

/* Non-temporary and temporary addresses, and delegated prefixes. */
enum dhcp6_association_kind { DHCP6_IA_NA = 3, DHCP6_IA_TA = 4, DHCP6_IA_PD = 25 };

struct dhcp6_message {
	enum dhcp6_kind kind;
	uint32_t transaction; /* 24 bits */
	struct dimp_view client_duid, server_duid; /* borrowed; empty: none */
	uint16_t status; /* Success when not told */
	bool is_rapid;
	enum dhcp6_kind reconfigure; /* of a Reconfigure: what the client is to send */
	struct dimp_view options; /* borrowed; take the associations with the function below */
};

struct dhcp6_association {
	enum dhcp6_association_kind kind;
	uint32_t identifier; /* IAID */
	uint32_t renewal_s, rebinding_s; /* T1, T2; 0: the client's own reckoning */
	uint16_t status;
	struct dimp_view options; /* borrowed */
};

struct dhcp6_lease {
	struct dimp_ip address; /* or prefix */
	uint8_t prefix; /* its length, DHCP6_ADDRESS_PREFIX for an address */
	uint32_t preferred_s, valid_s; /* UINT32_MAX: infinite */
	uint16_t status;
};

/*
 * Reads a message of client or server.  False when it is cut short, of a relay, or has an option
 * that runs past its end or has an impossible length, wherever it stands.  A kind that is not known
 * is DHCP6_NONE.
 */
bool dhcp6_read(struct dimp_view octets, struct dhcp6_message *message);

/* Whether it has the identifiers that its kind must have, and none that it must not (RFC 8415 16).
 */
bool dhcp6_is_valid(const struct dhcp6_message *message);

/* Take the next association off |message|, and the next lease off it; false at the end. */
bool dhcp6_association_next(struct dhcp6_message *message, struct dhcp6_association *association);
bool dhcp6_lease_next(struct dhcp6_association *association, struct dhcp6_lease *lease);

/* A message as relays hand it on. */
struct dhcp6_relayed {
	struct dimp_view message; /* the client's or server's, borrowed */
	struct dimp_ip peer; /* whom the relay next to the client heard it from */
	unsigned relays; /* it went through */
	bool is_reply; /* of the server, on its way back */
};

/*
 * Unwraps what relays have put around a message; one that no relay has is itself, with 0 relays.
 * False when it is malformed or went through more than DHCP6_RELAYS_MAX.
 */
bool dhcp6_unwrap(struct dimp_view octets, struct dhcp6_relayed *relayed);

/* An association to be written, with at most one lease. */
struct dhcp6_request {
	struct dhcp6_association association; /* its options are not looked at */
	bool has_lease;
	struct dhcp6_lease lease;
};

/* Writes the message (its options are not looked at) with |count| associations; its size, 0 when
 * |capacity| is too small. */
struct dhcp6_requests {
	const struct dhcp6_request *rows;
	size_t count;
};
size_t dhcp6_write(const struct dhcp6_message *message, const struct dhcp6_requests *requests,
	uint8_t *octets, size_t capacity);

#endif
