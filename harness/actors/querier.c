/* SPDX-License-Identifier: MIT */
/*
 * Asks twice at the start, a quarter of the interval apart (RFC 3376 8.6 and 8.7), then once an
 * interval.  It is the only router: nobody else is listened to.
 */
#include "actors/querier.h"

#include <stdlib.h>
#include <string.h>

#include "net/group_frame.h"
#include "net/ipv6.h"

enum { STARTUP_QUERIES = 2, STARTUP_SHARE = 4 };

struct querier {
	struct querier_config config;
	uint16_t *vlans;
	uint64_t asked;
	engine_timer timer;
};

static void send(const struct querier *querier, const struct dimp_ip *from, uint8_t version)
{
	const struct querier_config *const config = &querier->config;
	const struct group_envelope envelope = {
		.from = *network_host_mac(config->host),
		.source = *from,
		.destination = group_all_hosts(group_address_is_ipv4(from)),
	};
	const struct group_message query = {
		.kind = GROUP_QUERY,
		.version = version,
		.is_general = true,
		.response_us = config->response_us,
		.robustness = STARTUP_QUERIES,
		.interval_us = config->interval_us,
	};
	uint8_t octets[GROUP_FRAME_MAX];
	const size_t size = group_frame_write(&envelope, &query, octets);

	for (size_t each = 0; size != 0 && each < querier->config.vlan_count; each++)
		network_host_send(querier->config.host, querier->vlans[each],
			(struct dimp_view){octets, size});
}

static void ask(void *context, struct dimp_time now)
{
	struct querier *const querier = context;
	const struct querier_config *const config = &querier->config;
	const struct dimp_ip ipv6 = ipv6_link_local(network_host_mac(config->host));
	const uint64_t share = ++querier->asked < STARTUP_QUERIES ? STARTUP_SHARE : 1;

	if (config->igmp != 0)
		send(querier, &config->address, config->igmp);
	if (config->mld != 0)
		send(querier, &ipv6, config->mld);
	querier->timer = engine_schedule(config->engine,
		(struct dimp_time){now.us + config->interval_us / share}, ask, querier);
}

struct querier *querier_create(const struct querier_config *config, struct dimp_time start)
{
	struct querier *querier = calloc(1, sizeof *querier);

	if (!querier)
		return NULL;
	querier->config = *config;
	querier->vlans = calloc(config->vlan_count + 1, sizeof *querier->vlans);
	if (!querier->vlans) {
		querier_destroy(querier);
		return NULL;
	}
	memcpy(querier->vlans, config->vlans, config->vlan_count * sizeof *querier->vlans);
	querier->timer = engine_schedule(config->engine, start, ask, querier);
	return querier;
}

void querier_destroy(struct querier *querier)
{
	if (!querier)
		return;
	engine_cancel(querier->config.engine, querier->timer);
	free(querier->vlans);
	free(querier);
}
