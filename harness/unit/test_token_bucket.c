/* SPDX-License-Identifier: MIT */
/* Proves that a burst passes at once, then one each interval, and that rest fills the bucket again.
 */
#include "check.h"

#include "token_bucket.h"

static void test_bucket_gives_a_burst_and_then_one_each_interval(void)
{
	static const struct {
		uint64_t us;
		bool is_given;
	} rows[] = {
		{0, true},
		{0, true},
		{0, true},
		{0, false},
		{99, false},
		{100, true},
		{100, false},
		{199, false},
		{200, true},
		{250, false},
		{10000, true},
		{10000, true},
		{10000, true},
		{10000, false},
	};
	struct token_bucket bucket;

	token_bucket_init(&bucket, 100, 3);
	for (size_t each = 0; each < sizeof rows / sizeof rows[0]; each++)
		CHECK_EQ(token_bucket_take(&bucket, (struct dimp_time){rows[each].us}),
			rows[each].is_given);
}

static const struct test_case tests[] = {
	TEST(test_bucket_gives_a_burst_and_then_one_each_interval),
	TEST_END,
};

const struct test_suite suite_token_bucket = {"token_bucket", tests};
