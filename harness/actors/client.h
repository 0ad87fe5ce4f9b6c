/* SPDX-License-Identifier: MIT */
/*
 * A program that a VM runs by itself and that speaks with the network: an 802.1X supplicant, a DHCP
 * client, a member of multicast groups.  A kind of client is a file of its own that makes one and
 * has these actions; harness/scenario/world_clients.c lists the kinds.
 */
#ifndef ACTORS_CLIENT_H
#define ACTORS_CLIENT_H

#include "dimp.h"

/* What a hypervisor may do to a client without asking its user, for want of anything better. */
enum client_prompt {
	CLIENT_RENEW, /* the lease, as on a link that went down and up again */
	CLIENT_REAUTHENTICATE
};

/* |client| is what the kind made.  prompt() is NULL for a kind that nobody prompts. */
struct client_actions {
	/* The VM runs from now on, or again. */
	void (*run)(void *client, struct dimp_time now);
	void (*pause)(void *client, struct dimp_time now);
	void (*prompt)(void *client, enum client_prompt prompt, struct dimp_time now);
	void (*destroy)(void *client);
};

struct client {
	const struct client_actions *actions;
	void *self;
};

#endif
