/* SPDX-License-Identifier: MIT */
/* Proves the window's moves against figures worked out by hand from RFC 9002, section 7. */
#include "check.h"

#include "congestion.h"

static struct dimp_time at(uint64_t us)
{
	return (struct dimp_time){us};
}

static void test_window_starts_as_the_rfc_says(void)
{
	struct congestion congestion;

	/* 7.2: min(10 * size, max(2 * size, 14720)) */
	congestion_init(&congestion, 1472);
	CHECK_EQ(congestion.window, 14720);
	congestion_init(&congestion, 8972);
	CHECK_EQ(congestion.window, 17944);
}

static void test_window_bounds_what_is_in_flight(void)
{
	struct congestion congestion;

	congestion_init(&congestion, 1472);
	for (int each = 0; each < 10; each++) {
		CHECK(congestion_allows(&congestion, 1472));
		congestion_on_sent(&congestion, 1472);
	}
	CHECK(!congestion_allows(&congestion, 1));
	congestion_on_acknowledged(&congestion, 1472, at(0));
	CHECK(congestion_allows(&congestion, 1472));
	/* Nothing waited: the window was not what held back, and does not grow (7.8). */
	CHECK_EQ(congestion.window, 14720);
}

static void test_slow_start_doubles_and_loss_halves(void)
{
	struct congestion congestion;

	congestion_init(&congestion, 1000);
	congestion.is_window_used = true;
	for (int each = 0; each < 10; each++)
		congestion_on_sent(&congestion, 1000);
	for (int each = 0; each < 9; each++)
		congestion_on_acknowledged(&congestion, 1000, at(10));
	CHECK_EQ(congestion.window, 19000);
	congestion_on_lost(&congestion, 1000, at(10), at(100));
	CHECK_EQ(congestion.window, 9500);
	CHECK_EQ(congestion.octets_in_flight, 0);
	/* Sent before the recovery began: the same event; acknowledged: no growth. */
	congestion_on_sent(&congestion, 2000);
	congestion_on_lost(&congestion, 1000, at(99), at(110));
	congestion_on_acknowledged(&congestion, 1000, at(100));
	CHECK_EQ(congestion.window, 9500);
	/* Sent after it: congestion avoidance, size * acknowledged / window. */
	congestion_on_sent(&congestion, 1000);
	congestion_on_acknowledged(&congestion, 1000, at(101));
	CHECK_EQ(congestion.window, 9500 + 1000 * 1000 / 9500);
	congestion_on_sent(&congestion, 1000);
	congestion_on_lost(&congestion, 1000, at(120), at(130));
	CHECK_EQ(congestion.window, 9605 / 2);
}

static void test_window_never_falls_below_two_pdus(void)
{
	struct congestion congestion;

	congestion_init(&congestion, 1472);
	for (uint64_t each = 1; each < 10; each++)
		congestion_on_lost(&congestion, 1472, at(each * 10), at(each * 10 + 1));
	CHECK_EQ(congestion.window, 2944);
	congestion_init(&congestion, 1472);
	congestion_on_persistent(&congestion);
	CHECK_EQ(congestion.window, 2944);
}

static const struct test_case tests[] = {
	TEST(test_window_starts_as_the_rfc_says),
	TEST(test_window_bounds_what_is_in_flight),
	TEST(test_slow_start_doubles_and_loss_halves),
	TEST(test_window_never_falls_below_two_pdus),
	TEST_END,
};

const struct test_suite suite_congestion = {"congestion", tests};
