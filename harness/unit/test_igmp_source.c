/*
 * Proves that group and source records follow the tables of RFC 3376 6.4 for every change in either
 * mode, and that timers, older versions and queries do what sections 6.2 to 7.3 say.
 */
#include "check.h"
#include "net/igmp.h"
#include "sources/igmp_source.h"

#include <stdio.h>
#include <string.h>

static const uint64_t second = 1000000;

struct rig {
	struct di_store *store;
	struct source_counters counters;
	struct source_place place;
	struct igmp_source source;
	struct dimp_time now;
};

static void rig_start(struct rig *rig)
{
	*rig = (struct rig){.store = di_store_create(), .now = {5 * second}};
	REQUIRE(rig->store != NULL);
	rig->place = (struct source_place){.store = rig->store,
		.slot = 1,
		.vm = {{2, 0, 0, 0, 0, 1}},
		.counters = &rig->counters};
	igmp_source_init(&rig->source);
}

static void rig_stop(struct rig *rig)
{
	di_store_destroy(rig->store);
}

static void pass(struct rig *rig, double seconds)
{
	rig->now.us += (uint64_t)(seconds * (double)second);
	igmp_source_expire(&rig->place, rig->now);
	di_store_expire(rig->store, rig->now);
}

static void hear(struct rig *rig, enum source_direction direction, struct dimp_view octets)
{
	const struct source_packet packet = {.direction = direction,
		.has_ipv4 = true,
		.vlan = 42,
		.ipv4 = {.protocol = IPV4_IGMP, .payload = octets}};

	igmp_source_packet(&rig->source, &packet, &rig->place, rig->now);
}

/* The VM says |change| of 239.1.1.1 with sources 10.4.0.N for each letter: 'a' is 1, 'b' is 2. */
static void report(struct rig *rig, enum igmp_change change, const char *letters)
{
	uint8_t sources[4 * 8];
	uint8_t octets[64];
	const size_t count = strlen(letters);

	for (size_t i = 0; i < count; i++) {
		const uint8_t source[4] = {10, 4, 0, (uint8_t)(letters[i] - 'a' + 1)};
		memcpy(sources + 4 * i, source, sizeof source);
	}
	const struct igmp_record record = {.change = (uint8_t)change,
		.group = {{239, 1, 1, 1}},
		.source_count = count,
		.sources = {sources, count * 4}};
	const size_t size = igmp_report_write(&record, 1, octets, sizeof octets);
	hear(rig, SOURCE_FROM_VM, (struct dimp_view){octets, size});
}

static void say(struct rig *rig, struct igmp_message message)
{
	uint8_t octets[64];
	const size_t size = igmp_write(&message, octets, sizeof octets);
	const bool is_query = message.kind == IGMP_QUERY;

	hear(rig, is_query ? SOURCE_TOWARDS_VM : SOURCE_FROM_VM, (struct dimp_view){octets, size});
}

static void older_report(struct rig *rig, enum igmp_kind kind)
{
	say(rig, (struct igmp_message){.kind = kind, .group = {{239, 1, 1, 1}}});
}

static unsigned seconds_left(const struct di_entry *entry, struct dimp_time now)
{
	struct dimp_record record;

	di_entry_at(entry, now, &record);
	return (unsigned)(dimp_duration_to_us(record.body.multicast_membership.remaining) / second);
}

/* The records as text, in the order of letters: "*260" the group, "a260" a source, "b-" a blocked
 * one. */
