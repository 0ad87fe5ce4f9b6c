/*
 * Proves that what RFC 3376 6.4 calls Q(G) and Q(G,S) is asked for every row of its tables, twice,
 * a last member query interval apart, with the S flag for what has been wanted again meanwhile, and
 * not at all for what is gone.
 */
#include "sources/group_asking.h"

#include <stdio.h>
#include <string.h>

#include "check.h"
#include "net/group_frame.h"
#include "net/igmp.h"
#include "net/ipv4.h"
#include "sources/membership.h"

enum { SLOT = 3, VLAN = 42 };

static const uint64_t second = 1000000;

struct rig {
	struct di_store *store;
	struct source_counters counters;
	struct source_place place;
	struct group_asking asking;
	struct dimp_time now;
};

static struct dimp_ip group(void)
{
	return ipv4_mapped(&(struct dimp_ipv4){{239, 1, 1, 1}});
}

static void rig_start(struct rig *rig)
{
	*rig = (struct rig){.store = di_store_create(), .now = {5 * second}};
	REQUIRE(rig->store != NULL);
	rig->place = (struct source_place){.store = rig->store,
		.slot = SLOT,
		.counters = &rig->counters};
	group_asking_init(&rig->asking);
}

static struct group_sources sources_named(const char *letters, uint8_t octets[32])
{
	const size_t count = strlen(letters);

	for (size_t i = 0; i < count; i++)
		memcpy(octets + 4 * i, (const uint8_t[]){10, 4, 0, (uint8_t)letters[i]}, 4);
	return (struct group_sources){{octets, 4 * count}, 4};
}

static void keep(struct rig *rig, enum group_change change, const struct group_sources *sources)
{
	const struct membership membership = {.place = &rig->place,
		.vlan = VLAN,
		.group = group(),
		.now = rig->now,
		.membership_us = 260 * second,
		.last_member_us = 2 * second};

	membership_report(&membership, change, sources);
}

/* The VM says so: it is kept, then heard by who asks. */
static void report(struct rig *rig, enum group_change change, const char *letters)
{
	uint8_t octets[32], message[128];
	const struct group_record record = {(uint8_t)change, group(),
		sources_named(letters, octets)};
	const size_t size = igmp_records_write(&record, 1, message, sizeof message);
	struct group_heard heard = {.store = rig->store, .slot = SLOT, .vlan = VLAN};

	keep(rig, change, &record.sources);
	CHECK_EQ(igmp_read((struct dimp_view){message, size}, &heard.message), PACKET_WHOLE);
	group_asking_hear(&rig->asking, &heard, rig->now);
}

/* What is asked now: "Q()" the group, "Q(ab)" sources, "QS" with the S flag. */
static const char *asked(struct rig *rig)
{
	static char text[128];
	struct group_question question;
	size_t used = 0;

	text[0] = '\0';
	while (group_asking_next(&rig->asking, rig->store, &question, rig->now)) {
		const struct group_message *const message = &question.message;
		CHECK_EQ(question.slot, SLOT);
		CHECK_EQ(question.vlan, VLAN);
		CHECK_EQ(message->response_us, second);
		used += (size_t)snprintf(text + used, sizeof text - used, "Q%s(",
			message->is_suppressed ? "S" : "");
		for (size_t i = 0; i < group_source_count(&message->sources); i++)
			used += (size_t)snprintf(text + used, sizeof text - used, "%c",
				group_source_at(&message->sources, i).octets[15]);
		used += (size_t)snprintf(text + used, sizeof text - used, ") ");
	}
	return text;
}

