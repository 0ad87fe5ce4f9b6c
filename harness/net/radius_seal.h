/* SPDX-License-Identifier: MIT */
/*
 * Whether RADIUS packets come from who knows the shared secret: Request and Response Authenticator
 * (RFC 2865 3, RFC 2866 3, RFC 5176 2.3) and Message-Authenticator (RFC 3579 3.2, RFC 5176 3.4).
 */
#ifndef NET_RADIUS_SEAL_H
#define NET_RADIUS_SEAL_H

#include "net/radius.h"

/*
 * Whether a request is authentic.  An Access-Request has a random authenticator, so that only its
 * Message-Authenticator can tell: it must be there.  The others' authenticator is a hash.
 */
bool radius_request_is_authentic(const struct radius_packet *packet, struct dimp_view secret);

/*
 * Whether a response was made for the request with that authenticator.  A Message-Authenticator
 * must be right if there is one, and must be there beside an EAP-Message (RFC 3579 3.1).
 */
bool radius_response_is_authentic(const struct radius_packet *packet,
	const uint8_t request[RADIUS_AUTHENTICATOR_SIZE], struct dimp_view secret);

/* Adds a Message-Authenticator of zeros, which sealing fills in. */
void radius_add_message_authenticator(struct octet_writer *writer);
/* Seal a finished packet of |size| octets in place; false when it is none, or without MD5. */
bool radius_seal_request(uint8_t *octets, size_t size, struct dimp_view secret);
bool radius_seal_response(uint8_t *octets, size_t size,
	const uint8_t request[RADIUS_AUTHENTICATOR_SIZE], struct dimp_view secret);

#endif
