/*
 * Proves a link's arithmetic against times worked out by hand, its bounds, and that what chance
 * does has the configured frequency.
 */
#include "check.h"

#include "engine/link.h"

static uint8_t frame_octets[9100];

static void start(struct link_side *side, const struct engine_link_config *config)
{
	struct random_stream random;

	random_stream_init(&random, 1, "link");
	link_side_init(side, config, &random);
}

static enum link_verdict send(struct link_side *side, size_t size, uint64_t now_us,
	struct link_passage *passage)
{
	const struct dimp_view frame = {frame_octets, size};

	return link_side_send(side, frame, (struct dimp_time){now_us}, passage);
}

/* Sends at |now_us| and checks that one copy arrives at |arrival_us|. */
static void check_arrival(struct link_side *side, size_t size, uint64_t now_us, uint64_t arrival_us)
{
	struct link_passage passage = {0};

	CHECK_EQ(send(side, size, now_us, &passage), LINK_PASSED);
	CHECK_EQ(passage.copy_count, 1);
	CHECK_EQ(passage.copies[0].arrival.us, arrival_us);
	CHECK_EQ(passage.copies[0].flipped_bit, SIZE_MAX);
}

/* 100 Mb/s: an octet takes 0.08 us. 226 + 24 octets take 20 us, 60 + 24 take 6.72 us. */
static void test_link_serialises_with_overhead(void)
{
	struct link_side side;

	start(&side, &(struct engine_link_config){.rate_bps = 100000000, .delay_us = 50});
	check_arrival(&side, 226, 1000, 1070);
	check_arrival(&side, 226, 1000, 1090); /* behind the first */
	check_arrival(&side, 60, 1040, 1097); /* 1046.72 */
	check_arrival(&side, 14, 1040, 1104); /* padded to 60: 1053.44 */
	check_arrival(&side, 60, 2000, 2057); /* idle since: starts on the microsecond */
	link_side_wipe(&side);
}

/* 10 Gb/s: 60 + 24 octets take 0.0672 us; 10,000 of them 672 us exactly. */
static void test_link_keeps_throughput_exact(void)
{
	struct link_side side;
	struct link_passage passage;

	start(&side, &(struct engine_link_config){.rate_bps = 10000000000, .delay_us = 5});
	check_arrival(&side, 60, 0, 6);
	for (unsigned sent = 1; sent < 9999; sent++)
		(void)send(&side, 60, 0, &passage);
	check_arrival(&side, 60, 0, 677);
	check_arrival(&side, 60, 0, 678);
	link_side_wipe(&side);
}

static void test_link_without_rate_only_delays(void)
{
	struct link_side side;

	start(&side, &(struct engine_link_config){.delay_us = 7, .queue_octets = 1});
	check_arrival(&side, 9000, 3, 10);
	check_arrival(&side, 9000, 3, 10);
	link_side_wipe(&side);
}

/* 8 Mb/s: an octet takes 1 us. One frame in the transmitter, two of 100 wait in 250 octets. */
static void test_link_drops_at_the_tail_of_its_queue(void)
{
	struct link_side side;
	struct link_passage passage;

	start(&side, &(struct engine_link_config){.rate_bps = 8000000, .queue_octets = 250});
	check_arrival(&side, 100, 0, 124);
	check_arrival(&side, 100, 0, 248);
	check_arrival(&side, 100, 0, 372);
	CHECK_EQ(send(&side, 100, 0, &passage), LINK_QUEUE_FULL);
	CHECK_EQ(send(&side, 100, 123, &passage), LINK_QUEUE_FULL);
	check_arrival(&side, 50, 123, 456); /* 200 + 50 fit; 60 + 24 us on the wire */
	CHECK_EQ(send(&side, 1, 123, &passage), LINK_QUEUE_FULL);
	check_arrival(&side, 100, 124, 580); /* the second has started: 100 + 50 wait */
	CHECK_EQ(side.queued_octets, 250);
	check_arrival(&side, 100, 1000, 1124);
	CHECK_EQ(side.queued_octets, 0);
	link_side_wipe(&side);
}

static void test_link_queue_without_bound_takes_all(void)
{
	struct link_side side;

	start(&side, &(struct engine_link_config){.rate_bps = 8000000});
	for (uint64_t sent = 1; sent <= 1000; sent++)
		check_arrival(&side, 100, 0, sent * 124);
	link_side_wipe(&side);
}

static void test_link_new_rate_counts_from_the_next_microsecond(void)
{
	struct link_side side;

	start(&side, &(struct engine_link_config){.rate_bps = 100000000});
	check_arrival(&side, 60, 0, 7); /* 6.72 */
	link_side_configure(&side, &(struct engine_link_config){.rate_bps = 8000000});
	check_arrival(&side, 60, 0, 91); /* 7 + 84 */
	link_side_wipe(&side);
}

static void test_link_mtu_leaves_header_and_tags_aside(void)
{
	struct link_side side;
	struct link_passage passage;

	start(&side, &(struct engine_link_config){.mtu = 1500});
	check_arrival(&side, 1514, 0, 0);
	CHECK_EQ(send(&side, 1515, 0, &passage), LINK_TOO_LONG);
	frame_octets[12] = 0x81;
	check_arrival(&side, 1518, 0, 0);
	CHECK_EQ(send(&side, 1519, 0, &passage), LINK_TOO_LONG);
	check_arrival(&side, 3, 0, 0);
	frame_octets[12] = 0;
	link_side_wipe(&side);
}