/* RFC 3376 6.4.1 and 6.4.2; the state before comes of one or two reports. */
static const struct {
	enum group_change first;
	const char *first_sources;
	const char *allowed; /* then */
	enum group_change change;
	const char *sources, *question;
} rows[] = {
	/* INCLUDE (a b) */
	{GROUP_IS_INCLUDE, "ab", "", GROUP_IS_INCLUDE, "bc", ""},
	{GROUP_IS_INCLUDE, "ab", "", GROUP_IS_EXCLUDE, "bc", ""},
	{GROUP_IS_INCLUDE, "ab", "", GROUP_ALLOW, "bc", ""},
	{GROUP_IS_INCLUDE, "ab", "", GROUP_BLOCK, "bc", "Q(b) "},
	{GROUP_IS_INCLUDE, "ab", "", GROUP_TO_EXCLUDE, "bc", "Q(b) "},
	{GROUP_IS_INCLUDE, "ab", "", GROUP_TO_INCLUDE, "bc", "Q(a) "},
	/* EXCLUDE (a, b) */
	{GROUP_IS_EXCLUDE, "b", "a", GROUP_IS_INCLUDE, "bc", ""},
	{GROUP_IS_EXCLUDE, "b", "a", GROUP_IS_EXCLUDE, "bc", ""},
	{GROUP_IS_EXCLUDE, "b", "a", GROUP_ALLOW, "bc", ""},
	{GROUP_IS_EXCLUDE, "b", "a", GROUP_BLOCK, "abc", "Q(ac) "},
	{GROUP_IS_EXCLUDE, "b", "a", GROUP_TO_EXCLUDE, "abc", "Q(ac) "},
	{GROUP_IS_EXCLUDE, "b", "a", GROUP_TO_INCLUDE, "bc", "Q() Q(a) "},
};

static void test_group_asking_asks_what_the_tables_say(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct rig rig;
		rig_start(&rig);
		report(&rig, rows[i].first, rows[i].first_sources);
		report(&rig, GROUP_ALLOW, rows[i].allowed);
		CHECK_TEXT(asked(&rig), "");
		report(&rig, rows[i].change, rows[i].sources);
		CHECK_TEXT(asked(&rig), rows[i].question);
		di_store_destroy(rig.store);
	}
}

static void test_group_asking_asks_twice_and_tells_who_is_wanted_again(void)
{
	uint8_t octets[32];
	struct rig rig;

	rig_start(&rig);
	report(&rig, GROUP_IS_INCLUDE, "abc");
	report(&rig, GROUP_TO_INCLUDE, "");
	CHECK_TEXT(asked(&rig), "Q(abc) ");
	/* What is under way already is not asked anew. */
	report(&rig, GROUP_BLOCK, "a");
	CHECK_TEXT(asked(&rig), "");
	CHECK_EQ(group_asking_deadline(&rig.asking).us, rig.now.us + second);
	rig.now.us += second;
	const struct group_sources again = sources_named("b", octets);
	keep(&rig, GROUP_IS_INCLUDE, &again);
	CHECK_TEXT(asked(&rig), "Q(ac) QS(b) ");
	CHECK_EQ(group_asking_deadline(&rig.asking).us, DIMP_NEVER.us);
	rig.now.us += 10 * second;
	CHECK_TEXT(asked(&rig), "");
	di_store_destroy(rig.store);
}

static void test_group_asking_leaves_alone_what_is_gone(void)
{
	struct rig rig;

	rig_start(&rig);
	report(&rig, GROUP_IS_INCLUDE, "a");
	report(&rig, GROUP_BLOCK, "a");
	CHECK_TEXT(asked(&rig), "Q(a) ");
	di_store_clear(rig.store, SLOT);
	rig.now.us += second;
	CHECK_TEXT(asked(&rig), "");
	report(&rig, GROUP_IS_EXCLUDE, "");
	report(&rig, GROUP_TO_INCLUDE, "");
	group_asking_forget(&rig.asking, SLOT);
	CHECK_TEXT(asked(&rig), "");
	di_store_destroy(rig.store);
}

static const struct test_case tests[] = {
	TEST(test_group_asking_asks_what_the_tables_say),
	TEST(test_group_asking_asks_twice_and_tells_who_is_wanted_again),
	TEST(test_group_asking_leaves_alone_what_is_gone),
	TEST_END,
};

const struct test_suite suite_group_asking = {"group_asking", tests};
