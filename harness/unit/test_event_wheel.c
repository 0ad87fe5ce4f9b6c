/*
 * Proves that events come out by time, then in the order they were pushed, and that a timer names
 * its event and no other.
 */
#include "check.h"

#include "engine/event_wheel.h"
#include "engine/random_stream.h"

static void do_nothing(void *context, struct dimp_time now)
{
	(void)context;
	(void)now;
}

static engine_timer push(struct event_wheel *wheel, uint64_t at_us, void *context)
{
	return event_wheel_push(wheel, &(struct event){{at_us}, do_nothing, context});
}

static void check_next(struct event_wheel *wheel, uint64_t at_us, const void *context)
{
	struct event event = {{0}, NULL, NULL};

	CHECK_EQ(event_wheel_deadline(wheel).us, at_us);
	CHECK(event_wheel_pop(wheel, (struct dimp_time){UINT64_MAX}, &event));
	CHECK_EQ(event.at.us, at_us);
	CHECK(event.context == context);
}

static void test_event_wheel_orders_by_time_then_push(void)
{
	struct event_wheel wheel = {0};
	char names[5];

	push(&wheel, 20, &names[0]);
	push(&wheel, 10, &names[1]);
	push(&wheel, 20, &names[2]);
	push(&wheel, 10, &names[3]);
	push(&wheel, 15, &names[4]);
	check_next(&wheel, 10, &names[1]);
	check_next(&wheel, 10, &names[3]);
	check_next(&wheel, 15, &names[4]);
	check_next(&wheel, 20, &names[0]);
	check_next(&wheel, 20, &names[2]);
	CHECK_EQ(event_wheel_deadline(&wheel).us, UINT64_MAX);
	CHECK(!event_wheel_pop(&wheel, (struct dimp_time){UINT64_MAX},
		&(struct event){{0}, NULL, NULL}));
	event_wheel_wipe(&wheel);
}

static void test_event_wheel_removes_by_timer(void)
{
	struct event_wheel wheel = {0};
	char names[4];
	const engine_timer first = push(&wheel, 10, &names[0]);
	const engine_timer second = push(&wheel, 20, &names[1]);

	push(&wheel, 30, &names[2]);
	CHECK(first != 0);
	CHECK(first != second);
	event_wheel_remove(&wheel, second);
	event_wheel_remove(&wheel, second);
	event_wheel_remove(&wheel, 0);
	check_next(&wheel, 10, &names[0]);
	push(&wheel, 40, &names[3]); /* in the slot of one that is gone */
	event_wheel_remove(&wheel, first);
	event_wheel_remove(&wheel, second);
	check_next(&wheel, 30, &names[2]);
	check_next(&wheel, 40, &names[3]);
	CHECK_EQ(wheel.count, 0);
	event_wheel_wipe(&wheel);
}

/* What is left after every third was removed comes out in order and complete. */
static void test_event_wheel_survives_random_removals(void)
{
	enum { EVENTS = 3000 };
	struct event_wheel wheel = {0};
	struct random_stream random;
	static engine_timer timers[EVENTS];
	uint64_t last_us = 0;
	unsigned popped = 0;
	struct event event;

	random_stream_init(&random, 1, "removals");
	for (unsigned index = 0; index < EVENTS; index++)
		timers[index] = push(&wheel, random_stream_next(&random) % 500, NULL);
	for (unsigned index = 0; index < EVENTS; index += 3)
		event_wheel_remove(&wheel, timers[index]);
	for (; event_wheel_pop(&wheel, (struct dimp_time){UINT64_MAX}, &event); popped++) {
		CHECK(event.at.us >= last_us);
		last_us = event.at.us;
	}
	CHECK_EQ(popped, EVENTS - EVENTS / 3);
	event_wheel_wipe(&wheel);
}

static void test_event_wheel_holds_a_million(void)
{
	enum { EVENTS = 1000000 };
	struct event_wheel wheel = {0};
	struct random_stream random;
	uint64_t last_us = 0;
	unsigned in_order = 0;
	struct event event;

	random_stream_init(&random, 1, "million");
	for (unsigned index = 0; index < EVENTS; index++)
		push(&wheel, random_stream_next(&random) >> 1, NULL);
	for (; event_wheel_pop(&wheel, (struct dimp_time){UINT64_MAX}, &event);
		last_us = event.at.us)
		in_order += event.at.us >= last_us;
	CHECK_EQ(in_order, EVENTS);
	event_wheel_wipe(&wheel);
}

