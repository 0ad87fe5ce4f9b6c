/* SPDX-License-Identifier: MIT */
/*
 * A RADIUS server on a host of the network that authenticates by EAP-MD5 (RFC 3748 5.4): it asks
 * each user for his password, grants him what is configured, keeps account of where he is, and can
 * disconnect him there (RFC 5176).
 */
#ifndef ACTORS_RADIUS_SERVER_H
#define ACTORS_RADIUS_SERVER_H

#include "actors/network_host.h"
#include "net/radius.h"

enum { RADIUS_RULES_MAX = 16, RADIUS_TEXT_MAX = 128 };

struct radius_server;

/* What an Access-Accept grants; texts are "" when not given. */
struct radius_server_grant {
	uint32_t session_s; /* 0: without end */
	bool is_asked_again; /* Termination-Action RADIUS-Request */
	bool is_single_login; /* who is in is let in again by the State that he was given only */
	uint16_t vlan; /* 0: none */
	char filter[RADIUS_TEXT_MAX], class[RADIUS_TEXT_MAX];
	char rules[RADIUS_RULES_MAX][RADIUS_TEXT_MAX]; /* NAS-Filter-Rules */
	size_t rule_count;
};

struct radius_server_config {
	struct network_host *host; /* borrowed for the server's life */
	struct dimp_ip address;
	struct dimp_view secret, password; /* borrowed likewise; every user has the same password */
	const struct radius_server_grant *grant; /* borrowed likewise */
};

/* NULL without memory or when the host has too many listeners. */
struct radius_server *radius_server_create(const struct radius_server_config *config);
void radius_server_destroy(struct radius_server *server); /* NULL is fine */

/* Asks the bridges where the users are, by their accounts, to disconnect all of them. */
void radius_server_disconnect(struct radius_server *server, struct dimp_time now);

#endif
