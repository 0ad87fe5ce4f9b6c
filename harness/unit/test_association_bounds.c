/* SPDX-License-Identifier: MIT */
/*
 * Proves what an association does at its bounds: notices that nobody asks for, messages of a wrong
 * size, numbers and places that have run out, and PDUs that come at a moment when they mean
 * nothing.
 */
#include "check.h"

#include <string.h>

#include "association_pair.h"
#include "association_state.h"

/* What end |end| sends next, kept from the pipe. */
static struct pair_pdu next_pdu(struct pair *pair, int end)
{
	struct pair_pdu pdu = {.to = 1 - end};

	pdu.size = association_transmit(pair->ends[end].association, pdu.octets, sizeof pdu.octets,
		pair->now);
	return pdu;
}

static void test_association_keeps_the_newest_notices(void)
{
	struct pair *pair = pair_create(200);
	struct association *first = pair->ends[0].association;
	struct association_notice notice;

	for (unsigned each = 0; each <= ASSOCIATION_NOTICES_MAX; each++)
		association_lose(first,
			each == 0 ? DIMP_ERROR_ASSOCIATION_IDLE : DIMP_ERROR_HANDSHAKE_FAILED);
	for (unsigned each = 0; each < ASSOCIATION_NOTICES_MAX; each++) {
		REQUIRE(association_notice(first, &notice));
		CHECK_EQ(notice.error, DIMP_ERROR_HANDSHAKE_FAILED);
	}
	CHECK(!association_notice(first, &notice));
	pair_destroy(pair);
}

static void test_association_takes_messages_of_some_octets_only(void)
{
	static uint8_t octets[DIMP_MESSAGE_SIZE_MAX + 1];
	struct pair *pair = pair_create_standing(201);
	struct association *first = pair->ends[0].association;
	struct association_message message = {.octets = {octets, 0}};

	CHECK_EQ(association_send(first, &message, pair->now), DIMP_ERROR_BAD_LENGTH);
	message.octets.size = sizeof octets;
	CHECK_EQ(association_send(first, &message, pair->now), DIMP_ERROR_BAD_LENGTH);
	CHECK_EQ(association_room(first), PAIR_QUEUE_MAX);
	pair_destroy(pair);
}

/* A PING that is due and not yet sent asks for no second one. */
static void test_association_owes_one_ping_at_a_time(void)
{
	struct pair *pair = pair_create_standing(202);
	struct association *first = pair->ends[0].association;

	pair_run(pair, 1000000);
	association_keep_alive(first, true);
	pair->now = association_deadline(first);
	association_expire(first, pair->now);
	CHECK(first->is_ping_due);
	CHECK(association_deadline(first).us > pair->now.us);
	CHECK(next_pdu(pair, 0).size > 0);
	CHECK_EQ(next_pdu(pair, 0).size, 0);
	pair_destroy(pair);
}

static void test_association_accepts_nothing_when_nothing_came(void)
{
	struct pair *pair = pair_create_standing(203);
	struct association *first = pair->ends[0].association;

	pair_run(pair, 1000000);
	association_accept(first, pair->now);
	CHECK_EQ(first->current.receipts.due.us, DIMP_NEVER.us);
	CHECK_EQ(next_pdu(pair, 0).size, 0);
	pair_destroy(pair);
}

/* DIMP 5.9-3. */
static void test_association_that_closes_hears_nothing_more(void)
{
	struct pair *pair = pair_create_standing(204);

	pair_send(pair, 1, 1, 100);
	association_close(pair->ends[0].association, DIMP_ERROR_ASSOCIATION_CLOSED, pair->now);
	const struct pair_pdu late = pair->last[1][DIMP_PDU_PROTECTED];
	uint8_t plain[DIMP_PDU_SIZE_DEFAULT];
	struct association_input input = {.plain = plain};
	CHECK(!association_receive(pair->ends[0].association,
		(struct dimp_view){late.octets, late.size}, &input, pair->now));
	CHECK_EQ(pair->ends[0].counters.drop_unknown_index, 1);
	pair_destroy(pair);
}

/* DIMP 5.9-3: CLOSE ends the association whose keys seal it, not the one that came after. */
static void test_association_outlives_a_late_close_under_old_keys(void)
{
	struct pair *pair = pair_create_standing(205);
	struct pair_end *first = &pair->ends[0];

	association_close(pair->ends[1].association, DIMP_ERROR_ASSOCIATION_CLOSED, pair->now);
	const struct pair_pdu close = next_pdu(pair, 1);
	REQUIRE(close.size > 0);
	pair_send(pair, 1, 1, 100);
	for (int steps = 0; steps < 100 && first->ups < 2; steps++)
		pair_run(pair, 10);
	REQUIRE(first->association->previous.is_live);
	pair_deliver(pair, 0, &close);
	CHECK_EQ(first->losts, 0);
	CHECK(association_is_up(first->association));
	pair_run(pair, 10000);
	CHECK(pair_is_complete(pair));
	pair_destroy(pair);
}

