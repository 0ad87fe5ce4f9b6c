/* SPDX-License-Identifier: MIT */
/*
 * A host of the network on a bridge port: what services run on, and where the recorded peers of a
 * VM send from.
 */
#ifndef ACTORS_NETWORK_HOST_H
#define ACTORS_NETWORK_HOST_H

#include "bridge/edge_frame.h"
#include "engine/engine.h"

struct network_host;

struct network_host_listener {
	void *context;
	void (*hear)(void *context, const struct edge_frame *frame, struct dimp_time now);
};

/* Adds the node (its one port is 0) to the engine; |name| is borrowed.  NULL without memory. */
struct network_host *network_host_create(struct engine *engine, const char *name,
	const struct dimp_mac *mac);
void network_host_destroy(struct network_host *host);

unsigned network_host_node(const struct network_host *host);
const struct dimp_mac *network_host_mac(const struct network_host *host);

/* Hears every frame that arrives; false when there are too many listeners. */
bool network_host_add_listener(struct network_host *host,
	const struct network_host_listener *listener);

/* Sends an untagged frame in |vlan|. */
void network_host_send(struct network_host *host, uint16_t vlan, struct dimp_view frame);

#endif
