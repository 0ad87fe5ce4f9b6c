/* SPDX-License-Identifier: MIT */
/*
 * Proves what DIMP 5 promises of two associations that face each other: every message arrives at
 * least once and unchanged over pipes that lose, repeat and reorder; exchanges on a standing
 * association take their round trips and no longer; keys change under load; associations end when
 * they must, and say why.
 */
#include "check.h"

#include <string.h>

#include "association_pair.h"
#include "association_state.h"

static void test_first_message_arrives_after_one_and_a_half_round_trips(void)
{
	struct pair *pair = pair_create(1);
	const uint64_t start = pair->now.us;

	pair_send(pair, 0, 1, 100);
	CHECK(!association_is_up(pair->ends[0].association));
	pair_run(pair, 100);
	CHECK(association_is_up(pair->ends[0].association));
	CHECK(!association_is_up(pair->ends[1].association));
	CHECK_EQ(pair->ends[1].seen_count, 0);
	pair_run(pair, 50);
	CHECK_EQ(pair->now.us - start, 150);
	CHECK(association_is_up(pair->ends[1].association));
	CHECK_EQ(pair->ends[1].seen_count, 1);
	CHECK_EQ(pair->ends[0].ups, 1);
	CHECK_EQ(pair->ends[1].ups, 1);
	pair_destroy(pair);
}

static void test_both_ends_hold_the_same_keys(void)
{
	struct pair *pair = pair_create(2);
	struct dimp_association_keys one, other;

	CHECK(!association_keys(pair->ends[0].association, &one));
	pair_send(pair, 0, 1, 100);
	pair_run(pair, 1000);
	REQUIRE(association_keys(pair->ends[0].association, &one));
	REQUIRE(association_keys(pair->ends[1].association, &other));
	CHECK(memcmp(one.send, other.receive, DIMP_KEY_SIZE) == 0);
	CHECK(memcmp(one.receive, other.send, DIMP_KEY_SIZE) == 0);
	CHECK(memcmp(one.send, one.receive, DIMP_KEY_SIZE) != 0);
	CHECK_EQ(one.local_index, other.remote_index);
	CHECK_EQ(one.remote_index, other.local_index);
	pair_destroy(pair);
}

static void test_standing_association_adds_no_waiting(void)
{
	struct pair *pair = pair_create(3);

	pair_send(pair, 0, 1, 100);
	pair_run(pair, 1000000);
	/* Ten messages of 1,400 octets: the initial window, there after half a round trip. */
	pair_send(pair, 0, 9, 1400);
	pair_run(pair, 50);
	CHECK_EQ(pair->ends[1].seen_count, 10);
	/* The answer comes half a round trip later, with the acknowledgement on it. */
	pair_send(pair, 1, 1, 1400);
	pair_run(pair, 50);
	CHECK_EQ(pair->ends[0].seen_count, 1);
	CHECK_EQ(association_room(pair->ends[0].association), PAIR_QUEUE_MAX);
	CHECK_EQ(pair->ends[0].transit_bound_us, 100);
	pair_destroy(pair);
}

static void test_transit_bound_without_an_ack_counts_from_the_handshake(void)
{
	struct pair *pair = pair_create(4);

	pair_send(pair, 0, 1, 100);
	pair_run(pair, 150);
	/* The responder sent its REPLY 100 us before this first PDU arrived. */
	CHECK_EQ(pair->ends[1].transit_bound_us, 100);
	pair_destroy(pair);
}

static void test_transit_bound_covers_a_delayed_pdu(void)
{
	struct pair *pair = pair_create(5);

	pair_send(pair, 0, 1, 100);
	pair_run(pair, 1000000);
	pair->delay_us = 7000;
	pair_send(pair, 1, 1, 100);
	pair_run(pair, 7000);
	CHECK_EQ(pair->ends[0].seen_count, 1);
	CHECK(pair->ends[0].transit_bound_us >= 7000);
	pair_destroy(pair);
}

static void test_lone_message_is_acknowledged_within_the_delay(void)
{
	struct pair *pair = pair_create(6);

	pair_send(pair, 0, 1, 100);
	pair_run(pair, 1000000);
	pair_send(pair, 0, 1, 100);
	pair_run(pair, 50 + 1000 + 49);
	CHECK_EQ(association_room(pair->ends[0].association), PAIR_QUEUE_MAX - 1);
	pair_run(pair, 1);
	CHECK_EQ(association_room(pair->ends[0].association), PAIR_QUEUE_MAX);
	pair_destroy(pair);
}

static void send_under_load(struct pair *pair, int rounds)
{
	for (int round = 0; round < rounds; round++) {
		pair_send(pair, 0, 20, 8 + (size_t)(round * 97) % 1392);
		pair_send(pair, 1, 5, 300);
		pair_run(pair, 40000);
	}
}