/* DIMP 5.2-6: a stamp is never used twice, and so there is no INITIATION after the last one. */
static void test_association_opens_no_more_after_the_last_stamp(void)
{
	struct pair *pair = pair_create(206);
	struct pair_end *first = &pair->ends[0];

	first->context.stamp_counter = UINT32_MAX;
	pair_send(pair, 0, 1, 100);
	pair_run(pair, 6000000);
	CHECK_EQ(first->counters.pdus_sent, 0);
	CHECK_EQ(first->losts, 1);
	CHECK_EQ(first->lost_error, DIMP_ERROR_HANDSHAKE_FAILED);
	pair_destroy(pair);
}

static bool draw_zeros(void *user, uint8_t *octets, size_t size)
{
	(void)user;
	memset(octets, 0, size);
	return true;
}

/* DIMP 4.1-5: index 0 is nobody's; dice that show nothing else open nothing. */
static void test_association_never_takes_index_0(void)
{
	struct pair *pair = pair_create(207);
	struct pair_end *first = &pair->ends[0];
	struct dimp_crypto stuck = *first->context.crypto;

	stuck.random = draw_zeros;
	first->context.crypto = &stuck;
	pair_send(pair, 0, 1, 100);
	pair_run(pair, 6000000);
	CHECK_EQ(first->counters.pdus_sent, 0);
	CHECK_EQ(first->losts, 1);
	pair_destroy(pair);
}

/* DIMP 5.2-9: a REPLY has one size. */
static void test_association_drops_a_reply_of_another_size(void)
{
	struct pair *pair = pair_create(208);

	pair_send(pair, 0, 1, 100);
	pair_run(pair, 50);
	struct pair_pdu longer = pair->last[1][DIMP_PDU_REPLY];
	REQUIRE(longer.size > 0);
	longer.size++;
	longer.octets[3]++;
	pair_deliver(pair, 0, &longer);
	CHECK_EQ(pair->ends[0].counters.drop_malformed, 1);
	pair_run(pair, 10000);
	CHECK(pair_is_complete(pair));
	pair_destroy(pair);
}

/* Fills the record of what is under way, up to |count| PDUs. */
static void fill_record(struct pair *pair, size_t count)
{
	struct association *first = pair->ends[0].association;
	struct sent_pdu pdu = {
		.sent_at = pair->now,
		.acknowledged = LOSS_RECOVERY_NO_NUMBER,
		.size = 100,
		.is_ack_eliciting = true,
	};

	while (first->recovery.count < count) {
		pdu.number = first->current.next_number++;
		loss_recovery_on_sent(&first->recovery, &pdu);
	}
}

/* Nothing is sent that could not be told lost; a probe has places of its own, as long as they last.
 */
static void test_association_waits_when_too_much_is_under_way(void)
{
	struct pair *pair = pair_create_standing(209);
	struct association *first = pair->ends[0].association;

	pair_run(pair, 1000000);
	fill_record(pair, DIMP_SENT_PDUS_MAX - DIMP_SENT_PDUS_RESERVED);
	pair_send(pair, 0, 1, 100);
	CHECK_EQ(next_pdu(pair, 0).size, 0);
	fill_record(pair, DIMP_SENT_PDUS_MAX);
	first->probes = 1;
	first->is_ping_due = true;
	CHECK_EQ(next_pdu(pair, 0).size, 0);
	pair_destroy(pair);
}

/* DIMP 5.8-1: also a CLOSE takes a number, and there is none left. */
static void test_association_without_numbers_closes_silently(void)
{
	struct pair *pair = pair_create_standing(210);
	struct association *first = pair->ends[0].association;

	pair_run(pair, 1000000);
	first->current.next_number = DIMP_PDUS_PER_KEY_MAX;
	association_close(first, DIMP_ERROR_ASSOCIATION_CLOSED, pair->now);
	CHECK_EQ(next_pdu(pair, 0).size, 0);
	CHECK(!first->current.is_live);
	pair_destroy(pair);
}

static const struct test_case tests[] = {
	TEST(test_association_keeps_the_newest_notices),
	TEST(test_association_takes_messages_of_some_octets_only),
	TEST(test_association_owes_one_ping_at_a_time),
	TEST(test_association_accepts_nothing_when_nothing_came),
	TEST(test_association_that_closes_hears_nothing_more),
	TEST(test_association_outlives_a_late_close_under_old_keys),
	TEST(test_association_opens_no_more_after_the_last_stamp),
	TEST(test_association_never_takes_index_0),
	TEST(test_association_drops_a_reply_of_another_size),
	TEST(test_association_waits_when_too_much_is_under_way),
	TEST(test_association_without_numbers_closes_silently),
	TEST_END,
};

const struct test_suite suite_association_bounds = {"association_bounds", tests};
