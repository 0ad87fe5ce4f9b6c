/* SPDX-License-Identifier: MIT */
/*
 * What a bridge learns of a VM's 802.1X session as the client of a RADIUS server: an Access-Accept
 * makes the session with what it grants, an Access-Reject or a Disconnect that was acknowledged
 * ends it, an acknowledged CoA changes it, and an Access-Challenge grants nothing.  Packets belong
 * to a VM by Calling-Station-Id, answers to requests by identifier, port and authenticator; none is
 * believed that does not prove the shared secret.
 */
#ifndef SOURCES_RADIUS_SOURCE_H
#define SOURCES_RADIUS_SOURCE_H

#include "sources/granted_list.h"
#include "sources/source_packet.h"

enum { RADIUS_SECRET_MAX = 128, RADIUS_ASKED_MAX = 4 };

struct radius_secret {
	size_t size; /* 0: the bridge is no client of a RADIUS server */
	uint8_t octets[RADIUS_SECRET_MAX];
};

/* A request whose answer is waited for. */
struct radius_asked {
	bool is_open;
	uint8_t code, identifier;
	uint16_t client_port;
	uint8_t authenticator[RADIUS_AUTHENTICATOR_SIZE];
	bool is_for_list; /* a downloadable list is asked for */
	uint8_t method; /* of the EAP in it, 0 while only the identity is known */
	struct dimp_text253 identity, accounting_session;
	struct radius_grant *grant; /* of a CoA-Request, owned */
};

struct radius_source {
	struct radius_secret secret;
	struct radius_asked asked[RADIUS_ASKED_MAX];
	size_t next_asked; /* the place of the oldest */
	struct granted_list list;
};

void radius_source_init(struct radius_source *source, const struct radius_secret *secret);
void radius_source_wipe(struct radius_source *source);

/* Whether RADIUS decides about sessions: a Success on the port then is only its echo. */
bool radius_source_decides(const struct radius_source *source);

/* Whether a Disconnect- or CoA-Request is about the session of the VM of |place|: all that name
 * sessions in it must name this one, and one has to be there (RFC 5176 3). */
bool radius_source_concerns(const struct radius_packet *packet, const struct source_place *place);

/* Learns from |frame|, seen between the bridge and its server. */
void radius_source_frame(struct radius_source *source, struct dimp_view frame,
	const struct source_place *place, struct dimp_time now);

#endif
