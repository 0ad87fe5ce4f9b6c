/* SPDX-License-Identifier: MIT */
/*
 * What a bridge that is querier asks when a VM says that it leaves a group: twice, a second apart,
 * whether somebody else behind the port is a member (RFC 3376 6.4.2, RFC 3810 7.4.2).  It asks
 * while the VM's DI is in force here and no longer: a bridge that a VM is leaving or still coming
 * to is silent.  Its queries are a snooping bridge's, with no address of IPv4, so that nobody
 * elects it.
 */
#include "bridge/edge_bridge_state.h"
#include "bridge/membership_filter.h"
#include "net/ethernet.h"
#include "net/igmp.h"
#include "net/ipv4.h"
#include "net/mld.h"

enum { QUERIES = 2, FRAME_MAX = 128 };

static const uint64_t last_member_us = 1000000;

static struct group_message query_for(const struct dimp_ip *group)
{
	return (struct group_message){.kind = GROUP_QUERY,
		.version = edge_ip_is_ipv4(group) ? 3 : 2,
		.group = *group,
		.response_us = last_member_us,
		.robustness = QUERIES};
}

static size_t write_igmp(const struct dimp_ip *group, struct ethernet_frame *frame, uint8_t *octets)
{
	static const uint8_t router_alert[] = {148, 4, 0, 0};
	const struct group_message query = query_for(group);
	uint8_t message[FRAME_MAX], packet_octets[FRAME_MAX];
	struct ipv4_packet packet = {.time_to_live = 1,
		.protocol = IPV4_IGMP,
		.options = {router_alert, sizeof router_alert},
		.payload = {message, igmp_write(&query, message, sizeof message)}};

	if (!ipv4_from_mapped(group, &packet.destination))
		return 0;
	/* RFC 1112 6.4: the low 23 bits of the group. */
	const uint8_t *const low = packet.destination.octets;
	frame->destination = (struct dimp_mac){{1, 0, 0x5e, low[1] & 0x7f, low[2], low[3]}};
	frame->type = ETHERTYPE_IPV4;
	frame->payload = (struct dimp_view){packet_octets,
		ipv4_write(&packet, packet_octets, sizeof packet_octets)};
	return ethernet_write(frame, octets, FRAME_MAX);
}

static size_t write_mld(const struct dimp_ip *group, struct ethernet_frame *frame, uint8_t *octets)
{
	const struct group_message query = query_for(group);
	const struct dimp_ip from = ipv6_link_local(&frame->source);
	uint8_t message[FRAME_MAX], packet_octets[FRAME_MAX];
	struct ipv6_packet packet = mld_packet(&from, group);

	packet.payload =
		(struct dimp_view){message, mld_write(&packet, &query, message, sizeof message)};
	frame->destination = ipv6_group_mac(group);
	frame->type = ETHERTYPE_IPV6;
	frame->payload = (struct dimp_view){packet_octets,
		ipv6_write(&packet, packet_octets, sizeof packet_octets)};
	return ethernet_write(frame, octets, FRAME_MAX);
}

static void send(struct edge_bridge *bridge, const struct edge_query *query, struct dimp_time now)
{
	struct ethernet_frame frame = {.source = bridge->address};
	uint8_t octets[FRAME_MAX];
	const size_t size = edge_ip_is_ipv4(&query->group)
		? write_igmp(&query->group, &frame, octets)
		: write_mld(&query->group, &frame, octets);

	edge_bridge_send_to_vm(bridge, query->slot, (struct dimp_view){octets, size}, now);
}

static bool is_over(const struct edge_bridge *bridge, const struct edge_query *query)
{
	return bridge->is_down || query->left == 0 ||
		bridge->attachments[query->slot].state != ATTACHMENT_ACTIVE;
}

static void send_due(void *context, struct dimp_time now)
{
	struct edge_bridge *const bridge = context;
	struct edge_querier *const querier = &bridge->querier;
	struct dimp_time next = DIMP_NEVER;
	size_t kept = 0;

	for (size_t i = 0; i < querier->count; i++) {
		struct edge_query query = querier->queries[i];
		if (is_over(bridge, &query))
			continue;
		if (query.at.us <= now.us) {
			send(bridge, &query, now);
			query.left--;
			query.at.us = now.us + last_member_us;
		}
		if (query.at.us < next.us)
			next = query.at;
		querier->queries[kept++] = query;
	}
	querier->count = kept;
	engine_cancel(bridge->engine, querier->timer);
	querier->timer = kept == 0 ? 0 : engine_schedule(bridge->engine, next, send_due, bridge);
}

static bool is_asked(const struct edge_querier *querier, unsigned slot, const struct dimp_ip *group)
{
	for (size_t i = 0; i < querier->count; i++)
		if (querier->queries[i].slot == slot &&
			edge_ip_equals(&querier->queries[i].group, group))
			return true;
	return false;
}

/* Without room, the membership ends unasked, as it would without a querier. */
static void ask(struct edge_bridge *bridge, const struct attachment *vm,
	const struct dimp_ip *group, struct dimp_time now)
{
	struct edge_querier *const querier = &bridge->querier;
	const struct dimp_record member = {.type = DIMP_DI_MULTICAST_MEMBERSHIP,
		.body.multicast_membership = {.vlan = vm->vlan, .group = *group}};

	if (!di_store_find(bridge->store, vm->slot, &member) ||
		is_asked(querier, vm->slot, group) || querier->count == EDGE_QUERIES_MAX)
		return;
	querier->queries[querier->count++] = (struct edge_query){vm->slot, *group, QUERIES, now};
	send_due(bridge, now);
}

void edge_querier_hear(struct edge_bridge *bridge, const struct attachment *vm,
	const struct edge_frame *frame, struct dimp_time now)
{
	struct group_message message;
	struct group_record record;

	if (!bridge->querier.is_on || !membership_filter_read(frame, &message))
		return;
	if (message.kind == GROUP_LEAVE)
		ask(bridge, vm, &message.group, now);
	while (message.kind == GROUP_RECORDS && group_record_next(&message, &record))
		if (record.change == GROUP_TO_INCLUDE)
			ask(bridge, vm, &record.group, now);
}
