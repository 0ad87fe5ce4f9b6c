/* SPDX-License-Identifier: MIT */
/* Proves that what nobody answers is sent again at the times of RFC 5080 2.2.1, and then no more.
 */
#include "check.h"
#include "net/radius_retry.h"

enum { MIDDLE = 128 };

static void test_radius_retry_doubles_its_wait_for_thirty_seconds(void)
{
	static const uint64_t at_s[] = {2, 6, 14};
	struct radius_retry retry;
	const struct dimp_time begun = {5000000};

	radius_retry_begin(&retry, MIDDLE, begun);
	for (size_t each = 0; each < 3; each++) {
		CHECK_EQ(retry.wake.us, begun.us + at_s[each] * 1000000);
		CHECK(radius_retry_repeat(&retry, MIDDLE, retry.wake));
	}
	CHECK_EQ(retry.wake.us, begun.us + 30000000);
	CHECK(!radius_retry_repeat(&retry, MIDDLE, retry.wake));
	CHECK_EQ(retry.wake.us, UINT64_MAX);
}

static void test_radius_retry_waits_a_tenth_more_or_less(void)
{
	struct radius_retry retry;

	radius_retry_begin(&retry, 0, (struct dimp_time){0});
	CHECK(retry.wake.us >= 1800000 && retry.wake.us < 1801000);
	radius_retry_begin(&retry, 255, (struct dimp_time){0});
	CHECK(retry.wake.us > 2198000 && retry.wake.us <= 2200000);
	radius_retry_end(&retry);
	CHECK_EQ(retry.wake.us, UINT64_MAX);
}

static const struct test_case tests[] = {
	TEST(test_radius_retry_doubles_its_wait_for_thirty_seconds),
	TEST(test_radius_retry_waits_a_tenth_more_or_less),
	TEST_END,
};

const struct test_suite suite_radius_retry = {"radius_retry", tests};
