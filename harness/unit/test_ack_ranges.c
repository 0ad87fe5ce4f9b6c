/* SPDX-License-Identifier: MIT */
/* Proves that the bounded set of ranges says what a plain array of flags says, until it is full. */
#include "check.h"

#include <string.h>

#include "ack_ranges.h"

enum { NUMBERS = 60 };

/* The plain array of flags, and the ranges it needs. */
struct naive {
	bool has[NUMBERS];
};

static size_t count_ranges(const struct naive *naive)
{
	size_t count = 0;

	for (size_t each = 0; each < NUMBERS; each++)
		count += naive->has[each] && (each == 0 || !naive->has[each - 1]);
	return count;
}

static bool naive_covers(const struct naive *naive, size_t first, size_t last)
{
	for (size_t each = first; each <= last; each++)
		if (!naive->has[each])
			return false;
	return true;
}

static void compare(const struct ack_ranges *set, const struct naive *naive)
{
	CHECK_EQ(set->count, count_ranges(naive));
	for (size_t first = 0; first < NUMBERS; first++) {
		CHECK_EQ(ack_ranges_contains(set, first), naive->has[first]);
		for (size_t last = first; last < NUMBERS; last += 7)
			CHECK_EQ(ack_ranges_covers(set, first, last),
				naive_covers(naive, first, last));
	}
}

static void test_ranges_agree_with_flags(void)
{
	uint32_t dice = 1;

	for (int run = 0; run < 20; run++) {
		struct ack_ranges set = {0};
		struct naive naive = {0};

		for (int each = 0; each < 80; each++) {
			dice = dice * 1664525 + 1013904223;
			const size_t number = (dice >> 16) % NUMBERS;

			CHECK(ack_ranges_add(&set, number));
			naive.has[number] = true;
			if (each % 16 == 0)
				compare(&set, &naive);
		}
		const size_t below = (size_t)run * 3;
		ack_ranges_remove_below(&set, below);
		memset(naive.has, 0, below * sizeof naive.has[0]);
		compare(&set, &naive);
	}
}

static void test_full_set_refuses_a_new_range_and_stays(void)
{
	struct ack_ranges set = {0};

	for (uint64_t each = 0; each < DIMP_ACK_RANGES_MAX; each++)
		CHECK(ack_ranges_add(&set, 10 * each + 5));
	const struct ack_ranges before = set;
	CHECK(!ack_ranges_add(&set, 0));
	CHECK(!ack_ranges_add(&set, 17));
	CHECK(!ack_ranges_add(&set, 100000));
	CHECK(memcmp(&set, &before, sizeof set) == 0);
	/* What lengthens a range still fits. */
	CHECK(ack_ranges_add(&set, 4));
	CHECK(ack_ranges_add(&set, 6));
	CHECK(ack_ranges_add(&set, 6));
	ack_ranges_remove_lowest(&set);
	CHECK(ack_ranges_add(&set, 100000));
	CHECK_EQ(ack_ranges_largest(&set), 100000);
	CHECK(!ack_ranges_contains(&set, 5));
}

static void test_ranges_reach_to_both_ends(void)
{
	struct ack_ranges set = {0};

	CHECK(ack_ranges_add(&set, UINT64_MAX));
	CHECK(ack_ranges_add(&set, 0));
	CHECK_EQ(set.count, 2);
	CHECK(ack_ranges_add(&set, UINT64_MAX - 1));
	CHECK(ack_ranges_covers(&set, UINT64_MAX - 1, UINT64_MAX));
	CHECK(!ack_ranges_covers(&set, 0, UINT64_MAX));
	CHECK_EQ(ack_ranges_largest(&set), UINT64_MAX);
}

static void test_ranges_below_a_number_beyond_all_are_none(void)
{
	struct ack_ranges set = {0};

	CHECK(ack_ranges_add(&set, 3));
	CHECK(ack_ranges_add(&set, 7));
	ack_ranges_remove_below(&set, 8);
	CHECK_EQ(set.count, 0);
	ack_ranges_remove_below(&set, 9);
	CHECK_EQ(set.count, 0);
	CHECK(ack_ranges_add(&set, 1));
	CHECK(ack_ranges_contains(&set, 1));
}

static const struct test_case tests[] = {
	TEST(test_ranges_agree_with_flags),
	TEST(test_full_set_refuses_a_new_range_and_stays),
	TEST(test_ranges_reach_to_both_ends),
	TEST(test_ranges_below_a_number_beyond_all_are_none),
	TEST_END,
};

const struct test_suite suite_ack_ranges = {"ack_ranges", tests};
