/*
 * Proves that a host says what RFC 3376 5 and RFC 3810 6 have it say: each change in the record
 * that its kind asks for and as often as the robustness variable, answers within a query's time,
 * and, while an older querier is about, the older version's messages with their suppression.
 */
#include "check.h"
#include "actors/listening.h"
#include "net/group_frame.h"
#include "net/ipv4.h"

#include <stdio.h>
#include <string.h>

static const uint64_t second = 1000000;

struct rig {
	bool is_ipv4;
	struct listening *listening;
	struct dimp_time now;
	uint64_t drawn; /* the next random number */
	struct listening_report report;
};

static uint64_t draw(void *context)
{
	return ((const struct rig *)context)->drawn;
}

static void rig_start(struct rig *rig, bool is_ipv4)
{
	*rig = (struct rig){.is_ipv4 = is_ipv4, .now = {7 * second}, .drawn = second / 2};
	rig->listening =
		listening_create(&(struct listening_config){is_ipv4, is_ipv4 ? 3 : 2, draw, rig});
	REQUIRE(rig->listening != NULL);
}

static struct dimp_ip group_number(const struct rig *rig, unsigned number)
{
	if (!rig->is_ipv4)
		return (struct dimp_ip){
			{0xff, 0x0e, [14] = (uint8_t)(number >> 8), [15] = (uint8_t)number}};
	return ipv4_mapped(&(struct dimp_ipv4){{239, 1, (uint8_t)(number >> 8), (uint8_t)number}});
}

static struct dimp_ip source_letter(const struct rig *rig, char letter)
{
	if (!rig->is_ipv4)
		return (struct dimp_ip){{0x20, 1, 0xd, 0xb8, [15] = (uint8_t)letter}};
	return ipv4_mapped(&(struct dimp_ipv4){{10, 4, 0, (uint8_t)letter}});
}

/* Listens to group |number| in EXCLUDE or INCLUDE mode with the sources named. */
static void set(struct rig *rig, unsigned number, bool is_exclude, const char *letters)
{
	struct listening_filter filter = {group_number(rig, number), is_exclude, .source_count = 0};

	for (size_t i = 0; letters[i] != '\0'; i++)
		filter.sources[filter.source_count++] = source_letter(rig, letters[i]);
	CHECK(listening_set(rig->listening, &filter, rig->now));
}

static size_t print_record(const struct group_record *record, char *text, size_t room)
{
	static const char *const names[] = {"?", "IS_IN", "IS_EX", "TO_IN", "TO_EX", "ALLOW",
		"BLOCK"};
	size_t used = (size_t)snprintf(text, room, "%s %u", names[record->change],
		record->group.octets[15]);

	for (size_t i = 0; i < group_source_count(&record->sources); i++)
		used += (size_t)snprintf(text + used, room - used, "%s%c", i == 0 ? " " : "",
			group_source_at(&record->sources, i).octets[15]);
	return used + (size_t)snprintf(text + used, room - used, "; ");
}

/* All that is due, as text: "TO_EX 1 ab; " for records, "report 1; " and "leave 1; " before. */
static const char *said(struct rig *rig)
{
	static char text[512];
	struct listening_report *const report = &rig->report;
	size_t used = 0;

	text[0] = '\0';
	while (listening_transmit(rig->listening, report, rig->now)) {
		for (size_t i = 0; report->has_records && i < report->count; i++)
			used += print_record(&report->records[i], text + used, sizeof text - used);
		if (!report->has_records)
			used += (size_t)snprintf(text + used, sizeof text - used, "%s %u; ",
				report->message.kind == GROUP_LEAVE ? "leave" : "report",
				report->message.group.octets[15]);
	}
	return text;
}

static void pass(struct rig *rig, double seconds)
{
	rig->now.us += (uint64_t)(seconds * (double)second);
}

/* A change is told at once, once more after the wait drawn, and then no more. */
static void check_told_twice(struct rig *rig, const char *expected)
{
	CHECK_TEXT(said(rig), expected);
	CHECK_EQ(listening_deadline(rig->listening).us, rig->now.us + second / 2);
	pass(rig, 0.5);
	CHECK_TEXT(said(rig), expected);
	CHECK_EQ(listening_deadline(rig->listening).us, DIMP_NEVER.us);
}

