/* SPDX-License-Identifier: MIT */
/* Proves that each number passes the window once, in any order, and that old ones count as seen. */
#include "check.h"

#include "replay_window.h"

/* Each row is offered in turn; what is fresh is added. */
struct offer {
	uint64_t number;
	bool is_fresh;
};

static void offer_all(const struct offer *rows, size_t count)
{
	struct replay_window window = {0};

	for (size_t each = 0; each < count; each++) {
		const bool is_fresh = replay_window_is_fresh(&window, rows[each].number);

		CHECK_EQ(is_fresh, rows[each].is_fresh);
		if (is_fresh)
			replay_window_add(&window, rows[each].number);
	}
}

static void test_window_takes_each_number_once(void)
{
	static const struct offer rows[] = {
		{0, true},
		{0, false},
		{1, true},
		{1, false},
		{0, false},
		{63, true},
		{64, true},
		{63, false},
		{64, false},
		{62, true},
		{65, true},
		{2, true},
		{2, false},
	};

	offer_all(rows, sizeof rows / sizeof rows[0]);
}

static void test_window_first_number_may_be_any(void)
{
	static const struct offer rows[] = {{5000, true}, {5000, false}, {4999, true}, {0, false}};

	offer_all(rows, sizeof rows / sizeof rows[0]);
}

/* More than the 1,024 numbers of DIMP 5.5-2. */
static void test_window_edge_is_exact(void)
{
	_Static_assert(REPLAY_WINDOW_WIDTH == 1984, "the rows are made for this width");
	static const struct offer rows[] = {
		{10000, true},
		{10001 - 1984, true},
		{10001 - 1985, false},
		{10001 - 1984, false},
		{10001, true},
		{10002 - 1984, true},
		{10002 - 1985, false},
	};

	offer_all(rows, sizeof rows / sizeof rows[0]);
}

static void test_window_forgets_blocks_it_moves_over(void)
{
	/* 2048 numbers on, the ring's blocks are used again: nothing old may shine through. */
	static const struct offer rows[] = {
		{7, true},
		{7 + 2048, true},
		{7 + 2048, false},
		{8 + 2048, true},
		{8 + 3 * 2048, true},
		{7 + 3 * 2048, true},
		{7 + 3 * 2048, false},
		{UINT64_MAX - 1, true},
		{UINT64_MAX - 1, false},
		{UINT64_MAX - 2, true},
		{8 + 3 * 2048, false},
	};

	offer_all(rows, sizeof rows / sizeof rows[0]);
}

static void test_window_at_every_distance_within_a_step(void)
{
	for (uint64_t distance = 1; distance < 3 * 2048; distance++) {
		struct replay_window window = {0};

		replay_window_add(&window, 100);
		replay_window_add(&window, 100 + distance);
		CHECK(!replay_window_is_fresh(&window, 100));
		CHECK(!replay_window_is_fresh(&window, 100 + distance));
		CHECK_EQ(replay_window_is_fresh(&window, 99 + distance), distance > 1);
		CHECK_EQ(replay_window_is_fresh(&window, 99), distance < REPLAY_WINDOW_WIDTH - 1);
	}
}

static const struct test_case tests[] = {
	TEST(test_window_takes_each_number_once),
	TEST(test_window_first_number_may_be_any),
	TEST(test_window_edge_is_exact),
	TEST(test_window_forgets_blocks_it_moves_over),
	TEST(test_window_at_every_distance_within_a_step),
	TEST_END,
};

const struct test_suite suite_replay_window = {"replay_window", tests};
