/* SPDX-License-Identifier: MIT */
/*
 * Proves the bindings' simulator: order, time, cancelling, stopping, each scheduler, and that seed
 * and run number choose the random numbers.
 */
#include "unit/check.h"

#include <string.h>

#include "engine/ns3/ns3_bindings.h"

/* What happened, a letter each, and when. */
struct diary {
	char letters[32];
	uint64_t times[32];
	size_t count;
};

static struct diary diary;

static void note(char letter)
{
	if (diary.count + 1 >= sizeof diary.letters)
		return;
	diary.letters[diary.count] = letter;
	diary.times[diary.count++] = ns3_now();
	diary.letters[diary.count] = '\0';
}

static void note_text(void *context)
{
	note(*(const char *)context);
}

static char letter_a[] = "a", letter_b[] = "b", letter_c[] = "c";

static void open_simulator(const char *scheduler)
{
	const struct ns3_options options = {.scheduler = scheduler};

	diary = (struct diary){0};
	CHECK_EQ(ns3_open(&options), NS3_OK);
}

static void at(uint64_t at_ns, char *letter)
{
	CHECK_EQ(ns3_schedule(at_ns, note_text, letter, NULL), NS3_OK);
}

static void schedule_c_now(void *context)
{
	(void)context;
	note('s');
	at(ns3_now(), letter_c);
}

