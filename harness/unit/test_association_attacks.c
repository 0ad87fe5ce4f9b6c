/* SPDX-License-Identifier: MIT */
/*
 * Proves that what is forged, replayed, changed or from a stranger is counted under its cause and
 * changes nothing (DIMP 4.1-7, 5.2, 5.3, 5.5), and that keys end at their limits (DIMP 5.8).
 */
#include "check.h"

#include <string.h>

#include "association_pair.h"
#include "association_state.h"
#include "session.h"

/* Its stamp is not above the last one (DIMP 5.2-6). */
static void test_replayed_initiation_disturbs_nothing(void)
{
	struct pair *pair = pair_create_standing(90);
	struct dimp_association_keys before, after;

	REQUIRE(association_keys(pair->ends[1].association, &before));
	const struct pair_pdu initiation = pair->last[0][DIMP_PDU_INITIATION];
	const struct pair_pdu reply = pair->last[1][DIMP_PDU_REPLY];
	const uint64_t sent = pair->ends[1].counters.pdus_sent;
	pair_deliver(pair, 1, &initiation);
	CHECK_EQ(pair->ends[1].counters.drop_handshake, 1);
	CHECK_EQ(pair->ends[1].counters.pdus_sent, sent);
	pair_deliver(pair, 0, &reply);
	CHECK_EQ(pair->ends[0].counters.drop_unknown_index, 1);
	REQUIRE(association_keys(pair->ends[1].association, &after));
	CHECK(memcmp(&before, &after, sizeof before) == 0);
	pair_send(pair, 0, 1, 100);
	pair_run(pair, 10000);
	CHECK(pair_is_complete(pair));
	pair_destroy(pair);
}

static void test_replayed_protected_pdu_is_dropped(void)
{
	struct pair *pair = pair_create_standing(91);

	pair_send(pair, 0, 1, 100);
	const struct pair_pdu protected = pair->last[0][DIMP_PDU_PROTECTED];
	pair_run(pair, 10000);
	pair_deliver(pair, 1, &protected);
	CHECK_EQ(pair->ends[1].counters.drop_replay, 1);
	CHECK_EQ(pair->ends[1].seen[1], 1);
	pair_destroy(pair);
}

/* DIMP 5.3-4. */
static void test_unconfirmed_initiation_leaves_the_live_association(void)
{
	struct pair *pair = pair_create_standing(92);
	struct dimp_association_keys before, after;

	REQUIRE(association_keys(pair->ends[1].association, &before));
	/* The peer, started again, sends an INITIATION and is never heard of again. */
	struct pair_end *first = &pair->ends[0];
	first->context.boot_count++;
	first->association =
		association_init(first->association, &first->context, &first->peer, PAIR_QUEUE_MAX);
	association_open(first->association, pair->now);
	uint8_t octets[DIMP_PDU_SIZE_DEFAULT];
	struct pair_pdu pdu = {
		.size = association_transmit(first->association, octets, sizeof octets, pair->now)};
	memcpy(pdu.octets, octets, pdu.size);
	pair_deliver(pair, 1, &pdu);
	CHECK_EQ(pair->last[1][DIMP_PDU_REPLY].octets[0], 0x12);
	REQUIRE(association_keys(pair->ends[1].association, &after));
	CHECK(memcmp(&before, &after, sizeof before) == 0);
	CHECK_EQ(pair->ends[1].ups, 1);
	pair_destroy(pair);
}

/* DIMP 5.2-8, and who does not even know whom he calls: DIMP 5.2-4. */
static void test_stranger_gets_no_answer(void)
{
	struct pair *pair = pair_create(94);
	struct pair *strangers = pair_create(95);

	/* The stranger knows the public key it calls, but is not the peer that is configured. */
	struct pair_end *stranger = &strangers->ends[0];
	memcpy(stranger->peer.static_public.octets, pair->ends[1].context.static_public,
		DIMP_KEY_SIZE);
	stranger->association = association_init(stranger->association, &stranger->context,
		&stranger->peer, PAIR_QUEUE_MAX);
	pair_send(strangers, 0, 1, 100);
	pair_deliver(pair, 1, &strangers->last[0][DIMP_PDU_INITIATION]);
	CHECK_EQ(pair->ends[1].counters.drop_handshake, 1);
	CHECK_EQ(pair->ends[1].counters.pdus_sent, 0);
	/* One that does not know the public key costs no more than a hash. */
	pair_send(strangers, 1, 1, 100);
	pair_deliver(pair, 1, &strangers->last[1][DIMP_PDU_INITIATION]);
	CHECK_EQ(pair->ends[1].counters.drop_check, 1);
	CHECK_EQ(pair->ends[1].counters.pdus_sent, 0);
	pair_destroy(strangers);
	pair_destroy(pair);
}

