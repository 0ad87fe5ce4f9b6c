/* SPDX-License-Identifier: MIT */
/* Proves what waits, what goes first, and what an acknowledgement or a loss does to messages. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "send_queue.h"

enum { ROOM = 4 };

static struct send_queue *queue;

static void setup(void)
{
	queue = send_queue_init(calloc(1, send_queue_size(ROOM)), ROOM);
}

static void teardown(void)
{
	free(queue);
	queue = NULL;
}

/* A message of one octet. */
static void add(uint8_t octet)
{
	send_queue_add(queue, &(struct association_message){.octets = {&octet, 1}});
}

/* Sends what waits first in PDU |number|; the octet it holds. */
static uint8_t take(uint64_t number)
{
	uint8_t octets[DIMP_MESSAGE_SIZE_MAX] = {0};

	CHECK_EQ(send_queue_take(queue, number, octets, (struct dimp_time){0}), 1);
	return octets[0];
}

static void test_queue_sends_in_order_and_lost_messages_first(void)
{
	setup();
	add('a');
	add('b');
	add('c');
	CHECK_EQ(take(0), 'a');
	CHECK_EQ(take(1), 'b');
	send_queue_on_lost(queue, 0);
	CHECK_EQ(take(2), 'a');
	CHECK_EQ(take(3), 'c');
	CHECK_EQ(send_queue_next_size(queue), 0);
	teardown();
}

static void test_queue_keeps_messages_until_acknowledged(void)
{
	setup();
	for (uint8_t each = 0; each < ROOM; each++)
		add(each);
	CHECK_EQ(send_queue_room(queue), 0);
	take(0);
	take(0);
	take(1);
	CHECK_EQ(send_queue_room(queue), 0);
	send_queue_on_acknowledged(queue, 0);
	CHECK_EQ(send_queue_room(queue), 2);
	send_queue_on_acknowledged(queue, 7);
	CHECK_EQ(send_queue_room(queue), 2);
	send_queue_on_acknowledged(queue, 1);
	CHECK_EQ(send_queue_room(queue), 3);
	teardown();
}

static void test_late_ack_stops_what_waits_to_go_again(void)
{
	setup();
	add('a');
	add('b');
	take(0);
	take(1);
	send_queue_on_lost(queue, 0);
	send_queue_on_lost(queue, 1);
	send_queue_on_acknowledged(queue, 1);
	CHECK_EQ(send_queue_room(queue), ROOM - 1);
	CHECK_EQ(take(2), 'a');
	CHECK_EQ(send_queue_next_size(queue), 0);
	/* The old number is no longer that of the message. */
	send_queue_on_acknowledged(queue, 0);
	CHECK_EQ(send_queue_room(queue), ROOM - 1);
	teardown();
}

static void test_probe_takes_the_oldest_pdu(void)
{
	setup();
	CHECK(!send_queue_probe(queue));
	add('a');
	add('b');
	take(0);
	take(1);
	CHECK(send_queue_probe(queue));
	CHECK_EQ(take(2), 'a');
	CHECK(send_queue_probe(queue));
	CHECK_EQ(take(3), 'b');
	teardown();
}

static void test_restart_forgets_old_numbers(void)
{
	setup();
	add('a');
	add('b');
	add('c');
	take(5);
	take(6);
	send_queue_on_lost(queue, 6);
	send_queue_restart(queue);
	send_queue_on_acknowledged(queue, 5);
	send_queue_on_acknowledged(queue, 6);
	CHECK_EQ(send_queue_room(queue), ROOM - 3);
	CHECK_EQ(take(0), 'b');
	CHECK_EQ(take(0), 'a');
	CHECK_EQ(take(0), 'c');
	send_queue_on_acknowledged(queue, 0);
	CHECK_EQ(send_queue_room(queue), ROOM);
	teardown();
}

static void test_age_is_rounded_up_and_bounded(void)
{
	static const struct {
		uint64_t us;
		const char *octets;
	} rows[] = {
		{0, "ff ff 00000000"},
		{1, "ff ff 00000001"},
		{1000, "ff ff 00000001"},
		{1001, "ff ff 00000002"},
		{UINT64_MAX - 10, "ff ff ffffffff"},
	};
	const uint8_t octets[6] = {0xff, 0xff, 1, 2, 3, 4};

	for (size_t each = 0; each < sizeof rows / sizeof rows[0]; each++) {
		uint8_t sent[DIMP_MESSAGE_SIZE_MAX];

		setup();
		send_queue_add(queue,
			&(struct association_message){
				.octets = {octets, sizeof octets},
				.age_offset = 2,
				.age_since = {7},
			});
		const size_t size =
			send_queue_take(queue, 0, sent, (struct dimp_time){7 + rows[each].us});
		CHECK_BYTES(sent, size, rows[each].octets);
		teardown();
	}
}

/* DIMP 12-2. */
static void test_clear_leaves_nothing_readable(void)
{
	static const uint8_t secret[] = "a key that must not stay";
	const size_t size = send_queue_size(ROOM);

	setup();
	send_queue_add(queue, &(struct association_message){.octets = {secret, sizeof secret}});
	send_queue_clear(queue);
	CHECK_EQ(send_queue_room(queue), ROOM);
	const uint8_t *memory = (const uint8_t *)queue;
	for (size_t each = 0; each + 8 < size; each++)
		CHECK(memcmp(memory + each, secret, 8) != 0);
	teardown();
}

static const struct test_case tests[] = {
	TEST(test_queue_sends_in_order_and_lost_messages_first),
	TEST(test_queue_keeps_messages_until_acknowledged),
	TEST(test_late_ack_stops_what_waits_to_go_again),
	TEST(test_probe_takes_the_oldest_pdu),
	TEST(test_restart_forgets_old_numbers),
	TEST(test_age_is_rounded_up_and_bounded),
	TEST(test_clear_leaves_nothing_readable),
	TEST_END,
};

const struct test_suite suite_send_queue = {"send_queue", tests};
