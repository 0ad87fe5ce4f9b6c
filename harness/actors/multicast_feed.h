/* SPDX-License-Identifier: MIT */
/*
 * A sender of numbered datagrams to a group, and the meters of those who receive them.
 */
#ifndef ACTORS_MULTICAST_FEED_H
#define ACTORS_MULTICAST_FEED_H

#include "actors/network_host.h"
#include "actors/service_meter.h"
#include "actors/virtual_machine.h"

struct multicast_feed;

struct multicast_feed_config {
	struct engine *engine;
	struct network_host *host;
	uint16_t vlan;
	uint16_t port; /* UDP, tells feeds of one group apart */
	struct dimp_ip group, source; /* both IPv4, or both IPv6 */
	uint64_t interval_us;
	unsigned receivers_max;
};

/* NULL without memory, or when the addresses are of two families. */
struct multicast_feed *multicast_feed_create(const struct multicast_feed_config *config);
void multicast_feed_destroy(struct multicast_feed *feed);

/* Counts what |machine| receives; false when there is no room.  Returns its meter in |meter|. */
bool multicast_feed_add_receiver(struct multicast_feed *feed, struct virtual_machine *machine,
	struct service_meter **meter);
/* Sends from |start| on. */
void multicast_feed_start(struct multicast_feed *feed, struct dimp_time start);

#endif
