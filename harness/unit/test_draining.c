/* SPDX-License-Identifier: MIT */
/*
 * Proves what a bridge does that was told that it is about to end: it begins no move to itself and
 * says why, sees what is under way through, and hands out what is asked of it.
 */
#include "check.h"
#include "rig_voice.h"
#include "speaker.h"

enum { LEARNED = 4 };

static struct rig *started(void)
{
	struct rig_options options;

	rig_options_default(&options);
	struct rig *rig = rig_start(&options);

	rig_learn(rig, LEARNED);
	return rig;
}

static void test_draining_bridge_takes_no_request(void)
{
	struct rig *rig = started();
	const struct dimp_request_config move = rig_move(rig, 2);

	dimp_speaker_drain(rig->speakers[RIG_B]);
	rig_ask(rig, &move);
	rig_run_for(rig, 200);
	rig_check_outcome(rig, DIMP_RESULT_FAIL, DIMP_ERROR_MIGRATIONS_LIMIT);
	CHECK_EQ(rig->response.body.response.reason, DIMP_REASON_RESOURCE_LIMITED);
	CHECK(rig_is_owner(rig, RIG_A, rig_vsi()));
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_FREEZE], 0);
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_RECORD], 0);
	rig_stop(rig);
}

static void test_draining_bridge_takes_no_notify(void)
{
	struct rig *rig = started();
	const struct dimp_request_config move = rig_move(rig, 2);
	const struct dimp_message notify = {.kind = DIMP_MESSAGE_NOTIFY,
		.body.notify = {.vsi = move.vsi, .serial = 2, .deadline = 1000},
		.rows.filter = {{.mac = {{2, 0, 0, 0, 0, 9}}, .vlan = 42}},
		.row_count = 1};

	dimp_speaker_drain(rig->speakers[RIG_B]);
	rig_say(rig, RIG_A, RIG_B, &notify);
	rig_run_for(rig, 200);
	CHECK_EQ(rig->speakers[RIG_B]->counters.notify_unmet, 1);
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_RECORD], 0);
	rig_stop(rig);
}

static void test_draining_bridge_ends_what_is_under_way(void)
{
	struct rig *rig = started();
	const uint64_t dhcp = (uint64_t)1 << DIMP_DI_DHCP_BINDING;

	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 1000});
	rig_run_to(rig, RIG_B, DIMP_EVENT_RECORD);
	dimp_speaker_drain(rig->speakers[RIG_A]);
	dimp_speaker_drain(rig->speakers[RIG_B]);
	rig_run_for(rig, 200);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	CHECK(rig_is_owner(rig, RIG_B, rig_vsi()));
	rig_stop(rig);
}

/* An evacuation is what draining is for. */
static void test_draining_bridge_hands_out_and_resumes(void)
{
	struct rig *rig = started();
	struct dimp_request_config move = rig_move(rig, 2);

	dimp_speaker_drain(rig->speakers[RIG_A]);
	move.mode = DIMP_MODE_ONE_SHOT;
	rig_ask(rig, &move);
	rig_run_for(rig, 200);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	dimp_speaker_drain(rig->speakers[RIG_B]);
	move = rig_move(rig, 3);
	move.source = (struct dimp_public_key){{0}};
	rig_ask(rig, &move);
	rig_run_for(rig, 200);
	CHECK_EQ(rig->responses, 2);
	CHECK_EQ(rig->response.body.response.result, DIMP_RESULT_SUCCESS);
	CHECK(rig_is_owner(rig, RIG_B, rig_vsi()));
	rig_stop(rig);
}

static const struct test_case tests[] = {
	TEST(test_draining_bridge_takes_no_request),
	TEST(test_draining_bridge_takes_no_notify),
	TEST(test_draining_bridge_ends_what_is_under_way),
	TEST(test_draining_bridge_hands_out_and_resumes),
	TEST_END,
};

const struct test_suite suite_draining = {"draining", tests};
