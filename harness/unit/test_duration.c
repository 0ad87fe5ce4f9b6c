/* Proves that durations follow DIMP 6.5: three forms, rounded down, never longer. */
#include "check.h"

#include "duration.h"

/* Seconds where milliseconds would do are taken (DIMP 6.5-1). */
static void test_duration_to_us_knows_three_forms(void)
{
	CHECK_EQ(dimp_duration_to_us(0), 0);
	CHECK_EQ(dimp_duration_to_us(1), 1000);
	CHECK_EQ(dimp_duration_to_us(0x7fffffff), 2147483647000);
	CHECK_EQ(dimp_duration_to_us(0x80000000), 0);
	CHECK_EQ(dimp_duration_to_us(0x80000001), 1000000);
	CHECK_EQ(dimp_duration_to_us(0xfffffffe), 2147483646000000);
	CHECK_EQ(dimp_duration_to_us(0xffffffff), UINT64_MAX);
}

/* DIMP 6.5-2. */
static void test_duration_from_us_rounds_down(void)
{
	CHECK_EQ(dimp_duration_from_us(999), 0);
	CHECK_EQ(dimp_duration_from_us(1999), 1);
	CHECK_EQ(dimp_duration_from_us(2147483647999), 0x7fffffff);
	CHECK_EQ(dimp_duration_from_us(2147483648000), 0x80000000 | 2147483);
	CHECK_EQ(dimp_duration_from_us(2147483646999999), 0xfffffffe);
	CHECK_EQ(dimp_duration_from_us(UINT64_MAX - 1), 0xfffffffe);
	CHECK_EQ(dimp_duration_from_us(UINT64_MAX), 0xffffffff);
}

/* Never longer, never below nothing (DIMP 6.5-3). */
static void test_duration_decay_stops_at_zero(void)
{
	CHECK_EQ(duration_decay(1000, 400), 999);
	CHECK_EQ(duration_decay(1000, 1000000), 0);
	CHECK_EQ(duration_decay(1000, UINT64_MAX), 0);
	CHECK_EQ(duration_decay(0x80000064, 300000), 99700);
	CHECK_EQ(duration_decay(0xffffffff, 300000), 0xffffffff);
}

static const struct test_case tests[] = {
	TEST(test_duration_to_us_knows_three_forms),
	TEST(test_duration_from_us_rounds_down),
	TEST(test_duration_decay_stops_at_zero),
	TEST_END,
};

const struct test_suite suite_duration = {"duration", tests};
