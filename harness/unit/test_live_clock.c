/* Proves that live time begins at 0, does not go back, and tells the system's instants. */
#include "check.h"

#include "engine/live_clock.h"

static const struct timespec start = {.tv_sec = 1000, .tv_nsec = 999999500};

static void test_live_clock_begins_at_zero_and_counts_microseconds(void)
{
	struct live_clock clock = {.start = start};

	CHECK_EQ(live_clock_at(&clock, &start).us, 0);
	CHECK_EQ(live_clock_at(&clock, &(struct timespec){1001, 500}).us, 1);
	CHECK_EQ(live_clock_at(&clock, &(struct timespec){1002, 500}).us, 1000001);
}

static void test_live_clock_never_goes_back(void)
{
	struct live_clock clock = {.start = start};

	CHECK_EQ(live_clock_at(&clock, &(struct timespec){1003, 999999500}).us, 3000000);
	CHECK_EQ(live_clock_at(&clock, &(struct timespec){1002, 0}).us, 3000000);
	CHECK_EQ(live_clock_at(&clock, &(struct timespec){1, 0}).us, 3000000);
	CHECK_EQ(live_clock_at(&clock, &(struct timespec){1004, 999999500}).us, 4000000);
}

static void test_live_clock_is_not_before_its_start(void)
{
	struct live_clock clock = {.start = start};

	CHECK_EQ(live_clock_at(&clock, &(struct timespec){999, 0}).us, 0);
}

static void test_live_clock_tells_the_systems_instant(void)
{
	const struct live_clock clock = {.start = start};
	struct timespec instant = live_clock_instant(&clock, (struct dimp_time){1});

	CHECK_EQ(instant.tv_sec, 1001);
	CHECK_EQ(instant.tv_nsec, 500);
	instant = live_clock_instant(&clock, (struct dimp_time){0});
	CHECK_EQ(instant.tv_sec, 1000);
	CHECK_EQ(instant.tv_nsec, 999999500);
	instant = live_clock_instant(&clock, DIMP_NEVER);
	CHECK_EQ(instant.tv_sec, 1000 + 365 * 24 * 3600);
}

static void test_live_clock_runs(void)
{
	struct live_clock clock;

	live_clock_start(&clock);
	const struct dimp_time first = live_clock_now(&clock);

	CHECK(live_clock_now(&clock).us >= first.us);
	CHECK(first.us < 60000000);
}

static const struct test_case tests[] = {
	TEST(test_live_clock_begins_at_zero_and_counts_microseconds),
	TEST(test_live_clock_never_goes_back),
	TEST(test_live_clock_is_not_before_its_start),
	TEST(test_live_clock_tells_the_systems_instant),
	TEST(test_live_clock_runs),
	TEST_END,
};

const struct test_suite suite_live_clock = {"live_clock", tests};
