/* SPDX-License-Identifier: MIT */
/*
 * What is wanted and what is heard.  A change is noted where it has to be told: with the filter
 * mode, or with each source that came or went, which are told as often as the robustness variable
 * says (RFC 3376 5.1).  Queries set timers by the rules of RFC 3376 5.2; an older querier turns
 * them into a timer a group, which a report of another host stops (RFC 2236 3).
 */
#include "actors/listening_state.h"

#include <stdlib.h>
#include <string.h>

#include "net/group_frame.h"
#include "net/ipv4.h"

static const uint64_t us_per_s = 1000000;

/* RFC 3376 8.1 and 8.2, RFC 3810 9.1 and 9.2, until a querier says otherwise. */
enum { ROBUSTNESS = 2, QUERY_INTERVAL_S = 125 };

struct listening *listening_create(const struct listening_config *config)
{
	struct listening *listening = calloc(1, sizeof *listening);

	if (!listening)
		return NULL;
	listening->config = *config;
	listening->robustness = ROBUSTNESS;
	listening->interval_us = QUERY_INTERVAL_S * us_per_s;
	listening->general_at = DIMP_NEVER;
	return listening;
}

void listening_destroy(struct listening *listening)
{
	if (!listening)
		return;
	free(listening->groups);
	free(listening);
}

bool listening_is_member(const struct listening_group *group)
{
	for (size_t i = 0; i < group->source_count; i++)
		if (group->sources[i].is_listed)
			return true;
	return group->is_exclude;
}

uint64_t listening_wait(const struct listening *listening, uint64_t most_us)
{
	return listening->config.draw(listening->config.context) % (most_us + 1);
}

uint8_t listening_version(const struct listening *listening, struct dimp_time now)
{
	for (uint8_t version = 1; version < listening->config.version; version++)
		if (now.us < listening->older_until[version].us)
			return version;
	return listening->config.version;
}

/* Whether reports are of single groups. */
static bool is_older(const struct listening *listening, struct dimp_time now)
{
	return listening_version(listening, now) < (listening->config.is_ipv4 ? 3 : 2);
}

/* ---- What the host wants ---- */

static struct listening_group *find_group(const struct listening *listening,
	const struct dimp_ip *group)
{
	for (size_t i = 0; i < listening->count; i++)
		if (group_address_is_same(&listening->groups[i].group, group))
			return &listening->groups[i];
	return NULL;
}

static struct listening_group *make_group(struct listening *listening, const struct dimp_ip *group)
{
	struct listening_group *const found = find_group(listening, group);

	if (found)
		return found;
	if (listening->count == listening->capacity) {
		const size_t capacity = listening->capacity == 0 ? 16 : listening->capacity * 2;
		struct listening_group *const groups =
			realloc(listening->groups, capacity * sizeof *groups);
		if (!groups)
			return NULL;
		listening->groups = groups;
		listening->capacity = capacity;
	}
	struct listening_group *const made = &listening->groups[listening->count++];
	*made = (struct listening_group){.group = *group,
		.change_at = DIMP_NEVER,
		.answer_at = DIMP_NEVER};
	return made;
}

static struct listening_source *find_source(struct listening_group *group,
	const struct dimp_ip *address)
{
	for (size_t i = 0; i < group->source_count; i++)
		if (group_address_is_same(&group->sources[i].address, address))
			return &group->sources[i];
	return NULL;
}

static bool is_in_filter(const struct listening_filter *filter, const struct dimp_ip *address)
{
	for (size_t i = 0; i < filter->source_count; i++)
		if (group_address_is_same(&filter->sources[i], address))
			return true;
	return false;
}

/* Without room the source is taken up all the same, in the place of one whose change is told. */
static void add_source(struct listening_group *group, const struct dimp_ip *address, uint8_t left)
{
	struct listening_source *place = find_source(group, address);

	for (size_t i = 0; i < group->source_count && !place; i++)
		if (!group->sources[i].is_listed &&
			group->source_count == 2 * LISTENING_SOURCES_MAX)
			place = &group->sources[i];
	if (!place)
		place = &group->sources[group->source_count++];
	if (!place->is_listed || !group_address_is_same(&place->address, address))
		*place = (struct listening_source){*address, true, false, left};
}

/* The filter's sources; each that comes or goes is told |left| times. */
static void take_sources(struct listening_group *group, const struct listening_filter *filter,
	uint8_t left)
{
	for (size_t i = 0; i < group->source_count; i++) {
		struct listening_source *const source = &group->sources[i];
		if (!source->is_listed || is_in_filter(filter, &source->address))
			continue;
		source->is_listed = false;
		source->left = left;
	}
	for (size_t i = 0; i < filter->source_count; i++)
		add_source(group, &filter->sources[i], left);
}

bool listening_set(struct listening *listening, const struct listening_filter *filter,
	struct dimp_time now)
{
	if (ipv4_is_mapped(&filter->group) != listening->config.is_ipv4 ||
		filter->source_count > LISTENING_SOURCES_MAX)
		return false;
	struct listening_group *const group = make_group(listening, &filter->group);
	if (!group)
		return false;
	if (group->is_exclude != filter->is_exclude) {
		/* The list says all there is to say of a mode (RFC 3376 5.1). */
		group->is_exclude = filter->is_exclude;
		group->mode_left = listening->robustness;
		take_sources(group, filter, 0);
	} else {
		take_sources(group, filter, listening->robustness);
	}
	group->change_at = now;
	return true;
}

