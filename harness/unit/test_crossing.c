/* SPDX-License-Identifier: MIT */
/*
 * Proves that two speakers which open at once get one association, however long the way and however
 * far apart the starts (DIMP 5.3-3), and that it comes up where PDUs are lost, too.
 */
#include "check.h"

#include "association_pair.h"

static const uint64_t ways_us[] = {1, 50, 1000, 5000, 10000, 20000, 24999, 25000, 25001, 30000,
	40000, 50000, 74999, 75000, 99999, 100000, 150000, 200000, 300000, 450000};

/* Both have messages, |first| at once and the other |gap_us| later. */
static struct pair *cross(struct pair *pair, int first, uint64_t gap_us)
{
	pair_send(pair, first, 1, 100);
	pair_run(pair, gap_us);
	pair_send(pair, 1 - first, 1, 100);
	pair_run(pair, 12000000);
	return pair;
}

static void check_up(const struct pair *pair)
{
	CHECK(pair_is_complete(pair));
	for (int end = 0; end < 2; end++) {
		CHECK(pair->ends[end].ups >= 1);
		CHECK_EQ(pair->ends[end].losts, 0);
	}
}

static void test_starts_at_once_give_one_association_on_every_way(void)
{
	for (size_t each = 0; each < sizeof ways_us / sizeof ways_us[0]; each++) {
		struct pair *pair = pair_create(500 + each);

		pair->delay_us = ways_us[each];
		check_up(cross(pair, 0, 0));
		/* The higher key's INITIATION stands, and nothing opens a second time. */
		CHECK_EQ(pair->ends[0].ups, 1);
		CHECK_EQ(pair->ends[1].ups, 1);
		CHECK_EQ(pair->last[0][DIMP_PDU_REPLY & 3].size, 0);
		pair_destroy(pair);
	}
}

/* The second starts at each eighth of the way: it has not heard the first yet, or just has. */
static void test_starts_apart_come_up_on_every_way(void)
{
	for (size_t each = 0; each < sizeof ways_us / sizeof ways_us[0]; each++)
		for (int eighth = 0; eighth < 20; eighth++) {
			struct pair *pair = pair_create(600 + each);

			pair->delay_us = ways_us[each];
			check_up(cross(pair, eighth & 1, ways_us[each] * (unsigned)eighth / 8));
			pair_destroy(pair);
		}
}

static void test_ways_that_reorder_come_up(void)
{
	for (size_t each = 0; each < sizeof ways_us / sizeof ways_us[0]; each++) {
		struct pair *pair = pair_create(700 + each);

		pair->delay_us = ways_us[each] / 2 + 1;
		pair->jitter_us = ways_us[each] / 2;
		check_up(cross(pair, each & 1, 0));
		pair_destroy(pair);
	}
}

/* A fifth of the PDUs lost leaves more than enough tries in 5 s where a round trip is 200 ms. */
static void test_lossy_ways_come_up(void)
{
	for (uint64_t seed = 0; seed < 60; seed++) {
		struct pair *pair = pair_create(800 + seed);

		pair->delay_us = ways_us[seed % 16];
		pair->jitter_us = pair->delay_us / 2;
		pair->loss_percent = 20;
		check_up(cross(pair, seed & 1, 0));
		pair_destroy(pair);
	}
}

/* A round trip of seconds wants a retry of its size: REPLY must meet the try that it answers. */
static void test_long_way_comes_up_with_a_longer_retry(void)
{
	struct dimp_settings settings;

	dimp_settings_default(&settings);
	settings.handshake_retry_us = 2100000;
	for (int eighth = 0; eighth < 16; eighth++) {
		struct pair *pair = pair_create_with(900, &settings);

		pair->delay_us = 1000000;
		check_up(cross(pair, eighth & 1, 125000 * (unsigned)eighth));
		pair_destroy(pair);
	}
}

static const struct test_case tests[] = {
	TEST(test_starts_at_once_give_one_association_on_every_way),
	TEST(test_starts_apart_come_up_on_every_way),
	TEST(test_ways_that_reorder_come_up),
	TEST(test_lossy_ways_come_up),
	TEST(test_long_way_comes_up_with_a_longer_retry),
	TEST_END,
};

const struct test_suite suite_crossing = {"crossing", tests};
