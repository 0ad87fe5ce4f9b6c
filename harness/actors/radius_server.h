/* SPDX-License-Identifier: MIT */
/*
 * A RADIUS server on a host of the network that authenticates by EAP-MD5 (RFC 3748 5.4): it asks
 * each user for his password, grants him what his account says, keeps account of where he is, and
 * can disconnect him there or change his session (RFC 5176).
 */
#ifndef ACTORS_RADIUS_SERVER_H
#define ACTORS_RADIUS_SERVER_H

#include "actors/network_host.h"
#include "actors/radius_account.h"

struct radius_server;

struct radius_server_config {
	struct network_host *host; /* borrowed for the server's life */
	struct dimp_ip address;
	struct dimp_view secret; /* borrowed likewise */
	const struct radius_accounts *accounts; /* borrowed likewise */
};

/* NULL without memory or when the host has too many listeners. */
struct radius_server *radius_server_create(const struct radius_server_config *config);
void radius_server_destroy(struct radius_server *server); /* NULL is fine */

/* Asks the bridges where the users of |account| are, one of the server's, to disconnect them. */
void radius_server_disconnect(struct radius_server *server, const struct radius_account *account);
/* The same to change their sessions to what the account says (CoA). */
void radius_server_change(struct radius_server *server, const struct radius_account *account);

#endif
