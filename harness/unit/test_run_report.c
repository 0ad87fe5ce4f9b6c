/*
 * Proves that a run's report says what came of it: JSON with the keys that docs/SCENARIOS.md
 * promises, tables with result, rows and unmet expectations, and two runs side by side.
 */
#include "unit/check.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "observe/report_compare.h"
#include "observe/run_report.h"
#include "scenario/scenario_reader.h"

static const char yaml[] = "title: A test\n"
			   "bridges: {a: {}, b: {}}\n"
			   "links: [{between: [a, b]}]\n"
			   "stations: {s1: {bridge: a, port: 1}, s2: {bridge: b, port: 1}}\n"
			   "vms: {v1: {station: s1}}\n"
			   "services: {feed: {kind: multicast, from: b/2, group: 239.1.1.1}}\n"
			   "migrations: [{name: m1, vm: v1, to: s2, at: 1s}]\n"
			   "expect: [{migration: m1, result: SUCCESS}, {service: feed, lost: 7}]\n";

static struct outcome_migration migration;
static struct outcome_service feed = {.name = "feed",
	.sent = 100,
	.received = 93,
	.lost = 7,
	.gap_us = 70500};
static struct outcome_toll toll = {.toll = {.sent = 40,
					   .lost = 7,
					   .lost_beyond_stop = 6,
					   .dark_us = 70500,
					   .restored_us = 71000}};
static struct outcome_talk talk = {.name = "v1", .sent.frames[FRAME_KIND_IGMP] = 2};
static struct outcome_wire wire = {.from = "a", .to = "b", .sent.octets[FRAME_KIND_DIMP] = 999};
static struct outcome_di in_force = {.bridge = 1, .vm = 0};
static struct outcome_drops drops = {.bridge = 1, .acl = 5};
static struct outcome_holding holding = {.bridge = 1, .held = 9, .delivered = 8, .discarded = 1};
static struct expectations verdict;

static void set_migration(void)
{
	migration = (struct outcome_migration){.name = "m1",
		.has_response = true,
		.result = DIMP_RESULT_FAIL,
		.reason = DIMP_REASON_POLICY_CONFLICT,
		.error = DIMP_ERROR_POLICY_REFUSED,
		.advice = DIMP_ADVICE_STOP,
		.attempts = 2,
		.phases = {.notified = DIMP_NEVER,
			.requested = {1000000},
			.solicited = DIMP_NEVER,
			.offered = DIMP_NEVER,
			.staged = DIMP_NEVER,
			.stopped = DIMP_NEVER,
			.cut_over = DIMP_NEVER,
			.frozen = DIMP_NEVER,
			.released = DIMP_NEVER,
			.activated = DIMP_NEVER,
			.responded = {1001500},
			.resumed = DIMP_NEVER},
		.blackout_us = UINT64_MAX,
		.tolls = &toll,
		.toll_count = 1,
		.rows[DIMP_DI_DHCP_BINDING] = {.learned = 3,
			.rejected = 3,
			.error = DIMP_ERROR_POLICY_REFUSED}};
}

/* The text that |write| prints; freed by the caller. */
static char *text_of_run(enum report_colour colour, bool is_json)
{
	static struct scenario_errors errors;
	const struct scenario_source source = {.path = "t.yaml",
		.text = yaml,
		.size = strlen(yaml)};
	struct scenario *scenario = scenario_read(&source, &errors);
	struct outcome outcome = {.ended = {5000000},
		.migrations = &migration,
		.migration_count = 1,
		.services = &feed,
		.service_count = 1,
		.di = &in_force,
		.di_count = 1,
		.drops = &drops,
		.holdings = &holding,
		.drop_count = 1,
		.talks = &talk,
		.talk_count = 1,
		.wires = &wire,
		.wire_count = 1,
		.digest = 0xabc};
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	set_migration();
	in_force.count[DIMP_DI_DHCP_BINDING] = 3;
	expectations_judge(scenario, &outcome, &verdict);
	const struct run_report report = {.scenario = scenario,
		.outcome = &outcome,
		.verdict = &verdict};

	if (is_json)
		CHECK(report_json_write(&report, stream));
	else
		report_table_write(&report, colour, stream);
	fclose(stream);
	scenario_destroy(scenario);
	return text;
}

