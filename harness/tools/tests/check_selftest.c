/*
 * A unit program in which each kind of check is made to fail once: check_test.sh reads what it
 * prints. It is no unit test; nothing but `make selftest` runs it.
 */
#include "unit/check.h"

#include <assert.h>
#include <signal.h>

static void test_selftest_true_fails(void)
{
	CHECK(1 == 2);
}

static void test_selftest_equal_fails(void)
{
	CHECK_EQ(4, -5);
	CHECK_EQ(6, 7);
}

static void test_selftest_bytes_differ(void)
{
	static const uint8_t octets[] = {0xca, 0xfe};

	CHECK_BYTES(octets, sizeof octets, "ca ff");
}

static void test_selftest_bytes_are_short(void)
{
	static const uint8_t octets[] = {0xca, 0xfe};

	CHECK_BYTES(octets, sizeof octets, "ca fe 01");
}

static void test_selftest_bytes_are_not_hex(void)
{
	static const uint8_t octets[] = {0xca};

	CHECK_BYTES(octets, sizeof octets, "c");
}

static void test_selftest_text_differs(void)
{
	CHECK_TEXT("up", "down");
	CHECK_TEXT(NULL, "down");
}

static void test_selftest_require_ends_the_test(void)
{
	REQUIRE(3 == 4);
	CHECK_TEXT("went on after REQUIRE", "");
}

static void test_selftest_skip_ends_the_test(void)
{
	SKIP("no such file");
	CHECK_TEXT("went on after SKIP", "");
}

static void test_selftest_skip_of_a_tool(void)
{
	SKIP_TOOL("no such tool");
}

static void test_selftest_passes(void)
{
	CHECK(true);
}

/* These two end the program, so they come last and are asked for by name. */
static void test_fatal_assert_aborts(void)
{
	assert(5 == 6);
}

static void test_fatal_alarm_rings(void)
{
	raise(SIGALRM);
}

static const struct test_case tests[] = {
	TEST(test_selftest_true_fails),
	TEST(test_selftest_equal_fails),
	TEST(test_selftest_bytes_differ),
	TEST(test_selftest_bytes_are_short),
	TEST(test_selftest_bytes_are_not_hex),
	TEST(test_selftest_text_differs),
	TEST(test_selftest_require_ends_the_test),
	TEST(test_selftest_skip_ends_the_test),
	TEST(test_selftest_skip_of_a_tool),
	TEST(test_selftest_passes),
	TEST(test_fatal_assert_aborts),
	TEST(test_fatal_alarm_rings),
	TEST_END,
};

static const struct test_suite suite_selftest = {"all", tests};
const struct test_suite *const test_suites[] = {&suite_selftest, NULL};
