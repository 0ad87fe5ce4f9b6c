/* SPDX-License-Identifier: MIT */
/*
 * What a bridge reports for a VM whose DI has just come into force: the memberships that moved, as
 * if the VM had said them, so that bridges and routers further up send the groups here.  The VM
 * itself does not know that it has moved, and says nothing before it is asked.  The report is a
 * snooping bridge's own, from 0.0.0.0 or its link-local address (RFC 4541 2.1.1), in the version of
 * the querier that it is for.  It may be lost, and is repeated as a host's own change would be: as
 * often as the robustness variable says, after random times below the unsolicited report interval
 * (RFC 3376 5.1 and 8, RFC 3810 6.1 and 9), as the memberships stand then.
 */
#include "bridge/edge_bridge_state.h"
#include "net/group_frame.h"
#include "net/ipv4.h"
#include "net/ipv6.h"

enum { RECORDS_MAX = 175, SOURCES_MAX = 64, ROBUSTNESS = 2, REPORT_INTERVAL_US = 1000000 };

/* A report that is being filled. */
struct draft {
	bool is_ipv4;
	struct group_record records[RECORDS_MAX];
	size_t count;
	uint8_t octets[GROUP_FRAME_RECORDS_MAX];
	size_t used, sources_used;
};

static void send(struct edge_bridge *bridge, const struct attachment *vm, struct draft *draft,
	struct dimp_time now)
{
	static const struct dimp_ipv4 nobody;
	const struct group_envelope envelope = {bridge->address,
		draft->is_ipv4 ? ipv4_mapped(&nobody) : ipv6_link_local(&bridge->address),
		group_report_routers(draft->is_ipv4)};
	uint8_t octets[GROUP_FRAME_MAX];

	if (draft->count == 0)
		return;
	const size_t size =
		group_frame_write_records(&envelope, draft->records, draft->count, octets);
	edge_forwarding_originate_in(bridge, vm->vlan, (struct dimp_view){octets, size}, now);
	draft->count = draft->used = draft->sources_used = 0;
}

static const struct dimp_multicast_membership *next_row(const struct edge_bridge *bridge,
	const struct attachment *vm, size_t *cursor)
{
	const struct di_entry *const entry =
		di_store_next(bridge->store, vm->slot, DIMP_DI_MULTICAST_MEMBERSHIP, cursor);

	return entry ? &entry->record.body.multicast_membership : NULL;
}

static bool is_of_group(const struct dimp_multicast_membership *one,
	const struct dimp_multicast_membership *other)
{
	return one->vlan == other->vlan && group_address_is_same(&one->group, &other->group);
}

/* The first row of a group speaks for all of them. */
static bool is_first(const struct edge_bridge *bridge, const struct attachment *vm,
	const struct dimp_multicast_membership *row)
{
	const struct dimp_multicast_membership *each;
	size_t cursor = 0;

	while ((each = next_row(bridge, vm, &cursor)) != NULL)
		if (is_of_group(each, row))
			return each == row;
	return true;
}

static bool is_excluding(const struct edge_bridge *bridge, const struct attachment *vm,
	const struct dimp_multicast_membership *row)
{
	const struct dimp_multicast_membership *each;
	size_t cursor = 0;

	while ((each = next_row(bridge, vm, &cursor)) != NULL)
		if (is_of_group(each, row) && group_address_is_nobody(&each->source))
			return true;
	return false;
}

/* The sources that the record lists: those blocked in EXCLUDE mode, those wanted in INCLUDE. */
static size_t list_sources(const struct edge_bridge *bridge, const struct attachment *vm,
	const struct dimp_multicast_membership *row, struct octet_writer *writer)
{
	const enum dimp_filter_mode listed =
		is_excluding(bridge, vm, row) ? DIMP_FILTER_MODE_EXCLUDE : DIMP_FILTER_MODE_INCLUDE;
	const size_t size = ipv4_is_mapped(&row->group) ? 4 : 16;
	const struct dimp_multicast_membership *each;
	size_t cursor = 0;

	while ((each = next_row(bridge, vm, &cursor)) != NULL)
		if (is_of_group(each, row) && !group_address_is_nobody(&each->source) &&
			each->filter_mode == listed && writer->size < SOURCES_MAX * size)
			group_address_write(writer, &each->source, size);
	return writer->size;
}