static const char *text_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void test_report_json_has_the_documented_keys(void)
{
	char *text = text_of_run(REPORT_PLAIN, true);
	json_t *root = json_loads(text, 0, NULL);

	REQUIRE(root != NULL);
	const json_t *came = json_array_get(json_object_get(root, "migrations"), 0);
	const json_t *phases = json_object_get(came, "phases_us");
	const json_t *service = json_array_get(json_object_get(root, "services"), 0);
	const json_t *judged = json_object_get(root, "expectations");

	CHECK_TEXT(text_at(root, "digest"), "0000000000000abc");
	CHECK_TEXT(text_at(came, "result"), "FAIL");
	CHECK_TEXT(text_at(came, "reason"), "POLICY_CONFLICT");
	CHECK_TEXT(text_at(came, "error"), "POLICY_REFUSED");
	CHECK_TEXT(text_at(came, "from"), "s1");
	CHECK_TEXT(json_string_value(json_array_get(json_object_get(came, "advice"), 0)), "STOP");
	CHECK_EQ(json_integer_value(json_object_get(phases, "responded")), 1001500);
	CHECK(json_is_null(json_object_get(phases, "released")));
	CHECK(json_is_null(json_object_get(came, "blackout_us")));
	CHECK_EQ(json_integer_value(json_object_get(service, "lost")), 7);
	CHECK_EQ(json_integer_value(json_object_get(judged, "checked")), 2);
	CHECK_EQ(json_integer_value(json_object_get(judged, "missed")), 1);
	json_decref(root);
	free(text);
}

static void test_report_json_says_what_moves_cost(void)
{
	char *text = text_of_run(REPORT_PLAIN, true);
	json_t *root = json_loads(text, 0, NULL);

	REQUIRE(root != NULL);
	const json_t *came = json_array_get(json_object_get(root, "migrations"), 0);
	const json_t *service = json_array_get(json_object_get(came, "services"), 0);
	const json_t *vm = json_array_get(json_object_get(root, "vms"), 0);
	const json_t *way = json_array_get(json_object_get(root, "wires"), 0);
	const json_t *frames = json_object_get(json_object_get(vm, "sent"), "frames");
	const json_t *octets = json_object_get(way, "octets");

	CHECK_TEXT(text_at(service, "name"), "feed");
	CHECK_EQ(json_integer_value(json_object_get(service, "lost_beyond_stop")), 6);
	CHECK_EQ(json_integer_value(json_object_get(service, "dark_us")), 70500);
	CHECK_EQ(json_integer_value(json_object_get(came, "full_service_us")), 71000);
	CHECK_TEXT(text_at(vm, "name"), "v1");
	CHECK_EQ(json_integer_value(json_object_get(frames, "igmp")), 2);
	CHECK_EQ(json_integer_value(json_object_get(frames, "dhcp")), 0);
	CHECK(json_is_integer(json_object_get(frames, "dhcp")));
	CHECK_TEXT(text_at(way, "from"), "a");
	CHECK_TEXT(text_at(way, "to"), "b");
	CHECK_EQ(json_integer_value(json_object_get(octets, "dimp")), 999);
	json_decref(root);
	free(text);
}

static void test_report_json_has_no_full_service_when_one_never_came_back(void)
{
	const uint64_t restored_us = toll.toll.restored_us;

	toll.toll.restored_us = UINT64_MAX;
	char *text = text_of_run(REPORT_PLAIN, true);
	json_t *root = json_loads(text, 0, NULL);
	toll.toll.restored_us = restored_us;
	REQUIRE(root != NULL);
	const json_t *came = json_array_get(json_object_get(root, "migrations"), 0);

	CHECK(json_is_null(json_object_get(came, "full_service_us")));
	json_decref(root);
	free(text);
}

static void test_report_table_tells_what_came(void)
{
	char *text = text_of_run(REPORT_PLAIN, false);

	CHECK(strstr(text,
		      "FAIL POLICY_CONFLICT (POLICY_REFUSED); advice STOP; 2 REQUESTs; "
		      "the VM runs at s1") != NULL);
	CHECK(strstr(text, "RESPONSE         +1.500 ms") != NULL);
	CHECK(strstr(text, "t.yaml:8: migration m1: result: expected SUCCESS, got FAIL") != NULL);
	CHECK(strstr(text, "1 of 2 expectations met") != NULL);
	CHECK(strstr(text, "Dropped by b: unauthorised 0, ACL 5") != NULL);
	CHECK(strchr(text, '\033') == NULL);
	free(text);
	text = text_of_run(REPORT_COLOURED, false);
	CHECK(strchr(text, '\033') != NULL);
	free(text);
}

static void test_report_compare_says_what_is_lacking(void)
{
	char *with = text_of_run(REPORT_PLAIN, true), *text = NULL;
	json_t *first = json_loads(with, 0, NULL), *second = json_object();
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	report_compare_write(&(struct report_pair){{first, second}, {"with", "without"}}, stream);
	fclose(stream);
	CHECK(strstr(text, "feed: frames lost") != NULL);
	CHECK(strstr(text, "without lacks dhcp_binding: the VM's address is not known") != NULL);
	json_decref(first);
	json_decref(second);
	free(with);
	free(text);
}

static const struct test_case tests[] = {
	TEST(test_report_json_has_the_documented_keys),
	TEST(test_report_json_says_what_moves_cost),
	TEST(test_report_json_has_no_full_service_when_one_never_came_back),
	TEST(test_report_table_tells_what_came),
	TEST(test_report_compare_says_what_is_lacking),
	TEST_END,
};

const struct test_suite suite_run_report = {"run_report", tests};
