/* SPDX-License-Identifier: MIT */
/* Proves that held frames come back in order, stay within both bounds, and are all counted (DIMP
 * 9.2-30). */
#include "bridge/frame_hold.h"

#include <stdlib.h>

#include "check.h"

static struct frame_hold *make_hold(size_t octets, size_t frames)
{
	return frame_hold_create(&(struct frame_hold_config){2, octets, frames});
}

static void add(struct frame_hold *hold, unsigned slot, uint8_t mark, size_t size)
{
	uint8_t octets[256] = {mark};

	frame_hold_add(hold, slot, (struct dimp_view){octets, size}, 42);
}

static void test_frame_hold_gives_back_in_order(void)
{
	struct frame_hold *hold = make_hold(1000, 10);
	struct frame_hold_tally tally;

	REQUIRE(hold != NULL);
	frame_hold_open(hold, 0, 7);
	frame_hold_open(hold, 1, 8);
	add(hold, 0, 1, 60);
	add(hold, 1, 9, 60);
	add(hold, 0, 2, 61);
	struct held_frame *first = frame_hold_take(hold, 0);
	REQUIRE(first != NULL && first->next != NULL);
	CHECK_EQ(first->octets[0], 1);
	CHECK_EQ(first->vlan, 42);
	CHECK_EQ(first->next->octets[0], 2);
	CHECK_EQ(first->next->size, 61);
	CHECK(first->next->next == NULL);
	free(first->next);
	free(first);
	CHECK(!frame_hold_is_open(hold, 0));
	frame_hold_count(hold, &tally);
	CHECK_EQ(tally.held, 3);
	CHECK_EQ(tally.delivered, 2);
	CHECK_EQ(tally.octets_now, 60);
	frame_hold_destroy(hold);
}

static void test_frame_hold_loses_the_newest_beyond_either_bound(void)
{
	struct frame_hold *octets = make_hold(100, 10);
	struct frame_hold *frames = make_hold(1000, 1);
	struct frame_hold_tally tally;

	REQUIRE(octets != NULL && frames != NULL);
	frame_hold_open(octets, 0, 7);
	add(octets, 0, 1, 60);
	add(octets, 0, 2, 41);
	add(octets, 0, 3, 40);
	frame_hold_count(octets, &tally);
	CHECK_EQ(tally.held, 2);
	CHECK_EQ(tally.overflowed, 1);
	CHECK_EQ(tally.octets_now, 100);
	frame_hold_open(frames, 1, 7);
	add(frames, 1, 1, 10);
	add(frames, 1, 2, 10);
	frame_hold_count(frames, &tally);
	CHECK_EQ(tally.frames_now, 1);
	CHECK_EQ(tally.overflowed, 1);
	frame_hold_destroy(octets);
	frame_hold_destroy(frames);
}

static void test_frame_hold_discards_for_one_copy_alone(void)
{
	struct frame_hold *hold = make_hold(1000, 10);
	struct frame_hold_tally tally;

	REQUIRE(hold != NULL);
	frame_hold_open(hold, 0, 7);
	frame_hold_open(hold, 1, 8);
	add(hold, 0, 1, 60);
	add(hold, 1, 2, 60);
	frame_hold_discard(hold, 7);
	CHECK(!frame_hold_is_open(hold, 0));
	CHECK(frame_hold_is_open(hold, 1));
	frame_hold_count(hold, &tally);
	CHECK_EQ(tally.discarded, 1);
	CHECK_EQ(tally.frames_now, 1);
	frame_hold_destroy(hold);
}

static void test_frame_hold_keeps_nothing_when_closed_or_without_bound(void)
{
	struct frame_hold *closed = make_hold(1000, 10);
	struct frame_hold *none = make_hold(0, 10);
	struct frame_hold_tally tally;

	REQUIRE(closed != NULL && none != NULL);
	add(closed, 0, 1, 60);
	frame_hold_count(closed, &tally);
	CHECK_EQ(tally.held + tally.overflowed, 0);
	frame_hold_open(none, 0, 7);
	CHECK(!frame_hold_is_open(none, 0));
	CHECK(!frame_hold_is_waiting(none));
	frame_hold_destroy(closed);
	frame_hold_destroy(none);
}

static const struct test_case tests[] = {
	TEST(test_frame_hold_gives_back_in_order),
	TEST(test_frame_hold_loses_the_newest_beyond_either_bound),
	TEST(test_frame_hold_discards_for_one_copy_alone),
	TEST(test_frame_hold_keeps_nothing_when_closed_or_without_bound),
	TEST_END,
};

const struct test_suite suite_frame_hold = {"frame_hold", tests};
