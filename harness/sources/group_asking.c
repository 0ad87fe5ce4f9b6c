/* SPDX-License-Identifier: MIT */
/*
 * What the tables of RFC 3376 6.4 call Q(G) and Q(G,S) follows from the state after the message: of
 * a TO_IN the group, if it is in EXCLUDE mode, and every source that is forwarded and not listed;
 * of a BLOCK or TO_EX every listed source that is forwarded.
 */
#include "sources/group_asking.h"

#include "net/group_frame.h"
#include "net/ipv4.h"

enum { ROBUSTNESS = 2 };

static const uint64_t interval_us = 1000000;
static const struct dimp_ip group_itself;

void group_asking_init(struct group_asking *asking)
{
	*asking = (struct group_asking){.robustness = ROBUSTNESS, .interval_us = interval_us};
}

/* ---- What is to be asked ---- */

static bool is_about(const struct group_ask *ask, const struct group_heard *heard,
	const struct dimp_ip *group, const struct dimp_ip *source)
{
	return ask->slot == heard->slot && ask->vlan == heard->vlan &&
		group_address_is_same(&ask->group, group) &&
		group_address_is_same(&ask->source, source);
}

static void add(struct group_asking *asking, const struct group_ask *ask)
{
	for (size_t i = 0; i < asking->count; i++) {
		const struct group_heard same = {.slot = ask->slot, .vlan = ask->vlan};
		if (is_about(&asking->asks[i], &same, &ask->group, &ask->source))
			return;
	}
	if (asking->count < GROUP_ASKS_MAX)
		asking->asks[asking->count++] = *ask;
}

static bool is_listed(const struct group_sources *sources, const struct dimp_ip *source)
{
	for (size_t i = 0; i < group_source_count(sources); i++) {
		const struct dimp_ip listed = group_source_at(sources, i);
		if (group_address_is_same(&listed, source))
			return true;
	}
	return false;
}

/* Whether a membership of the group is what |record| asks about: see the head of this file. */
static bool is_in_question(const struct dimp_multicast_membership *row,
	const struct group_record *record)
{
	const bool is_whole = group_address_is_same(&row->source, &group_itself);
	const bool is_named = is_listed(&record->sources, &row->source);

	if (is_whole)
		return record->change == GROUP_TO_INCLUDE;
	if (row->filter_mode != DIMP_FILTER_MODE_INCLUDE)
		return false;
	return record->change == GROUP_TO_INCLUDE
		? !is_named
		: is_named && (record->change == GROUP_BLOCK || record->change == GROUP_TO_EXCLUDE);
}

static void ask_record(struct group_asking *asking, const struct group_heard *heard,
	const struct group_record *record, struct dimp_time now)
{
	const struct di_entry *entry;
	size_t cursor = 0;

	while ((entry = di_store_next(heard->store, heard->slot, DIMP_DI_MULTICAST_MEMBERSHIP,
			&cursor)) != NULL) {
		const struct dimp_multicast_membership *const row =
			&entry->record.body.multicast_membership;
		if (row->vlan != heard->vlan ||
			!group_address_is_same(&row->group, &record->group) ||
			!is_in_question(row, record))
			continue;
		add(asking,
			&(struct group_ask){heard->slot, heard->vlan, row->group, row->source,
				asking->robustness, now});
	}
}

static bool may_ask(uint8_t change)
{
	return change == GROUP_TO_INCLUDE || change == GROUP_BLOCK || change == GROUP_TO_EXCLUDE;
}

void group_asking_hear(struct group_asking *asking, const struct group_heard *heard,
	struct dimp_time now)
{
	struct group_message message = heard->message;
	struct group_record record;

	if (message.kind == GROUP_LEAVE) {
		const struct group_record left = {GROUP_TO_INCLUDE, message.group, {{0}, 0}};
		ask_record(asking, heard, &left, now);
	}
	while (message.kind == GROUP_RECORDS && group_record_next(&message, &record))
		if (may_ask(record.change))
			ask_record(asking, heard, &record, now);
}

void group_asking_conclude(const struct group_heard *heard, struct di_store *store,
	struct dimp_time now)
{
	struct group_asking asking;

	group_asking_init(&asking);
	group_asking_hear(&asking, heard, now);
	for (size_t i = 0; i < asking.count; i++) {
		const struct group_ask *const ask = &asking.asks[i];
		const struct dimp_record key = {.type = DIMP_DI_MULTICAST_MEMBERSHIP,
			.body.multicast_membership = {.vlan = ask->vlan,
				.group = ask->group,
				.source = ask->source}};
		const struct di_entry *const entry = di_store_find(store, ask->slot, &key);
		if (entry == NULL)
			continue;
		struct dimp_record record = entry->record;
		record.body.multicast_membership.remaining = 0;
		(void)di_store_put(store, ask->slot, &record, now);
	}
}

