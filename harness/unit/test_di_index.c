/* SPDX-License-Identifier: MIT */
/* Proves how many buckets an index takes: a power of two, at least one an entry as far as numbers
 * reach. */
#include "check.h"

#include "di_index.h"

static void test_di_index_buckets_are_a_power_of_two(void)
{
	CHECK_EQ(di_index_buckets(0), 1);
	CHECK_EQ(di_index_buckets(1), 1);
	CHECK_EQ(di_index_buckets(5), 8);
	CHECK_EQ(di_index_buckets(8), 8);
	CHECK_EQ(di_index_buckets(UINT32_MAX), UINT32_C(1) << 31);
}

static const struct test_case tests[] = {
	TEST(test_di_index_buckets_are_a_power_of_two),
	TEST_END,
};

const struct test_suite suite_di_index = {"di_index", tests};
