/* SPDX-License-Identifier: MIT */
/*
 * Messages to changes of a group.  Older versions are spoken of in version 3's terms (RFC
 * 3376 7.3.2): a report is IS_EX of nothing, a leave TO_IN of nothing; while a host of version 2 is
 * about, BLOCK and the sources of TO_EX are ignored, with version 1 also leaves.
 */
#include "sources/igmp_source.h"

#include <string.h>

#include "sources/membership.h"

static const uint64_t us_per_s = 1000000;

/* RFC 3376 8: robustness 2, query interval 125 s, response 10 s; last member 1 s, asked twice. */
enum { ROBUSTNESS = 2, QUERY_INTERVAL_S = 125, RESPONSE_S = 10, LAST_MEMBER_S = 1 };

void igmp_source_init(struct igmp_source *source)
{
	*source = (struct igmp_source){
		.membership_us = (ROBUSTNESS * QUERY_INTERVAL_S + RESPONSE_S) * us_per_s,
		.last_member_us = ROBUSTNESS * LAST_MEMBER_S * us_per_s};
}

/* A group that may be reported: multicast, and not link-local. */
static bool is_kept(const struct dimp_ipv4 *group)
{
	static const uint8_t link_local[3] = {224, 0, 0};

	return (group->octets[0] & 0xf0) == 0xe0 &&
		memcmp(group->octets, link_local, sizeof link_local) != 0;
}

static struct membership group_of(const struct igmp_source *source,
	const struct source_packet *packet, const struct source_place *place, struct dimp_time now)
{
	return (struct membership){.place = place,
		.vlan = packet->vlan,
		.now = now,
		.membership_us = source->membership_us,
		.last_member_us = source->last_member_us};
}

/* A record of version 3 as far as the older versions about leave it in force. */
static void take_record(const struct membership *membership, const struct igmp_record *record)
{
	static const struct dimp_view nothing;
	const uint8_t version = membership_host_version(membership);

	if (record->change < IGMP_IS_INCLUDE || record->change > IGMP_BLOCK)
		return;
	const enum igmp_change change = (enum igmp_change)record->change;
	if (version < 3 && change == IGMP_BLOCK)
		return;
	if (version < 2 && change == IGMP_TO_INCLUDE)
		return;
	const bool is_ignoring_sources = version < 3 && change == IGMP_TO_EXCLUDE;
	membership_report(membership, change, is_ignoring_sources ? nothing : record->sources);
}

static void take_report_3(struct membership *membership, struct igmp_message *message)
{
	struct igmp_record record;

	while (igmp_record_next(message, &record)) {
		if (!is_kept(&record.group))
			continue;
		membership->group = ipv4_mapped(&record.group);
		take_record(membership, &record);
	}
}

static void take_older(struct membership *membership, const struct igmp_message *message)
{
	static const struct dimp_view nothing;

	if (!is_kept(&message->group))
		return;
	membership->group = ipv4_mapped(&message->group);
	if (message->kind != IGMP_LEAVE) {
		membership_report(membership, IGMP_IS_EXCLUDE, nothing);
		membership_older_host(membership, message->version);
	} else if (membership_host_version(membership) > 1) {
		membership_report(membership, IGMP_TO_INCLUDE, nothing);
	}
}

/* A general query of version 3 tells the querier's robustness and interval (RFC 3376 4.1.6, 4.1.7).
 */
static void adopt_timers(struct igmp_source *source, const struct igmp_message *message)
{
	if (message->version < 3 || message->interval_us == 0)
		return;
	const uint64_t robustness = message->robustness != 0 ? message->robustness : ROBUSTNESS;
	source->membership_us = robustness * message->interval_us + message->response_us;
	source->last_member_us = robustness * LAST_MEMBER_S * us_per_s;
}

static void take_query(struct igmp_source *source, struct membership *membership,
	const struct igmp_message *message)
{
	if (ipv4_is_zero(&message->group)) {
		adopt_timers(source, message);
		return;
	}
	if (message->is_suppressed || message->version == 1 || !is_kept(&message->group))
		return;
	const uint64_t count = message->robustness != 0 ? message->robustness : ROBUSTNESS;
	membership->group = ipv4_mapped(&message->group);
	membership->last_member_us = count * message->response_us;
	if (message->source_count == 0)
		membership_lower_group(membership);
	for (size_t i = 0; i < message->source_count; i++) {
		const struct dimp_ipv4 asked = igmp_source_at(message->sources, i);
		membership_lower_source(membership, &asked);
	}
}

static bool read_message(const struct source_packet *packet, struct source_counters *counters,
	struct igmp_message *message)
{
	if (!packet->has_ipv4 || packet->ipv4.protocol != IPV4_IGMP)
		return false;
	const enum packet_verdict verdict = igmp_read(packet->ipv4.payload, message);
	if (verdict == PACKET_BAD_CHECKSUM)
		counters->bad_checksum++;
	if (verdict == PACKET_MALFORMED)
		counters->malformed++;
	return verdict == PACKET_WHOLE;
}

void igmp_source_packet(struct igmp_source *source, const struct source_packet *packet,
	const struct source_place *place, struct dimp_time now)
{
	struct membership membership = group_of(source, packet, place, now);
	struct igmp_message message;

	if (!read_message(packet, place->counters, &message))
		return;
	const bool is_query = message.kind == IGMP_QUERY;
	if (is_query != (packet->direction == SOURCE_TOWARDS_VM)) {
		/* Others' reports are theirs; a VM does not ask. */
		place->counters->spoofed += is_query ? 1 : 0;
		return;
	}
	if (is_query)
		take_query(source, &membership, &message);
	else if (message.kind == IGMP_REPORT_3)
		take_report_3(&membership, &message);
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
		row->host_version = 3;
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

void igmp_source_expire(const struct source_place *place, struct dimp_time now)
{
	bool is_more = true;

	while (is_more)
		is_more = expire_one(place, true, now);
	is_more = true;
	while (is_more)
		is_more = expire_one(place, false, now);
}

struct dimp_time igmp_source_deadline(const struct source_place *place)
{
	struct dimp_time deadline = DIMP_NEVER;
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
