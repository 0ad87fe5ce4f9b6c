/* SPDX-License-Identifier: MIT */
/*
 * What a bridge says to its RADIUS server about one VM, as packets: requests for access (RFC 3579),
 * accounts (RFC 2866), and answers to what the server asks for (RFC 5176).
 */
#ifndef BRIDGE_RADIUS_CLIENT_H
#define BRIDGE_RADIUS_CLIENT_H

#include "net/radius.h"
#include "sources/radius_source.h"

enum radius_client_account { RADIUS_ACCOUNT_START = 1, RADIUS_ACCOUNT_INTERIM = 3 };

struct radius_client {
	struct radius_secret secret;
	struct dimp_ip address; /* the bridge's, of IPv4 */
	struct dimp_mac bridge, station;
	uint16_t port; /* of its requests */
	uint8_t identifier; /* of the last request */
	uint8_t authenticator[RADIUS_AUTHENTICATOR_SIZE]; /* of the last request for access */
	uint64_t drawn;
	struct dimp_text253 identity;
	struct dimp_octets253 state; /* of the server's last word, to be sent back */
	char account[32];
};

/* Each writes a sealed packet; its size, 0 when that cannot be done. */
size_t radius_client_access(struct radius_client *client, struct dimp_view eap,
	uint8_t octets[RADIUS_SIZE_MAX]);
/* Of |session|, by the names that the server gave it. */
size_t radius_client_account(struct radius_client *client, const struct dimp_dot1x_session *session,
	enum radius_client_account status, uint8_t octets[RADIUS_SIZE_MAX]);
/* To |request| of the server's; |cause| is an Error-Cause, 0 for none. */
size_t radius_client_answer(const struct radius_client *client, const struct radius_packet *request,
	uint32_t cause, uint8_t octets[RADIUS_SIZE_MAX]);

/* Names the account of the session to come: |session|'s that there is, else a new name. */
void radius_client_name_account(struct radius_client *client,
	const struct dimp_dot1x_session *session);

struct dimp_view radius_client_secret(const struct radius_client *client);

#endif
