/* SPDX-License-Identifier: MIT */
/* Proves that moves begin in their order, so many at a time, and at once where there is no bound.
 */
#include "actors/move_queue.h"

#include "check.h"

enum { TURNS = 4 };

struct began {
	unsigned order[2 * TURNS], count;
};

struct entrant {
	struct began *began;
	unsigned number;
	struct move_turn turn;
};

static void begin(void *context, struct dimp_time now)
{
	const struct entrant *const entrant = context;

	(void)now;
	entrant->began->order[entrant->began->count++] = entrant->number;
}

static void enter_all(struct move_queue *queue, struct entrant entrants[TURNS], struct began *began)
{
	for (unsigned each = 0; each < TURNS; each++) {
		entrants[each] = (struct entrant){.began = began, .number = each};
		entrants[each].turn =
			(struct move_turn){.context = &entrants[each], .begin = begin};
		move_queue_enter(queue, &entrants[each].turn, (struct dimp_time){0});
	}
}

static void test_move_queue_without_a_bound(void)
{
	struct move_queue queue = {.limit = 0};
	struct entrant entrants[TURNS];
	struct began began = {.count = 0};

	enter_all(&queue, entrants, &began);
	CHECK_EQ(began.count, TURNS);
	move_queue_leave(&queue, (struct dimp_time){0});
	CHECK_EQ(queue.under_way, TURNS - 1);
}

static void test_move_queue_keeps_the_order(void)
{
	struct move_queue queue = {.limit = 2};
	struct entrant entrants[TURNS];
	struct began began = {.count = 0};

	enter_all(&queue, entrants, &began);
	CHECK_EQ(began.count, 2);
	move_queue_leave(&queue, (struct dimp_time){1});
	CHECK_EQ(began.count, 3);
	move_queue_leave(&queue, (struct dimp_time){2});
	for (unsigned each = 0; each < TURNS; each++)
		CHECK_EQ(began.order[each], each);
	move_queue_leave(&queue, (struct dimp_time){3});
	move_queue_leave(&queue, (struct dimp_time){4});
	CHECK_EQ(queue.under_way, 0);
	enter_all(&queue, entrants, &began);
	CHECK_EQ(queue.under_way, 2);
}

static const struct test_case tests[] = {
	TEST(test_move_queue_without_a_bound),
	TEST(test_move_queue_keeps_the_order),
	TEST_END,
};

const struct test_suite suite_move_queue = {"move_queue", tests};
