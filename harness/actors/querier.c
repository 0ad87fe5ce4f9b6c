/* SPDX-License-Identifier: MIT */
/*
 * Each VLAN has its own election, in each protocol, and its own slot of memberships, kept as a
 * snooping bridge keeps those of a VM (group_source.h): to a router it is one whether a port or a
 * whole VLAN is behind it.
 */
#include "actors/querier.h"

#include <stdlib.h>
#include <string.h>

#include "net/group_frame.h"
#include "net/ipv4.h"
#include "sources/group_asking.h"
#include "sources/group_source.h"
#include "sources/querier_clock.h"

enum { ROBUSTNESS = 2, IGMP = 0, MLD = 1, PROTOCOLS };

struct querier_vlan {
	uint16_t vlan;
	struct querier_clock clocks[PROTOCOLS];
	struct group_source source;
	struct source_place place;
};

struct querier {
	struct querier_config config;
	struct querier_vlan *vlans;
	struct di_store *store;
	struct source_counters counters;
	struct group_asking asking;
	engine_timer timer;
};

static uint8_t version_of(const struct querier *querier, unsigned protocol)
{
	return protocol == IGMP ? querier->config.igmp : querier->config.mld;
}

static struct dimp_ip own_address(const struct querier *querier, bool is_ipv4)
{
	return is_ipv4 ? querier->config.address
		       : ipv6_link_local(network_host_mac(querier->config.host));
}

/* The members' timers follow from what they were asked, so the querier hears itself, too. */
static void send(struct querier *querier, struct querier_vlan *vlan,
	const struct group_message *query, struct dimp_time now)
{
	const bool is_ipv4 = ipv4_is_mapped(&query->group);
	const struct group_envelope envelope = {*network_host_mac(querier->config.host),
		own_address(querier, is_ipv4),
		query->is_general ? group_all_hosts(is_ipv4) : query->group};
	uint8_t octets[GROUP_FRAME_MAX];
	const struct dimp_view frame = {octets, group_frame_write(&envelope, query, octets)};
	const struct source_frame own = {.octets = frame, .direction = SOURCE_TOWARDS_VM};
	struct source_packet packet;

	if (frame.size == 0)
		return;
	network_host_send(querier->config.host, vlan->vlan, frame);
	if (!query->is_general || !source_packet_read(&own, &querier->counters, &packet))
		return;
	packet.vlan = vlan->vlan;
	group_source_packet(&vlan->source, &packet, &vlan->place, now);
}

static void ask_all(struct querier *querier, struct querier_vlan *vlan, struct dimp_time now)
{
	struct group_message query;

	for (unsigned protocol = IGMP; protocol < PROTOCOLS; protocol++) {
		if (version_of(querier, protocol) == 0 ||
			!querier_clock_next(&vlan->clocks[protocol], &query, now))
			continue;
		query.group = own_address(querier, protocol == IGMP); /* of the family */
		send(querier, vlan, &query, now);
	}
}

/* Of an older version nothing is told but the group. */
static void ask_members(struct querier *querier, struct dimp_time now)
{
	struct group_question question;

	while (group_asking_next(&querier->asking, querier->store, &question, now)) {
		const unsigned protocol = ipv4_is_mapped(&question.message.group) ? IGMP : MLD;
		struct querier_vlan *const vlan = &querier->vlans[question.slot];
		if (version_of(querier, protocol) < question.message.version)
			question.message.version = version_of(querier, protocol);
		if (querier_clock_is_querier(&vlan->clocks[protocol], now))
			send(querier, vlan, &question.message, now);
	}
}

static void take_earlier(struct dimp_time *deadline, struct dimp_time at)
{
	if (at.us < deadline->us)
		*deadline = at;
}

static struct dimp_time deadline(const struct querier *querier)
{
	struct dimp_time at = di_store_deadline(querier->store);

	take_earlier(&at, group_asking_deadline(&querier->asking));
	for (size_t each = 0; each < querier->config.vlan_count; each++) {
		const struct querier_vlan *const vlan = &querier->vlans[each];
		for (unsigned protocol = IGMP; protocol < PROTOCOLS; protocol++)
			if (version_of(querier, protocol) != 0)
				take_earlier(&at, querier_clock_deadline(&vlan->clocks[protocol]));
		take_earlier(&at, group_source_deadline(&vlan->place));
	}
	return at;
}

static engine_action work;

