/*
 * Proves that group and source records follow the tables of RFC 3376 6.4 and RFC 3810 7.4 for every
 * change in either mode, and that timers, older versions and queries do what the sections around
 * them say: the same for IGMP and MLD.
 */
#include "check.h"
#include "net/igmp.h"
#include "net/ipv4.h"
#include "net/mld.h"
#include "sources/group_source.h"

#include <stdio.h>
#include <string.h>

static const uint64_t second = 1000000;

enum family { FAMILY_IGMP, FAMILY_MLD, FAMILIES };

struct rig {
	enum family family;
	struct di_store *store;
	struct source_counters counters;
	struct source_place place;
	struct group_source source;
	struct dimp_time now;
};

static const struct dimp_ip vm_address = {{0xfe, 0x80, [15] = 0x20}};
static const struct dimp_ip querier_address = {{0xfe, 0x80, [15] = 0xfe}};

static void rig_start(struct rig *rig, enum family family)
{
	*rig = (struct rig){.family = family, .store = di_store_create(), .now = {5 * second}};
	REQUIRE(rig->store != NULL);
	rig->place = (struct source_place){.store = rig->store,
		.slot = 1,
		.vm = {{2, 0, 0, 0, 0, 1}},
		.counters = &rig->counters};
	group_source_init(&rig->source);
}

static void rig_stop(struct rig *rig)
{
	di_store_destroy(rig->store);
}

static void pass(struct rig *rig, double seconds)
{
	rig->now.us += (uint64_t)(seconds * (double)second);
	group_source_expire(&rig->place, rig->now);
	di_store_expire(rig->store, rig->now);
}

/* 239.1.1.N or ff0e::101:N. */
static struct dimp_ip group_number(const struct rig *rig, unsigned number)
{
	const uint8_t high = (uint8_t)(number >> 8), low = (uint8_t)number;

	if (rig->family == FAMILY_MLD)
		return (struct dimp_ip){{0xff, 0x0e, [13] = 1, [14] = high, [15] = low}};
	return ipv4_mapped(&(struct dimp_ipv4){{239, 1, (uint8_t)(high + 1), low}});
}

/* 10.4.0.N or 2001:db8::N. */
static struct dimp_ip source_number(const struct rig *rig, unsigned number)
{
	if (rig->family == FAMILY_MLD)
		return (struct dimp_ip){{0x20, 1, 0xd, 0xb8, [15] = (uint8_t)number}};
	return ipv4_mapped(&(struct dimp_ipv4){{10, 4, 0, (uint8_t)number}});
}

static size_t address_size(const struct rig *rig)
{
	return rig->family == FAMILY_MLD ? MLD_ADDRESS_SIZE : IGMP_ADDRESS_SIZE;
}

static struct ipv6_packet mld_packet_of(enum source_direction direction)
{
	static const struct dimp_ip somewhere = {{0xff, 2, [15] = 0x16}};

	return mld_packet(direction == SOURCE_FROM_VM ? &vm_address : &querier_address, &somewhere);
}

static void hear(struct rig *rig, enum source_direction direction, struct dimp_view octets)
{
	struct source_packet packet = {.direction = direction,
		.has_ipv4 = rig->family == FAMILY_IGMP,
		.has_ipv6 = rig->family == FAMILY_MLD,
		.vlan = 42,
		.ipv4 = {.protocol = IPV4_IGMP, .payload = octets},
		.ipv6 = mld_packet_of(direction)};

	packet.ipv6.payload = octets;
	group_source_packet(&rig->source, &packet, &rig->place, rig->now);
}

static struct group_sources sources_named(const struct rig *rig, const char *letters,
	uint8_t *octets)
{
	const size_t size = address_size(rig);
	const size_t count = strlen(letters);

	for (size_t i = 0; i < count; i++) {
		const struct dimp_ip source = source_number(rig, (unsigned)(letters[i] - 'a') + 1);
		memcpy(octets + size * i, source.octets + 16 - size, size);
	}
	return (struct group_sources){{octets, count * size}, size};
}

/* The VM says |change| of the first group with the sources named: 'a' is 1, 'b' is 2. */
static void report(struct rig *rig, enum group_change change, const char *letters)
{
	const struct ipv6_packet packet = mld_packet_of(SOURCE_FROM_VM);
	uint8_t sources[16 * 8], octets[192];
	const struct group_record record = {(uint8_t)change, group_number(rig, 1),
		sources_named(rig, letters, sources)};
	const struct mld_records records = {&record, 1};
	const size_t size = rig->family == FAMILY_MLD
		? mld_records_write(&packet, &records, octets, sizeof octets)
		: igmp_records_write(&record, 1, octets, sizeof octets);

	hear(rig, SOURCE_FROM_VM, (struct dimp_view){octets, size});
}

