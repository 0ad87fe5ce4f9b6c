/* SPDX-License-Identifier: MIT */
/*
 * Proves that INITIATIONs with a right seal and wrong content are refused (DIMP 5.2), what
 * authentic but malformed payloads do (5.4-5, 5.6-2), and that an association survives primitives
 * that refuse.
 */
#include "check.h"

#include <string.h>

#include "association_pair.h"
#include "initiation.h"
#include "session.h"

static void test_initiation_is_judged_by_its_content(void)
{
	static const struct {
		struct initiation content;
		bool is_good;
	} rows[] = {
		{{.index = 1, .stamp = 1, .lowest_version = 1, .highest_version = 1}, true},
		{{.index = 1, .stamp = 1, .lowest_version = 0, .highest_version = 9}, true},
		{{.index = 0, .stamp = 1, .lowest_version = 1, .highest_version = 1}, false},
		{{.index = 1, .stamp = 1, .lowest_version = 2, .highest_version = 3}, false},
		{{.index = 1, .stamp = 1, .lowest_version = 0, .highest_version = 0}, false},
	};
	struct pair *pair = pair_create(200);
	const struct initiation_ends from = {&pair->ends[0].context, &pair->ends[0].peer};
	const struct initiation_ends to = {&pair->ends[1].context, &pair->ends[1].peer};

	for (size_t each = 0; each < sizeof rows / sizeof rows[0]; each++) {
		struct handshake first, second;
		struct initiation seen;
		uint8_t pdu[INITIATION_SIZE];
		const struct dimp_view view = {pdu, sizeof pdu};

		CHECK(initiation_write(&from, &first, &rows[each].content, pdu));
		CHECK_BYTES(pdu, 16, "11 00 0090 00000000 0000000000000000");
		CHECK(initiation_is_for_us(to.context, view));
		CHECK_EQ(initiation_read(&to, &second, view, &seen), rows[each].is_good);
		CHECK(!initiation_is_for_us(from.context, view));
	}
	pair_destroy(pair);
}

/* What the wire says when a speaker that is not ours fills in the sealed payloads. */
static void start_like(struct handshake *handshake, const struct initiation_ends *ends,
	void (*init)(struct handshake *, const struct handshake_setup *))
{
	static const uint8_t prologue[] = {'D', 'I', 'M', 'P', 'v', '1'};

	init(handshake,
		&(struct handshake_setup){
			.crypto = ends->context->crypto,
			.static_secret = ends->context->static_secret,
			.static_public = ends->context->static_public,
			.remote_static = ends->peer->static_public.octets,
			.preshared = ends->peer->preshared,
			.prologue = {prologue, sizeof prologue},
		});
}

/* DIMP 5.2-8, 5.2-14: the reserved octet spoils an INITIATION, the start before it is any number.
 */
static void test_initiation_with_reserved_octets_is_refused(void)
{
	static const uint8_t last[][2] = {{0, 0}, {200, 0}, {0, 1}};
	struct pair *pair = pair_create(205);
	const struct initiation_ends from = {&pair->ends[0].context, &pair->ends[0].peer};
	const struct initiation_ends to = {&pair->ends[1].context, &pair->ends[1].peer};

	for (size_t each = 0; each < sizeof last / sizeof last[0]; each++) {
		const uint8_t payload[16] = {0, 0, 0, 7, [11] = 1, 1, 1, last[each][0],
			last[each][1]};
		uint8_t pdu[INITIATION_SIZE];
		struct handshake first, second;
		struct initiation seen;

		start_like(&first, &from, handshake_init_initiator);
		CHECK(handshake_write_initiation(&first, (struct dimp_view){payload, 16},
			pdu + DIMP_PDU_HEADER_SIZE));
		CHECK_EQ(initiation_read(&to, &second, (struct dimp_view){pdu, sizeof pdu}, &seen),
			each != 2);
		CHECK_EQ(seen.start, last[each][0]);
	}
	pair_destroy(pair);
}

/* DIMP 5.2-7: the REPLY selects the highest version that both have, or is nothing. */
static void test_reply_is_judged_by_its_content(void)
{
	static const struct {
		uint8_t payload[8];
		bool is_good;
	} rows[] = {
		{{0, 0, 0, 9, 1, 1, 1, 0}, true},
		{{0, 0, 0, 9, 0, 5, 1, 0}, true},
		{{0, 0, 0, 9, 1, 2, 2, 0}, false},
		{{0, 0, 0, 9, 0, 1, 0, 0}, false},
		{{0, 0, 0, 9, 2, 3, 1, 0}, false},
		{{0, 0, 0, 0, 1, 1, 1, 0}, false},
		{{0, 0, 0, 9, 1, 1, 1, 255}, true},
	};
	struct pair *pair = pair_create(206);
	const struct initiation_ends from = {&pair->ends[0].context, &pair->ends[0].peer};
	const struct initiation_ends to = {&pair->ends[1].context, &pair->ends[1].peer};

	for (size_t each = 0; each < sizeof rows / sizeof rows[0]; each++) {
		uint8_t pdu[INITIATION_SIZE], answer[INITIATION_REPLY_SIZE];
		struct handshake first, second;
		struct initiation seen;
		struct initiation_reply reply;

		CHECK(initiation_write(&from, &first,
			&(struct initiation){7, 1, .lowest_version = 1, .highest_version = 1},
			pdu));
		CHECK(initiation_read(&to, &second, (struct dimp_view){pdu, sizeof pdu}, &seen));
		CHECK(handshake_write_reply(&second, (struct dimp_view){rows[each].payload, 8},
			answer + DIMP_PDU_HEADER_SIZE));
		CHECK_EQ(initiation_reply_read(&first, (struct dimp_view){answer, sizeof answer},
				 &reply),
			rows[each].is_good);
	}
	pair_destroy(pair);
}