static const char *state(const struct rig *rig)
{
	static char text[128];
	size_t used = 0;

	text[0] = '\0';
	for (unsigned letter = 0; letter < 8; letter++) {
		struct dimp_record key = {.type = DIMP_DI_MULTICAST_MEMBERSHIP,
			.body.multicast_membership = {.vlan = 42}};
		const struct dimp_ipv4 group = {{239, 1, 1, 1}};
		const struct dimp_ipv4 source = {{10, 4, 0, (uint8_t)letter}};
		key.body.multicast_membership.group = ipv4_mapped(&group);
		if (letter > 0)
			key.body.multicast_membership.source = ipv4_mapped(&source);
		const struct di_entry *const entry = di_store_find(rig->store, 1, &key);
		if (entry == NULL)
			continue;
		const bool is_blocked = letter > 0 &&
			entry->record.body.multicast_membership.filter_mode ==
				DIMP_FILTER_MODE_EXCLUDE;
		const char name = letter == 0 ? '*' : (char)('a' + letter - 1);
		const int written = is_blocked
			? snprintf(text + used, sizeof text - used, "%c- ", name)
			: snprintf(text + used, sizeof text - used, "%c%u ", name,
				  seconds_left(entry, rig->now));
		used += (size_t)written;
	}
	return text;
}

/*
 * RFC 3376 6.4.1 and 6.4.2.  The state before is made by "first" (and by "second"), and 100 s pass,
 * so that a timer set anew shows 260, one that ran on 160, one lowered 2.
 */
struct change_row {
	enum igmp_change first;
	const char *first_sources;
	enum igmp_change second;
	const char *second_sources;
	enum igmp_change change;
	const char *sources;
	const char *before, *after;
};

static const struct change_row change_rows[] = {
	/* INCLUDE (a b) */
	{IGMP_IS_INCLUDE, "ab", 0, "", IGMP_IS_INCLUDE, "bc", "a160 b160 ", "a160 b260 c260 "},
	{IGMP_IS_INCLUDE, "ab", 0, "", IGMP_ALLOW, "bc", "a160 b160 ", "a160 b260 c260 "},
	{IGMP_IS_INCLUDE, "ab", 0, "", IGMP_IS_EXCLUDE, "bc", "a160 b160 ", "*260 b160 c- "},
	{IGMP_IS_INCLUDE, "ab", 0, "", IGMP_BLOCK, "bc", "a160 b160 ", "a160 b2 "},
	{IGMP_IS_INCLUDE, "ab", 0, "", IGMP_TO_EXCLUDE, "bc", "a160 b160 ", "*260 b2 c- "},
	{IGMP_IS_INCLUDE, "ab", 0, "", IGMP_TO_INCLUDE, "bc", "a160 b160 ", "a2 b260 c260 "},
	/* EXCLUDE (a, b) */
	{IGMP_IS_EXCLUDE, "b", IGMP_ALLOW, "a", IGMP_IS_INCLUDE, "bc", "*160 a160 b- ",
		"*160 a160 b260 c260 "},
	{IGMP_IS_EXCLUDE, "b", IGMP_ALLOW, "a", IGMP_ALLOW, "bc", "*160 a160 b- ",
		"*160 a160 b260 c260 "},
	{IGMP_IS_EXCLUDE, "b", IGMP_ALLOW, "a", IGMP_IS_EXCLUDE, "bc", "*160 a160 b- ",
		"*260 b- c260 "},
	{IGMP_IS_EXCLUDE, "b", IGMP_ALLOW, "a", IGMP_IS_EXCLUDE, "ac", "*160 a160 b- ",
		"*260 a160 c260 "},
	{IGMP_IS_EXCLUDE, "b", IGMP_ALLOW, "a", IGMP_BLOCK, "abc", "*160 a160 b- ",
		"*160 a2 b- c2 "},
	{IGMP_IS_EXCLUDE, "b", IGMP_ALLOW, "a", IGMP_TO_EXCLUDE, "abc", "*160 a160 b- ",
		"*260 a2 b- c2 "},
	{IGMP_IS_EXCLUDE, "b", IGMP_ALLOW, "a", IGMP_TO_INCLUDE, "bc", "*160 a160 b- ",
		"*2 a2 b260 c260 "},
};

static void test_igmp_source_follows_the_tables_of_rfc_3376(void)
{
	for (size_t i = 0; i < sizeof change_rows / sizeof change_rows[0]; i++) {
		const struct change_row *const row = &change_rows[i];
		struct rig rig;
		rig_start(&rig);
		report(&rig, row->first, row->first_sources);
		report(&rig, row->second, row->second_sources);
		pass(&rig, 100);
		CHECK_TEXT(state(&rig), row->before);
		report(&rig, row->change, row->sources);
		CHECK_TEXT(state(&rig), row->after);
		rig_stop(&rig);
	}
}