static size_t write_message(const struct rig *rig, const struct group_message *message,
	enum source_direction direction, uint8_t octets[64])
{
	const struct ipv6_packet packet = mld_packet_of(direction);

	return rig->family == FAMILY_MLD ? mld_write(&packet, message, octets, 64)
					 : igmp_write(message, octets, 64);
}

static void say(struct rig *rig, struct group_message message)
{
	const enum source_direction direction =
		message.kind == GROUP_QUERY ? SOURCE_TOWARDS_VM : SOURCE_FROM_VM;
	uint8_t octets[64];
	const size_t size = write_message(rig, &message, direction, octets);

	hear(rig, direction, (struct dimp_view){octets, size});
}

/* IGMPv2 or MLDv1 unless |version| says otherwise. */
static void say_older(struct rig *rig, enum group_kind kind, uint8_t version)
{
	say(rig,
		(struct group_message){.kind = kind,
			.version = version,
			.group = group_number(rig, 1)});
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
		key.body.multicast_membership.group = group_number(rig, 1);
		if (letter > 0)
			key.body.multicast_membership.source = source_number(rig, letter);
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
	enum group_change first;
	const char *first_sources;
	enum group_change second;
	const char *second_sources;
	enum group_change change;
	const char *sources;
	const char *before, *after;
};

static const struct change_row change_rows[] = {
	/* INCLUDE (a b) */
	{GROUP_IS_INCLUDE, "ab", 0, "", GROUP_IS_INCLUDE, "bc", "a160 b160 ", "a160 b260 c260 "},
	{GROUP_IS_INCLUDE, "ab", 0, "", GROUP_ALLOW, "bc", "a160 b160 ", "a160 b260 c260 "},
	{GROUP_IS_INCLUDE, "ab", 0, "", GROUP_IS_EXCLUDE, "bc", "a160 b160 ", "*260 b160 c- "},
	{GROUP_IS_INCLUDE, "ab", 0, "", GROUP_BLOCK, "bc", "a160 b160 ", "a160 b2 "},
	{GROUP_IS_INCLUDE, "ab", 0, "", GROUP_TO_EXCLUDE, "bc", "a160 b160 ", "*260 b2 c- "},
	{GROUP_IS_INCLUDE, "ab", 0, "", GROUP_TO_INCLUDE, "bc", "a160 b160 ", "a2 b260 c260 "},
	/* EXCLUDE (a, b) */
	{GROUP_IS_EXCLUDE, "b", GROUP_ALLOW, "a", GROUP_IS_INCLUDE, "bc", "*160 a160 b- ",
		"*160 a160 b260 c260 "},
	{GROUP_IS_EXCLUDE, "b", GROUP_ALLOW, "a", GROUP_ALLOW, "bc", "*160 a160 b- ",
		"*160 a160 b260 c260 "},
	{GROUP_IS_EXCLUDE, "b", GROUP_ALLOW, "a", GROUP_IS_EXCLUDE, "bc", "*160 a160 b- ",
		"*260 b- c260 "},
	{GROUP_IS_EXCLUDE, "b", GROUP_ALLOW, "a", GROUP_IS_EXCLUDE, "ac", "*160 a160 b- ",
		"*260 a160 c260 "},
	{GROUP_IS_EXCLUDE, "b", GROUP_ALLOW, "a", GROUP_BLOCK, "abc", "*160 a160 b- ",
		"*160 a2 b- c2 "},
	{GROUP_IS_EXCLUDE, "b", GROUP_ALLOW, "a", GROUP_TO_EXCLUDE, "abc", "*160 a160 b- ",
		"*260 a2 b- c2 "},
	{GROUP_IS_EXCLUDE, "b", GROUP_ALLOW, "a", GROUP_TO_INCLUDE, "bc", "*160 a160 b- ",
		"*2 a2 b260 c260 "},
};

static void check_tables(enum family family)
{
	for (size_t i = 0; i < sizeof change_rows / sizeof change_rows[0]; i++) {
		const struct change_row *const row = &change_rows[i];
		struct rig rig;
		rig_start(&rig, family);
		report(&rig, row->first, row->first_sources);
		report(&rig, row->second, row->second_sources);
		pass(&rig, 100);
		CHECK_TEXT(state(&rig), row->before);
		report(&rig, row->change, row->sources);
		CHECK_TEXT(state(&rig), row->after);
		rig_stop(&rig);
	}
}

