/* SPDX-License-Identifier: MIT */
/*
 * Messages to changes of a group.  Older versions are spoken of in the newest one's terms (RFC 3376
 * 7.3.2, RFC 3810 8.3.2): a report is IS_EX of nothing, a leave TO_IN of nothing; while a host of
 * an older version is about, BLOCK and the sources of TO_EX are ignored, and with IGMPv1, which has
 * no leave, also leaves.
 */
#include "sources/group_source.h"

#include <string.h>

#include "net/igmp.h"
#include "net/mld.h"
#include "sources/membership.h"
#include "sources/router_source.h"

static const uint64_t us_per_s = 1000000;

/* RFC 3376 8, RFC 3810 9: robustness 2, query interval 125 s, response 10 s; last member 1 s, asked
 * twice. */
enum { ROBUSTNESS = 2, QUERY_INTERVAL_S = 125, RESPONSE_S = 10, LAST_MEMBER_S = 1 };

static const struct group_sources no_sources;

void group_source_init(struct group_source *source)
{
	const struct group_timers timers = {
		.membership_us = (ROBUSTNESS * QUERY_INTERVAL_S + RESPONSE_S) * us_per_s,
		.last_member_us = ROBUSTNESS * LAST_MEMBER_S * us_per_s};

	*source = (struct group_source){timers, timers};
}

static bool is_kept_ipv4(const struct dimp_ipv4 *group)
{
	static const uint8_t link_local[3] = {224, 0, 0};

	return (group->octets[0] & 0xf0) == 0xe0 &&
		memcmp(group->octets, link_local, sizeof link_local) != 0;
}

/* A group that may be reported (RFC 4541 2.1.2; RFC 3810 6: no scope below link-local, and not all
 * nodes). */
static bool is_kept(const struct dimp_ip *group)
{
	static const struct dimp_ip all_nodes = {{0xff, 0x02, [15] = 1}};
	struct dimp_ipv4 group4;

	if (ipv4_from_mapped(group, &group4))
		return is_kept_ipv4(&group4);
	return group->octets[0] == 0xff && (group->octets[1] & 0x0f) >= 2 &&
		memcmp(group, &all_nodes, sizeof all_nodes) != 0;
}

/* A record of the newest version as far as the older versions about leave it in force. */
static void take_record(const struct membership *membership, const struct group_record *record)
{
	const bool is_older =
		membership_host_version(membership) < membership_newest_version(&membership->group);

	if (record->change < GROUP_IS_INCLUDE || record->change > GROUP_BLOCK)
		return;
	const enum group_change change = (enum group_change)record->change;
	if (is_older && change == GROUP_BLOCK)
		return;
	if (!membership_can_leave(membership) && change == GROUP_TO_INCLUDE)
		return;
	const bool is_ignoring_sources = is_older && change == GROUP_TO_EXCLUDE;
	membership_report(membership, change, is_ignoring_sources ? &no_sources : &record->sources);
}

static void take_records(struct membership *membership, struct group_message *message)
{
	struct group_record record;

	while (group_record_next(message, &record)) {
		if (!is_kept(&record.group))
			continue;
		membership->group = record.group;
		take_record(membership, &record);
	}
}

static void take_older(struct membership *membership, const struct group_message *message)
{
	if (!is_kept(&message->group))
		return;
	membership->group = message->group;
	if (message->kind != GROUP_LEAVE) {
		membership_report(membership, GROUP_IS_EXCLUDE, &no_sources);
		membership_older_host(membership, message->version);
	} else if (membership_can_leave(membership)) {
		membership_report(membership, GROUP_TO_INCLUDE, &no_sources);
	}
}

/* A general query of the newest version tells the querier's robustness and interval (RFC 3376
 * 4.1.6, 4.1.7, RFC 3810 5.1.8, 5.1.9). */
static void adopt_timers(struct group_timers *timers, const struct group_message *message)
{
	if (message->interval_us == 0)
		return;
	const uint64_t robustness = message->robustness != 0 ? message->robustness : ROBUSTNESS;
	timers->membership_us = robustness * message->interval_us + message->response_us;
}

