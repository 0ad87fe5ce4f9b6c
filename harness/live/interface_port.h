/* SPDX-License-Identifier: MIT */
/*
 * A port of an engine's node that is a network interface.  The interface may go down, change its
 * MTU, disappear and come back under another number: the port follows it by its name, and says so.
 */
#ifndef LIVE_INTERFACE_PORT_H
#define LIVE_INTERFACE_PORT_H

#include "engine/engine.h"
#include "live/packet_ring.h"
#include "live/port_tagging.h"

struct interface_port;

enum interface_state {
	INTERFACE_GONE, /* there is none of this name, or it cannot be had */
	INTERFACE_DOWN, /* or without a carrier */
	INTERFACE_UP
};

/* How it is with the interface. */
struct interface_view {
	enum interface_state state;
	unsigned number; /* 0 when gone */
	unsigned mtu;
	uint64_t changes; /* how often that was otherwise than before */
	uint64_t over_mtu; /* frames that came longer than the MTU, and were dropped */
};

/* What a port says of itself; view is of after the change, |why| a cause or NULL. */
struct interface_listener {
	void *context;
	void (*hear)(void *context, const struct interface_port *port, const char *why);
};

struct interface_port_config {
	struct engine *engine; /* a live one */
	struct engine_endpoint at; /* a port without a link */
	const char *interface; /* name */
	struct port_tagging tagging;
	struct interface_listener listener; /* hear NULL: nobody */
};

/* NULL with errno when it may not be (EPERM) or memory or descriptors ended.  An interface that is
 * not there (yet) is waited for. */
struct interface_port *interface_port_create(const struct interface_port_config *config);
void interface_port_destroy(struct interface_port *port); /* NULL is fine */

/* Looks at the interface again: to be called when one of this host's has changed. */
void interface_port_check(struct interface_port *port);

const char *interface_port_name(const struct interface_port *port);
const struct interface_view *interface_port_view(const struct interface_port *port);
const struct packet_tally *interface_port_tally(struct interface_port *port);

/* A descriptor that can be read when an interface of this host has changed; -1 with errno. */
int interface_monitor_open(void);
/* Reads all that is there to read. */
void interface_monitor_drain(int descriptor);

#endif
