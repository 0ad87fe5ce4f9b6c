/* SPDX-License-Identifier: MIT */
/*
 * What is said: state changes until they are told often enough, and answers when their wait is
 * over.  What is due at one instant goes into one report of the newest version; of an older one
 * every group has a report of its own.  What does not fit stays due and goes with the next.
 */
#include "actors/listening_state.h"

#include "net/group_frame.h"
#include "net/ipv4.h"

static const uint64_t us_per_s = 1000000;

/* Between the tellings of a change: RFC 3376 8.11 and RFC 3810 9.11; RFC 2236 8.10. */
enum { REPEAT_S = 1, OLDER_REPEAT_S = 10 };

static uint8_t newest_version(const struct listening *listening)
{
	return listening->config.is_ipv4 ? 3 : 2;
}

typedef bool source_choice(const struct listening_group *group,
	const struct listening_source *source);

static bool is_listed(const struct listening_group *group, const struct listening_source *source)
{
	(void)group;
	return source->is_listed;
}

/* Of those asked for, which the host wants. */
static bool is_wanted_and_asked(const struct listening_group *group,
	const struct listening_source *source)
{
	return source->is_asked && source->is_listed != group->is_exclude;
}

static bool is_newly_wanted(const struct listening_group *group,
	const struct listening_source *source)
{
	return source->left > 0 && source->is_listed != group->is_exclude;
}

static bool is_newly_unwanted(const struct listening_group *group,
	const struct listening_source *source)
{
	return source->left > 0 && source->is_listed == group->is_exclude;
}

static size_t address_size(const struct listening_group *group)
{
	return ipv4_is_mapped(&group->group) ? 4 : 16;
}

static size_t used_octets(const struct listening_report *report)
{
	size_t used = 0;

	for (size_t i = 0; i < report->count; i++)
		used += report->records[i].sources.octets.size;
	return used;
}

/* Room for a group's records with all its sources, twice: what it newly wants, and newly not. */
static bool has_room(const struct listening_report *report, const struct listening_group *group)
{
	const size_t size = address_size(group);
	const size_t headers = (report->count + 2) * (4 + size);

	return report->count + 2 <= LISTENING_RECORDS_MAX &&
		headers + used_octets(report) + group->source_count * size <= LISTENING_OCTETS_MAX;
}

/* Adds a record of the sources that |is_chosen| says; an ALLOW or BLOCK of none is not said. */
static void add_record(struct listening_report *report, const struct listening_group *group,
	enum group_change change, source_choice *is_chosen)
{
	const size_t size = address_size(group);
	const size_t start = used_octets(report);
	struct octet_writer writer =
		octet_writer_of(report->octets + start, sizeof report->octets - start);

	for (size_t i = 0; i < group->source_count; i++)
		if (is_chosen(group, &group->sources[i]))
			group_address_write(&writer, &group->sources[i].address, size);
	const bool is_list = change != GROUP_TO_INCLUDE && change != GROUP_TO_EXCLUDE &&
		change != GROUP_IS_EXCLUDE;
	if (is_list && writer.size == 0)
		return;
	report->records[report->count++] = (struct group_record){(uint8_t)change, group->group,
		{{report->octets + start, writer.size}, size}};
}

static void add_current(struct listening_report *report, const struct listening_group *group)
{
	add_record(report, group, group->is_exclude ? GROUP_IS_EXCLUDE : GROUP_IS_INCLUDE,
		is_listed);
}

static void add_answer(struct listening_report *report, struct listening_group *group)
{
	if (group->is_asked_of_sources)
		add_record(report, group, GROUP_IS_INCLUDE, is_wanted_and_asked);
	else
		add_current(report, group);
	group->answer_at = DIMP_NEVER;
	group->is_asked_of_sources = false;
	for (size_t i = 0; i < group->source_count; i++)
		group->sources[i].is_asked = false;
}

/* Whether there is still something to tell after this telling. */
static bool count_down(struct listening_group *group)
{
	bool is_more = false;

	if (group->mode_left > 0)
		group->mode_left--;
	is_more = group->mode_left > 0;
	for (size_t i = 0; i < group->source_count; i++) {
		if (group->sources[i].left > 0)
			group->sources[i].left--;
		is_more = is_more || group->sources[i].left > 0;
	}
	return is_more;
}

/* Told once more after a wait, so that one loss does not lose it. */
static void repeat_change(const struct listening *listening, struct listening_group *group,
	struct dimp_time now)
{
	const bool is_newest = listening_version(listening, now) == newest_version(listening);
	const uint64_t most_us = (is_newest ? REPEAT_S : OLDER_REPEAT_S) * us_per_s;