static void take_query(struct group_timers *timers, struct membership *membership,
	const struct group_message *message)
{
	if (message->is_general) {
		adopt_timers(timers, message);
		return;
	}
	if (message->is_suppressed || !is_kept(&message->group))
		return;
	/* The time to answer is the last member query interval (RFC 3376 8.8, RFC 3810 9.8). */
	const uint64_t count = message->robustness != 0 ? message->robustness : ROBUSTNESS;
	timers->last_member_us = count * message->response_us;
	membership->group = message->group;
	membership->last_member_us = timers->last_member_us;
	if (group_source_count(&message->sources) == 0)
		membership_lower_group(membership);
	for (size_t i = 0; i < group_source_count(&message->sources); i++) {
		const struct dimp_ip asked = group_source_at(&message->sources, i);
		membership_lower_source(membership, &asked);
	}
}

/* The timers of the protocol that |packet| speaks; NULL if it is neither, or damaged. */
static struct group_timers *read_message(struct group_source *source,
	const struct source_packet *packet, struct source_counters *counters,
	struct group_message *message)
{
	const bool is_igmp = packet->has_ipv4 && packet->ipv4.protocol == IPV4_IGMP;
	const bool is_mld = packet->has_ipv6 && mld_is_message(&packet->ipv6);

	if (!is_igmp && !is_mld)
		return NULL;
	const enum packet_verdict verdict = is_igmp ? igmp_read(packet->ipv4.payload, message)
						    : mld_read(&packet->ipv6, message);
	if (verdict == PACKET_BAD_CHECKSUM)
		counters->bad_checksum++;
	if (verdict == PACKET_MALFORMED)
		counters->malformed++;
	if (verdict != PACKET_WHOLE)
		return NULL;
	return is_igmp ? &source->igmp : &source->mld;
}

bool group_source_read(const struct source_packet *packet, struct group_message *message)
{
	if (packet->has_ipv4)
		return packet->ipv4.protocol == IPV4_IGMP &&
			igmp_read(packet->ipv4.payload, message) == PACKET_WHOLE;
	return packet->has_ipv6 && mld_read(&packet->ipv6, message) == PACKET_WHOLE;
}

static struct membership group_of(const struct group_timers *timers,
	const struct source_packet *packet, const struct source_place *place, struct dimp_time now)
{
	return (struct membership){.place = place,
		.vlan = packet->vlan,
		.now = now,
		.membership_us = timers->membership_us,
		.last_member_us = timers->last_member_us};
}

static struct router_query query_of(const struct source_packet *packet,
	const struct membership *membership, const struct group_message *message)
{
	return (struct router_query){.place = membership->place,
		.vlan = packet->vlan,
		.router =
			packet->has_ipv4 ? ipv4_mapped(&packet->ipv4.source) : packet->ipv6.source,
		.message = message,
		.now = membership->now};
}

/* A query of IGMP from 0.0.0.0 is a snooping bridge's, and makes no router (RFC 4541 2.1.1). */
static bool is_from_nowhere(const struct source_packet *packet)
{
	return packet->has_ipv4 && ipv4_is_zero(&packet->ipv4.source);
}

/* The VM is a router, or speaks as one. */
static void take_query_of_vm(const struct group_timers *timers, const struct source_packet *packet,
	const struct membership *membership, const struct group_message *message)
{
	struct router_query query = query_of(packet, membership, message);

	query.is_beaten = membership->now.us < timers->other_until.us &&
		router_source_is_lower(&timers->other, &query.router);

	if (is_from_nowhere(packet) || !router_source_asked(&query))
		membership->place->counters->spoofed++;
}

/* Remembers who would beat the VM if it asked. */
static void note_other(struct group_timers *timers, const struct router_query *query)
{
	const bool is_known = query->now.us < timers->other_until.us;

	if (!query->message->is_general ||
		(is_known && router_source_is_lower(&timers->other, &query->router)))
		return;
	timers->other = query->router;
	timers->other_until.us = query->now.us + router_source_present_us(query->message);
}

static void take_query_to_vm(struct group_timers *timers, const struct source_packet *packet,
	struct membership *membership, const struct group_message *message)
{
	const struct router_query query = query_of(packet, membership, message);

	if (!is_from_nowhere(packet)) {
		note_other(timers, &query);
		router_source_overheard(&query);
	}
	take_query(timers, membership, message);
}

/* Hellos of others than the VM are not its port's. */
static bool is_hello(const struct source_packet *packet)
{
	return (packet->has_ipv4 && router_hello_is_in4(&packet->ipv4)) ||
		(packet->has_ipv6 && router_hello_is_in6(&packet->ipv6));
}

