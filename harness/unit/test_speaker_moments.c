/* SPDX-License-Identifier: MIT */
/*
 * Every message at every moment of a move, about that move but out of place: the request still ends
 * in one RESPONSE, one bridge owns the VSI, and nothing stays behind (DIMP 9.1-2, 9.2-17, 9.3-15).
 */
#include <string.h>

#include "check.h"
#include "rig_voice.h"
#include "speaker.h"

enum { MOMENTS = 12, STEP_US = 400, LEARNED = 40, WRONG_FREEZE = 12345 };

/* A message and who says it to whom. */
struct intrusion {
	enum rig_speaker from, to;
	struct dimp_message message;
};

static const struct intrusion intrusions[] = {
	{RIG_A, RIG_B, {.kind = DIMP_MESSAGE_OFFER, .body.offer.epoch = 9}},
	{RIG_A, RIG_B, {.kind = DIMP_MESSAGE_ROUND_END, .body.round_end.chunks = 0}},
	{RIG_A, RIG_B, {.kind = DIMP_MESSAGE_RELEASED, .body.released.freeze = WRONG_FREEZE}},
	{RIG_A, RIG_B,
		{.kind = DIMP_MESSAGE_ABORT,
			.body.abort = {.is_from_source = 1, .error = DIMP_ERROR_BUSY}}},
	{RIG_A, RIG_B,
		{.kind = DIMP_MESSAGE_ABORT,
			.body.abort = {.is_from_source = 1,
				.error = DIMP_ERROR_UNKNOWN_MIGRATION}}},
	{RIG_A, RIG_B, {.kind = DIMP_MESSAGE_ABORTED, .body.aborted.is_from_source = 1}},
	{RIG_B, RIG_A, {.kind = DIMP_MESSAGE_ACCEPT, .body.accept.types = UINT64_MAX}},
	{RIG_B, RIG_A, {.kind = DIMP_MESSAGE_REFUSE, .body.refuse.error = DIMP_ERROR_NO_ROOM}},
	{RIG_B, RIG_A, {.kind = DIMP_MESSAGE_FREEZE}},
	{RIG_B, RIG_A, {.kind = DIMP_MESSAGE_COMMIT, .body.commit.freeze = WRONG_FREEZE}},
	{RIG_B, RIG_A, {.kind = DIMP_MESSAGE_DONE, .body.done.freeze = WRONG_FREEZE}},
	{RIG_B, RIG_A, {.kind = DIMP_MESSAGE_ABORT, .body.abort.error = DIMP_ERROR_CANCELLED}},
	{RIG_B, RIG_A,
		{.kind = DIMP_MESSAGE_ABORT, .body.abort.error = DIMP_ERROR_UNKNOWN_MIGRATION}},
	{RIG_STATION, RIG_B, {.kind = DIMP_MESSAGE_CUTOVER}},
	{RIG_STATION, RIG_B, {.kind = DIMP_MESSAGE_PROCEED}},
	{RIG_STATION, RIG_B, {.kind = DIMP_MESSAGE_CANCEL}},
	{RIG_B, RIG_STATION,
		{.kind = DIMP_MESSAGE_PROGRESS, .body.progress.phase = DIMP_PHASE_AT_RISK}},
};
enum { INTRUSIONS = sizeof(intrusions) / sizeof(intrusions[0]) };

static void intrude(struct rig *rig, const struct intrusion *intrusion)
{
	struct dimp_message message = intrusion->message;

	/* Every message has the id it is about as its first field. */
	if (intrusion->from == RIG_STATION || intrusion->to == RIG_STATION)
		message.body.cancel.request = rig->request;
	else
		message.body.done.migration =
			rig->speakers[RIG_B]->destinations[0].machine.migration;
	rig_say(rig, intrusion->from, intrusion->to, &message);
}

static uint32_t room(const struct rig *rig, enum rig_speaker who)
{
	return di_table_room(rig->speakers[who]->services.table).entries;
}

static void check_end(const struct rig *rig)
{
	const bool is_at_b = rig_is_owner(rig, RIG_B, rig_vsi());

	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(is_at_b + rig_is_owner(rig, RIG_A, rig_vsi()), 1);
	CHECK_TEXT(rig_state(rig, RIG_A), is_at_b ? "nothing" : "OWNER");
	CHECK_EQ(room(rig, RIG_A), 4096 - (is_at_b ? 0 : LEARNED));
	CHECK_EQ(room(rig, RIG_B), 4096 - (is_at_b ? LEARNED : 0));
	CHECK_EQ(rig->response.body.response.result != DIMP_RESULT_FAIL, is_at_b);
}

/* A move during which |intrusion| comes after |moment| steps, and again two steps later. */
static void run_move(const struct rig_ask *ask, const struct intrusion *intrusion, unsigned moment)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	rig = rig_start(&options);
	rig_learn(rig, LEARNED);
	rig_request(rig, ask);
	for (unsigned step = 0; step < MOMENTS + 3; step++) {
		rig_run(rig, (struct dimp_time){rig->now.us + STEP_US});
		if (step == moment || step == moment + 2)
			intrude(rig, intrusion);
		if (step == MOMENTS / 2 && ask->mode == DIMP_MODE_STAGED &&
			dimp_speaker_cutover(rig->speakers[RIG_STATION], rig->request, rig->now) !=
				DIMP_ERROR_NONE)
			CHECK(intrusion->message.kind == DIMP_MESSAGE_PROGRESS ||
				rig->phase != DIMP_PHASE_STAGED);
	}
	rig_run_for(rig, 5000);
	check_end(rig);
	rig_stop(rig);
}

static void run_all(enum dimp_mode mode)
{
	const struct rig_ask ask = {mode, (uint64_t)1 << DIMP_DI_DHCP_BINDING, 0, 1000};

	for (unsigned number = 0; number < INTRUSIONS; number++) {
		for (unsigned moment = 0; moment < MOMENTS; moment++)
			run_move(&ask, &intrusions[number], moment);
	}
}

static void test_moments_of_a_one_shot_move(void)
{
	run_all(DIMP_MODE_ONE_SHOT);
}

static void test_moments_of_a_staged_move(void)
{
	run_all(DIMP_MODE_STAGED);
}

static const struct test_case tests[] = {
	TEST(test_moments_of_a_one_shot_move),
	TEST(test_moments_of_a_staged_move),
	TEST_END,
};
const struct test_suite suite_speaker_moments = {"speaker_moments", tests};
