/*
 * Proves that events come out by time, then in the order they were pushed, and that a timer names
 * its event and no other.
 */
#include "check.h"

#include "engine/event_heap.h"
#include "engine/random_stream.h"

static void do_nothing(void *context, struct dimp_time now)
{
	(void)context;
	(void)now;
}

static engine_timer push(struct event_heap *heap, uint64_t at_us, void *context)
{
	return event_heap_push(heap, &(struct event){{at_us}, do_nothing, context});
}

static void check_next(struct event_heap *heap, uint64_t at_us, const void *context)
{
	struct event event = {{0}, NULL, NULL};

	CHECK_EQ(event_heap_deadline(heap).us, at_us);
	CHECK(event_heap_pop(heap, &event));
	CHECK_EQ(event.at.us, at_us);
	CHECK(event.context == context);
}

static void test_event_heap_orders_by_time_then_push(void)
{
	struct event_heap heap = {0};
	char names[5];

	push(&heap, 20, &names[0]);
	push(&heap, 10, &names[1]);
	push(&heap, 20, &names[2]);
	push(&heap, 10, &names[3]);
	push(&heap, 15, &names[4]);
	check_next(&heap, 10, &names[1]);
	check_next(&heap, 10, &names[3]);
	check_next(&heap, 15, &names[4]);
	check_next(&heap, 20, &names[0]);
	check_next(&heap, 20, &names[2]);
	CHECK_EQ(event_heap_deadline(&heap).us, UINT64_MAX);
	CHECK(!event_heap_pop(&heap, &(struct event){{0}, NULL, NULL}));
	event_heap_wipe(&heap);
}

static void test_event_heap_removes_by_timer(void)
{
	struct event_heap heap = {0};
	char names[4];
	const engine_timer first = push(&heap, 10, &names[0]);
	const engine_timer second = push(&heap, 20, &names[1]);

	push(&heap, 30, &names[2]);
	CHECK(first != 0);
	CHECK(first != second);
	event_heap_remove(&heap, second);
	event_heap_remove(&heap, second);
	event_heap_remove(&heap, 0);
	check_next(&heap, 10, &names[0]);
	push(&heap, 40, &names[3]); /* in the slot of one that is gone */
	event_heap_remove(&heap, first);
	event_heap_remove(&heap, second);
	check_next(&heap, 30, &names[2]);
	check_next(&heap, 40, &names[3]);
	CHECK_EQ(heap.count, 0);
	event_heap_wipe(&heap);
}

/* What is left after every third was removed comes out in order and complete. */
static void test_event_heap_survives_random_removals(void)
{
	enum { EVENTS = 3000 };
	struct event_heap heap = {0};
	struct random_stream random;
	static engine_timer timers[EVENTS];
	uint64_t last_us = 0;
	unsigned popped = 0;
	struct event event;

	random_stream_init(&random, 1, "removals");
	for (unsigned index = 0; index < EVENTS; index++)
		timers[index] = push(&heap, random_stream_next(&random) % 500, NULL);
	for (unsigned index = 0; index < EVENTS; index += 3)
		event_heap_remove(&heap, timers[index]);
	for (; event_heap_pop(&heap, &event); popped++) {
		CHECK(event.at.us >= last_us);
		last_us = event.at.us;
	}
	CHECK_EQ(popped, EVENTS - EVENTS / 3);
	event_heap_wipe(&heap);
}

static void test_event_heap_holds_a_million(void)
{
	enum { EVENTS = 1000000 };
	struct event_heap heap = {0};
	struct random_stream random;
	uint64_t last_us = 0;
	unsigned in_order = 0;
	struct event event;

	random_stream_init(&random, 1, "million");
	for (unsigned index = 0; index < EVENTS; index++)
		push(&heap, random_stream_next(&random) >> 1, NULL);
	for (; event_heap_pop(&heap, &event); last_us = event.at.us)
		in_order += event.at.us >= last_us;
	CHECK_EQ(in_order, EVENTS);
	event_heap_wipe(&heap);
}

static const struct test_case tests[] = {
	TEST(test_event_heap_orders_by_time_then_push),
	TEST(test_event_heap_removes_by_timer),
	TEST(test_event_heap_survives_random_removals),
	TEST(test_event_heap_holds_a_million),
	TEST_END,
};

const struct test_suite suite_event_heap = {"event_heap", tests};
