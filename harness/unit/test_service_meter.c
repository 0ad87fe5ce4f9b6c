/* SPDX-License-Identifier: MIT */
/* Proves which losses count, and which the VM's own stop explains. */
#include "actors/service_meter.h"

#include "check.h"

enum { DELAY = 100, INTERVAL = 1000 };

static struct dimp_time sent_at(uint32_t sequence)
{
	return (struct dimp_time){(uint64_t)sequence * INTERVAL};
}

/* Twenty frames; those of |first| to |last| are lost. */
static struct service_meter *make_meter(uint32_t first, uint32_t last)
{
	struct service_meter *meter = service_meter_create();

	for (uint32_t sequence = 0; meter && sequence < 20; sequence++) {
		struct dimp_time at = sent_at(sequence);
		service_meter_sent(meter, sequence, at);
		at.us += DELAY;
		if (sequence < first || sequence > last)
			service_meter_received(meter, sequence, at);
	}
	return meter;
}

static const struct dimp_time later = {100 * INTERVAL};

static void test_service_meter_counts_what_is_lost(void)
{
	struct service_meter *meter = make_meter(5, 7);
	struct service_tally tally;

	REQUIRE(meter != NULL);
	service_meter_tally(meter, sent_at(20), &tally);
	CHECK_EQ(tally.sent, 20);
	CHECK_EQ(tally.received, 17);
	CHECK_EQ(tally.lost, 3);
	CHECK_EQ(tally.lost_beyond_stop, 3);
	CHECK_EQ(tally.gap_us, 4 * INTERVAL);
	service_meter_destroy(meter);
}

/* Frames arrive 100 us after they are sent: a stop from 5,050 to 6,150 meets those sent at 5,000
 * and 6,000, not the one sent at 7,000. */
static void test_service_meter_explains_by_time_of_arrival(void)
{
	struct service_meter *meter = make_meter(5, 7);
	const struct service_stop stop = {{5050}, {6150}};
	struct service_tally tally;

	REQUIRE(meter != NULL);
	service_meter_stopped(meter, &stop);
	service_meter_tally(meter, sent_at(20), &tally);
	CHECK_EQ(tally.lost, 3);
	CHECK_EQ(tally.lost_beyond_stop, 1);
	service_meter_destroy(meter);
}

static void test_service_meter_begins_with_the_first_arrival(void)
{
	struct service_meter *meter = make_meter(0, 3);
	struct service_tally tally;

	REQUIRE(meter != NULL);
	service_meter_tally(meter, sent_at(20), &tally);
	CHECK_EQ(tally.sent, 16);
	CHECK_EQ(tally.lost, 0);
	service_meter_destroy(meter);
}

static void test_service_meter_loses_all_when_none_arrives(void)
{
	struct service_meter *meter = make_meter(0, 19);
	struct service_tally tally;

	REQUIRE(meter != NULL);
	service_meter_tally(meter, later, &tally);
	CHECK_EQ(tally.sent, 20);
	CHECK_EQ(tally.lost, 20);
	service_meter_destroy(meter);
}

static void test_service_meter_takes_no_frame_twice(void)
{
	struct service_meter *meter = make_meter(20, 20);
	struct service_tally tally;

	REQUIRE(meter != NULL);
	service_meter_received(meter, 3, later);
	service_meter_received(meter, 99, later);
	service_meter_tally(meter, sent_at(20), &tally);
	CHECK_EQ(tally.received, 20);
	CHECK_EQ(tally.gap_us, INTERVAL);
	service_meter_destroy(meter);
}

/* The gap goes on to the end of the run when nothing arrives any more. */
static void test_service_meter_gap_reaches_the_end(void)
{
	struct service_meter *meter = make_meter(20, 20);
	struct service_tally tally;

	REQUIRE(meter != NULL);
	service_meter_tally(meter, later, &tally);
	CHECK_EQ(tally.gap_us, 100 * INTERVAL - (19 * INTERVAL + DELAY));
	service_meter_destroy(meter);
}

/* A stop from 5,050 to 6,150: frames 5 and 6 are due in it, 7 and 8 are lost beyond it, and 9, sent
 * at 9,000, arrives at 9,100: 4,050 after the stop began and 5,000 after frame 4. */
static void test_service_meter_toll_ends_with_the_last_loss(void)
{
	struct service_meter *meter = make_meter(5, 8);
	const struct service_stop stop = {{5050}, {6150}};
	struct service_toll toll;

	REQUIRE(meter != NULL);
	service_meter_stopped(meter, &stop);
	service_meter_toll(meter, stop.from, sent_at(30), &toll);
	CHECK_EQ(toll.sent, 15);
	CHECK_EQ(toll.lost, 4);
	CHECK_EQ(toll.lost_beyond_stop, 2);
	CHECK_EQ(toll.restored_us, 4050);
	CHECK_EQ(toll.dark_us, 5000);
	service_meter_destroy(meter);
}

/* What a later stop takes is not the earlier one's. */
static void test_service_meter_toll_ends_with_the_next_stop(void)
{
	struct service_meter *meter = make_meter(5, 8);
	const struct service_stop first = {{2050}, {2060}}, second = {{5050}, {6150}};
	struct service_toll toll;

	REQUIRE(meter != NULL);
	service_meter_stopped(meter, &first);
	service_meter_stopped(meter, &second);
	service_meter_toll(meter, first.from, sent_at(30), &toll);
	CHECK_EQ(toll.sent, 3);
	CHECK_EQ(toll.lost, 0);
	CHECK_EQ(toll.restored_us, 0);
	CHECK_EQ(toll.dark_us, INTERVAL);
	service_meter_destroy(meter);
}

/* From frame 4, which arrived at 4,100, to the end at 100,000. */
static void test_service_meter_toll_of_what_never_comes_back(void)
{
	struct service_meter *meter = make_meter(5, 19);
	const struct service_stop stop = {{5050}, {6150}};
	struct service_toll toll;

	REQUIRE(meter != NULL);
	service_meter_stopped(meter, &stop);
	service_meter_toll(meter, stop.from, later, &toll);
	CHECK_EQ(toll.lost, 15);
	CHECK(toll.restored_us == UINT64_MAX);
	CHECK_EQ(toll.dark_us, 95900);
	service_meter_destroy(meter);
}

static void test_service_meter_toll_of_another_instant_is_none(void)
{
	struct service_meter *meter = make_meter(5, 8);
	const struct service_stop stop = {{5050}, {6150}};
	struct service_toll toll;

	REQUIRE(meter != NULL);
	service_meter_stopped(meter, &stop);
	service_meter_toll(meter, (struct dimp_time){5051}, later, &toll);
	CHECK_EQ(toll.sent, 0);
	CHECK_EQ(toll.lost, 0);
	service_meter_destroy(meter);
}

static const struct test_case tests[] = {
	TEST(test_service_meter_counts_what_is_lost),
	TEST(test_service_meter_explains_by_time_of_arrival),
	TEST(test_service_meter_begins_with_the_first_arrival),
	TEST(test_service_meter_loses_all_when_none_arrives),
	TEST(test_service_meter_takes_no_frame_twice),
	TEST(test_service_meter_gap_reaches_the_end),
	TEST(test_service_meter_toll_ends_with_the_last_loss),
	TEST(test_service_meter_toll_ends_with_the_next_stop),
	TEST(test_service_meter_toll_of_what_never_comes_back),
	TEST(test_service_meter_toll_of_another_instant_is_none),
	TEST_END,
};

const struct test_suite suite_service_meter = {"service_meter", tests};
