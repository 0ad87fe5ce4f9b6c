/* SPDX-License-Identifier: MIT */
/*
 * Proves loss detection against figures worked out by hand from the text of RFC 9002: sections 5
 * (round-trip time), 6.1 (thresholds), 6.2 (probe time-out) and 7.6 (persistent congestion).
 */
#include "check.h"

#include <string.h>

#include "loss_recovery.h"

enum { START = 1000000, MS = 1000 };

static struct dimp_settings settings;
static struct loss_recovery recovery;

static struct sent_pdu sent[DIMP_SENT_PDUS_MAX];

static struct dimp_time at_ms(uint64_t ms)
{
	return (struct dimp_time){START + ms * MS};
}

static void setup(void)
{
	dimp_settings_default(&settings);
	settings.initial_rtt_us = 333 * MS;
	settings.max_ack_delay_us = 25 * MS;
	settings.granularity_us = 1 * MS;
	loss_recovery_place(&recovery, sent, DIMP_SENT_PDUS_MAX);
	loss_recovery_init(&recovery, &settings);
}

static void send_at(uint64_t number, uint64_t ms)
{
	loss_recovery_on_sent(&recovery,
		&(struct sent_pdu){
			.number = number,
			.sent_at = at_ms(ms),
			.acknowledged = LOSS_RECOVERY_NO_NUMBER,
			.size = 1000,
			.is_ack_eliciting = true,
		});
}

static void acknowledge(uint64_t first, uint64_t last, uint64_t ms)
{
	struct loss_recovery_ack ack = {.delay_us = 0};

	ack.ranges.count = 1;
	ack.ranges.ranges[0] = (struct ack_ranges_range){first, last};
	loss_recovery_on_ack(&recovery, &ack, at_ms(ms));
}

/* Takes what was settled; each digit of the result is a PDU's number, lost or acknowledged. */
static uint64_t settled(enum sent_state state)
{
	static struct sent_pdu copied[DIMP_SENT_PDUS_MAX];
	struct loss_recovery copy = recovery;
	struct sent_pdu pdu;
	uint64_t digits = 0;

	memcpy(copied, sent, sizeof copied);
	copy.sent = copied;
	while (loss_recovery_next_settled(&copy, &pdu))
		if (pdu.state == state)
			digits = digits * 10 + pdu.number;
	return digits;
}

static void test_first_sample_sets_the_estimate(void)
{
	setup();
	send_at(0, 0);
	acknowledge(0, 0, 100);
	/* 5.3: smoothed_rtt = latest_rtt, rttvar = latest_rtt / 2. */
	CHECK_EQ(recovery.smoothed_rtt, 100 * MS);
	CHECK_EQ(recovery.rtt_variation, 50 * MS);
	CHECK_EQ(recovery.min_rtt, 100 * MS);
}

static void test_later_samples_are_weighted(void)
{
	setup();
	send_at(0, 0);
	acknowledge(0, 0, 100);
	send_at(1, 200);
	acknowledge(1, 1, 380);
	/* 5.3: rttvar = 3/4 * 50 + 1/4 * |100 - 180| = 57.5; smoothed = 7/8 * 100 + 1/8 * 180. */
	CHECK_EQ(recovery.rtt_variation, 57500);
	CHECK_EQ(recovery.smoothed_rtt, 110 * MS);
	CHECK_EQ(recovery.min_rtt, 100 * MS);
}

static void test_ack_delay_is_taken_off_but_not_below_the_least(void)
{
	struct loss_recovery_ack ack = {.ranges = {1, {{1, 1}}}, .delay_us = 20 * MS};

	setup();
	send_at(0, 0);
	acknowledge(0, 0, 100);
	send_at(1, 200);
	loss_recovery_on_ack(&recovery, &ack, at_ms(340));
	/* 140 - 20 = 120: smoothed = (7 * 100 + 120) / 8. */
	CHECK_EQ(recovery.smoothed_rtt, 102500);
	/* A delay beyond max_ack_delay counts as 25 ms, and 110 - 25 would be below min_rtt. */
	ack.ranges.ranges[0] = (struct ack_ranges_range){2, 2};
	ack.delay_us = 90 * MS;
	send_at(2, 400);
	loss_recovery_on_ack(&recovery, &ack, at_ms(510));
	CHECK_EQ(recovery.smoothed_rtt, (7 * 102500 + 110000) / 8);
}

static void test_packet_threshold_declares_loss(void)
{
	setup();
	for (uint64_t number = 1; number <= 5; number++)
		send_at(number, 0);
	/* 6.1.1: three numbers later. 1 and 2 are lost when 5 arrives; 3 and 4 may be reordered. */
	acknowledge(5, 5, 10);
	CHECK_EQ(settled(SENT_LOST), 12);
	CHECK_EQ(settled(SENT_ACKNOWLEDGED), 5);
}

