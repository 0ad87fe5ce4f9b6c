/* SPDX-License-Identifier: MIT */
/* Proves the copying times against sums done by hand. */
#include "actors/memory_copy.h"

#include "check.h"

static void test_memory_copy_without_rate_takes_no_time(void)
{
	const struct memory_copy copy = memory_copy_plan(
		&(struct memory_copy_config){.memory_octets = 1000000, .dirty_octets_per_s = 1000});

	CHECK_EQ(copy.copy_us, 0);
	CHECK_EQ(copy.stop_us, 0);
}

/* 800 Mbit/s are 100 octets a microsecond: 1 GB takes 10 s; nothing is dirtied. */
static void test_memory_copy_of_an_idle_vm_stops_for_nothing(void)
{
	const struct memory_copy copy = memory_copy_plan(
		&(struct memory_copy_config){.memory_octets = 1000000000, .rate_bps = 800000000});

	CHECK_EQ(copy.copy_us, 10000000);
	CHECK_EQ(copy.stop_us, 0);
}

/* 10 s make 10 MB dirty (10,001 ms at 1,000 octets), which take 0.10001 s; they make 101,000 octets
 * dirty (101 ms), which take 1.01 ms. */
static void test_memory_copy_rounds_shrink(void)
{
	const struct memory_copy copy = memory_copy_plan(&(struct memory_copy_config){
		.memory_octets = 1000000000,
		.dirty_octets_per_s = 1000000,
		.rate_bps = 800000000,
	});

	CHECK_EQ(copy.copy_us, 10000000 + 100010);
	CHECK_EQ(copy.stop_us, 1010);
}

/* A VM that dirties faster than the link copies is stopped for all of its memory. */
static void test_memory_copy_that_never_shrinks_ends(void)
{
	const struct memory_copy copy = memory_copy_plan(&(struct memory_copy_config){
		.memory_octets = 1000000,
		.dirty_octets_per_s = 1000000000,
		.rate_bps = 800000000,
	});

	CHECK_EQ(copy.copy_us, 10000);
	CHECK_EQ(copy.stop_us, 10000);
}

static const struct test_case tests[] = {
	TEST(test_memory_copy_without_rate_takes_no_time),
	TEST(test_memory_copy_of_an_idle_vm_stops_for_nothing),
	TEST(test_memory_copy_rounds_shrink),
	TEST(test_memory_copy_that_never_shrinks_ends),
	TEST_END,
};

const struct test_suite suite_memory_copy = {"memory_copy", tests};