static void schedule(struct querier *querier, struct dimp_time now)
{
	struct dimp_time at = deadline(querier);

	engine_cancel(querier->config.engine, querier->timer);
	querier->timer = 0;
	if (at.us <= now.us)
		at.us = now.us + 1;
	if (at.us != UINT64_MAX)
		querier->timer = engine_schedule(querier->config.engine, at, work, querier);
}

static void work(void *context, struct dimp_time now)
{
	struct querier *const querier = context;

	querier->timer = 0;
	for (size_t each = 0; each < querier->config.vlan_count; each++) {
		group_source_expire(&querier->vlans[each].place, now);
		ask_all(querier, &querier->vlans[each], now);
	}
	di_store_expire(querier->store, now);
	ask_members(querier, now);
	schedule(querier, now);
}

static void take(struct querier *querier, struct querier_vlan *vlan,
	const struct source_packet *packet, struct dimp_time now)
{
	struct group_heard heard = {.store = querier->store,
		.slot = vlan->place.slot,
		.vlan = vlan->vlan};

	if (!group_source_read(packet, &heard.message))
		return;
	if (heard.message.kind == GROUP_QUERY) {
		const struct dimp_ip from =
			packet->has_ipv4 ? ipv4_mapped(&packet->ipv4.source) : packet->ipv6.source;
		for (unsigned protocol = IGMP; protocol < PROTOCOLS; protocol++)
			querier_clock_hear(&vlan->clocks[protocol], &from, &heard.message, now);
	} else {
		group_source_packet(&vlan->source, packet, &vlan->place, now);
		group_asking_hear(&querier->asking, &heard, now);
		ask_members(querier, now);
	}
	schedule(querier, now);
}

static void hear(void *context, const struct edge_frame *frame, struct dimp_time now)
{
	struct querier *const querier = context;
	const struct source_frame heard = {.octets = frame->octets, .direction = SOURCE_FROM_VM};
	struct source_packet packet;

	if (!frame->is_ip || !source_packet_read(&heard, &querier->counters, &packet))
		return;
	for (size_t each = 0; each < querier->config.vlan_count; each++)
		if (querier->vlans[each].vlan == packet.vlan)
			take(querier, &querier->vlans[each], &packet, now);
}

static void start_vlan(struct querier *querier, size_t each, struct dimp_time start)
{
	struct querier_vlan *const vlan = &querier->vlans[each];

	vlan->vlan = querier->config.vlans[each];
	vlan->place = (struct source_place){.store = querier->store,
		.slot = (unsigned)each,
		.counters = &querier->counters};
	group_source_init(&vlan->source);
	for (unsigned protocol = IGMP; protocol < PROTOCOLS; protocol++)
		querier_clock_start(&vlan->clocks[protocol],
			&(struct querier_clock_config){
				.address = own_address(querier, protocol == IGMP),
				.version = version_of(querier, protocol),
				.interval_us = querier->config.interval_us,
				.response_us = querier->config.response_us,
				.robustness = ROBUSTNESS},
			start);
}

struct querier *querier_create(const struct querier_config *config, struct dimp_time start)
{
	struct querier *querier = calloc(1, sizeof *querier);

	if (!querier)
		return NULL;
	querier->config = *config;
	querier->store = di_store_create();
	querier->vlans = calloc(config->vlan_count + 1, sizeof *querier->vlans);
	const struct network_host_listener listener = {querier, hear};
	if (!querier->store || !querier->vlans ||
		!network_host_add_listener(config->host, &listener)) {
		querier_destroy(querier);
		return NULL;
	}
	group_asking_init(&querier->asking);
	for (size_t each = 0; each < config->vlan_count; each++)
		start_vlan(querier, each, start);
	querier->config.vlans = NULL;
	schedule(querier, engine_now(config->engine));
	return querier;
}

void querier_destroy(struct querier *querier)
{
	if (!querier)
		return;
	engine_cancel(querier->config.engine, querier->timer);
	if (querier->store)
		di_store_destroy(querier->store);
	free(querier->vlans);
	free(querier);
}

size_t querier_memberships(const struct querier *querier, uint16_t vlan)
{
	for (size_t each = 0; each < querier->config.vlan_count; each++)
		if (querier->vlans[each].vlan == vlan)
			return di_store_count(querier->store, querier->vlans[each].place.slot,
				DIMP_DI_MULTICAST_MEMBERSHIP);
	return 0;
}