/* Seals |payload| under end 0's keys, as packet |number|, and delivers it to end 1. */
static void deliver_payload(struct pair *pair, uint64_t number, const uint8_t *payload, size_t size)
{
	struct dimp_association_keys keys;
	struct session session = {.is_live = true, .next_number = number};
	struct pair_pdu pdu = {0};

	REQUIRE(association_keys(pair->ends[0].association, &keys));
	session.remote_index = keys.remote_index;
	memcpy(session.send_key, keys.send, DIMP_KEY_SIZE);
	memcpy(pdu.octets + DIMP_PDU_HEADER_SIZE, payload, size);
	pdu.size = session_seal(&session, pair->ends[0].context.crypto, pdu.octets, size);
	pair_deliver(pair, 1, &pdu);
}

/* DIMP 5.4-5, and for wrong ACKs DIMP 5.6-2. */
static void test_authentic_malformed_payloads_are_counted(void)
{
	/* A TLV cut short; an ACK of a number never sent; one with a range below zero; one too
	 * short. */
	static const struct {
		uint8_t octets[32];
		size_t size;
	} rows[] = {
		{{0x00, 0x31, 0x00, 0x05, 0x00}, 5},
		{{0x00, 0x30, 0x00, 0x10, 0, 0, 0, 0, 0, 0, 0x40}, 20},
		{{0x00, 0x30, 0x00, 0x10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9}, 20},
		{{0x00, 0x30, 0x00, 0x04, 0, 0, 0, 0}, 8},
	};
	struct pair *pair = pair_create(201);

	pair_send(pair, 0, 1, 100);
	pair_run(pair, 10000);
	for (size_t each = 0; each < sizeof rows / sizeof rows[0]; each++) {
		deliver_payload(pair, 100 + each, rows[each].octets, rows[each].size);
		CHECK_EQ(pair->ends[1].counters.drop_payload, each + 1);
	}
	CHECK(association_is_up(pair->ends[1].association));
	CHECK_EQ(pair->ends[1].losts, 0);
	pair_destroy(pair);
}

/* DIMP 7.2-4: also of the association's own messages, one that is wrong changes nothing. */
static void test_close_that_is_malformed_closes_nothing(void)
{
	static const uint8_t octets[] = {0x00, 0x32, 0x00, 0x00};
	struct pair *pair = pair_create(202);

	pair_send(pair, 0, 1, 100);
	pair_run(pair, 10000);
	deliver_payload(pair, 100, octets, sizeof octets);
	CHECK_EQ(pair->ends[1].losts, 0);
	CHECK_EQ(pair->ends[1].counters.drop_payload, 1);
	CHECK(association_is_up(pair->ends[1].association));
	pair_destroy(pair);
}

static bool refuse_random(void *user, uint8_t *octets, size_t size)
{
	(void)user;
	(void)octets;
	(void)size;
	return false;
}

static bool refuse_seal(void *user, uint8_t *sealed, const struct dimp_sealing *sealing)
{
	(void)user;
	(void)sealed;
	(void)sealing;
	return false;
}

/* Nothing else stands in for the generator (DIMP 5.1-3). */
static void test_association_without_randomness_is_given_up(void)
{
	struct pair *pair = pair_create(203);
	struct dimp_crypto broken = *pair->ends[0].context.crypto;

	broken.random = refuse_random;
	pair->ends[0].context.crypto = &broken;
	pair_send(pair, 0, 1, 100);
	pair_run(pair, 6000000);
	CHECK_EQ(pair->ends[0].counters.pdus_sent, 0);
	CHECK_EQ(pair->ends[0].losts, 1);
	CHECK_EQ(pair->ends[0].lost_error, DIMP_ERROR_HANDSHAKE_FAILED);
	pair_destroy(pair);
}

static void test_association_that_cannot_seal_is_lost(void)
{
	struct pair *pair = pair_create(204);
	struct dimp_crypto broken = *pair->ends[0].context.crypto;

	pair_send(pair, 0, 1, 100);
	pair_run(pair, 10000);
	broken.seal = refuse_seal;
	pair->ends[0].context.crypto = &broken;
	pair_send(pair, 0, 1, 100);
	CHECK_EQ(pair->ends[0].losts, 1);
	CHECK_EQ(pair->ends[0].lost_error, DIMP_ERROR_ASSOCIATION_LIMIT);
	CHECK_EQ(association_room(pair->ends[0].association), PAIR_QUEUE_MAX);
	pair_destroy(pair);
}

static const struct test_case tests[] = {
	TEST(test_initiation_is_judged_by_its_content),
	TEST(test_initiation_with_reserved_octets_is_refused),
	TEST(test_reply_is_judged_by_its_content),
	TEST(test_authentic_malformed_payloads_are_counted),
	TEST(test_close_that_is_malformed_closes_nothing),
	TEST(test_association_without_randomness_is_given_up),
	TEST(test_association_that_cannot_seal_is_lost),
	TEST_END,
};

const struct test_suite suite_initiation = {"initiation", tests};