static void test_every_message_arrives_over_a_bad_pipe(void)
{
	for (uint64_t seed = 10; seed < 20; seed++) {
		struct pair *pair = pair_create(seed);

		pair->loss_percent = 10 + (uint32_t)(seed % 3) * 10;
		pair->duplicate_percent = 20;
		pair->jitter_us = 400;
		send_under_load(pair, 20);
		pair_run(pair, 10000000);
		CHECK(pair->ends[0].sent_count > 100);
		CHECK(pair_is_complete(pair));
		CHECK_EQ(pair->ends[0].corrupt_count + pair->ends[1].corrupt_count, 0);
		CHECK_EQ(pair->ends[0].losts + pair->ends[1].losts, 0);
		CHECK(pair->ends[0].counters.pdus_lost > 0);
		CHECK(pair->ends[1].counters.drop_replay > 0);
		CHECK_EQ(association_room(pair->ends[0].association), PAIR_QUEUE_MAX);
		CHECK_EQ(association_room(pair->ends[1].association), PAIR_QUEUE_MAX);
		pair_destroy(pair);
	}
}

static void test_keys_change_under_load(void)
{
	for (uint64_t seed = 30; seed < 34; seed++) {
		struct pair *pair = pair_create(seed);

		pair->ends[0].settings.rekey_pdus = pair->ends[1].settings.rekey_pdus = 40;
		pair->loss_percent = 5;
		pair->jitter_us = 200;
		send_under_load(pair, 60);
		pair_run(pair, 10000000);
		CHECK(pair->ends[0].ups > 3);
		CHECK_EQ(pair->ends[0].losts + pair->ends[1].losts, 0);
		CHECK(pair_is_complete(pair));
		CHECK_EQ(pair->ends[0].corrupt_count + pair->ends[1].corrupt_count, 0);
		pair_destroy(pair);
	}
}

static void test_keys_change_by_time(void)
{
	struct pair *pair = pair_create(40);

	association_keep_alive(pair->ends[0].association, true);
	pair_send(pair, 0, 1, 100);
	pair_run(pair, UINT64_C(900) * 1000000);
	CHECK_EQ(pair->ends[0].ups, 1);
	pair_run(pair, 1000000);
	CHECK_EQ(pair->ends[0].ups, 2);
	CHECK_EQ(pair->ends[1].ups, 2);
	CHECK_EQ(pair->ends[0].losts, 0);
	pair_destroy(pair);
}

static void check_wiped(const struct session *session)
{
	for (size_t each = 0; each < DIMP_KEY_SIZE; each++)
		CHECK_EQ(session->send_key[each] | session->receive_key[each], 0);
}

/* DIMP 5.8-3: old keys receive for a while, and then no octet of them is left. */
static void test_old_keys_are_wiped(void)
{
	struct pair *pair = pair_create(41);

	association_keep_alive(pair->ends[0].association, true);
	pair_send(pair, 0, 1, 100);
	pair_run(pair, UINT64_C(900) * 1000000);
	while (pair->ends[0].ups < 2)
		pair_run(pair, 50);
	CHECK(pair->ends[0].association->previous.is_live);
	pair_run(pair, 1000000);
	check_wiped(&pair->ends[0].association->previous);
	pair_destroy(pair);
}

/* DIMP 3-6, 5.3-3. */
static void test_simultaneous_opens_become_one_association(void)
{
	struct pair *pair = pair_create(50);

	pair_send(pair, 0, 1, 100);
	pair_send(pair, 1, 1, 100);
	pair_run(pair, 10000);
	CHECK(pair_is_complete(pair));
	CHECK_EQ(pair->ends[0].ups, 1);
	CHECK_EQ(pair->ends[1].ups, 1);
	/* The higher key's INITIATION stands: it has the REPLY. */
	CHECK_EQ(pair->last[0][DIMP_PDU_REPLY & 3].size, 0);
	CHECK(pair->last[1][DIMP_PDU_REPLY & 3].size > 0);
	pair_destroy(pair);
}

static void test_crossing_opens_survive_loss(void)
{
	for (uint64_t seed = 60; seed < 80; seed++) {
		struct pair *pair = pair_create(seed);

		pair->loss_percent = 30;
		pair->jitter_us = 300;
		pair_send(pair, 0, 1, 100);
		pair_send(pair, 1, 1, 100);
		pair_run(pair, 20000000);
		CHECK(pair_is_complete(pair));
		CHECK_EQ(pair->ends[0].losts + pair->ends[1].losts, 0);
		pair_destroy(pair);
	}
}

