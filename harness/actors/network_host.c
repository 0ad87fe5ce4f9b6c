/* SPDX-License-Identifier: MIT */
/*
 * A node that tags what it sends and tells its listeners what it hears.
 */
#include "actors/network_host.h"

#include <stdlib.h>

enum { LISTENERS_MAX = 1024, HOST_PORT = 0 };

struct network_host {
	struct engine *engine;
	unsigned node;
	struct dimp_mac mac;
	struct network_host_listener listeners[LISTENERS_MAX];
	size_t listener_count;
};

static void receive(void *context, unsigned port, struct dimp_view octets, struct dimp_time now)
{
	struct network_host *host = context;
	struct edge_frame frame;

	(void)port;
	if (!edge_frame_read(octets, &frame))
		return;
	for (size_t index = 0; index < host->listener_count; index++)
		host->listeners[index].hear(host->listeners[index].context, &frame, now);
}

struct network_host *network_host_create(struct engine *engine, const char *name,
	const struct dimp_mac *mac)
{
	struct network_host *host = calloc(1, sizeof *host);

	if (!host)
		return NULL;
	host->engine = engine;
	host->mac = *mac;
	host->node = engine_node_add(engine, name, receive, host);
	return host;
}

void network_host_destroy(struct network_host *host)
{
	free(host);
}

unsigned network_host_node(const struct network_host *host)
{
	return host->node;
}

const struct dimp_mac *network_host_mac(const struct network_host *host)
{
	return &host->mac;
}

bool network_host_add_listener(struct network_host *host,
	const struct network_host_listener *listener)
{
	if (host->listener_count == LISTENERS_MAX)
		return false;
	host->listeners[host->listener_count++] = *listener;
	return true;
}

void network_host_send(struct network_host *host, uint16_t vlan, struct dimp_view octets)
{
	uint8_t tagged[EDGE_FRAME_SIZE_MAX + EDGE_TAG_SIZE];
	struct edge_frame frame;

	if (!edge_frame_read(octets, &frame))
		return;
	const size_t size = edge_frame_retag(&frame, vlan, tagged);
	engine_transmit(host->engine, (struct engine_endpoint){host->node, HOST_PORT},
		(struct dimp_view){tagged, size});
}
