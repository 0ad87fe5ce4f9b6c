/* SPDX-License-Identifier: MIT */
/*
 * The bridge's 802.1X authenticator for one VM (IEEE 802.1X-2004 8.2), passing EAP through to a
 * RADIUS server (RFC 3579).  It asks and relays; what comes of it is learned by the sources from
 * the same frames.  It has no input and output: feed it, let time pass, drain it.
 */
#ifndef BRIDGE_AUTHENTICATOR_H
#define BRIDGE_AUTHENTICATOR_H

#include "actors/datagram_frame.h"
#include "net/radius.h"
#include "sources/radius_source.h"

struct authenticator;

struct authenticator_config {
	struct dimp_mac bridge, server; /* where frames to the server go from and to */
	struct dimp_ip bridge_address, server_address;
	struct radius_secret secret;
	uint16_t port; /* of its requests: tells the authenticators of a bridge apart */
	uint64_t quiet_us; /* after a failure, the VM is not listened to that long */
};

enum authenticator_way { AUTHENTICATOR_TO_VM, AUTHENTICATOR_TO_SERVER };

/* The VM of |place|, whose session stands in its store; both are copied.  NULL without memory. */
struct authenticator *authenticator_create(const struct authenticator_config *config,
	const struct source_place *place);
void authenticator_destroy(struct authenticator *authenticator); /* NULL is fine */

/* The VM's DI is in force here from now on: the server is told of the session that it has.  A VM
 * without one is waited for, as hostapd does: that somebody is new behind a port that is up already
 * is nothing that a bridge sees. */
void authenticator_start(struct authenticator *authenticator, struct dimp_time now);
/* It is not any more: what was under way is forgotten. */
void authenticator_stop(struct authenticator *authenticator);

/* An EAPOL frame of the VM. */
void authenticator_hear_vm(struct authenticator *authenticator, struct dimp_view frame,
	struct dimp_time now);
/* A datagram of the server, after the sources have heard it.  False when it is a request of the
 * server's that is about another session. */
bool authenticator_hear_server(struct authenticator *authenticator,
	const struct datagram_frame *datagram, struct dimp_time now);
/* Answers a request that is about nobody's session (RFC 5176: 503). */
void authenticator_refuse(struct authenticator *authenticator,
	const struct datagram_frame *datagram);

void authenticator_expire(struct authenticator *authenticator, struct dimp_time now);
struct dimp_time authenticator_deadline(const struct authenticator *authenticator);

/* The next frame to be sent, and where to; 0 when there is none. */
size_t authenticator_transmit(struct authenticator *authenticator,
	uint8_t octets[DATAGRAM_FRAME_MAX], enum authenticator_way *way);

#endif
