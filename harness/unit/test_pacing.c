/* SPDX-License-Identifier: MIT */
/* The paced controller keeps its rate, by figures worked out by hand (DIMP 5.7-7). */
#include "check.h"

#include "association_pair.h"
#include "pacing.h"

static struct dimp_time at(uint64_t us)
{
	return (struct dimp_time){us};
}

/* 1,000 octets at 8,000 kbit/s take 1,000 us; ten PDUs may go at once after rest. */
static void test_pacing_bursts_and_then_keeps_the_rate(void)
{
	struct pacing pacing;

	pacing_init(&pacing, 8000, 1000);
	for (int each = 0; each < 10; each++) {
		CHECK(pacing_allows(&pacing, at(1000000)));
		pacing_on_sent(&pacing, 1000, at(1000000));
	}
	CHECK(!pacing_allows(&pacing, at(1000000)));
	CHECK_EQ(pacing_deadline(&pacing).us, 1001000);
	CHECK(!pacing_allows(&pacing, at(1000999)));
	CHECK(pacing_allows(&pacing, at(1001000)));
	CHECK_EQ(pacing_deadline(&pacing).us, UINT64_MAX);
	pacing_on_sent(&pacing, 1000, at(1001000));
	CHECK(!pacing_allows(&pacing, at(1001000)));
	CHECK_EQ(pacing_deadline(&pacing).us, 1002000);
}

/* Rest is made up for by one burst, not by more. */
static void test_pacing_rest_is_worth_one_burst(void)
{
	struct pacing pacing;
	int sent = 0;

	pacing_init(&pacing, 8000, 1000);
	pacing_on_sent(&pacing, 1000, at(0));
	while (pacing_allows(&pacing, at(3600000000)) && sent < 100) {
		pacing_on_sent(&pacing, 1000, at(3600000000));
		sent++;
	}
	CHECK_EQ(sent, 10);
}

/* 60 messages of 1,000 octets at 8 Mbit/s: 50 PDUs beyond the burst take 50 to 60 ms, lost or not.
 */
static void test_pacing_does_not_slow_down_for_loss(void)
{
	for (uint32_t loss = 0; loss <= 20; loss += 10) {
		struct dimp_settings settings;

		dimp_settings_default(&settings);
		settings.paced_kbps = 8000;
		struct pair *pair = pair_create_with(3, &settings);

		REQUIRE(pair != NULL);
		pair_send(pair, 0, 1, 100);
		pair_run(pair, 5000);
		pair->loss_percent = loss;
		pair_send(pair, 0, 60, 1000);
		pair_run(pair, 48000);
		CHECK(!pair_is_complete(pair));
		pair_run(pair, 34000);
		CHECK(pair->ends[1].seen_count >= 55);
		pair_destroy(pair);
	}
}

static const struct test_case tests[] = {
	TEST(test_pacing_bursts_and_then_keeps_the_rate),
	TEST(test_pacing_rest_is_worth_one_burst),
	TEST(test_pacing_does_not_slow_down_for_loss),
	TEST_END,
};
const struct test_suite suite_pacing = {"pacing", tests};
