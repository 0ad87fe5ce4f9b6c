/* Proves that each expectation is met by what it names, missed by anything else, and that a miss
 * says so. */
#include "unit/check.h"

#include <stdio.h>
#include <string.h>

#include "scenario/expectations.h"
#include "scenario/scenario_reader.h"

#define WORLD \
	"bridges: {a: {}, b: {}, c: {}}\n" \
	"links:\n" \
	"  - {between: [a, b], delay: 300us}\n" \
	"  - {between: [b, c], delay: 200us}\n" \
	"stations: {s1: {bridge: a, port: 1}, s2: {bridge: c, port: 1}}\n" \
	"vms: {v1: {station: s1}}\n" \
	"services: {feed: {kind: multicast, from: b/1, group: 239.1.1.1}}\n" \
	"migrations: [{name: m1, vm: v1, to: s2, at: 1s}]\n" \
	"expect: [{"

/* What came, as the tests begin with it. */
static struct outcome_migration came;
static struct outcome_service feed;
static struct outcome_di in_force;
static struct outcome_talk talk = {.name = "v1",
	.address = {{[10] = 0xff, [11] = 0xff, [12] = 10, [15] = 7}}};
static struct expectations verdict;

static void begin_outcome(void)
{
	came = (struct outcome_migration){
		.name = "m1",
		.has_response = true,
		.result = DIMP_RESULT_FAIL,
		.reason = DIMP_REASON_TRANSFER_FAILED,
		.error = DIMP_ERROR_PEER_LOST,
		.advice = DIMP_ADVICE_RETRY | DIMP_ADVICE_CONTINUE_AT_RISK,
		.attempts = 3,
		.phases = {.requested = {1000000},
			.solicited = {1001000},
			.released = {1003200},
			.responded = {1005000}},
		.blackout_us = 70000,
		.rows[DIMP_DI_DHCP_BINDING] = {.installed = 2},
		.decision = 0,
	};
	feed = (struct outcome_service){.name = "feed",
		.sent = 100,
		.lost = 7,
		.lost_beyond_stop = 4};
	in_force = (struct outcome_di){.bridge = 2, .vm = 0, .count[DIMP_DI_DHCP_BINDING] = 1};
}

/* The misses of the one expectation, in the world above, joined by newlines. */
static const char *misses_of(const char *expect)
{
	static struct scenario_errors errors;
	static char text[2048];
	char yaml[2048];
	const struct outcome outcome = {.migrations = &came,
		.migration_count = 1,
		.services = &feed,
		.service_count = 1,
		.di = &in_force,
		.di_count = 1,
		.talks = &talk,
		.talk_count = 1};

	const int size = snprintf(yaml, sizeof yaml, "%s%s}]\n", WORLD, expect);
	struct scenario *scenario = scenario_read(
		&(struct scenario_source){.path = "t", .text = yaml, .size = (size_t)size},
		&errors);

	if (scenario == NULL)
		return errors.list[0].text;
	expectations_judge(scenario, &outcome, &verdict);
	text[0] = '\0';
	for (size_t each = 0; each < verdict.missed; each++) {
		const size_t used = strlen(text);

		CHECK_EQ(verdict.misses[each].expect->line, 9);
		snprintf(text + used, sizeof text - used, "%s%s", used != 0 ? "\n" : "",
			verdict.misses[each].text);
	}
	scenario_destroy(scenario);
	return text;
}

