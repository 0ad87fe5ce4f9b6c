/* SPDX-License-Identifier: MIT */
/* Proves what a policer lets through: by RFC 2697 and RFC 2698 and the bandwidth profile, to the
 * octet. */
#include "bridge/policer.h"

#include "check.h"
#include "frame_maker.h"

enum { SLOT = 1, SECOND_US = 1000000 };

static const struct dimp_mac vm_mac = {{0x52, 0x54, 0, 0xc7, 0x3e, 0xce}};
static const struct dimp_mac other_mac = {{2, 0, 0, 0, 0, 9}};

/* 8 Mbit/s is an octet a microsecond. */
static struct dimp_policer single_rate(void)
{
	return (struct dimp_policer){.client = vm_mac,
		.direction = DIMP_DIRECTION_RECEIVE,
		.meter = DIMP_METER_SINGLE_RATE,
		.committed_rate = 8000000,
		.committed_burst = 1000,
		.committed_tokens = 150};
}

static struct di_store *store_of(const struct dimp_policer *policer)
{
	struct di_store *store = di_store_create();
	const struct dimp_record record = {.type = DIMP_DI_POLICER,
		.operation = DIMP_OPERATION_PUT,
		.body.policer = *policer};

	CHECK(di_store_put(store, SLOT, &record, (struct dimp_time){0}));
	return store;
}

/* Whether a frame of |size| octets, FCS included, from the VM passes at |us|. */
static bool passes(const struct di_store *store, size_t size, uint64_t us)
{
	const struct made_frame made = make_frame(&other_mac, &vm_mac, 0x88b5, size - 18);
	struct edge_frame frame;

	CHECK(edge_frame_read(made_view(&made), &frame));
	return policer_passes(store,
		&(struct policed_frame){&frame, SLOT, vm_mac, DIMP_DIRECTION_RECEIVE},
		(struct dimp_time){us});
}

static const struct dimp_policer *policer_in(const struct di_store *store)
{
	size_t cursor = 0;

	return &di_store_next(store, SLOT, DIMP_DI_POLICER, &cursor)->record.body.policer;
}

static void test_policer_begins_with_the_tokens_of_the_record(void)
{
	const struct dimp_policer policer = single_rate();
	struct di_store *store = store_of(&policer);

	CHECK(passes(store, 100, 0));
	CHECK(!passes(store, 100, 0));
	CHECK(!passes(store, 100, 49));
	CHECK(passes(store, 100, 50));
	CHECK_EQ(policer_in(store)->committed_tokens, 0);
	di_store_destroy(store);
}

static void test_policer_fills_to_its_burst_and_no_more(void)
{
	const struct dimp_policer policer = single_rate();
	struct di_store *store = store_of(&policer);

	CHECK(passes(store, 200, 1000 * SECOND_US));
	CHECK_EQ(policer_in(store)->committed_tokens, 800);
	di_store_destroy(store);
}

static void test_policer_loses_no_fraction_of_an_octet(void)
{
	struct dimp_policer policer = single_rate();

	/* 1,000 bit/s: an octet in 8 ms, asked every 3 ms. */
	policer.committed_rate = 1000;
	policer.committed_tokens = 0;
	struct di_store *store = store_of(&policer);
	for (uint64_t us = 3000; us < 800000; us += 3000)
		CHECK(!passes(store, 100, us));
	CHECK(passes(store, 100, 800000));
	di_store_destroy(store);
}

static void test_policer_gives_what_overflows_to_the_second_bucket(void)
{
	struct dimp_policer policer = single_rate();

	policer.committed_tokens = 1000;
	policer.excess_burst = 200;
	struct di_store *store = store_of(&policer);
	for (unsigned frame = 0; frame < 5; frame++)
		CHECK(passes(store, 200, 100)); /* 100 octets overflowed */
	CHECK_EQ(policer_in(store)->excess_tokens, 100);
	CHECK(passes(store, 100, 100));
	CHECK(!passes(store, 64, 100));
	di_store_destroy(store);
}

static void test_policer_of_two_rates_drops_above_the_peak_only(void)
{
	struct dimp_policer policer = single_rate();

	policer.meter = DIMP_METER_TWO_RATES;
	policer.excess_rate = 16000000;
	policer.excess_burst = policer.excess_tokens = 300;
	struct di_store *store = store_of(&policer);
	CHECK(passes(store, 100, 0)); /* green */
	CHECK_EQ(policer_in(store)->committed_tokens, 50);
	CHECK(passes(store, 200, 0)); /* yellow: the committed bucket keeps its tokens */
	CHECK_EQ(policer_in(store)->committed_tokens, 50);
	CHECK(!passes(store, 64, 0));
	CHECK(passes(store, 100, 50));
	di_store_destroy(store);
}

static void test_policer_of_a_profile_hands_on_when_coupled(void)
{
	struct dimp_policer policer = single_rate();

	policer.meter = DIMP_METER_BANDWIDTH_PROFILE;
	policer.committed_tokens = 1000;
	policer.excess_burst = 500;
	struct di_store *store = store_of(&policer);
	(void)passes(store, 64, 200);
	CHECK_EQ(policer_in(store)->excess_tokens, 0);
	di_store_destroy(store);
	policer.is_coupled = 1;
	store = store_of(&policer);
	(void)passes(store, 64, 200);
	CHECK_EQ(policer_in(store)->excess_tokens, 200);
	di_store_destroy(store);
}

static void test_policer_counts_what_it_drops(void)
{
	struct dimp_policer policer = single_rate();

	policer.attributes = 1u << DIMP_ATTRIBUTE_policer_dropped_frames |
		1u << DIMP_ATTRIBUTE_policer_dropped_octets;
	policer.dropped_frames = 7;
	struct di_store *store = store_of(&policer);
	CHECK(!passes(store, 200, 0));
	CHECK_EQ(policer_in(store)->dropped_frames, 8);
	CHECK_EQ(policer_in(store)->dropped_octets, 200);
	di_store_destroy(store);
}

static void test_policer_is_the_clients_and_of_one_direction(void)
{
	struct dimp_policer policer = single_rate();

	policer.direction = DIMP_DIRECTION_TRANSMIT;
	struct di_store *store = store_of(&policer);
	CHECK(passes(store, 200, 0));
	di_store_destroy(store);
	policer.direction = DIMP_DIRECTION_RECEIVE;
	policer.client = other_mac;
	store = store_of(&policer);
	CHECK(passes(store, 200, 0));
	di_store_destroy(store);
	policer.client = (struct dimp_mac){{0}};
	store = store_of(&policer);
	CHECK(!passes(store, 200, 0));
	di_store_destroy(store);
}

static const struct test_case tests[] = {
	TEST(test_policer_begins_with_the_tokens_of_the_record),
	TEST(test_policer_fills_to_its_burst_and_no_more),
	TEST(test_policer_loses_no_fraction_of_an_octet),
	TEST(test_policer_gives_what_overflows_to_the_second_bucket),
	TEST(test_policer_of_two_rates_drops_above_the_peak_only),
	TEST(test_policer_of_a_profile_hands_on_when_coupled),
	TEST(test_policer_counts_what_it_drops),
	TEST(test_policer_is_the_clients_and_of_one_direction),
	TEST_END,
};

const struct test_suite suite_policer = {"policer", tests};