/* RFC 3376 5.1, RFC 3810 6.1: the table of changes. */
static void check_changes(bool is_ipv4)
{
	struct rig rig;

	rig_start(&rig, is_ipv4);
	set(&rig, 1, true, "");
	check_told_twice(&rig, "TO_EX 1; ");
	set(&rig, 1, true, "ab");
	check_told_twice(&rig, "BLOCK 1 ab; ");
	set(&rig, 1, true, "bc");
	check_told_twice(&rig, "ALLOW 1 a; BLOCK 1 c; ");
	set(&rig, 1, false, "d");
	check_told_twice(&rig, "TO_IN 1 d; ");
	set(&rig, 1, false, "ef");
	check_told_twice(&rig, "ALLOW 1 ef; BLOCK 1 d; ");
	set(&rig, 1, true, "e");
	check_told_twice(&rig, "TO_EX 1 e; ");
	set(&rig, 1, false, "");
	check_told_twice(&rig, "TO_IN 1; ");
	listening_destroy(rig.listening);
}

static void test_listening_tells_changes_twice(void)
{
	check_changes(true);
	check_changes(false);
}

/* A change before the last one was told twice: what is told is the state as it is by then. */
static void test_listening_merges_a_change_into_the_next(void)
{
	struct rig rig;

	rig_start(&rig, true);
	set(&rig, 1, false, "a");
	CHECK_TEXT(said(&rig), "ALLOW 1 a; ");
	set(&rig, 1, false, "ab");
	CHECK_TEXT(said(&rig), "ALLOW 1 ab; ");
	pass(&rig, 0.5);
	CHECK_TEXT(said(&rig), "ALLOW 1 b; ");
	set(&rig, 1, true, "");
	set(&rig, 1, false, "");
	check_told_twice(&rig, "TO_IN 1; ");
	listening_destroy(rig.listening);
}

static struct group_message query_of(const struct rig *rig, unsigned number)
{
	return (struct group_message){.kind = GROUP_QUERY,
		.version = rig->is_ipv4 ? 3 : 2,
		.is_general = number == 0,
		.group = group_number(rig, number),
		.response_us = 10 * second};
}

static void hear(struct rig *rig, const struct group_message *message)
{
	listening_hear(rig->listening, message, rig->now);
}

static void rig_settle(struct rig *rig)
{
	(void)said(rig);
	pass(rig, 1);
	(void)said(rig);
}

static void check_answers(bool is_ipv4)
{
	uint8_t octets[64];
	struct rig rig;

	rig_start(&rig, is_ipv4);
	set(&rig, 1, true, "a");
	set(&rig, 2, false, "bc");
	rig_settle(&rig);
	struct group_message query = query_of(&rig, 0);
	rig.drawn = 4 * second;
	hear(&rig, &query);
	CHECK_TEXT(said(&rig), "");
	pass(&rig, 3.999999);
	CHECK_TEXT(said(&rig), "");
	pass(&rig, 0.000001);
	CHECK_TEXT(said(&rig), "IS_EX 1 a; IS_IN 2 bc; ");
	/* About one group; about one that it has not. */
	query = query_of(&rig, 2);
	hear(&rig, &query);
	query = query_of(&rig, 3);
	hear(&rig, &query);
	pass(&rig, 4);
	CHECK_TEXT(said(&rig), "IS_IN 2 bc; ");
	/* About sources: of EXCLUDE mode those not listed, of INCLUDE those that are. */
	struct octet_writer writer = octet_writer_of(octets, sizeof octets);
	const size_t size = is_ipv4 ? 4 : 16;
	for (const char *letter = "ab"; *letter != '\0'; letter++) {
		const struct dimp_ip source = source_letter(&rig, *letter);
		group_address_write(&writer, &source, size);
	}
	query = query_of(&rig, 1);
	query.sources = (struct group_sources){{octets, writer.size}, size};
	hear(&rig, &query);
	query.group = group_number(&rig, 2);
	hear(&rig, &query);
	pass(&rig, 4);
	CHECK_TEXT(said(&rig), "IS_IN 1 b; IS_IN 2 b; ");
	/* A general answer that comes sooner is the answer to the rest (5.2, rule 1). */
	rig.drawn = second;
	query = query_of(&rig, 0);
	hear(&rig, &query);
	rig.drawn = 2 * second;
	query = query_of(&rig, 2);
	hear(&rig, &query);
	pass(&rig, 10);
	CHECK_TEXT(said(&rig), "IS_EX 1 a; IS_IN 2 bc; ");
	CHECK_EQ(listening_deadline(rig.listening).us, DIMP_NEVER.us);
	listening_destroy(rig.listening);
}