static void test_wrong_psk_gives_no_association(void)
{
	struct pair *pair = pair_create(96);
	struct pair_end *second = &pair->ends[1];

	second->peer.preshared[0] = 1;
	second->association = association_init(second->association, &second->context, &second->peer,
		PAIR_QUEUE_MAX);
	pair_send(pair, 0, 1, 100);
	pair_run(pair, 6000000);
	CHECK_EQ(pair->ends[0].ups + pair->ends[1].ups, 0);
	CHECK(pair->ends[0].counters.drop_handshake > 0);
	CHECK_EQ(pair->ends[0].losts, 1);
	CHECK_EQ(pair->ends[0].lost_error, DIMP_ERROR_HANDSHAKE_FAILED);
	pair_destroy(pair);
}

/* DIMP 4.1-7. */
static void test_changed_bits_change_nothing(void)
{
	struct pair *pair = pair_create_standing(97);

	pair_send(pair, 0, 1, 100);
	const struct pair_pdu good = pair->last[0][DIMP_PDU_PROTECTED];
	for (size_t each = 0; each < good.size; each++) {
		struct pair_pdu bad = good;

		bad.octets[each] ^= 0x01;
		pair_deliver(pair, 1, &bad);
	}
	const struct dimp_counters *counters = &pair->ends[1].counters;
	CHECK_EQ(pair->ends[1].seen_count, 1);
	/* Header: version or kind 1, reserved 1, size 2, index 4, number 8; the rest is sealed. */
	CHECK_EQ(counters->drop_unknown_index, 4);
	CHECK(counters->drop_authentication >= good.size - 16);
	CHECK_EQ(counters->drop_authentication + counters->drop_unknown_index +
			counters->drop_malformed + counters->drop_version + counters->drop_replay +
			counters->drop_handshake,
		good.size);
	pair_deliver(pair, 1, &good);
	CHECK_EQ(pair->ends[1].seen_count, 2);
	pair_destroy(pair);
}

/* DIMP 5.2-10. */
static void test_forged_reply_does_not_spoil_the_true_one(void)
{
	struct pair *pair = pair_create(98);

	pair_send(pair, 0, 1, 100);
	pair_run(pair, 50);
	const struct pair_pdu reply = pair->last[1][DIMP_PDU_REPLY];
	struct pair_pdu forged = reply;
	REQUIRE(reply.size > 0);
	forged.octets[40] ^= 1;
	pair_deliver(pair, 0, &forged);
	CHECK_EQ(pair->ends[0].counters.drop_handshake, 1);
	CHECK(!association_is_up(pair->ends[0].association));
	pair_run(pair, 100);
	CHECK(association_is_up(pair->ends[0].association));
	CHECK_EQ(pair->ends[1].seen_count, 1);
	pair_destroy(pair);
}

/* DIMP 5.3-5. */
static void test_initiations_are_rate_limited(void)
{
	struct pair *pair = pair_create(99);

	for (int each = 0; each < 30; each++) {
		struct pair_end *first = &pair->ends[0];

		association_close(first->association, DIMP_ERROR_ASSOCIATION_CLOSED, pair->now);
		association_open(first->association, pair->now);
		uint8_t octets[DIMP_PDU_SIZE_DEFAULT];
		struct pair_pdu pdu = {.size = association_transmit(first->association, octets,
					       sizeof octets, pair->now)};
		memcpy(pdu.octets, octets, pdu.size);
		pair_deliver(pair, 1, &pdu);
	}
	CHECK_EQ(pair->ends[1].counters.pdus_sent, 10);
	CHECK_EQ(pair->ends[1].counters.drop_rate, 20);
	pair_destroy(pair);
}

static bool refuse_seal(void *user, uint8_t *sealed, const struct dimp_sealing *sealing)
{
	(void)user;
	(void)sealed;
	(void)sealing;
	return false;
}

/* A session with itself: what it seals it can open. */
static struct session own_session(void)
{
	struct session session = {.is_live = true, .local_index = 7, .remote_index = 7};

	receipts_init(&session.receipts);
	return session;
}

/* DIMP 5.4-2: from 0 on, one higher with each PDU, also when sealing failed. */
static void test_key_uses_each_number_once(void)
{
	struct openssl_crypto *crypto = openssl_crypto_create();
	const struct dimp_crypto *table = openssl_crypto_table(crypto);
	struct dimp_crypto broken = *table;
	struct session session = own_session();
	uint8_t pdu[64];

	broken.seal = refuse_seal;
	CHECK_EQ(session_seal(&session, table, pdu, 4), 36);
	CHECK_BYTES(pdu + 8, 8, "0000000000000000");
	CHECK_EQ(session_seal(&session, &broken, pdu, 4), 0);
	CHECK_EQ(session_seal(&session, table, pdu, 4), 36);
	CHECK_BYTES(pdu + 8, 8, "0000000000000002");
	openssl_crypto_destroy(crypto);
}