static void test_expectations_met_are_counted(void)
{
	begin_outcome();
	CHECK_TEXT(misses_of(
			   "migration: m1, result: FAIL, reason: TRANSFER_FAILED, error: PEER_LOST,"
			   "advice: [CONTINUE_AT_RISK, RETRY], attempts: 3, within: 5ms,"
			   "round_trips: 2, blackout: 70ms, installed: {dhcp_binding: 2}"),
		"");
	CHECK_EQ(verdict.checked, 9);
	CHECK_TEXT(misses_of("service: feed, lost: 7, lost_beyond_stop: 4, lost_at_least: 7"), "");
	CHECK_EQ(verdict.checked, 3);
	CHECK_TEXT(misses_of("bridge: c, vm: v1, di: {dhcp_binding: 1, macsec_sa: 0}"), "");
	CHECK_TEXT(misses_of("bridge: b, vm: v1, di: {dhcp_binding: 0}"), "");
	CHECK_TEXT(misses_of("vm: v1, runs_at: s1"), "");
	CHECK_TEXT(misses_of("vm: v1, runs_at: s1, address: 10.0.0.7"), "");
}

static void test_expectations_of_a_migration_are_missed(void)
{
	begin_outcome();
	CHECK_TEXT(
		misses_of(
			"migration: m1, result: SUCCESS, reason: NONE, error: NONE, advice: RETRY"),
		"migration m1: result: expected SUCCESS, got FAIL\n"
		"migration m1: reason: expected NONE, got TRANSFER_FAILED\n"
		"migration m1: error: expected NONE, got PEER_LOST\n"
		"migration m1: advice: expected RETRY, got RETRY+CONTINUE_AT_RISK");
	CHECK_TEXT(misses_of("migration: m1, attempts: 1, within: 4999us, round_trips: 3,"
			     "blackout: 69999us, installed: {dhcp_binding: 1}"),
		"migration m1: attempts: expected 1, got 3\n"
		"migration m1: within: expected at most 4.999 ms, got 5.000 ms\n"
		"migration m1: blackout: expected at most 69.999 ms, got 70.000 ms\n"
		"migration m1: round_trips: expected 3, got 2\n"
		"migration m1: installed: dhcp_binding: expected 1, got 2");
}

static void test_expectations_without_response_are_missed(void)
{
	begin_outcome();
	came.has_response = false;
	came.phases.responded = (struct dimp_time){UINT64_MAX};
	came.phases.released = (struct dimp_time){UINT64_MAX};
	CHECK_TEXT(misses_of("migration: m1, result: FAIL, within: 1h, round_trips: 2"),
		"migration m1: result: expected FAIL, got no RESPONSE\n"
		"migration m1: within: expected at most 3600.000 s, got never\n"
		"migration m1: round_trips: expected 2, got 0");
}

static void test_expectations_of_the_rest_are_missed(void)
{
	begin_outcome();
	came.decision = SCENARIO_NONE;
	CHECK_TEXT(misses_of("service: feed, lost: 6, lost_beyond_stop: 3, lost_at_least: 8"),
		"service feed: lost: expected 6, got 7 of 100\n"
		"service feed: lost_beyond_stop: expected at most 3, got 4 of 100\n"
		"service feed: lost_at_least: expected 8, got 7 of 100");
	CHECK_TEXT(misses_of("bridge: c, vm: v1, di: {dhcp_binding: 2}"),
		"DI at c: dhcp_binding of v1: expected 2, got 1");
	CHECK_TEXT(misses_of("bridge: a, vm: v1, di: {dhcp_binding: 1}"),
		"DI at a: dhcp_binding of v1: expected 1, got 0");
	CHECK_TEXT(misses_of("vm: v1, runs_at: s1"), "VM v1: runs_at: expected s1, got nowhere");
	CHECK_TEXT(misses_of("vm: v1, runs_at: s1, address: 10.0.0.8"),
		"VM v1: runs_at: expected s1, got nowhere\n"
		"VM v1: address: expected ::ffff:10.0.0.8, got ::ffff:10.0.0.7");
}

static const struct test_case tests[] = {
	TEST(test_expectations_met_are_counted),
	TEST(test_expectations_of_a_migration_are_missed),
	TEST(test_expectations_without_response_are_missed),
	TEST(test_expectations_of_the_rest_are_missed),
	TEST_END,
};

const struct test_suite suite_expectations = {"expectations", tests};