static void test_listening_answers_queries_in_their_time(void)
{
	check_answers(true);
	check_answers(false);
}

static void check_older(bool is_ipv4)
{
	const uint8_t newest = is_ipv4 ? 3 : 2;
	struct rig rig;

	rig_start(&rig, is_ipv4);
	set(&rig, 1, true, "");
	rig_settle(&rig);
	struct group_message query = query_of(&rig, 0);
	query.version = (uint8_t)(newest - 1);
	hear(&rig, &query);
	CHECK_EQ(listening_version(rig.listening, rig.now), newest - 1);
	pass(&rig, 0.5);
	CHECK_TEXT(said(&rig), "report 1; ");
	/* Another one answers the next query first. */
	struct group_message other = {.kind = GROUP_REPORT,
		.version = (uint8_t)(newest - 1),
		.group = group_number(&rig, 1)};
	hear(&rig, &query);
	hear(&rig, &other);
	pass(&rig, 10);
	CHECK_TEXT(said(&rig), "");
	/* It was not the last who reported: it goes in silence.  The next time it was. */
	set(&rig, 1, false, "");
	CHECK_TEXT(said(&rig), "");
	set(&rig, 1, true, "");
	CHECK_TEXT(said(&rig), "report 1; ");
	set(&rig, 1, false, "");
	CHECK_TEXT(said(&rig), "leave 1; ");
	/* 2 * 125 s + 10 s after the last query of the older version it speaks the newest again. */
	pass(&rig, 260 - 10 - 0.000001);
	CHECK_EQ(listening_version(rig.listening, rig.now), newest - 1);
	pass(&rig, 0.000001);
	CHECK_EQ(listening_version(rig.listening, rig.now), newest);
	listening_destroy(rig.listening);
}

static void test_listening_speaks_as_old_as_the_querier(void)
{
	check_older(true);
	check_older(false);
}

static void test_listening_version_1_of_igmp_leaves_in_silence(void)
{
	struct rig rig;

	rig_start(&rig, true);
	struct group_message query = query_of(&rig, 0);
	query.version = 1;
	hear(&rig, &query);
	set(&rig, 1, true, "");
	CHECK_TEXT(said(&rig), "report 1; ");
	CHECK_EQ(rig.report.message.version, 1);
	set(&rig, 1, false, "");
	CHECK_TEXT(said(&rig), "");
	CHECK_EQ(listening_deadline(rig.listening).us, DIMP_NEVER.us);
	listening_destroy(rig.listening);
}

/* A frame of 1,400 octets holds 175 records of 8: 2,048 groups need twelve. */
static void test_listening_answers_for_thousands_of_groups(void)
{
	struct rig rig;
	size_t reports = 0, records = 0;

	rig_start(&rig, true);
	for (unsigned i = 0; i < 2048; i++)
		set(&rig, i, true, "");
	for (unsigned round = 0; round < 2; round++) {
		while (listening_transmit(rig.listening, &rig.report, rig.now))
			continue;
		pass(&rig, 1);
	}
	const struct group_message query = query_of(&rig, 0);
	hear(&rig,
		&(struct group_message){.kind = GROUP_QUERY,
			.version = 3,
			.is_general = true,
			.response_us = query.response_us});
	pass(&rig, 10);
	while (listening_transmit(rig.listening, &rig.report, rig.now)) {
		reports++;
		records += rig.report.count;
	}
	CHECK_EQ(records, 2048);
	CHECK_EQ(reports, 12);
	listening_destroy(rig.listening);
}

static const struct test_case tests[] = {
	TEST(test_listening_tells_changes_twice),
	TEST(test_listening_merges_a_change_into_the_next),
	TEST(test_listening_answers_queries_in_their_time),
	TEST(test_listening_speaks_as_old_as_the_querier),
	TEST(test_listening_version_1_of_igmp_leaves_in_silence),
	TEST(test_listening_answers_for_thousands_of_groups),
	TEST_END,
};

const struct test_suite suite_listening = {"listening", tests};