static void test_group_source_follows_the_tables_of_the_rfcs(void)
{
	for (enum family family = FAMILY_IGMP; family < FAMILIES; family++)
		check_tables(family);
}

static void check_timers(enum family family)
{
	struct rig rig;

	rig_start(&rig, family);
	report(&rig, GROUP_IS_EXCLUDE, "b");
	pass(&rig, 100);
	report(&rig, GROUP_ALLOW, "a");
	report(&rig, GROUP_BLOCK, "c");
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

static void test_group_source_timers_end_what_they_should(void)
{
	for (enum family family = FAMILY_IGMP; family < FAMILIES; family++)
		check_timers(family);
}

static void check_leave(enum family family)
{
	struct rig rig;

	rig_start(&rig, family);
	report(&rig, GROUP_TO_EXCLUDE, "");
	report(&rig, GROUP_TO_INCLUDE, "");
	CHECK_TEXT(state(&rig), "*2 ");
	/* Somebody else in the VM answers. */
	pass(&rig, 1);
	report(&rig, GROUP_IS_EXCLUDE, "");
	CHECK_TEXT(state(&rig), "*260 ");
	report(&rig, GROUP_TO_INCLUDE, "");
	pass(&rig, 2);
	CHECK_TEXT(state(&rig), "");
	rig_stop(&rig);
}

static void test_group_source_leave_waits_for_the_last_member(void)
{
	for (enum family family = FAMILY_IGMP; family < FAMILIES; family++)
		check_leave(family);
}

static void check_older_hosts(enum family family)
{
	const uint8_t older = family == FAMILY_MLD ? 1 : 2;
	struct rig rig;

	rig_start(&rig, family);
	say_older(&rig, GROUP_REPORT, older);
	CHECK_TEXT(state(&rig), "*260 ");
	/* BLOCK is ignored while a host of version 2 is about, and so are the sources of TO_EX. */
	report(&rig, GROUP_BLOCK, "a");
	CHECK_TEXT(state(&rig), "*260 ");
	pass(&rig, 100);
	report(&rig, GROUP_TO_EXCLUDE, "a");
	CHECK_TEXT(state(&rig), "*260 ");
	CHECK_EQ(group_source_deadline(&rig.place).us, rig.now.us + 160 * second);
	/* It is forgotten 260 s after it was heard; the group goes on with version 3. */
	pass(&rig, 160);
	CHECK_EQ(group_source_deadline(&rig.place).us, DIMP_NEVER.us);
	report(&rig, GROUP_BLOCK, "a");
	CHECK_TEXT(state(&rig), "*100 a2 ");
	say_older(&rig, GROUP_LEAVE, older);
	CHECK_TEXT(state(&rig), "*2 a2 ");
	rig_stop(&rig);
}

static void test_group_source_older_hosts_set_the_version(void)
{
	for (enum family family = FAMILY_IGMP; family < FAMILIES; family++)
		check_older_hosts(family);
}

static void test_group_source_igmp_version_1_cannot_leave(void)
{
	struct rig rig;

	rig_start(&rig, FAMILY_IGMP);
	say_older(&rig, GROUP_REPORT, 1);
	say_older(&rig, GROUP_REPORT, 2);
	say_older(&rig, GROUP_LEAVE, 2);
	report(&rig, GROUP_TO_INCLUDE, "");
	CHECK_TEXT(state(&rig), "*260 ");
	pass(&rig, 260);
	CHECK_TEXT(state(&rig), "");
	rig_stop(&rig);
}

static void check_queries(enum family family)
{
	uint8_t asked[16];
	struct rig rig;

	rig_start(&rig, family);
	struct group_message query = {.kind = GROUP_QUERY,
		.version = family == FAMILY_MLD ? 2 : 3,
		.group = group_number(&rig, 1),
		.response_us = second,
		.robustness = 3,
		.interval_us = 60 * second};
	report(&rig, GROUP_IS_EXCLUDE, "b");
	report(&rig, GROUP_ALLOW, "a");
	query.is_suppressed = true;
	say(&rig, query);
	CHECK_TEXT(state(&rig), "*260 a260 b- ");
	query.is_suppressed = false;
	say(&rig, query);
	CHECK_TEXT(state(&rig), "*3 a260 b- ");
	query.sources = sources_named(&rig, "a", asked);
	say(&rig, query);
	CHECK_TEXT(state(&rig), "*3 a3 b- ");
	/* A general query lowers nothing; its robustness and interval hold from now on. */
	query.sources = (struct group_sources){.address_size = 0};
	query.is_general = true;
	query.response_us = 10 * second;
	say(&rig, query);
	CHECK_TEXT(state(&rig), "*3 a3 b- ");
	report(&rig, GROUP_IS_EXCLUDE, "b");
	CHECK_TEXT(state(&rig), "*190 b- ");
	/* How long the querier waits for last members holds for those it does not ask about here.
	 */
	report(&rig, GROUP_TO_INCLUDE, "");
	CHECK_TEXT(state(&rig), "*3 b- ");
	rig_stop(&rig);
}

static void test_group_source_queries_lower_what_they_ask_for(void)
{
	for (enum family family = FAMILY_IGMP; family < FAMILIES; family++)
		check_queries(family);
}

/* The VM cannot ask itself out of a group, nor does another host's report concern it. */
static void check_strangers(enum family family)
{
	struct group_message message = {.kind = GROUP_QUERY, .version = 2, .response_us = second};
	uint8_t octets[64];
	struct rig rig;

	rig_start(&rig, family);
	message.group = group_number(&rig, 1);
	report(&rig, GROUP_IS_EXCLUDE, "");
	size_t size = write_message(&rig, &message, SOURCE_FROM_VM, octets);
	hear(&rig, SOURCE_FROM_VM, (struct dimp_view){octets, size});
	CHECK_TEXT(state(&rig), "*260 ");
	CHECK_EQ(rig.counters.spoofed, 1);
	message.kind = GROUP_LEAVE;
	size = write_message(&rig, &message, SOURCE_TOWARDS_VM, octets);
	hear(&rig, SOURCE_TOWARDS_VM, (struct dimp_view){octets, size});
	CHECK_TEXT(state(&rig), "*260 ");
	CHECK_EQ(rig.counters.bad_checksum, 0);
	size = write_message(&rig, &message, SOURCE_FROM_VM, octets);
	octets[2] ^= 1;
	hear(&rig, SOURCE_FROM_VM, (struct dimp_view){octets, size});
	CHECK_EQ(rig.counters.bad_checksum, 1);
	hear(&rig, SOURCE_FROM_VM, (struct dimp_view){octets, 3});
	CHECK_EQ(rig.counters.malformed, 1);
	CHECK_TEXT(state(&rig), "*260 ");
	rig_stop(&rig);
}

static void test_group_source_ignores_what_is_not_the_vms(void)
{
	for (enum family family = FAMILY_IGMP; family < FAMILIES; family++)
		check_strangers(family);
}

/* Link-local groups that nobody reports, and addresses that are no groups. */
static void test_group_source_keeps_no_group_that_is_none(void)
{
	static const struct {
		enum family family;
		struct dimp_ip group;
		size_t count;
	} rows[] = {
		{FAMILY_IGMP, {{[10] = 0xff, [11] = 0xff, 224, 0, 0, 251}}, 0},
		{FAMILY_IGMP, {{[10] = 0xff, [11] = 0xff, 10, 0, 0, 1}}, 0},
		{FAMILY_IGMP, {{[10] = 0xff, [11] = 0xff, 224, 0, 1, 1}}, 1},
		{FAMILY_MLD, {{0xff, 0x02, [15] = 1}}, 0},
		{FAMILY_MLD, {{0xff, 0x01, [15] = 2}}, 0},
		{FAMILY_MLD, {{0xff, 0x30, [15] = 2}}, 0},
		{FAMILY_MLD, {{0xfe, 0x80, [15] = 2}}, 0},
		{FAMILY_MLD, {{0xff, 0x02, [11] = 1, [12] = 0xff, [15] = 0x20}}, 1},
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct rig rig;
		rig_start(&rig, rows[i].family);
		say(&rig,
			(struct group_message){.kind = GROUP_REPORT,
				.version = 1,
				.group = rows[i].group});
		CHECK_EQ(di_store_count(rig.store, 1, DIMP_DI_MULTICAST_MEMBERSHIP), rows[i].count);
		rig_stop(&rig);
	}
}

static const struct test_case tests[] = {
	TEST(test_group_source_follows_the_tables_of_the_rfcs),
	TEST(test_group_source_timers_end_what_they_should),
	TEST(test_group_source_leave_waits_for_the_last_member),
	TEST(test_group_source_older_hosts_set_the_version),
	TEST(test_group_source_igmp_version_1_cannot_leave),
	TEST(test_group_source_queries_lower_what_they_ask_for),
	TEST(test_group_source_ignores_what_is_not_the_vms),
	TEST(test_group_source_keeps_no_group_that_is_none),
	TEST_END,
};

const struct test_suite suite_group_source = {"group_source", tests};