	group->change_at = DIMP_NEVER;
	if (count_down(group))
		group->change_at = (struct dimp_time){now.us + listening_wait(listening, most_us)};
}

static void add_change(struct listening_report *report, struct listening_group *group)
{
	if (group->mode_left > 0) {
		add_record(report, group, group->is_exclude ? GROUP_TO_EXCLUDE : GROUP_TO_INCLUDE,
			is_listed);
		return;
	}
	add_record(report, group, GROUP_ALLOW, is_newly_wanted);
	add_record(report, group, GROUP_BLOCK, is_newly_unwanted);
}

/* ---- The newest version ---- */

/* A general query is answered with the whole state, in as many reports as it takes. */
static void answer_all(struct listening *listening, struct listening_report *report,
	struct dimp_time now)
{
	if (listening->general_at.us <= now.us) {
		listening->general_at = DIMP_NEVER;
		listening->is_answering = true;
		listening->answer_from = 0;
	}
	while (listening->is_answering && listening->answer_from < listening->count) {
		const struct listening_group *const group =
			&listening->groups[listening->answer_from];
		if (!has_room(report, group))
			return;
		if (listening_is_member(group))
			add_current(report, group);
		listening->answer_from++;
	}
	listening->is_answering = false;
}

static void say_due(struct listening *listening, struct listening_report *report,
	struct dimp_time now)
{
	for (size_t i = 0; i < listening->count; i++) {
		struct listening_group *const group = &listening->groups[i];
		if (group->answer_at.us <= now.us && has_room(report, group))
			add_answer(report, group);
		if (group->change_at.us > now.us || !has_room(report, group))
			continue;
		add_change(report, group);
		repeat_change(listening, group, now);
	}
}

/* ---- The older versions ---- */

/* A leave, which IGMPv1 does not know, and which who did not report last need not say. */
static bool say_leave(const struct listening *listening, struct listening_group *group,
	struct group_message *message)
{
	const bool is_said = message->version + (listening->config.is_ipv4 ? 0 : 1) > 1;

	group->change_at = DIMP_NEVER;
	group->answer_at = DIMP_NEVER;
	while (count_down(group))
		continue;
	message->kind = GROUP_LEAVE;
	return is_said && group->is_last_reporter;
}

static bool say_older(const struct listening *listening, struct listening_group *group,
	struct group_message *message, struct dimp_time now)
{
	*message = (struct group_message){.kind = GROUP_REPORT,
		.version = listening_version(listening, now),
		.group = group->group};
	if (!listening_is_member(group))
		return say_leave(listening, group, message);
	if (group->change_at.us <= now.us)
		repeat_change(listening, group, now);
	group->answer_at = DIMP_NEVER;
	group->is_last_reporter = true;
	return true;
}

static bool is_due(const struct listening_group *group, struct dimp_time now)
{
	return group->change_at.us <= now.us || group->answer_at.us <= now.us;
}

static bool transmit_older(struct listening *listening, struct listening_report *report,
	struct dimp_time now)
{
	for (size_t i = 0; i < listening->count; i++) {
		struct listening_group *const group = &listening->groups[i];
		if (is_due(group, now) && say_older(listening, group, &report->message, now))
			return true;
	}
	return false;
}

/* ---- Both ---- */

static void drop_sources(struct listening_group *group)
{
	size_t kept = 0;

	for (size_t i = 0; i < group->source_count; i++) {
		const struct listening_source source = group->sources[i];
		if (source.is_listed || source.is_asked || source.left > 0)
			group->sources[kept++] = source;
	}
	group->source_count = kept;
}

/* What the host has left and has said so is forgotten. */
static void drop_groups(struct listening *listening)
{
	size_t kept = 0;

	if (listening->is_answering)
		return;
	for (size_t i = 0; i < listening->count; i++) {
		struct listening_group *const group = &listening->groups[i];
		drop_sources(group);
		if (!listening_is_member(group) && group->change_at.us == UINT64_MAX)
			continue;
		if (kept != i)
			listening->groups[kept] = *group;
		kept++;
	}
	listening->count = kept;
}

bool listening_transmit(struct listening *listening, struct listening_report *report,
	struct dimp_time now)
{
	bool is_said = false;

	report->count = 0;
	report->has_records = listening_version(listening, now) == newest_version(listening);
	if (report->has_records) {
		answer_all(listening, report, now);
		say_due(listening, report, now);
		is_said = report->count > 0;
	} else {
		is_said = transmit_older(listening, report, now);
	}
	drop_groups(listening);
	return is_said;
}
