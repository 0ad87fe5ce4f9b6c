/* SPDX-License-Identifier: MIT */
/*
 * The tables of RFC 3376 6.4.1 and 6.4.2, which are those of RFC 3810 7.4 for MLD.  In their
 * letters: in INCLUDE mode A are the sources with an INCLUDE record; in EXCLUDE mode X are those
 * with an INCLUDE record and Y those with an EXCLUDE record. Where a router would ask the hosts,
 * the timers are lowered at once to the time in which they would have to answer, since the querier
 * may sit where this bridge does not see its queries.
 */
#include "sources/membership.h"

#include <string.h>

#include "net/ipv4.h"

static const struct dimp_ip group_itself;

/* The group's sources as they were before a report was taken. */
struct snapshot {
	struct dimp_multicast_membership rows[MEMBERSHIP_SOURCES_MAX + 1];
	size_t count;
};

uint8_t membership_newest_version(const struct dimp_ip *group)
{
	struct dimp_ipv4 group4;

	return ipv4_from_mapped(group, &group4) ? 3 : 2;
}

static struct dimp_record record_of(const struct membership *membership,
	const struct dimp_ip *source)
{
	return (struct dimp_record){.type = DIMP_DI_MULTICAST_MEMBERSHIP,
		.operation = DIMP_OPERATION_PUT,
		.body.multicast_membership = {.vlan = membership->vlan,
			.group = membership->group,
			.source = *source,
			.filter_mode = DIMP_FILTER_MODE_INCLUDE,
			.host_version = membership_newest_version(&membership->group)}};
}

static bool find(const struct membership *membership, const struct dimp_ip *source,
	struct dimp_record *found)
{
	const struct dimp_record key = record_of(membership, source);

	return source_find(membership->place, &key, membership->now, found);
}

static bool is_excluding(const struct membership *membership)
{
	struct dimp_record found;

	return find(membership, &group_itself, &found);
}

static void put(const struct membership *membership, const struct dimp_record *record)
{
	(void)source_put(membership->place, record, membership->now);
}

static void forget(const struct membership *membership, const struct dimp_ip *source)
{
	const struct dimp_record key = record_of(membership, source);
	const struct source_place *const place = membership->place;

	(void)di_store_delete(place->store, place->slot, &key, membership->now);
}

/* Sources of a group are few, so that all of them can be looked at for every report. */
static bool has_room(const struct membership *membership)
{
	const struct source_place *const place = membership->place;
	const struct di_entry *entry;
	size_t cursor = 0, records = 0, sources = 0;

	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_MULTICAST_MEMBERSHIP,
			&cursor)) != NULL) {
		const struct dimp_multicast_membership *const row =
			&entry->record.body.multicast_membership;
		records++;
		sources += row->vlan == membership->vlan &&
			memcmp(&row->group, &membership->group, sizeof row->group) == 0;
	}
	if (records < MEMBERSHIP_RECORDS_MAX && sources <= MEMBERSHIP_SOURCES_MAX)
		return true;
	place->counters->over_limit++;
	return false;
}

static void put_source(const struct membership *membership, const struct dimp_ip *source,
	uint64_t remaining_us)
{
	struct dimp_record record = record_of(membership, source);
	struct dimp_record found;

	if (!find(membership, source, &found) && !has_room(membership))
		return;
	record.body.multicast_membership.remaining = dimp_duration_from_us(remaining_us);
	put(membership, &record);
}

static void block_source(const struct membership *membership, const struct dimp_ip *source)
{
	struct dimp_record record = record_of(membership, source);
	struct dimp_record found;

	if (!find(membership, source, &found) && !has_room(membership))
		return;
	record.body.multicast_membership.filter_mode = DIMP_FILTER_MODE_EXCLUDE;
	record.body.multicast_membership.remaining = DIMP_DURATION_INFINITE;
	put(membership, &record);
}

static uint64_t remaining_us(const struct dimp_record *record)
{
	return dimp_duration_to_us(record->body.multicast_membership.remaining);
}

/* Lowers a running timer to the last member query time; blocked sources have none. */
static void lower(const struct membership *membership, const struct dimp_ip *source)
{
	struct dimp_record found;

	if (!find(membership, source, &found))
		return;
	const uint64_t left = remaining_us(&found);
	if (left == UINT64_MAX || left <= membership->last_member_us)
		return;
	found.body.multicast_membership.remaining =
		dimp_duration_from_us(membership->last_member_us);
	put(membership, &found);
}

/* The group is in EXCLUDE mode with its timer set anew; the older host's presence stays. */
static void set_group(const struct membership *membership)
{
	struct dimp_record record = record_of(membership, &group_itself);
	struct dimp_record found;

	if (find(membership, &group_itself, &found))
		record = found;
	else if (!has_room(membership))
		return;
	record.body.multicast_membership.filter_mode = DIMP_FILTER_MODE_EXCLUDE;
	record.body.multicast_membership.remaining =
		dimp_duration_from_us(membership->membership_us);
	put(membership, &record);
}

static void take_snapshot(const struct membership *membership, struct snapshot *snapshot)
{
	const struct source_place *const place = membership->place;
	const struct di_entry *entry;
	size_t cursor = 0;

	snapshot->count = 0;
	while ((entry = di_store_next(place->store, place->slot, DIMP_DI_MULTICAST_MEMBERSHIP,
			&cursor)) != NULL) {
		const struct dimp_multicast_membership *const row =
			&entry->record.body.multicast_membership;
		if (snapshot->count > MEMBERSHIP_SOURCES_MAX)
			return;
		if (row->vlan == membership->vlan &&
			memcmp(&row->group, &membership->group, sizeof row->group) == 0 &&
			memcmp(&row->source, &group_itself, sizeof row->source) != 0)
			snapshot->rows[snapshot->count++] = *row;
	}
}