void listening_get(const struct listening *listening, struct listening_filter *filter)
{
	const struct listening_group *const group = find_group(listening, &filter->group);

	filter->is_exclude = group && group->is_exclude;
	filter->source_count = 0;
	for (size_t i = 0; group && i < group->source_count; i++)
		if (group->sources[i].is_listed && filter->source_count < LISTENING_SOURCES_MAX)
			filter->sources[filter->source_count++] = group->sources[i].address;
}

/* ---- What the host hears ---- */

/* An older querier is remembered for as long as it may be silent; what was under way for another
 * version is dropped (RFC 3376 7.2.1). */
static void note_version(struct listening *listening, const struct group_message *query,
	struct dimp_time now)
{
	const uint8_t before = listening_version(listening, now);
	const uint64_t present_us =
		listening->robustness * listening->interval_us + query->response_us;

	if (query->robustness != 0)
		listening->robustness = query->robustness;
	if (query->interval_us != 0)
		listening->interval_us = query->interval_us;
	if (query->version < listening->config.version)
		listening->older_until[query->version] = (struct dimp_time){now.us + present_us};
	if (listening_version(listening, now) == before)
		return;
	listening->general_at = DIMP_NEVER;
	for (size_t i = 0; i < listening->count; i++) {
		struct listening_group *const group = &listening->groups[i];
		group->answer_at = DIMP_NEVER;
		if (group->mode_left == 0)
			group->change_at = DIMP_NEVER;
	}
}

static void forget_asked(struct listening_group *group)
{
	group->is_asked_of_sources = false;
	for (size_t i = 0; i < group->source_count; i++)
		group->sources[i].is_asked = false;
}

/* A source that is not listed is one more that the host may have to speak of (RFC 3376 5.2). */
static void note_asked(struct listening_group *group, const struct group_sources *sources)
{
	for (size_t i = 0; i < group_source_count(sources); i++) {
		const struct dimp_ip address = group_source_at(sources, i);
		struct listening_source *source = find_source(group, &address);
		if (!source && group->source_count < 2 * LISTENING_SOURCES_MAX) {
			source = &group->sources[group->source_count++];
			*source = (struct listening_source){.address = address};
		}
		if (source)
			source->is_asked = true;
	}
}

/* RFC 3376 5.2, rules 3 to 5. */
static void ask_group(struct listening_group *group, const struct group_message *query,
	struct dimp_time at)
{
	const bool is_waiting = group->answer_at.us != UINT64_MAX;
	const bool is_of_sources = group_source_count(&query->sources) != 0;

	if (is_of_sources && (!is_waiting || group->is_asked_of_sources)) {
		group->is_asked_of_sources = true;
		note_asked(group, &query->sources);
	} else {
		forget_asked(group);
	}
	if (at.us < group->answer_at.us)
		group->answer_at = at;
}

/* Every group has a timer of its own with the older versions (RFC 2236 3, RFC 2710 4). */
static void ask_each(struct listening *listening, const struct group_message *query,
	struct dimp_time now)
{
	for (size_t i = 0; i < listening->count; i++) {
		struct listening_group *const group = &listening->groups[i];
		const bool is_meant =
			query->is_general || group_address_is_same(&group->group, &query->group);
		if (!is_meant || !listening_is_member(group))
			continue;
		const struct dimp_time at = {
			now.us + listening_wait(listening, query->response_us)};
		if (at.us < group->answer_at.us)
			group->answer_at = at;
	}
}

static void take_query(struct listening *listening, const struct group_message *query,
	struct dimp_time now)
{
	note_version(listening, query, now);
	if (is_older(listening, now)) {
		ask_each(listening, query, now);
		return;
	}
	const struct dimp_time at = {now.us + listening_wait(listening, query->response_us)};
	if (at.us >= listening->general_at.us)
		return;
	if (query->is_general) {
		listening->general_at = at;
		return;
	}
	struct listening_group *const group = find_group(listening, &query->group);
	if (group && listening_is_member(group))
		ask_group(group, query, at);
}

/* Somebody else said it: no need to say it, too, nor to say when the host leaves. */
static void take_report(const struct listening *listening, const struct dimp_ip *address,
	struct dimp_time now)
{
	struct listening_group *const group = find_group(listening, address);

	if (!group || !is_older(listening, now))
		return;
	group->answer_at = DIMP_NEVER;
	group->is_last_reporter = false;
}

void listening_hear(struct listening *listening, const struct group_message *message,
	struct dimp_time now)
{
	switch (message->kind) {
	case GROUP_QUERY: take_query(listening, message, now); return;
	case GROUP_REPORT: take_report(listening, &message->group, now); return;
	case GROUP_LEAVE:
	case GROUP_RECORDS: return;
	}
}

static struct dimp_time earlier_of(struct dimp_time one, struct dimp_time other)
{
	return one.us < other.us ? one : other;
}

struct dimp_time listening_deadline(const struct listening *listening)
{
	struct dimp_time deadline = listening->general_at;

	for (size_t i = 0; i < listening->count; i++) {
		deadline = earlier_of(deadline, listening->groups[i].change_at);
		deadline = earlier_of(deadline, listening->groups[i].answer_at);
	}
	return deadline;
}