static void test_igmp_source_timers_end_what_they_should(void)
{
	struct rig rig;

	rig_start(&rig);
	report(&rig, IGMP_IS_EXCLUDE, "b");
	pass(&rig, 100);
	report(&rig, IGMP_ALLOW, "a");
	report(&rig, IGMP_BLOCK, "c");
	CHECK_TEXT(state(&rig), "*160 a260 b- c2 ");
	pass(&rig, 2);
	CHECK_TEXT(state(&rig), "*158 a258 b- c- ");
	/* The group timer runs out: back to INCLUDE with the source whose timer runs. */
	pass(&rig, 158);
	CHECK_TEXT(state(&rig), "a100 ");
	pass(&rig, 100);
	CHECK_TEXT(state(&rig), "");
	CHECK_EQ(di_store_count(rig.store, 1, DIMP_DI_MULTICAST_MEMBERSHIP), 0);
	rig_stop(&rig);
}

static void test_igmp_source_leave_waits_for_the_last_member(void)
{
	struct rig rig;

	rig_start(&rig);
	report(&rig, IGMP_TO_EXCLUDE, "");
	report(&rig, IGMP_TO_INCLUDE, "");
	CHECK_TEXT(state(&rig), "*2 ");
	/* Somebody else in the VM answers. */
	pass(&rig, 1);
	report(&rig, IGMP_IS_EXCLUDE, "");
	CHECK_TEXT(state(&rig), "*260 ");
	report(&rig, IGMP_TO_INCLUDE, "");
	pass(&rig, 2);
	CHECK_TEXT(state(&rig), "");
	rig_stop(&rig);
}

static void test_igmp_source_older_hosts_set_the_version(void)
{
	struct rig rig;

	rig_start(&rig);
	older_report(&rig, IGMP_REPORT_2);
	CHECK_TEXT(state(&rig), "*260 ");
	/* BLOCK is ignored while a host of version 2 is about, and so are the sources of TO_EX. */
	report(&rig, IGMP_BLOCK, "a");
	CHECK_TEXT(state(&rig), "*260 ");
	pass(&rig, 100);
	report(&rig, IGMP_TO_EXCLUDE, "a");
	CHECK_TEXT(state(&rig), "*260 ");
	CHECK_EQ(igmp_source_deadline(&rig.place).us, rig.now.us + 160 * second);
	/* It is forgotten 260 s after it was heard; the group goes on with version 3. */
	pass(&rig, 160);
	CHECK_EQ(igmp_source_deadline(&rig.place).us, DIMP_NEVER.us);
	report(&rig, IGMP_BLOCK, "a");
	CHECK_TEXT(state(&rig), "*100 a2 ");
	older_report(&rig, IGMP_LEAVE);
	CHECK_TEXT(state(&rig), "*2 a2 ");
	rig_stop(&rig);
}

static void test_igmp_source_version_1_cannot_leave(void)
{
	struct rig rig;

	rig_start(&rig);
	older_report(&rig, IGMP_REPORT_1);
	older_report(&rig, IGMP_REPORT_2);
	older_report(&rig, IGMP_LEAVE);
	report(&rig, IGMP_TO_INCLUDE, "");
	CHECK_TEXT(state(&rig), "*260 ");
	pass(&rig, 260);
	CHECK_TEXT(state(&rig), "");
	rig_stop(&rig);
}

