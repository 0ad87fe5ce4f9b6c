/* SPDX-License-Identifier: MIT */
/*
 * A slot of a store of its own for each port, kept by the same source as a VM's memberships: to
 * snooping a port is one host, whoever is behind it.  Timers that have run out are seen to whenever
 * somebody asks, since nobody else would notice.
 */
#include "bridge/port_snooping.h"

#include <stdlib.h>

#include "bridge/di_store.h"
#include "bridge/membership_filter.h"
#include "net/ipv4.h"
#include "sources/group_source.h"

struct snooped_port {
	struct group_source source;
	struct source_place place;
};

struct port_snooping {
	struct di_store *store;
	struct source_counters counters;
	struct snooped_port *ports;
	unsigned port_count;
};

struct port_snooping *port_snooping_create(unsigned ports)
{
	struct port_snooping *snooping = calloc(1, sizeof *snooping);

	if (!snooping)
		return NULL;
	snooping->port_count = ports;
	snooping->store = di_store_create();
	snooping->ports = calloc(ports + 1u, sizeof *snooping->ports);
	if (!snooping->store || !snooping->ports) {
		port_snooping_destroy(snooping);
		return NULL;
	}
	for (unsigned port = 0; port < ports; port++) {
		group_source_init(&snooping->ports[port].source);
		snooping->ports[port].place = (struct source_place){.store = snooping->store,
			.slot = port,
			.counters = &snooping->counters};
	}
	return snooping;
}

void port_snooping_destroy(struct port_snooping *snooping)
{
	if (!snooping)
		return;
	if (snooping->store)
		di_store_destroy(snooping->store);
	free(snooping->ports);
	free(snooping);
}

static void expire(struct port_snooping *snooping, struct dimp_time now)
{
	for (unsigned port = 0; port < snooping->port_count; port++)
		group_source_expire(&snooping->ports[port].place, now);
	di_store_expire(snooping->store, now);
}

static bool is_query(const struct edge_frame *frame)
{
	struct group_message message;

	return membership_filter_read(frame, &message) && message.kind == GROUP_QUERY;
}

/* A query tells every port's timers, and makes a router of the one it came from. */
void port_snooping_hear(struct port_snooping *snooping, unsigned port,
	const struct snooped_frame *snooped)
{
	const struct source_frame heard = {.octets = snooped->frame->octets};
	const bool is_for_all = is_query(snooped->frame);
	struct source_packet packet;

	if (!snooped->frame->is_ip || !source_packet_read(&heard, &snooping->counters, &packet))
		return;
	packet.vlan = snooped->vlan;
	for (unsigned each = 0; each < snooping->port_count; each++) {
		struct snooped_port *const at = &snooping->ports[each];
		packet.direction = each == port ? SOURCE_FROM_VM : SOURCE_TOWARDS_VM;
		if (is_for_all || each == port)
			group_source_packet(&at->source, &packet, &at->place, snooped->now);
	}
}

bool port_snooping_wants(struct port_snooping *snooping, unsigned port,
	const struct snooped_frame *snooped)
{
	const struct edge_frame *const frame = snooped->frame;
	struct group_message message;

	if (membership_filter_read(frame, &message) && message.kind == GROUP_QUERY)
		return true;
	expire(snooping, snooped->now);
	if (membership_filter_read(frame, &message))
		return membership_filter_has_router(snooping->store, port, frame, snooped->vlan);
	return !membership_filter_governs(frame) ||
		membership_filter_passes(snooping->store, port, frame, snooped->vlan);
}

bool port_snooping_is_registered(struct port_snooping *snooping,
	const struct snooped_frame *snooped)
{
	expire(snooping, snooped->now);
	for (unsigned port = 0; port < snooping->port_count; port++)
		if (membership_filter_knows(snooping->store, port, snooped->frame, snooped->vlan))
			return true;
	return false;
}

uint8_t port_snooping_version(const struct port_snooping *snooping, bool is_ipv4, uint16_t vlan)
{
	uint8_t version = is_ipv4 ? 3 : 2;

	for (unsigned port = 0; port < snooping->port_count; port++) {
		const struct di_entry *entry;
		size_t cursor = 0;
		while ((entry = di_store_next(snooping->store, port, DIMP_DI_MULTICAST_ROUTER,
				&cursor)) != NULL) {
			const struct dimp_multicast_router *const router =
				&entry->record.body.multicast_router;
			if (router->is_querier == 1 && router->vlan == vlan &&
				ipv4_is_mapped(&router->router) == is_ipv4 &&
				router->version < version)
				version = router->version;
		}
	}
	return version;
}
