/* SPDX-License-Identifier: MIT */
/*
 * Who is who in a capture: each MAC address with what its own messages make of it.  A client asks
 * and reports (EAP responses, DHCP requests, IGMP reports, MKPDUs of who is not key server); a
 * server answers or asks all (EAP requests and results, DHCP replies, IGMP queries, MKPDUs of the
 * key server).
 */
#ifndef SOURCES_STATION_ROLES_H
#define SOURCES_STATION_ROLES_H

#include "net/ethernet.h"

enum { STATION_ROLES_MAX = 4096 };

struct station_role {
	struct dimp_mac mac;
	bool is_client;
	bool is_server;
	bool is_reporter; /* joins groups, or follows a key server */
};

struct station_roles {
	struct station_role *rows; /* in order of first appearance */
	size_t count, capacity;
};

void station_roles_init(struct station_roles *roles);
void station_roles_free(struct station_roles *roles);

/* Looks at one frame; false without memory.  Stations beyond STATION_ROLES_MAX are not told apart.
 */
bool station_roles_frame(struct station_roles *roles, struct dimp_view octets);

/* The row of |mac|, NULL when it sent nothing that makes it a client or server. */
const struct station_role *station_roles_find(const struct station_roles *roles,
	const struct dimp_mac *mac);

/* Whether a VM is to be made of it. */
bool station_role_is_vm(const struct station_role *role);

#endif
