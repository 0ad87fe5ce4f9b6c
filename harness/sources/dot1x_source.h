/* SPDX-License-Identifier: MIT */
/*
 * 802.1X, as relay: an EAP exchange the VM took part in, ended by a Success from the
 * authenticator's side, makes a DOT1X_SESSION; Failure and Logoff end it; a later Success refreshes
 * it.  As client of a RADIUS server, which its shared secret makes it: the server's Access-Accept
 * makes the session instead, and a Success on the port alone makes none.
 */
#ifndef SOURCES_DOT1X_SOURCE_H
#define SOURCES_DOT1X_SOURCE_H

#include "sources/radius_source.h"
#include "sources/source_packet.h"

/* What EAPOL does not tell and a RADIUS server would. */
struct dot1x_config {
	uint64_t session_us; /* UINT64_MAX: without end */
	uint64_t reauthentication_us; /* UINT64_MAX: never */
	uint16_t vlan; /* assigned; 0 for none */
	struct radius_secret radius; /* of size 0 where EAPOL alone tells */
};

/* The exchange under way; at a new bridge it starts again, as EAP itself does. */
struct dot1x_source {
	struct dot1x_config config;
	struct radius_source radius;
	bool is_answered; /* the VM answered a request of this exchange */
	uint8_t identifier; /* of its last response */
	uint8_t method; /* it last agreed to; 0 while only the identity is known */
	struct dimp_mac authenticator;
	struct dimp_text253 identity;
	bool has_request;
	uint8_t request_identifier;
};

/* Sessions without end, no VLAN. */
void dot1x_config_default(struct dot1x_config *config);
void dot1x_source_init(struct dot1x_source *source, const struct dot1x_config *config);
void dot1x_source_wipe(struct dot1x_source *source);

/* Learns from |packet| if it is EAPOL. */
void dot1x_source_packet(struct dot1x_source *source, const struct source_packet *packet,
	const struct source_place *place, struct dimp_time now);

/* Ends a session whose time is over, and says when that will be; DIMP_NEVER if never. */
void dot1x_source_expire(struct dot1x_source *source, const struct source_place *place,
	struct dimp_time now);
struct dimp_time dot1x_source_deadline(const struct source_place *place);

#endif