static void test_igmp_source_queries_lower_what_they_ask_for(void)
{
	const uint8_t asked[] = {10, 4, 0, 1};
	struct igmp_message query = {.kind = IGMP_QUERY,
		.version = 3,
		.group = {{239, 1, 1, 1}},
		.response_us = second,
		.robustness = 3,
		.interval_us = 60 * second};
	struct rig rig;

	rig_start(&rig);
	report(&rig, IGMP_IS_EXCLUDE, "b");
	report(&rig, IGMP_ALLOW, "a");
	query.is_suppressed = true;
	say(&rig, query);
	CHECK_TEXT(state(&rig), "*260 a260 b- ");
	query.is_suppressed = false;
	say(&rig, query);
	CHECK_TEXT(state(&rig), "*3 a260 b- ");
	query.source_count = 1;
	query.sources = (struct dimp_view){asked, sizeof asked};
	say(&rig, query);
	CHECK_TEXT(state(&rig), "*3 a3 b- ");
	/* A general query lowers nothing; its robustness and interval hold from now on. */
	query.source_count = 0;
	query.group = (struct dimp_ipv4){{0}};
	query.response_us = 10 * second;
	say(&rig, query);
	CHECK_TEXT(state(&rig), "*3 a3 b- ");
	report(&rig, IGMP_IS_EXCLUDE, "b");
	CHECK_TEXT(state(&rig), "*190 b- ");
	rig_stop(&rig);
}

static void test_igmp_source_ignores_what_is_not_the_vms(void)
{
	const struct igmp_message query = {.kind = IGMP_QUERY,
		.version = 2,
		.group = {{239, 1, 1, 1}},
		.response_us = second};
	uint8_t octets[64];
	struct rig rig;

	rig_start(&rig);
	report(&rig, IGMP_IS_EXCLUDE, "");
	/* The VM cannot ask itself out of a group, nor does another host's report concern it. */
	size_t size = igmp_write(&query, octets, sizeof octets);
	hear(&rig, SOURCE_FROM_VM, (struct dimp_view){octets, size});
	CHECK_TEXT(state(&rig), "*260 ");
	CHECK_EQ(rig.counters.spoofed, 1);
	size = igmp_write(&(struct igmp_message){.kind = IGMP_LEAVE, .group = {{239, 1, 1, 1}}},
		octets, sizeof octets);
	hear(&rig, SOURCE_TOWARDS_VM, (struct dimp_view){octets, size});
	CHECK_TEXT(state(&rig), "*260 ");
	/* Link-local groups and addresses that are no groups are not kept. */
	say(&rig, (struct igmp_message){.kind = IGMP_REPORT_2, .group = {{224, 0, 0, 251}}});
	say(&rig, (struct igmp_message){.kind = IGMP_REPORT_2, .group = {{10, 0, 0, 1}}});
	CHECK_EQ(di_store_count(rig.store, 1, DIMP_DI_MULTICAST_MEMBERSHIP), 1);
	octets[2] ^= 1;
	hear(&rig, SOURCE_FROM_VM, (struct dimp_view){octets, size});
	CHECK_EQ(rig.counters.bad_checksum, 1);
	hear(&rig, SOURCE_FROM_VM, (struct dimp_view){octets, 3});
	CHECK_EQ(rig.counters.malformed, 1);
	rig_stop(&rig);
}

static void test_igmp_source_is_bounded(void)
{
	struct rig rig;

	rig_start(&rig);
	for (unsigned i = 0; i < 600; i++)
		say(&rig,
			(struct igmp_message){.kind = IGMP_REPORT_2,
				.group = {{239, 2, (uint8_t)(i >> 8), (uint8_t)i}}});
	CHECK_EQ(di_store_count(rig.store, 1, DIMP_DI_MULTICAST_MEMBERSHIP), 512);
	CHECK_EQ(rig.counters.over_limit, 88);
	rig_stop(&rig);
}

static const struct test_case tests[] = {
	TEST(test_igmp_source_follows_the_tables_of_rfc_3376),
	TEST(test_igmp_source_timers_end_what_they_should),
	TEST(test_igmp_source_leave_waits_for_the_last_member),
	TEST(test_igmp_source_older_hosts_set_the_version),
	TEST(test_igmp_source_version_1_cannot_leave),
	TEST(test_igmp_source_queries_lower_what_they_ask_for),
	TEST(test_igmp_source_ignores_what_is_not_the_vms),
	TEST(test_igmp_source_is_bounded),
	TEST_END,
};

const struct test_suite suite_igmp_source = {"igmp_source", tests};