/* ---- What is asked ---- */

/* What is left of the membership asked for; false when it is gone, or blocked by now. */
static bool find_remaining(const struct di_store *store, const struct group_ask *ask,
	struct dimp_time now, uint64_t *left_us)
{
	const struct dimp_record key = {.type = DIMP_DI_MULTICAST_MEMBERSHIP,
		.body.multicast_membership = {.vlan = ask->vlan,
			.group = ask->group,
			.source = ask->source}};
	const struct di_entry *const entry = di_store_find(store, ask->slot, &key);
	struct dimp_record record;

	if (entry == NULL)
		return false;
	di_entry_at(entry, now, &record);
	const struct dimp_multicast_membership *const row = &record.body.multicast_membership;
	*left_us = dimp_duration_to_us(row->remaining);
	return *left_us != 0 && *left_us != UINT64_MAX;
}

static void drop(struct group_asking *asking, size_t at)
{
	asking->asks[at] = asking->asks[--asking->count];
}

/* Drops what needs no asking any more. */
static void drop_answered(struct group_asking *asking, const struct di_store *store,
	struct dimp_time now)
{
	uint64_t left_us;

	for (size_t i = 0; i < asking->count;) {
		const struct group_ask *const ask = &asking->asks[i];
		if (ask->left == 0 ||
			(ask->at.us <= now.us && !find_remaining(store, ask, now, &left_us)))
			drop(asking, i);
		else
			i++;
	}
}

static bool is_suppressed(const struct group_asking *asking, const struct di_store *store,
	const struct group_ask *ask, struct dimp_time now)
{
	uint64_t left_us = 0;

	(void)find_remaining(store, ask, now, &left_us);
	return left_us > asking->robustness * asking->interval_us;
}

static void note_asked(struct group_asking *asking, struct group_ask *ask)
{
	ask->left--;
	ask->at.us += asking->interval_us;
}

/* The sources of the group that are due with the same flag go into one question. */
static void add_sources(struct group_asking *asking, const struct di_store *store,
	struct group_question *question, struct dimp_time now)
{
	const size_t size = ipv4_is_mapped(&question->message.group) ? 4 : 16;
	struct octet_writer writer = octet_writer_of(question->octets, sizeof question->octets);
	const struct group_heard same = {.slot = question->slot, .vlan = question->vlan};

	for (size_t i = 0; i < asking->count; i++) {
		struct group_ask *const ask = &asking->asks[i];
		if (ask->at.us > now.us || ask->left == 0 ||
			!is_about(ask, &same, &question->message.group, &ask->source) ||
			group_address_is_same(&ask->source, &group_itself) ||
			is_suppressed(asking, store, ask, now) != question->message.is_suppressed)
			continue;
		if (writer.size == GROUP_QUESTION_SOURCES_MAX * size)
			break;
		group_address_write(&writer, &ask->source, size);
		note_asked(asking, ask);
	}
	question->message.sources = (struct group_sources){{question->octets, writer.size}, size};
}

static struct group_ask *find_due(struct group_asking *asking, struct dimp_time now)
{
	for (size_t i = 0; i < asking->count; i++)
		if (asking->asks[i].at.us <= now.us)
			return &asking->asks[i];
	return NULL;
}

bool group_asking_next(struct group_asking *asking, const struct di_store *store,
	struct group_question *question, struct dimp_time now)
{
	drop_answered(asking, store, now);
	struct group_ask *const ask = find_due(asking, now);
	if (ask == NULL)
		return false;
	question->slot = ask->slot;
	question->vlan = ask->vlan;
	question->message = (struct group_message){.kind = GROUP_QUERY,
		.version = ipv4_is_mapped(&ask->group) ? 3 : 2,
		.group = ask->group,
		.response_us = asking->interval_us,
		.is_suppressed = is_suppressed(asking, store, ask, now),
		.robustness = (uint8_t)asking->robustness};
	if (group_address_is_same(&ask->source, &group_itself))
		note_asked(asking, ask);
	else
		add_sources(asking, store, question, now);
	return true;
}

void group_asking_forget(struct group_asking *asking, unsigned slot)
{
	for (size_t i = 0; i < asking->count;) {
		if (asking->asks[i].slot == slot)
			drop(asking, i);
		else
			i++;
	}
}

struct dimp_time group_asking_deadline(const struct group_asking *asking)
{
	struct dimp_time deadline = DIMP_NEVER;

	for (size_t i = 0; i < asking->count; i++)
		if (asking->asks[i].left > 0 && asking->asks[i].at.us < deadline.us)
			deadline = asking->asks[i].at;
	return deadline;
}