static void check_order(const char *scheduler)
{
	open_simulator(scheduler);
	at(20, letter_c);
	CHECK_EQ(ns3_schedule(10, schedule_c_now, NULL, NULL), NS3_OK);
	at(10, letter_b);
	at(5, letter_a);
	at(10, letter_a);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_TEXT(diary.letters, "asbacc");
	CHECK_EQ(diary.times[0], 5);
	CHECK_EQ(diary.times[4], 10);
	CHECK_EQ(ns3_now(), 20);
	CHECK_EQ(ns3_event_count(), 6);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_ties_keep_the_order_of_asking_with_each_scheduler(void)
{
	check_order(NULL);
	check_order("map");
	check_order("heap");
	check_order("list");
	check_order("calendar");
	check_order("priority-queue");
}

static void test_ns3_runs_up_to_and_including_until(void)
{
	open_simulator("map");
	CHECK_EQ(ns3_schedule(10, schedule_c_now, NULL, NULL), NS3_OK);
	at(11, letter_b);
	CHECK_EQ(ns3_run_until(10), NS3_OK);
	CHECK_TEXT(diary.letters, "sc");
	CHECK_EQ(ns3_now(), 10);
	at(10, letter_a); /* now */
	CHECK_EQ(ns3_run_until(10), NS3_OK);
	CHECK_TEXT(diary.letters, "sca");
	CHECK_EQ(ns3_run_until(500), NS3_OK);
	CHECK_TEXT(diary.letters, "scab");
	CHECK_EQ(ns3_now(), 500);
	CHECK_EQ(ns3_event_count(), 4);
	CHECK_EQ(ns3_run_until(499), NS3_ARGUMENT);
	CHECK_EQ(ns3_schedule(499, note_text, letter_a, NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_schedule(NS3_TIME_MAX, note_text, letter_a, NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_cancelled_event_does_not_happen(void)
{
	ns3_event first = 0, second = 0;

	open_simulator("map");
	CHECK_EQ(ns3_schedule(10, note_text, letter_a, &first), NS3_OK);
	CHECK_EQ(ns3_schedule(10, note_text, letter_b, &second), NS3_OK);
	CHECK(ns3_is_pending(first));
	CHECK(ns3_event_context(first) == letter_a);
	CHECK_EQ(ns3_cancel(first), NS3_OK);
	CHECK(!ns3_is_pending(first));
	CHECK(ns3_event_context(first) == NULL);
	CHECK_EQ(ns3_cancel(first), NS3_HANDLE);
	at(10, letter_c); /* takes the place of the first */
	CHECK_EQ(ns3_cancel(first), NS3_HANDLE);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_TEXT(diary.letters, "bc");
	CHECK(!ns3_is_pending(second));
	CHECK_EQ(ns3_cancel(second), NS3_HANDLE);
	CHECK_EQ(ns3_cancel(0), NS3_HANDLE);
	CHECK_EQ(ns3_close(), NS3_OK);
	CHECK_EQ(ns3_cancel(second), NS3_CLOSED);
}

static void stop(void *context)
{
	(void)context;
	note('!');
	CHECK_EQ(ns3_stop(), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_BUSY);
	CHECK_EQ(ns3_run_until(1000), NS3_BUSY);
	CHECK_EQ(ns3_close(), NS3_BUSY);
}

static void test_ns3_stops_after_the_present_event(void)
{
	open_simulator("map");
	CHECK_EQ(ns3_stop(), NS3_STATE);
	CHECK_EQ(ns3_schedule(10, stop, NULL, NULL), NS3_OK);
	at(10, letter_a);
	at(30, letter_b);
	CHECK_EQ(ns3_run_until(20), NS3_OK);
	CHECK_TEXT(diary.letters, "!");
	CHECK_EQ(ns3_now(), 10);
	CHECK_EQ(ns3_run_until(40), NS3_OK); /* the end at 20 is no longer one */
	CHECK_TEXT(diary.letters, "!ab");
	CHECK_EQ(ns3_now(), 40);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_scheduler_may_be_changed_while_events_wait(void)
{
	open_simulator("list");
	at(10, letter_a);
	at(20, letter_b);
	CHECK_EQ(ns3_set_scheduler("priority-queue"), NS3_OK);
	at(15, letter_c);
	CHECK_EQ(ns3_set_scheduler("fastest"), NS3_NAME);
	CHECK(strstr(ns3_complaint(), "fastest") != NULL);
	CHECK_EQ(ns3_set_scheduler(NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_TEXT(diary.letters, "acb");
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_is_one_a_process(void)
{
	open_simulator("map");
	CHECK_EQ(ns3_open(NULL), NS3_BUSY);
	CHECK_EQ(ns3_close(), NS3_OK);
	CHECK_EQ(ns3_close(), NS3_CLOSED);
	CHECK_EQ(ns3_now(), 0);
	CHECK_EQ(ns3_event_count(), 0);
	CHECK_EQ(ns3_open(&(struct ns3_options){.seed = 4294944443u}), NS3_ARGUMENT);
	CHECK_EQ(ns3_open(&(struct ns3_options){.scheduler = "none"}), NS3_NAME);
	CHECK_EQ(ns3_open(NULL), NS3_OK);
	at(7, letter_a); /* waits when it is closed */
	CHECK_EQ(ns3_close(), NS3_OK);
}

/* The first two numbers of a new variable. */
static void draw(const struct ns3_options *options, double values[2])
{
	ns3_random random = 0;

	CHECK_EQ(ns3_open(options), NS3_OK);
	CHECK_EQ(ns3_random_add("ns3::UniformRandomVariable", &random), NS3_OK);
	CHECK_EQ(ns3_random_value(random, &values[0]), NS3_OK);
	CHECK_EQ(ns3_random_value(random, &values[1]), NS3_OK);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_seed_and_run_choose_the_numbers(void)
{
	double first[2], again[2], other_seed[2], other_run[2];

	draw(&(struct ns3_options){.seed = 3, .run = 1}, first);
	draw(&(struct ns3_options){.seed = 3, .run = 1}, again);
	draw(&(struct ns3_options){.seed = 4, .run = 1}, other_seed);
	draw(&(struct ns3_options){.seed = 3, .run = 2}, other_run);
	CHECK_EQ(memcmp(first, again, sizeof first), 0);
	CHECK(memcmp(first, other_seed, sizeof first) != 0);
	CHECK(memcmp(first, other_run, sizeof first) != 0);
	CHECK(first[0] >= 0 && first[0] < 1);
}

static void test_ns3_streams_choose_the_numbers(void)
{
	ns3_random one = 0, two = 0, constant = 0;
	double first = 0, second = 0;
	uint32_t used = 0;

	CHECK_EQ(ns3_open(NULL), NS3_OK);
	CHECK_EQ(ns3_random_add("ns3::UniformRandomVariable", &one), NS3_OK);
	CHECK_EQ(ns3_random_add("ns3::UniformRandomVariable", &two), NS3_OK);
	CHECK_EQ(ns3_random_value(one, &first), NS3_OK);
	CHECK_EQ(ns3_random_value(two, &second), NS3_OK);
	CHECK(first < second || first > second);
	CHECK_EQ(ns3_set_stream(one, 7, &used), NS3_OK);
	CHECK_EQ(used, 1);
	CHECK_EQ(ns3_set_stream(two, 7, NULL), NS3_OK);
	CHECK_EQ(ns3_random_value(one, &first), NS3_OK);
	CHECK_EQ(ns3_random_value(two, &second), NS3_OK);
	CHECK(!(first < second) && !(first > second));
	CHECK_EQ(ns3_set_stream(one, UINT64_C(1) << 62, NULL), NS3_ARGUMENT);
	CHECK_EQ(ns3_random_add("ns3::ConstantRandomVariable", &constant), NS3_OK);
	CHECK_EQ(ns3_set(constant, "Constant", "2.5"), NS3_OK);
	CHECK_EQ(ns3_random_value(constant, &first), NS3_OK);
	CHECK_EQ((uint64_t)(first * 2), 5);
	CHECK_EQ(ns3_random_add("ns3::EmpiricalRandomVariable", &one), NS3_NAME);
	CHECK_EQ(ns3_random_add(NULL, &one), NS3_NAME);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static void test_ns3_results_have_words(void)
{
	for (int result = NS3_OK; result <= NS3_FAILED; result++) {
		const char *text = ns3_result_text((enum ns3_result)result);

		CHECK(strlen(text) > 5);
		CHECK(strcmp(text, "no result") != 0);
	}
	CHECK_TEXT(ns3_version(), "3.37");
}

static uint64_t tick_count;

static void tick(void *context)
{
	tick_count++;
	if (tick_count < 300000)
		CHECK_EQ(ns3_schedule(ns3_now() + 7, tick, context, NULL), NS3_OK);
}

static void test_ns3_three_hundred_thousand_ticks(void)
{
	open_simulator("priority-queue");
	tick_count = 0;
	CHECK_EQ(ns3_schedule(7, tick, NULL, NULL), NS3_OK);
	CHECK_EQ(ns3_run(), NS3_OK);
	CHECK_EQ(tick_count, 300000);
	CHECK_EQ(ns3_now(), 2100000);
	CHECK_EQ(ns3_close(), NS3_OK);
}

static const struct test_case tests[] = {
	TEST(test_ns3_ties_keep_the_order_of_asking_with_each_scheduler),
	TEST(test_ns3_runs_up_to_and_including_until),
	TEST(test_ns3_cancelled_event_does_not_happen),
	TEST(test_ns3_stops_after_the_present_event),
	TEST(test_ns3_scheduler_may_be_changed_while_events_wait),
	TEST(test_ns3_is_one_a_process),
	TEST(test_ns3_seed_and_run_choose_the_numbers),
	TEST(test_ns3_streams_choose_the_numbers),
	TEST(test_ns3_results_have_words),
	TEST(test_ns3_three_hundred_thousand_ticks),
	TEST_END,
};

const struct test_suite suite_ns3_simulator = {"ns3_simulator", tests};
