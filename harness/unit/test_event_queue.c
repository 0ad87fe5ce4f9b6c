/* SPDX-License-Identifier: MIT */
/* Proves that events come out in order, that traces give way first, and that a full ring takes no
 * more. */
#include "check.h"

#include "event_queue.h"

enum { PLACES = 16 };

static struct services_event places[PLACES];

static void push(struct event_queue *queue, enum dimp_event_kind kind, uint64_t request)
{
	const struct services_event event = {.kind = kind, .request = request};

	event_queue_push(queue, &event);
}

static void test_event_queue_leaves_its_last_places_to_what_is_no_trace(void)
{
	struct event_queue queue = {.events = places, .capacity = PLACES};
	struct services_event event;

	for (uint64_t each = 0; each < PLACES; each++)
		push(&queue, DIMP_EVENT_TRANSITION, each);
	CHECK_EQ(event_queue_room(&queue), PLACES / 8);
	for (uint64_t each = 0; each < PLACES; each++)
		push(&queue, DIMP_EVENT_RELEASED, 100 + each);
	CHECK_EQ(event_queue_room(&queue), 0);
	for (uint64_t each = 0; each < PLACES; each++) {
		const bool is_trace = each < PLACES - PLACES / 8;

		REQUIRE(event_queue_pop(&queue, &event));
		CHECK_EQ(event.kind, is_trace ? DIMP_EVENT_TRANSITION : DIMP_EVENT_RELEASED);
		CHECK_EQ(event.request, is_trace ? each : 100 + each - (PLACES - PLACES / 8));
	}
	CHECK(!event_queue_pop(&queue, &event));
}

static const struct test_case tests[] = {
	TEST(test_event_queue_leaves_its_last_places_to_what_is_no_trace),
	TEST_END,
};

const struct test_suite suite_event_queue = {"event_queue", tests};