static bool is_listed(const struct group_sources *sources, const struct dimp_ip *source)
{
	for (size_t i = 0; i < group_source_count(sources); i++) {
		const struct dimp_ip listed = group_source_at(sources, i);
		if (memcmp(&listed, source, sizeof listed) == 0)
			return true;
	}
	return false;
}

/* IS_IN and ALLOW, in either mode: the sources are wanted for the membership interval. */
static void allow(const struct membership *membership, const struct group_sources *sources)
{
	for (size_t i = 0; i < group_source_count(sources); i++) {
		const struct dimp_ip source = group_source_at(sources, i);
		put_source(membership, &source, membership->membership_us);
	}
}

/* TO_IN: as ALLOW, and whatever else is forwarded has to be asked for again. */
static void to_include(const struct membership *membership, const struct group_sources *sources)
{
	struct snapshot before;

	take_snapshot(membership, &before);
	allow(membership, sources);
	for (size_t i = 0; i < before.count; i++)
		if (!is_listed(sources, &before.rows[i].source))
			lower(membership, &before.rows[i].source);
	lower(membership, &group_itself);
}

/* IS_EX and TO_EX: what is not listed goes; what is newly listed is blocked, or asked for. */
static void exclude(const struct membership *membership, const struct group_sources *sources,
	uint64_t new_source_us)
{
	struct snapshot before;
	const bool was_excluding = is_excluding(membership);

	take_snapshot(membership, &before);
	for (size_t i = 0; i < before.count; i++)
		if (!is_listed(sources, &before.rows[i].source))
			forget(membership, &before.rows[i].source);
	set_group(membership);
	for (size_t i = 0; i < group_source_count(sources); i++) {
		const struct dimp_ip source = group_source_at(sources, i);
		struct dimp_record found;
		if (find(membership, &source, &found))
			continue;
		if (was_excluding)
			put_source(membership, &source, new_source_us);
		else
			block_source(membership, &source);
	}
}

static void lower_listed(const struct membership *membership, const struct group_sources *sources)
{
	for (size_t i = 0; i < group_source_count(sources); i++) {
		const struct dimp_ip source = group_source_at(sources, i);
		lower(membership, &source);
	}
}

/* The group timer as it stands, zero without one. */
static uint64_t group_timer(const struct membership *membership)
{
	struct dimp_record found;

	return find(membership, &group_itself, &found) ? remaining_us(&found) : 0;
}

static void to_exclude(const struct membership *membership, const struct group_sources *sources)
{
	exclude(membership, sources, group_timer(membership));
	lower_listed(membership, sources);
}

/* BLOCK: a source that is not known yet in EXCLUDE mode is asked for before it is blocked. */
static void block(const struct membership *membership, const struct group_sources *sources)
{
	const uint64_t timer = group_timer(membership);

	for (size_t i = 0; i < group_source_count(sources) && is_excluding(membership); i++) {
		const struct dimp_ip source = group_source_at(sources, i);
		struct dimp_record found;
		if (!find(membership, &source, &found))
			put_source(membership, &source, timer);
	}
	lower_listed(membership, sources);
}

void membership_report(const struct membership *membership, enum group_change change,
	const struct group_sources *sources)
{
	switch (change) {
	case GROUP_IS_INCLUDE:
	case GROUP_ALLOW: allow(membership, sources); return;
	case GROUP_IS_EXCLUDE: exclude(membership, sources, membership->membership_us); return;
	case GROUP_TO_INCLUDE: to_include(membership, sources); return;
	case GROUP_TO_EXCLUDE: to_exclude(membership, sources); return;
	case GROUP_BLOCK: block(membership, sources); return;
	}
}

uint8_t membership_host_version(const struct membership *membership)
{
	struct dimp_record found;

	if (!find(membership, &group_itself, &found))
		return membership_newest_version(&membership->group);
	return found.body.multicast_membership.host_version;
}

bool membership_can_leave(const struct membership *membership)
{
	/* Two versions back is IGMPv1. */
	return membership_host_version(membership) + 2 >
		membership_newest_version(&membership->group);
}

void membership_older_host(const struct membership *membership, uint8_t version)
{
	struct dimp_record found;

	if (!find(membership, &group_itself, &found))
		return;
	struct dimp_multicast_membership *const group = &found.body.multicast_membership;
	if (version > group->host_version)
		return;
	group->host_version = version;
	group->attributes |= 1U << DIMP_ATTRIBUTE_multicast_membership_older_host_remaining;
	group->older_host_remaining = dimp_duration_from_us(membership->membership_us);
	put(membership, &found);
}

void membership_lower_group(const struct membership *membership)
{
	lower(membership, &group_itself);
}

void membership_lower_source(const struct membership *membership, const struct dimp_ip *source)
{
	lower(membership, source);
}

void membership_end_exclude(const struct membership *membership)
{
	struct snapshot before;

	take_snapshot(membership, &before);
	for (size_t i = 0; i < before.count; i++)
		if (before.rows[i].filter_mode == DIMP_FILTER_MODE_EXCLUDE)
			forget(membership, &before.rows[i].source);
	forget(membership, &group_itself);
}
