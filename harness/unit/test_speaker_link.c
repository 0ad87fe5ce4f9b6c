/* SPDX-License-Identifier: MIT */
/* Proves what a speaker takes from its link and gives to it (DIMP 3): whose, how long, padded. */
#include <string.h>

#include "association.h"
#include "check.h"
#include "rig_voice.h"
#include "speaker.h"

/* A message that leads to nothing. */
static const struct dimp_message abort_ = {.kind = DIMP_MESSAGE_ABORT,
	.body.abort = {.migration = 77, .error = DIMP_ERROR_UNKNOWN_MIGRATION}};

static struct rig *started(uint16_t pdu_size_max_of_b)
{
	struct rig_options options;

	rig_options_default(&options);
	options.config[RIG_B].pdu_size_max = pdu_size_max_of_b;
	return rig_start(&options);
}

/* The longest PDU on its way from |from|; NULL if there is none. */
static struct rig_pdu *longest(struct rig *rig, enum rig_speaker from)
{
	struct rig_pdu *best = NULL;

	for (size_t index = 0; index < rig->in_flight_count; index++) {
		struct rig_pdu *pdu = &rig->in_flight[index];

		if (pdu->from == from && (best == NULL || pdu->size > best->size))
			best = pdu;
	}
	return best;
}

/* Lets what was said go out, and nothing arrive. */
static void let_out(struct rig *rig)
{
	rig_run(rig, (struct dimp_time){rig->now.us + 1});
}

/* DIMP 3-4: an address that is no peer's gets nothing done, whatever it sends. */
static void test_speaker_link_address_of_nobody_is_dropped(void)
{
	struct rig *rig = started(DIMP_PDU_SIZE_DEFAULT);
	struct dimp_speaker *second = rig->speakers[RIG_A];
	const struct dimp_counters before = second->counters;

	rig_say(rig, RIG_B, RIG_A, &abort_);
	let_out(rig);
	const struct rig_pdu *pdu = longest(rig, RIG_B);
	REQUIRE(pdu != NULL);
	dimp_speaker_receive(second, 1, (struct dimp_view){pdu->octets, pdu->size}, rig->now);
	dimp_speaker_receive(second, DIMP_NO_PEER, (struct dimp_view){pdu->octets, pdu->size},
		rig->now);
	CHECK(memcmp(&before, &second->counters, sizeof before) == 0);
	/* By its peer's address the same PDU is right. */
	rig_run_for(rig, 10);
	CHECK(second->counters.pdus_received > before.pdus_received);
	rig_stop(rig);
}

/* DIMP 3-2: Ethernet fills short frames up; what stands behind the PDU is not looked at. */
static void test_speaker_link_padding_is_ignored(void)
{
	struct rig *rig = started(DIMP_PDU_SIZE_DEFAULT);
	const uint64_t malformed = rig->speakers[RIG_A]->counters.drop_malformed;

	rig_say(rig, RIG_B, RIG_A, &abort_);
	let_out(rig);
	struct rig_pdu *pdu = longest(rig, RIG_B);
	REQUIRE(pdu != NULL);
	memset(pdu->octets + pdu->size, 0xa5, 30);
	pdu->size += 30;
	rig_run_for(rig, 10);
	CHECK_EQ(rig->speakers[RIG_A]->counters.drop_malformed, malformed);
	CHECK_EQ(rig->speakers[RIG_A]->counters.drop_authentication, 0);
	CHECK_EQ(association_room(rig->speakers[RIG_B]->peers[RIG_PEER_A].association),
		rig->options.config[RIG_B].send_queue_max);
	rig_stop(rig);
}

/* DIMP 3-1, 3-5: nobody sends more than its own largest PDU, and everybody takes the largest. */
static void test_speaker_link_takes_the_largest_and_sends_its_own(void)
{
	struct rig *rig = started(DIMP_PDU_SIZE_MAX);

	for (unsigned each = 0; each < 100; each++) {
		rig_say(rig, RIG_B, RIG_A, &abort_);
		rig_say(rig, RIG_A, RIG_B, &abort_);
	}
	let_out(rig);
	REQUIRE(longest(rig, RIG_A) != NULL && longest(rig, RIG_B) != NULL);
	CHECK(longest(rig, RIG_B)->size > 2000);
	CHECK(longest(rig, RIG_A)->size <= 1472);
	CHECK(longest(rig, RIG_A)->size > 1400);
	rig_run_for(rig, 100);
	CHECK_EQ(rig->speakers[RIG_A]->counters.drop_malformed, 0);
	CHECK_EQ(association_room(rig->speakers[RIG_B]->peers[RIG_PEER_A].association),
		rig->options.config[RIG_B].send_queue_max);
	rig_stop(rig);
}

/* DIMP 3-5: the largest PDU follows the way's MTU, with what waits already. */
static void test_speaker_link_largest_pdu_may_change(void)
{
	struct rig *rig = started(DIMP_PDU_SIZE_MAX);

	for (unsigned each = 0; each < 100; each++) {
		rig_say(rig, RIG_B, RIG_A, &abort_);
		rig_say(rig, RIG_A, RIG_B, &abort_);
	}
	dimp_speaker_set_pdu_size(rig->speakers[RIG_A], 3000);
	dimp_speaker_set_pdu_size(rig->speakers[RIG_B], DIMP_PDU_SIZE_DEFAULT);
	let_out(rig);
	REQUIRE(longest(rig, RIG_A) != NULL && longest(rig, RIG_B) != NULL);
	CHECK(longest(rig, RIG_A)->size > 2000);
	CHECK(longest(rig, RIG_A)->size <= 3000);
	CHECK(longest(rig, RIG_B)->size > 1400);
	CHECK(longest(rig, RIG_B)->size <= 1472);
	rig_stop(rig);
}

static const struct test_case tests[] = {
	TEST(test_speaker_link_address_of_nobody_is_dropped),
	TEST(test_speaker_link_padding_is_ignored),
	TEST(test_speaker_link_takes_the_largest_and_sends_its_own),
	TEST(test_speaker_link_largest_pdu_may_change),
	TEST_END,
};
const struct test_suite suite_speaker_link = {"speaker_link", tests};
