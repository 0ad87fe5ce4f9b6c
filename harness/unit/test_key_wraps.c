/* SPDX-License-Identifier: MIT */
/*
 * Proves what an association does when the numbers of its keys, stamps or the clock come to their
 * end while messages go on (docs/WRAPS.md).
 */
#include "check.h"

#include "association_pair.h"
#include "association_state.h"
#include "pacing.h"
#include "token_bucket.h"

enum { BEFORE_END = 3, MESSAGES = 20 };

static const uint64_t end = UINT64_C(1) << 23;

/* Both directions so near their last number, as if all PDUs before had gone and arrived. */
static struct pair *standing_near_the_end(uint64_t seed)
{
	struct pair *pair = pair_create_standing(seed);

	pair_run(pair, 100000);
	for (int each = 0; each < 2; each++)
		pair->ends[each].association->current.next_number = end - BEFORE_END;
	return pair;
}

/* DIMP 5.8-1, 5.4-2: new keys come before the old ones' numbers end, and all messages with them. */
static void test_key_wraps_rekey_before_the_last_number(void)
{
	for (uint64_t seed = 300; seed < 304; seed++) {
		struct pair *pair = standing_near_the_end(seed);

		for (int each = 0; each < MESSAGES; each++) {
			pair_send(pair, each % 2, 1, 1000);
			pair_run(pair, 200);
		}
		pair_run(pair, 1000000);
		CHECK_EQ(pair->ends[0].losts + pair->ends[1].losts, 0);
		CHECK_EQ(pair->ends[0].ups, 2);
		CHECK(pair->ends[0].association->current.next_number < end / 2);
		CHECK(pair_is_complete(pair));
		pair_destroy(pair);
	}
}

/* DIMP 5.8-2, 5.2-15: where no stamp is left there is no rekey; the last number goes out, and the
 * association ends. */
static void test_key_wraps_without_stamps_the_keys_end(void)
{
	struct pair *pair = standing_near_the_end(310);
	struct pair_end *first = &pair->ends[0];

	first->context.stamp_counter = UINT32_MAX;
	pair->ends[1].context.stamp_counter = UINT32_MAX;
	for (int each = 0; each < MESSAGES; each++) {
		pair_send(pair, 0, 1, 1000);
		pair_run(pair, 200);
	}
	CHECK_EQ(first->losts, 1);
	CHECK_EQ(first->lost_error, DIMP_ERROR_ASSOCIATION_LIMIT);
	CHECK_BYTES(pair->last[0][DIMP_PDU_PROTECTED].octets + 8, 8, "00000000007fffff");
	CHECK(pair->ends[1].seen_count > 1);
	CHECK(pair->ends[1].seen_count <= 1 + BEFORE_END);
	CHECK_EQ(pair->ends[1].corrupt_count, 0);
	pair_destroy(pair);
}

/* DIMP 5.2-15: the last stamp opens; who has none left still answers, and so keeps its peers. */
static void test_key_wraps_last_stamp_opens(void)
{
	struct pair *pair = pair_create(320);
	struct pair_end *first = &pair->ends[0];

	first->context.boot_count = UINT32_MAX;
	first->context.stamp_counter = UINT32_MAX - 1;
	pair_send(pair, 0, 1, 100);
	pair_run(pair, 100000);
	CHECK_EQ(first->ups, 1);
	CHECK_EQ(first->context.stamp_counter, UINT32_MAX);
	association_close(first->association, DIMP_ERROR_ASSOCIATION_CLOSED, pair->now);
	/* Nothing is sent but CLOSE. */
	pair_send(pair, 0, 0, 0);
	pair_run(pair, 100000);
	pair_send(pair, 1, 1, 100);
	pair_run(pair, 100000);
	CHECK_EQ(first->ups, 2);
	CHECK(pair_is_complete(pair));
	pair_destroy(pair);
}

/* DIMP 5.3-5, 5.7-7: at the end of time a rate is kept by letting nothing more pass. */
static void test_key_wraps_rates_at_the_end_of_time(void)
{
	const struct dimp_time late = {UINT64_MAX - 150};
	struct token_bucket bucket;
	struct pacing pacing;

	token_bucket_init(&bucket, 100, 3);
	CHECK(token_bucket_take(&bucket, late));
	for (int each = 0; each < 10; each++)
		CHECK(!token_bucket_take(&bucket, late));
	/* 1,000 octets at 80,000 kbit/s take 100 us. */
	pacing_init(&pacing, 80000, 1000);
	pacing.next = late;
	for (int each = 0; each < 3; each++)
		pacing_on_sent(&pacing, 1000, late);
	CHECK(!pacing_allows(&pacing, (struct dimp_time){UINT64_MAX - 1}));
}

static const struct test_case tests[] = {
	TEST(test_key_wraps_rekey_before_the_last_number),
	TEST(test_key_wraps_without_stamps_the_keys_end),
	TEST(test_key_wraps_last_stamp_opens),
	TEST(test_key_wraps_rates_at_the_end_of_time),
	TEST_END,
};
const struct test_suite suite_key_wraps = {"key_wraps", tests};
