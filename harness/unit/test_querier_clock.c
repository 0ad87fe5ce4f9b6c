/*
 * Proves that a querier begins with two queries a quarter of its interval apart, goes on once an
 * interval, is silent while one with a lower address is about, and takes over when that one has
 * been silent for too long (RFC 3376 6.6.2, 8.5 to 8.7).
 */
#include "sources/querier_clock.h"

#include "check.h"
#include "net/ipv4.h"

static const uint64_t second = 1000000;

static struct dimp_ip address(uint8_t number)
{
	static const struct dimp_ipv4 nobody;
	const struct dimp_ipv4 short_address = {{10, 0, 0, number}};

	return ipv4_mapped(number == 0 ? &nobody : &short_address);
}

static void start(struct querier_clock *clock, uint8_t number)
{
	querier_clock_start(clock,
		&(struct querier_clock_config){.address = address(number),
			.version = 3,
			.interval_us = 100 * second,
			.response_us = 10 * second,
			.robustness = 2},
		(struct dimp_time){second});
}

/* Whether it asks at the instant, which it does not before. */
static bool asks_at(struct querier_clock *clock, uint64_t seconds)
{
	const struct dimp_time at = {seconds * second};
	struct group_message query;

	CHECK_EQ(querier_clock_deadline(clock).us, at.us);
	CHECK(!querier_clock_next(clock, &query, (struct dimp_time){at.us - 1}));
	return querier_clock_next(clock, &query, at) && query.is_general && query.version == 3 &&
		query.response_us == 10 * second && query.interval_us == 100 * second &&
		query.robustness == 2;
}

static void test_querier_clock_begins_with_queries_in_short_order(void)
{
	struct querier_clock clock;

	start(&clock, 5);
	CHECK(asks_at(&clock, 1));
	CHECK(asks_at(&clock, 26));
	CHECK(asks_at(&clock, 126));
	CHECK(asks_at(&clock, 226));
}

/* The other one says robustness 3, interval 60 s, response 8 s: 184 s. */
static void test_querier_clock_yields_to_the_lower_address(void)
{
	const struct group_message query = {.kind = GROUP_QUERY,
		.version = 3,
		.is_general = true,
		.response_us = 8 * second,
		.robustness = 3,
		.interval_us = 60 * second};
	const struct dimp_ip lower = address(4), higher = address(6), nobody = address(0);
	struct group_message specific = query;
	struct querier_clock clock;

	start(&clock, 5);
	CHECK(asks_at(&clock, 1));
	specific.is_general = false;
	querier_clock_hear(&clock, &lower, &specific, (struct dimp_time){2 * second});
	querier_clock_hear(&clock, &higher, &query, (struct dimp_time){2 * second});
	querier_clock_hear(&clock, &nobody, &query, (struct dimp_time){2 * second});
	CHECK(querier_clock_is_querier(&clock, (struct dimp_time){2 * second}));
	CHECK(asks_at(&clock, 26));
	querier_clock_hear(&clock, &lower, &query, (struct dimp_time){30 * second});
	CHECK(!querier_clock_is_querier(&clock, (struct dimp_time){30 * second}));
	querier_clock_hear(&clock, &lower, &query, (struct dimp_time){90 * second});
	CHECK(!querier_clock_is_querier(&clock, (struct dimp_time){273 * second}));
	CHECK(asks_at(&clock, 274));
	CHECK(querier_clock_is_querier(&clock, (struct dimp_time){274 * second}));
	CHECK(asks_at(&clock, 374));
}

/* Version 2 tells neither robustness nor interval: 2 * 125 s and half of 10 s. */
static void test_querier_clock_without_address_yields_to_all(void)
{
	const struct group_message query = {.kind = GROUP_QUERY,
		.version = 2,
		.is_general = true,
		.response_us = 10 * second};
	const struct dimp_ip other = address(200), nobody = address(0);
	struct querier_clock clock;

	start(&clock, 0);
	CHECK(asks_at(&clock, 1));
	querier_clock_hear(&clock, &nobody, &query, (struct dimp_time){2 * second});
	CHECK(querier_clock_is_querier(&clock, (struct dimp_time){2 * second}));
	querier_clock_hear(&clock, &other, &query, (struct dimp_time){2 * second});
	CHECK(asks_at(&clock, 257));
}

static const struct test_case tests[] = {
	TEST(test_querier_clock_begins_with_queries_in_short_order),
	TEST(test_querier_clock_yields_to_the_lower_address),
	TEST(test_querier_clock_without_address_yields_to_all),
	TEST_END,
};

const struct test_suite suite_querier_clock = {"querier_clock", tests};