static void test_link_cut_passes_nothing(void)
{
	struct link_side side;
	struct link_passage passage;

	start(&side, &(struct engine_link_config){.is_cut = true});
	CHECK_EQ(send(&side, 60, 0, &passage), LINK_CUT);
	link_side_configure(&side, &(struct engine_link_config){.delay_us = 1});
	check_arrival(&side, 60, 5, 6);
	link_side_wipe(&side);
}

/* What came of 100,000 frames. */
struct tally {
	unsigned lost, doubled, flipped, held;
	uint64_t jitter_us;
};

static struct tally tally_of(const struct engine_link_config *config)
{
	struct link_side side;
	struct link_passage passage;
	struct tally tally = {0};

	start(&side, config);
	for (unsigned sent = 0; sent < 100000; sent++) {
		tally.lost += send(&side, 60, 0, &passage) == LINK_LOST;
		tally.doubled += passage.copy_count == 2;
		tally.flipped += passage.copies[0].flipped_bit < 60 * 8;
		tally.held += passage.copies[0].arrival.us >= 1000;
		tally.jitter_us += passage.copies[0].arrival.us % 1000;
	}
	link_side_wipe(&side);
	return tally;
}

/* Of 100,000 at 5 %, 5,000; six standard deviations are 414. */
static void test_link_chance_has_its_frequency(void)
{
	const struct tally tally = tally_of(&(struct engine_link_config){
		.loss_ppm = 50000,
		.duplicate_ppm = 50000,
		.corrupt_ppm = 50000,
		.reorder_ppm = 50000,
		.reorder_us = 1000,
		.jitter_us = 100,
	});

	CHECK(tally.lost > 4586 && tally.lost < 5414);
	CHECK(tally.doubled > 4586 && tally.doubled < 5414);
	CHECK(tally.flipped > 4586 && tally.flipped < 5414);
	CHECK(tally.held > 4586 && tally.held < 5414);
	/* Mean 50 us, deviation 29.2 us a frame: 5,000,000 in all, six deviations are 55,400. */
	CHECK(tally.jitter_us > 4944600 && tally.jitter_us < 5055400);
}

static void test_link_certain_and_impossible(void)
{
	const struct tally never = tally_of(&(struct engine_link_config){.reorder_us = 1000});
	const struct tally always = tally_of(&(struct engine_link_config){
		.loss_ppm = 1000000,
		.duplicate_ppm = 1000000,
		.corrupt_ppm = 1000000,
		.reorder_ppm = 1000000,
		.reorder_us = 1000,
	});

	CHECK_EQ(never.lost + never.doubled + never.flipped + never.held, 0);
	CHECK_EQ(always.lost, 100000);
	CHECK_EQ(always.doubled, 100000);
	CHECK_EQ(always.flipped, 100000);
	CHECK_EQ(always.held, 100000);
}

/* The frames that are lost at 1 % are lost at 2 % too: the dice are the same. */
static void test_link_dice_do_not_depend_on_configuration(void)
{
	struct link_side little, much;
	struct link_passage passage;
	unsigned lost_only_at_less = 0;
	unsigned lost_at_less = 0;

	start(&little, &(struct engine_link_config){.loss_ppm = 10000});
	start(&much, &(struct engine_link_config){.loss_ppm = 20000, .jitter_us = 5});
	for (unsigned sent = 0; sent < 10000; sent++) {
		const bool is_lost_at_less = send(&little, 60, 0, &passage) == LINK_LOST;
		const bool is_lost_at_more = send(&much, 60, 0, &passage) == LINK_LOST;

		lost_at_less += is_lost_at_less;
		lost_only_at_less += is_lost_at_less && !is_lost_at_more;
	}
	CHECK(lost_at_less > 0);
	CHECK_EQ(lost_only_at_less, 0);
	link_side_wipe(&little);
	link_side_wipe(&much);
}

static void test_link_far_future_does_not_wrap(void)
{
	struct link_side side;

	start(&side,
		&(struct engine_link_config){.rate_bps = 1,
			.delay_us = UINT64_MAX,
			.reorder_us = 5});
	check_arrival(&side, 60, 10, UINT64_MAX);
	link_side_configure(&side, &(struct engine_link_config){.jitter_us = UINT64_MAX});
	CHECK_EQ(send(&side, 60, UINT64_MAX - 1, &(struct link_passage){0}), LINK_PASSED);
	link_side_wipe(&side);
}

static const struct test_case tests[] = {
	TEST(test_link_serialises_with_overhead),
	TEST(test_link_keeps_throughput_exact),
	TEST(test_link_without_rate_only_delays),
	TEST(test_link_drops_at_the_tail_of_its_queue),
	TEST(test_link_queue_without_bound_takes_all),
	TEST(test_link_new_rate_counts_from_the_next_microsecond),
	TEST(test_link_mtu_leaves_header_and_tags_aside),
	TEST(test_link_cut_passes_nothing),
	TEST(test_link_chance_has_its_frequency),
	TEST(test_link_certain_and_impossible),
	TEST(test_link_dice_do_not_depend_on_configuration),
	TEST(test_link_far_future_does_not_wrap),
	TEST_END,
};

const struct test_suite suite_link = {"link", tests};