static void test_time_threshold_declares_loss(void)
{
	setup();
	send_at(1, 0);
	send_at(2, 10);
	acknowledge(2, 2, 90);
	/* 6.1.2: 9/8 of max(latest, smoothed) = 9/8 * 80 ms = 90 ms after it was sent: at once. */
	CHECK_EQ(settled(SENT_LOST), 1);
	setup();
	send_at(1, 0);
	send_at(2, 0);
	acknowledge(2, 2, 80);
	CHECK_EQ(settled(SENT_LOST), 0);
	CHECK_EQ(loss_recovery_deadline(&recovery).us, at_ms(90).us);
	CHECK_EQ(loss_recovery_expire(&recovery, at_ms(89)), LOSS_RECOVERY_NOTHING);
	CHECK_EQ(loss_recovery_expire(&recovery, at_ms(90)), LOSS_RECOVERY_LOSS);
	CHECK_EQ(settled(SENT_LOST), 1);
}

static void test_probe_time_out_doubles_until_an_ack(void)
{
	setup();
	/* 6.2.2: before a sample, 333 + 4 * 166.5 + max_ack_delay 25 = 1,024 ms. */
	send_at(0, 0);
	CHECK_EQ(loss_recovery_deadline(&recovery).us, at_ms(1024).us);
	CHECK_EQ(loss_recovery_expire(&recovery, at_ms(1024)), LOSS_RECOVERY_PROBE);
	CHECK_EQ(loss_recovery_deadline(&recovery).us, at_ms(2048).us);
	send_at(1, 1024);
	CHECK_EQ(loss_recovery_deadline(&recovery).us, at_ms(1024 + 2048).us);
	CHECK_EQ(settled(SENT_LOST), 0);
	acknowledge(0, 1, 1124);
	CHECK_EQ(loss_recovery_deadline(&recovery).us, DIMP_NEVER.us);
	/* 100 ms sampled: 100 + 4 * 50 + 25. */
	send_at(2, 2000);
	CHECK_EQ(loss_recovery_deadline(&recovery).us, at_ms(2000 + 325).us);
}

static void test_granularity_bounds_the_margin(void)
{
	setup();
	settings.max_ack_delay_us = 0;
	send_at(0, 0);
	struct loss_recovery_ack ack = {.ranges = {1, {{0, 0}}}};
	loss_recovery_on_ack(&recovery, &ack, (struct dimp_time){START + 40});
	/* 40 us sampled: 4 * 20 us is below kGranularity, 1 ms. */
	CHECK_EQ(loss_recovery_probe_us(&recovery), 40 + 1 * MS);
	settings.granularity_us = 50;
	CHECK_EQ(loss_recovery_probe_us(&recovery), 40 + 80);
}

static void test_late_ack_of_a_lost_pdu_is_told(void)
{
	struct sent_pdu pdu;

	setup();
	for (uint64_t number = 1; number <= 5; number++)
		send_at(number, 0);
	acknowledge(4, 5, 10);
	while (loss_recovery_next_settled(&recovery, &pdu))
		;
	acknowledge(1, 1, 11);
	REQUIRE(loss_recovery_next_settled(&recovery, &pdu));
	CHECK_EQ(pdu.number, 1);
	CHECK_EQ(pdu.state, SENT_ACKNOWLEDGED);
	CHECK(pdu.was_lost);
	CHECK(!loss_recovery_next_settled(&recovery, &pdu));
}

/*
 * RFC 9002, 7.6.3: the example's PDUs 1 to 9, in seconds after a start; 2 to 8 are lost. The last
 * ACK comes a second after its PDU, so that the estimate stays what the example takes it to be.
 */
static void send_example(void)
{
	static const uint64_t sent_s[] = {0, 1, 2, 3, 4, 5, 6, 8, 12};

	setup();
	settings.max_ack_delay_us = 0;
	send_at(0, 0);
	acknowledge(0, 0, 1000);
	for (uint64_t each = 0; each < 9; each++)
		send_at(1 + each, 10000 + sent_s[each] * 1000);
	acknowledge(1, 1, 11000);
	recovery.rtt_variation = 250 * MS;
}

static void test_persistent_congestion_of_the_rfc_example(void)
{
	send_example();
	acknowledge(9, 9, 23000);
	CHECK_EQ(settled(SENT_LOST), 2345678);
	CHECK(loss_recovery_take_persistent(&recovery));
}

static void test_arrival_in_between_is_no_persistent_congestion(void)
{
	send_example();
	acknowledge(5, 5, 15000);
	CHECK(!loss_recovery_take_persistent(&recovery));
	recovery.rtt_variation = 250 * MS;
	acknowledge(9, 9, 23000);
	CHECK_EQ(settled(SENT_LOST), 234678);
	CHECK(!loss_recovery_take_persistent(&recovery));
}