static void test_key_seals_no_more_than_its_limit(void)
{
	struct openssl_crypto *crypto = openssl_crypto_create();
	const struct dimp_crypto *table = openssl_crypto_table(crypto);
	struct session session = own_session();
	uint8_t pdu[64] = {0}, plain[64];
	struct dimp_payload payload = {.octets = plain};

	session.next_number = (UINT64_C(1) << 23) - 1;
	CHECK(session_can_seal(&session));
	const size_t size = session_seal(&session, table, pdu, 4);
	CHECK_EQ(size, 16 + 4 + 16);
	CHECK_BYTES(pdu, 16, "13 00 0024 00000007 00000000007fffff");
	CHECK(!session_can_seal(&session));
	CHECK_EQ(session_open(&session, table, (struct dimp_view){pdu, size}, &payload),
		SESSION_OPENED);
	/* The next number is malformed, whatever its seal. */
	memcpy(pdu + 8, "\0\0\0\0\0\x80\0\0", 8);
	CHECK_EQ(session_open(&session, table, (struct dimp_view){pdu, size}, &payload),
		SESSION_BEYOND);
	openssl_crypto_destroy(crypto);
}

static void test_key_is_worn_out_by_wrong_seals(void)
{
	struct openssl_crypto *crypto = openssl_crypto_create();
	const struct dimp_crypto *table = openssl_crypto_table(crypto);
	struct session session = own_session();
	uint8_t pdu[64] = {0}, plain[64];
	struct dimp_payload payload = {.octets = plain};

	const size_t size = session_seal(&session, table, pdu, 4);
	pdu[20] ^= 1;
	session.failed_openings = (UINT64_C(1) << 52) - 1;
	CHECK(!session_is_worn_out(&session));
	CHECK_EQ(session_open(&session, table, (struct dimp_view){pdu, size}, &payload),
		SESSION_FORGED);
	CHECK(session_is_worn_out(&session));
	openssl_crypto_destroy(crypto);
}

/* DIMP 5.8-2, 5.8-5: at either limit the association ends, and says why. */
static void test_association_ends_at_the_limits_of_its_keys(void)
{
	struct pair *pair = pair_create_standing(100);
	struct pair_pdu forged;

	pair_send(pair, 0, 1, 100);
	forged = pair->last[0][DIMP_PDU_PROTECTED];
	forged.octets[forged.size - 1] ^= 1;
	pair->ends[0].association->current.next_number = UINT64_C(1) << 23;
	pair_send(pair, 0, 1, 100);
	CHECK_EQ(pair->ends[0].losts, 1);
	CHECK_EQ(pair->ends[0].lost_error, DIMP_ERROR_ASSOCIATION_LIMIT);
	pair->ends[1].association->current.failed_openings = (UINT64_C(1) << 52) - 2;
	pair_deliver(pair, 1, &forged);
	CHECK_EQ(pair->ends[1].losts, 0);
	pair_deliver(pair, 1, &forged);
	CHECK_EQ(pair->ends[1].losts, 1);
	CHECK_EQ(pair->ends[1].lost_error, DIMP_ERROR_ASSOCIATION_LIMIT);
	pair_destroy(pair);
}

/* DIMP 5.6-6. */
static void test_transit_is_bounded_by_acks_of_lower_numbers_only(void)
{
	struct session session = own_session();

	session.handshake_sent_at.us = 100;
	CHECK_EQ(session_sent_after(&session, 5).us, 100);
	session_remember_ack(&session, 3, (struct dimp_time){200});
	session_remember_ack(&session, 9, (struct dimp_time){300});
	CHECK_EQ(session_sent_after(&session, 2).us, 100);
	CHECK_EQ(session_sent_after(&session, 3).us, 200);
	CHECK_EQ(session_sent_after(&session, 8).us, 200);
	CHECK_EQ(session_sent_after(&session, 9).us, 300);
	/* The oldest is forgotten after eight more. */
	for (uint64_t each = 0; each < 7; each++)
		session_remember_ack(&session, 20 + each, (struct dimp_time){400});
	CHECK_EQ(session_sent_after(&session, 8).us, 100);
	CHECK_EQ(session_sent_after(&session, 19).us, 300);
}

static const struct test_case tests[] = {
	TEST(test_replayed_initiation_disturbs_nothing),
	TEST(test_replayed_protected_pdu_is_dropped),
	TEST(test_unconfirmed_initiation_leaves_the_live_association),
	TEST(test_stranger_gets_no_answer),
	TEST(test_wrong_psk_gives_no_association),
	TEST(test_changed_bits_change_nothing),
	TEST(test_forged_reply_does_not_spoil_the_true_one),
	TEST(test_initiations_are_rate_limited),
	TEST(test_key_uses_each_number_once),
	TEST(test_key_seals_no_more_than_its_limit),
	TEST(test_key_is_worn_out_by_wrong_seals),
	TEST(test_association_ends_at_the_limits_of_its_keys),
	TEST(test_transit_is_bounded_by_acks_of_lower_numbers_only),
	TEST_END,
};

const struct test_suite suite_association_attacks = {"association_attacks", tests};
