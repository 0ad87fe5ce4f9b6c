/*
 * Proves that the checks accept what is equal, and where shared files are looked for. That they
 * refuse what differs is proved by harness/tools/tests, from outside.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

static void test_check_accepts_equal_values(void)
{
	CHECK(true);
	REQUIRE(true);
	CHECK_EQ(-1, -1);
	CHECK_EQ(UINT64_MAX, 0xffffffffffffffff);
	CHECK_TEXT("DIMP", "DIMP");
	CHECK_TEXT(NULL, NULL);
}

static void test_check_reads_hex_with_separators(void)
{
	static const uint8_t octets[] = {0x00, 0x1b, 0xff};

	CHECK_BYTES(octets, sizeof octets, "001bff");
	CHECK_BYTES(octets, sizeof octets, "00:1B FF");
	CHECK_BYTES(octets, 0, "");
}

static void test_shared_path_follows_the_environment(void)
{
	setenv("DIMP_SHARED", "harness/unit", 1);
	CHECK_TEXT(shared_path("check.h"), "harness/unit/check.h");
	CHECK(shared_path("no_such_file") == NULL);
	unsetenv("DIMP_SHARED");
}

static const struct test_case tests[] = {
	TEST(test_check_accepts_equal_values),
	TEST(test_check_reads_hex_with_separators),
	TEST(test_shared_path_follows_the_environment),
	TEST_END,
};

const struct test_suite suite_check = {"check", tests};