static void test_persistent_congestion_needs_its_duration(void)
{
	setup();
	settings.max_ack_delay_us = 0;
	send_at(0, 0);
	acknowledge(0, 0, 1000);
	for (uint64_t each = 1; each <= 6; each++)
		send_at(each, 1000 + each * 2000);
	/* 3 * (1,000 + 4 * 375) = 7.5 s, after the second sample's rttvar of 375; 1 to 5 span 8. */
	acknowledge(6, 6, 14000);
	CHECK_EQ(recovery.rtt_variation, 375 * MS);
	CHECK_EQ(settled(SENT_LOST), 12345);
	CHECK(loss_recovery_take_persistent(&recovery));
	CHECK(!loss_recovery_take_persistent(&recovery));
}

static void test_full_record_leaves_room_for_probes_only(void)
{
	const uint64_t usual = DIMP_SENT_PDUS_MAX - DIMP_SENT_PDUS_RESERVED;
	struct sent_pdu pdu;

	setup();
	for (uint64_t number = 0; number < usual; number++) {
		CHECK(loss_recovery_has_room(&recovery));
		send_at(number, 0);
	}
	CHECK(!loss_recovery_has_room(&recovery));
	for (uint64_t number = usual; number < DIMP_SENT_PDUS_MAX; number++) {
		CHECK(loss_recovery_has_probe_room(&recovery));
		send_at(number, 0);
	}
	CHECK(!loss_recovery_has_probe_room(&recovery));
	acknowledge(0, DIMP_SENT_PDUS_RESERVED, 10);
	while (loss_recovery_next_settled(&recovery, &pdu))
		;
	CHECK(loss_recovery_has_room(&recovery));
}

/* A PDU that asks for no ACK. */
static void send_quietly(uint64_t number, uint64_t ms)
{
	loss_recovery_on_sent(&recovery,
		&(struct sent_pdu){
			.number = number,
			.sent_at = at_ms(ms),
			.acknowledged = LOSS_RECOVERY_NO_NUMBER,
			.size = 40,
		});
}

/* When all places are taken, a PDU that asks for no ACK is not kept; an ACK of it is no sample. */
static void test_ack_of_a_pdu_that_was_not_kept_is_no_sample(void)
{
	setup();
	for (uint64_t number = 0; number < DIMP_SENT_PDUS_MAX; number++)
		send_at(number, 0);
	send_quietly(DIMP_SENT_PDUS_MAX, 5);
	acknowledge(1, DIMP_SENT_PDUS_MAX, 10);
	CHECK(!recovery.has_rtt);
	CHECK_EQ(recovery.largest_acknowledged, DIMP_SENT_PDUS_MAX);
	/* 0 lies three numbers below: lost; without a sample there is no persistent congestion. */
	REQUIRE(loss_recovery_next_settled(&recovery, &(struct sent_pdu){0}));
	CHECK(!loss_recovery_take_persistent(&recovery));
}

/* Of a number that was skipped nothing is known, though one above it was sent. */
static void test_number_between_two_is_not_known(void)
{
	struct dimp_time sent_at;

	setup();
	send_at(1, 0);
	send_at(3, 1);
	CHECK(!loss_recovery_sent_at(&recovery, 2, &sent_at));
	REQUIRE(loss_recovery_sent_at(&recovery, 1, &sent_at));
	CHECK_EQ(sent_at.us, at_ms(0).us);
}

/* What asks for no ACK is not worth a place when places run out. */
static void test_quiet_pdu_gives_its_place_up(void)
{
	struct dimp_time sent_at;

	setup();
	send_quietly(0, 0);
	for (uint64_t number = 1; number <= DIMP_SENT_PDUS_MAX; number++)
		send_at(number, 0);
	CHECK_EQ(recovery.count, DIMP_SENT_PDUS_MAX);
	CHECK(!loss_recovery_sent_at(&recovery, 0, &sent_at));
	CHECK(loss_recovery_sent_at(&recovery, 1, &sent_at));
}

static const struct test_case tests[] = {
	TEST(test_first_sample_sets_the_estimate),
	TEST(test_later_samples_are_weighted),
	TEST(test_ack_delay_is_taken_off_but_not_below_the_least),
	TEST(test_packet_threshold_declares_loss),
	TEST(test_time_threshold_declares_loss),
	TEST(test_probe_time_out_doubles_until_an_ack),
	TEST(test_granularity_bounds_the_margin),
	TEST(test_late_ack_of_a_lost_pdu_is_told),
	TEST(test_persistent_congestion_of_the_rfc_example),
	TEST(test_arrival_in_between_is_no_persistent_congestion),
	TEST(test_persistent_congestion_needs_its_duration),
	TEST(test_full_record_leaves_room_for_probes_only),
	TEST(test_ack_of_a_pdu_that_was_not_kept_is_no_sample),
	TEST(test_number_between_two_is_not_known),
	TEST(test_quiet_pdu_gives_its_place_up),
	TEST_END,
};

const struct test_suite suite_loss_recovery = {"loss_recovery", tests};
