/* SPDX-License-Identifier: MIT */
/* The general query of IGMP and of MLD as a whole frame: who is member of any group? */
#ifndef NET_GENERAL_QUERY_H
#define NET_GENERAL_QUERY_H

#include "net/ethernet.h"
#include "net/group_message.h"

enum { GENERAL_QUERY_SIZE_MAX = 128 };

struct general_query {
	struct dimp_mac source;
	struct dimp_ip address; /* of the sender: IPv4 (0.0.0.0 of one that wants no election) asks
				   by IGMP, IPv6, link-local, by MLD */
	uint8_t version; /* of the protocol */
	uint64_t response_us; /* within which members answer */
	uint64_t interval_us; /* between such queries */
};

/* Writes the frame, untagged; the size, 0 when there is no such version. */
size_t general_query_write(const struct general_query *query,
	uint8_t octets[GENERAL_QUERY_SIZE_MAX]);

#endif