void group_source_packet(struct group_source *source, const struct source_packet *packet,
	const struct source_place *place, struct dimp_time now)
{
	struct group_message message;

	if (is_hello(packet)) {
		if (packet->direction == SOURCE_FROM_VM)
			router_source_hello(packet, place, now);
		return;
	}
	struct group_timers *const timers = read_message(source, packet, place->counters, &message);

	if (timers == NULL)
		return;
	struct membership membership = group_of(timers, packet, place, now);
	const bool is_from_vm = packet->direction == SOURCE_FROM_VM;
	if (message.kind == GROUP_QUERY && is_from_vm)
		take_query_of_vm(timers, packet, &membership, &message);
	else if (message.kind == GROUP_QUERY)
		take_query_to_vm(timers, packet, &membership, &message);
	else if (!is_from_vm)
		return; /* Others' reports are theirs. */
	else if (message.kind == GROUP_RECORDS)
		take_records(&membership, &message);
	else
		take_older(&membership, &message);
}

static bool is_group_itself(const struct dimp_multicast_membership *row)
{
	static const struct dimp_ip zero;

	return memcmp(&row->source, &zero, sizeof zero) == 0;
}

static bool has_older_host(const struct dimp_multicast_membership *row)
{
	return (row->attributes >> DIMP_ATTRIBUTE_multicast_membership_older_host_remaining & 1) !=
		0;
}

static struct membership group_of_row(const struct source_place *place,
	const struct dimp_multicast_membership *row, struct dimp_time now)
{
	return (struct membership){.place = place,
		.vlan = row->vlan,
		.group = row->group,
		.now = now};
}

/* Whether the group of a source record has a group record, which is to say is in EXCLUDE mode. */
static bool is_in_exclude(const struct source_place *place, const struct dimp_record *record)
{
	struct dimp_record group = *record;

	group.body.multicast_membership.source = (struct dimp_ip){{0}};
	return di_store_find(place->store, place->slot, &group) != NULL;
}

/* Does what is due for one record; false when nothing was. */
static bool expire_record(const struct source_place *place, struct dimp_record *record,
	struct dimp_time now)
{
	struct dimp_multicast_membership *const row = &record->body.multicast_membership;
	const struct membership membership = group_of_row(place, row, now);

	if (is_group_itself(row) && row->remaining == 0) {
		membership_end_exclude(&membership);
		return true;
	}
	if (has_older_host(row) && row->older_host_remaining == 0) {
		row->attributes = 0;
		row->host_version = membership_newest_version(&row->group);
		(void)source_put(place, record, now);
		return true;
	}
	if (is_group_itself(row) || row->filter_mode != DIMP_FILTER_MODE_INCLUDE ||
		row->remaining != 0 || !is_in_exclude(place, record))
		return false;
	row->filter_mode = DIMP_FILTER_MODE_EXCLUDE;
	row->remaining = DIMP_DURATION_INFINITE;
	(void)source_put(place, record, now);
	return true;
}

/* Groups first: at the instant at which both run out the source goes with the group. */
static bool expire_one(const struct source_place *place, bool is_for_groups, struct dimp_time now)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_MULTICAST_MEMBERSHIP,
			&cursor)) != NULL) {
		struct dimp_record record;
		di_entry_at(entry, now, &record);
		if (is_group_itself(&record.body.multicast_membership) == is_for_groups &&
			expire_record(place, &record, now))
			return true;
	}
	return false;
}

void group_source_expire(const struct source_place *place, struct dimp_time now)
{
	bool is_more = true;

	router_source_expire(place, now);
	while (is_more)
		is_more = expire_one(place, true, now);
	is_more = true;
	while (is_more)
		is_more = expire_one(place, false, now);
}

struct dimp_time group_source_deadline(const struct source_place *place)
{
	struct dimp_time deadline = router_source_deadline(place);
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_MULTICAST_MEMBERSHIP,
			&cursor)) != NULL) {
		const struct dimp_multicast_membership *const row =
			&entry->record.body.multicast_membership;
		if (!has_older_host(row))
			continue;
		const uint64_t us =
			entry->since.us + dimp_duration_to_us(row->older_host_remaining);
		if (us < deadline.us)
			deadline = (struct dimp_time){us};
	}
	return deadline;
}