static void test_peer_that_restarts_is_met_again(void)
{
	struct pair *pair = pair_create_standing(93);

	struct pair_end *first = &pair->ends[0];
	first->context.boot_count++;
	first->context.stamp_counter = 0;
	first->association =
		association_init(first->association, &first->context, &first->peer, PAIR_QUEUE_MAX);
	/* The end that did not restart notices by itself, and what it sends arrives. */
	pair_send(pair, 1, 1, 100);
	pair_run(pair, 2000000);
	CHECK(pair_is_complete(pair));
	CHECK_EQ(pair->ends[1].ups, 2);
	CHECK_EQ(pair->ends[1].losts, 0);
	pair_destroy(pair);
}

static void test_silent_peer_is_given_up(void)
{
	struct pair *pair = pair_create(100);

	pair->loss_percent = 100;
	pair_send(pair, 0, 3, 100);
	pair_run(pair, 4999999);
	CHECK_EQ(pair->ends[0].losts, 0);
	/* 100, 200, ... ms apart: at 0, 0.1, 0.3, 0.7, 1.5, 3.1 s. */
	CHECK_EQ(pair->ends[0].counters.pdus_sent, 6);
	pair_run(pair, 1);
	CHECK_EQ(pair->ends[0].losts, 1);
	CHECK_EQ(pair->ends[0].lost_error, DIMP_ERROR_HANDSHAKE_FAILED);
	CHECK_EQ(association_room(pair->ends[0].association), PAIR_QUEUE_MAX);
	pair_destroy(pair);
}

static void test_quiet_association_ends_after_the_idle_time(void)
{
	struct pair *pair = pair_create(101);

	pair_send(pair, 0, 1, 100);
	pair_run(pair, 29000000);
	CHECK_EQ(pair->ends[0].losts + pair->ends[1].losts, 0);
	pair_run(pair, 2000000);
	CHECK_EQ(pair->ends[0].losts, 1);
	CHECK_EQ(pair->ends[1].losts, 1);
	CHECK_EQ(pair->ends[0].lost_error, DIMP_ERROR_ASSOCIATION_IDLE);
	pair_destroy(pair);
}

static void test_keepalive_holds_a_quiet_association(void)
{
	struct pair *pair = pair_create(102);

	association_keep_alive(pair->ends[1].association, true);
	pair_send(pair, 0, 1, 100);
	pair_run(pair, 300000000);
	CHECK_EQ(pair->ends[0].losts + pair->ends[1].losts, 0);
	/* One PING each 5 s, each acknowledged, and little else. */
	CHECK(pair->ends[1].counters.pdus_sent >= 59);
	CHECK(pair->ends[1].counters.pdus_sent <= 65);
	pair_destroy(pair);
}

static void test_close_tells_the_peer_why(void)
{
	struct pair *pair = pair_create_standing(103);

	association_close(pair->ends[0].association, DIMP_ERROR_ASSOCIATION_CLOSED, pair->now);
	CHECK(!association_is_up(pair->ends[0].association));
	/* A message after it opens a new association; CLOSE goes out first. */
	pair_send(pair, 0, 1, 100);
	pair_run(pair, 1000);
	CHECK_EQ(pair->ends[0].losts, 0);
	CHECK_EQ(pair->ends[1].losts, 1);
	CHECK_EQ(pair->ends[1].lost_error, DIMP_ERROR_ASSOCIATION_CLOSED);
	CHECK(pair_is_complete(pair));
	CHECK_EQ(pair->ends[1].ups, 2);
	pair_destroy(pair);
}

static void test_close_twice_is_still_closed(void)
{
	struct pair *pair = pair_create_standing(106);

	association_close(pair->ends[0].association, DIMP_ERROR_ASSOCIATION_CLOSED, pair->now);
	association_close(pair->ends[0].association, DIMP_ERROR_ASSOCIATION_CLOSED, pair->now);
	CHECK(!association_is_up(pair->ends[0].association));
	pair_send(pair, 0, 1, 100);
	pair_run(pair, 1000);
	CHECK_EQ(pair->ends[1].losts, 1);
	CHECK(pair_is_complete(pair));
	pair_destroy(pair);
}

/* DIMP 5.9-3: CLOSE leaves no octet of the keys at either end. */
static void test_close_wipes_the_keys(void)
{
	struct pair *pair = pair_create_standing(108);

	association_close(pair->ends[0].association, DIMP_ERROR_ASSOCIATION_CLOSED, pair->now);
	struct pair_pdu close = {.to = 1};
	close.size = association_transmit(pair->ends[0].association, close.octets,
		sizeof close.octets, pair->now);
	pair_deliver(pair, 1, &close);
	CHECK_EQ(pair->ends[1].losts, 1);
	for (int end = 0; end < 2; end++) {
		check_wiped(&pair->ends[end].association->current);
		check_wiped(&pair->ends[end].association->previous);
		check_wiped(&pair->ends[end].association->next);
	}
	pair_destroy(pair);
}