static void add_group(struct edge_bridge *bridge, const struct attachment *vm, struct draft *draft,
	const struct dimp_multicast_membership *row)
{
	const size_t size = draft->is_ipv4 ? 4 : 16;
	uint8_t *const place = draft->octets + draft->sources_used;
	struct octet_writer writer =
		octet_writer_of(place, sizeof draft->octets - draft->sources_used);
	const bool is_exclude = is_excluding(bridge, vm, row);
	const size_t listed = list_sources(bridge, vm, row, &writer);

	draft->records[draft->count++] =
		(struct group_record){(uint8_t)(is_exclude ? GROUP_IS_EXCLUDE : GROUP_IS_INCLUDE),
			row->group, {{place, listed}, size}};
	draft->sources_used += listed;
	draft->used += 4 + size + listed;
}

/* As an older querier reads it: a group a report, of any source. */
static void report_older(struct edge_bridge *bridge, const struct attachment *vm,
	const struct group_message *message, struct dimp_time now)
{
	static const struct dimp_ipv4 nobody;
	const struct group_envelope envelope = {bridge->address,
		ipv4_is_mapped(&message->group) ? ipv4_mapped(&nobody)
						: ipv6_link_local(&bridge->address),
		message->group};
	uint8_t octets[GROUP_FRAME_MAX];
	const size_t size = group_frame_write(&envelope, message, octets);

	edge_forwarding_originate_in(bridge, vm->vlan, (struct dimp_view){octets, size}, now);
}

static void report_family(struct edge_bridge *bridge, const struct attachment *vm, bool is_ipv4,
	struct dimp_time now)
{
	const uint8_t version = port_snooping_version(bridge->snooping, is_ipv4, vm->vlan);
	struct draft draft = {.is_ipv4 = is_ipv4};
	const size_t size = is_ipv4 ? 4 : 16;
	const struct dimp_multicast_membership *row;
	size_t cursor = 0;

	while ((row = next_row(bridge, vm, &cursor)) != NULL) {
		if (ipv4_is_mapped(&row->group) != is_ipv4 || row->vlan != vm->vlan ||
			!is_first(bridge, vm, row))
			continue;
		if (version < (is_ipv4 ? 3 : 2)) {
			report_older(bridge, vm,
				&(struct group_message){.kind = GROUP_REPORT,
					.version = version,
					.group = row->group},
				now);
			continue;
		}
		if (draft.count == RECORDS_MAX ||
			draft.used + 4 + size * (1 + SOURCES_MAX) > GROUP_FRAME_RECORDS_MAX)
			send(bridge, vm, &draft, now);
		add_group(bridge, vm, &draft, row);
	}
	send(bridge, vm, &draft, now);
}

static void report(struct edge_bridge *bridge, const struct attachment *vm, struct dimp_time now)
{
	report_family(bridge, vm, true, now);
	report_family(bridge, vm, false, now);
}

static void expire(void *context, struct dimp_time now);

static void set_timer(struct edge_bridge *bridge)
{
	struct dimp_time at = DIMP_NEVER;

	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		const struct attachment *vm = &bridge->attachments[slot];

		if (vm->reports_left != 0 && vm->report_at.us < at.us)
			at = vm->report_at;
	}
	engine_cancel(bridge->engine, bridge->reporting);
	bridge->reporting = 0;
	if (at.us != UINT64_MAX)
		bridge->reporting = engine_schedule(bridge->engine, at, expire, bridge);
}

static void put_off(struct edge_bridge *bridge, struct attachment *vm, struct dimp_time now)
{
	vm->report_at.us =
		now.us + 1 + engine_random(bridge->engine, "reports") % REPORT_INTERVAL_US;
}

static void expire(void *context, struct dimp_time now)
{
	struct edge_bridge *bridge = context;

	bridge->reporting = 0;
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++) {
		struct attachment *vm = &bridge->attachments[slot];

		if (vm->reports_left == 0 || vm->report_at.us > now.us)
			continue;
		vm->reports_left--;
		put_off(bridge, vm, now);
		if (vm->state == ATTACHMENT_ACTIVE)
			report(bridge, vm, now);
	}
	set_timer(bridge);
}

void edge_reporter_report(struct edge_bridge *bridge, struct attachment *vm, struct dimp_time now)
{
	if (!bridge->snooping)
		return;
	report(bridge, vm, now);
	vm->reports_left = 0;
	if (di_store_count(bridge->store, vm->slot, DIMP_DI_MULTICAST_MEMBERSHIP) != 0) {
		vm->reports_left = ROBUSTNESS - 1;
		put_off(bridge, vm, now);
	}
	set_timer(bridge);
}

void edge_reporter_stop(struct edge_bridge *bridge)
{
	for (unsigned slot = 0; slot < bridge->attachment_count; slot++)
		bridge->attachments[slot].reports_left = 0;
	engine_cancel(bridge->engine, bridge->reporting);
	bridge->reporting = 0;
}