/* What is for later than asked stays, wherever in its span that instant lies; what never comes is
 * never popped, and still has a timer. */
static void test_event_wheel_waits_for_its_time(void)
{
	static const uint64_t instants[] = {5, 5000, 5000000, 5000000000, 5000000000000};
	struct event_wheel wheel = {0};
	struct event event;
	const engine_timer never = push(&wheel, UINT64_MAX, NULL);

	CHECK(never != 0);
	for (size_t index = 0; index < sizeof instants / sizeof instants[0]; index++)
		push(&wheel, instants[index], NULL);
	for (size_t index = 0; index < sizeof instants / sizeof instants[0]; index++) {
		const uint64_t at_us = instants[index];

		CHECK(!event_wheel_pop(&wheel, (struct dimp_time){at_us / 2}, &event));
		CHECK(!event_wheel_pop(&wheel, (struct dimp_time){at_us - 1}, &event));
		push(&wheel, at_us - 1, NULL);
		check_next(&wheel, at_us - 1, NULL);
		CHECK(event_wheel_pop(&wheel, (struct dimp_time){at_us}, &event));
	}
	CHECK(!event_wheel_pop(&wheel, (struct dimp_time){UINT64_MAX}, &event));
	CHECK_EQ(event_wheel_deadline(&wheel).us, UINT64_MAX);
	CHECK_EQ(wheel.count, 1);
	event_wheel_remove(&wheel, never);
	CHECK_EQ(wheel.count, 0);
	event_wheel_wipe(&wheel);
}

/* One of a list that is looked through for the first, as an oracle. */
struct pending {
	uint64_t at_us, number;
	engine_timer timer;
};

static size_t first_of(const struct pending *pending, size_t count)
{
	size_t first = 0;

	for (size_t index = 1; index < count; index++) {
		if (pending[index].at_us < pending[first].at_us ||
			(pending[index].at_us == pending[first].at_us &&
				pending[index].number < pending[first].number))
			first = index;
	}
	return first;
}

/* Events are pushed near and far, for instants that others have, removed and popped: always the one
 * that the oracle names. */
static void test_event_wheel_agrees_with_a_search(void)
{
	enum { STEPS = 60000, MOST = 64 };
	static const unsigned spans[] = {1, 3, 11, 12, 22, 24, 40, 60};
	static char names[STEPS];
	struct event_wheel wheel = {0};
	struct pending pending[MOST];
	struct random_stream random;
	size_t count = 0;
	uint64_t now_us = 0;

	random_stream_init(&random, 1, "oracle");
	for (size_t step = 0; step < STEPS; step++) {
		const uint64_t drawn = random_stream_next(&random);

		if (count < MOST && drawn % 16 < 8) {
			const uint64_t span = (uint64_t)1 << spans[drawn >> 8 & 7];
			const uint64_t at_us = now_us + (drawn >> 16) % span;
			pending[count++] =
				(struct pending){at_us, step, push(&wheel, at_us, &names[step])};
		} else if (count != 0 && drawn % 16 < 11) {
			const size_t gone = (drawn >> 16) % count;
			event_wheel_remove(&wheel, pending[gone].timer);
			pending[gone] = pending[--count];
		} else if (count != 0) {
			const size_t first = first_of(pending, count);
			now_us = pending[first].at_us;
			check_next(&wheel, now_us, &names[pending[first].number]);
			pending[first] = pending[--count];
		}
		CHECK_EQ(wheel.count, count);
	}
	event_wheel_wipe(&wheel);
}

static const struct test_case tests[] = {
	TEST(test_event_wheel_orders_by_time_then_push),
	TEST(test_event_wheel_removes_by_timer),
	TEST(test_event_wheel_survives_random_removals),
	TEST(test_event_wheel_holds_a_million),
	TEST(test_event_wheel_waits_for_its_time),
	TEST(test_event_wheel_agrees_with_a_search),
	TEST_END,
};

const struct test_suite suite_event_wheel = {"event_wheel", tests};