/* The payload of the next PDU that end 0 sends; its size. */
static size_t next_payload(struct pair *pair, uint8_t *plain)
{
	struct pair_end *mine = &pair->ends[0];
	struct dimp_association_keys keys;
	struct dimp_payload payload = {.octets = plain};
	uint8_t pdu[DIMP_PDU_SIZE_DEFAULT];
	const size_t size = association_transmit(mine->association, pdu, sizeof pdu, pair->now);

	CHECK(association_keys(mine->association, &keys));
	CHECK_EQ(dimp_pdu_open(mine->context.crypto, keys.send, (struct dimp_view){pdu, size},
			 &payload),
		DIMP_ERROR_NONE);
	return payload.size;
}

/* DIMP 5.6-5. */
static void test_age_is_written_at_every_sending(void)
{
	struct pair *pair = pair_create_standing(107);
	uint8_t octets[12] = {0x89, 0x99, 0, 8}, plain[DIMP_PDU_SIZE_DEFAULT];
	struct association *first = pair->ends[0].association;

	const struct association_message message = {
		.octets = {octets, sizeof octets},
		.age_offset = 8,
		.age_since = {pair->now.us - 12500},
	};
	CHECK_EQ(association_send(first, &message, pair->now), DIMP_ERROR_NONE);
	size_t size = next_payload(pair, plain);
	/* 12.5 ms, rounded up. */
	REQUIRE(size >= sizeof octets);
	CHECK_BYTES(plain + size - 4, 4, "0000000d");
	/* Nothing acknowledges it: the probe carries the age of its own time. */
	pair->now.us += 30000;
	association_expire(first, pair->now);
	size = next_payload(pair, plain);
	REQUIRE(size >= sizeof octets);
	CHECK_BYTES(plain + size - 4, 4, "0000002b");
	pair_destroy(pair);
}

/* DIMP 5.6-7. */
static void test_end_without_room_gets_the_messages_again(void)
{
	struct pair *pair = pair_create_standing(104);

	pair->ends[1].is_full = true;
	pair_send(pair, 0, 3, 1000);
	pair_run(pair, 3000);
	CHECK_EQ(pair->ends[1].seen_count, 1);
	pair->ends[1].is_full = false;
	pair_run(pair, 1000000);
	CHECK(pair_is_complete(pair));
	CHECK_EQ(association_room(pair->ends[0].association), PAIR_QUEUE_MAX);
	pair_destroy(pair);
}

static void test_same_seed_gives_the_same_octets(void)
{
	struct pair *pairs[2];

	for (int each = 0; each < 2; each++) {
		pairs[each] = pair_create(105);
		pairs[each]->loss_percent = 10;
		pairs[each]->jitter_us = 100;
		send_under_load(pairs[each], 5);
	}
	const struct pair_pdu *one = &pairs[0]->last[0][DIMP_PDU_PROTECTED];
	const struct pair_pdu *other = &pairs[1]->last[0][DIMP_PDU_PROTECTED];
	CHECK_EQ(one->size, other->size);
	CHECK(memcmp(one->octets, other->octets, one->size) == 0);
	CHECK_EQ(pairs[0]->ends[1].counters.pdus_sent, pairs[1]->ends[1].counters.pdus_sent);
	pair_destroy(pairs[0]);
	pair_destroy(pairs[1]);
}

static const struct test_case tests[] = {
	TEST(test_first_message_arrives_after_one_and_a_half_round_trips),
	TEST(test_both_ends_hold_the_same_keys),
	TEST(test_standing_association_adds_no_waiting),
	TEST(test_transit_bound_without_an_ack_counts_from_the_handshake),
	TEST(test_transit_bound_covers_a_delayed_pdu),
	TEST(test_lone_message_is_acknowledged_within_the_delay),
	TEST(test_every_message_arrives_over_a_bad_pipe),
	TEST(test_keys_change_under_load),
	TEST(test_keys_change_by_time),
	TEST(test_old_keys_are_wiped),
	TEST(test_simultaneous_opens_become_one_association),
	TEST(test_crossing_opens_survive_loss),
	TEST(test_peer_that_restarts_is_met_again),
	TEST(test_silent_peer_is_given_up),
	TEST(test_quiet_association_ends_after_the_idle_time),
	TEST(test_keepalive_holds_a_quiet_association),
	TEST(test_close_tells_the_peer_why),
	TEST(test_close_wipes_the_keys),
	TEST(test_close_twice_is_still_closed),
	TEST(test_age_is_written_at_every_sending),
	TEST(test_end_without_room_gets_the_messages_again),
	TEST(test_same_seed_gives_the_same_octets),
	TEST_END,
};

const struct test_suite suite_association = {"association", tests};
