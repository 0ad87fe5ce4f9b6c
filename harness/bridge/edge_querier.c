/* SPDX-License-Identifier: MIT */
/*
 * What a bridge that is querier asks.  In general: as a snooping bridge without an address of IPv4
 * unless it was given one, so that nobody elects it, in each VLAN of its VMs.  And when a VM says
 * that it does not want a group or a source any more: whether somebody else behind the port does.
 * It asks that while the VM's DI is in force here and no longer: a bridge that a VM is leaving or
 * still coming to is silent.  On a port with fast leave nobody is asked, and it ends at once.
 */
#include "bridge/edge_bridge_state.h"
#include "bridge/membership_filter.h"
#include "net/group_frame.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

static struct dimp_ip own_address(const struct edge_bridge *bridge, bool is_ipv4)
{
	static const struct dimp_ipv4 nobody;
	const struct dimp_ip *const given = &bridge->querier.config.address;

	if (!is_ipv4)
		return ipv6_link_local(&bridge->address);
	return ipv4_is_mapped(given) ? *given : ipv4_mapped(&nobody);
}

static size_t write_query(const struct edge_bridge *bridge, const struct dimp_ip *destination,
	const struct group_message *query, uint8_t *octets)
{
	const struct group_envelope envelope = {bridge->address,
		own_address(bridge, ipv4_is_mapped(destination)), *destination};

	return group_frame_write(&envelope, query, octets);
}

static bool is_present(const struct edge_bridge *bridge, unsigned slot)
{
	return !bridge->is_down && bridge->attachments[slot].state == ATTACHMENT_ACTIVE;
}

static void ask_members(struct edge_bridge *bridge, struct dimp_time now)
{
	struct group_asking *const asking = &bridge->querier.asking;
	struct group_question question;
	uint8_t octets[GROUP_FRAME_MAX];

	for (unsigned slot = 0; slot < bridge->attachment_count; slot++)
		if (!is_present(bridge, slot))
			group_asking_forget(asking, slot);
	while (group_asking_next(asking, bridge->store, &question, now)) {
		const size_t size =
			write_query(bridge, &question.message.group, &question.message, octets);
		edge_bridge_send_to_vm(bridge, question.slot, (struct dimp_view){octets, size},
			now);
	}
}

static void ask_all(struct edge_bridge *bridge, struct dimp_time now)
{
	struct edge_querier *const querier = &bridge->querier;
	struct group_message query;
	uint8_t octets[GROUP_FRAME_MAX];

	for (size_t i = 0; i < querier->clock_count; i++) {
		struct edge_query_clock *const each = &querier->clocks[i];
		const bool is_ipv4 = ipv4_is_mapped(&each->clock.config.address);
		const struct dimp_ip destination = group_all_hosts(is_ipv4);
		if (!querier_clock_next(&each->clock, &query, now) || bridge->is_down)
			continue;
		const size_t size = write_query(bridge, &destination, &query, octets);
		edge_forwarding_originate_in(bridge, each->vlan, (struct dimp_view){octets, size},
			now);
	}
}

static struct dimp_time deadline(const struct edge_querier *querier)
{
	struct dimp_time at = group_asking_deadline(&querier->asking);

	for (size_t i = 0; i < querier->clock_count; i++) {
		const struct dimp_time each = querier_clock_deadline(&querier->clocks[i].clock);
		if (each.us < at.us)
			at = each;
	}
	return at;
}

static engine_action speak;

static void schedule(struct edge_bridge *bridge)
{
	const struct dimp_time at = deadline(&bridge->querier);

	engine_cancel(bridge->engine, bridge->querier.timer);
	bridge->querier.timer =
		at.us == UINT64_MAX ? 0 : engine_schedule(bridge->engine, at, speak, bridge);
}

static void speak(void *context, struct dimp_time now)
{
	struct edge_bridge *const bridge = context;

	bridge->querier.timer = 0;
	ask_members(bridge, now);
	ask_all(bridge, now);
	schedule(bridge);
}

void edge_querier_init(struct edge_bridge *bridge, const struct edge_querier_config *config)
{
	bridge->querier.config = *config;
	group_asking_init(&bridge->querier.asking);
}

static bool has_clock(const struct edge_querier *querier, uint16_t vlan)
{
	for (size_t i = 0; i < querier->clock_count; i++)
		if (querier->clocks[i].vlan == vlan)
			return true;
	return false;
}

void edge_querier_know(struct edge_bridge *bridge, uint16_t vlan)
{
	static const struct querier_clock_config defaults = {.response_us = 10000000,
		.robustness = 2};
	struct edge_querier *const querier = &bridge->querier;

	if (!querier->config.is_on || querier->config.interval_us == 0 ||
		has_clock(querier, vlan) || querier->clock_count + 2 > EDGE_QUERY_CLOCKS_MAX)
		return;
	for (unsigned is_ipv4 = 0; is_ipv4 < 2; is_ipv4++) {
		struct edge_query_clock *const each = &querier->clocks[querier->clock_count++];
		struct querier_clock_config config = defaults;
		config.address = own_address(bridge, is_ipv4 == 1);
		config.version = is_ipv4 == 1 ? 3 : 2;
		config.interval_us = querier->config.interval_us;
		if (config.interval_us <= config.response_us)
			config.response_us = config.interval_us / 2;
		each->vlan = vlan;
		querier_clock_start(&each->clock, &config, engine_now(bridge->engine));
	}
	schedule(bridge);
}

void edge_querier_overhear(struct edge_bridge *bridge, uint16_t vlan,
	const struct edge_frame *frame, struct dimp_time now)
{
	struct edge_querier *const querier = &bridge->querier;
	struct group_message message;

	if (querier->clock_count == 0 || !membership_filter_read(frame, &message))
		return;
	for (size_t i = 0; i < querier->clock_count; i++)
		if (querier->clocks[i].vlan == vlan)
			querier_clock_hear(&querier->clocks[i].clock, &frame->ip_source, &message,
				now);
	schedule(bridge);
}

static void end_at_once(struct edge_bridge *bridge, const struct attachment *vm,
	const struct group_heard *heard, struct dimp_time now)
{
	group_asking_conclude(heard, bridge->store, now);
	if (bridge->learner.expire)
		bridge->learner.expire(bridge->learner.context, vm, now);
	di_store_expire(bridge->store, now);
	edge_bridge_schedule_ageing(bridge);
}

void edge_querier_hear(struct edge_bridge *bridge, const struct attachment *vm,
	const struct edge_frame *frame, struct dimp_time now)
{
	struct group_heard heard = {.store = bridge->store, .slot = vm->slot, .vlan = vm->vlan};

	if (!membership_filter_read(frame, &heard.message))
		return;
	if (heard.message.kind == GROUP_QUERY) {
		edge_querier_overhear(bridge, vm->vlan, frame, now);
	} else if (bridge->ports[vm->port].is_fast_leave) {
		end_at_once(bridge, vm, &heard, now);
	} else if (bridge->querier.config.is_on) {
		group_asking_hear(&bridge->querier.asking, &heard, now);
		ask_members(bridge, now);
		schedule(bridge);
	}
}
