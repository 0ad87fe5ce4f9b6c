/* Proves what a speaker makes of a peer that has started anew by what that one says first. */
#include "check.h"

#include "speaker_rig.h"

static const uint64_t dhcp = (uint64_t)1 << DIMP_DI_DHCP_BINDING;

static struct rig *start(void)
{
	struct rig_options options;

	rig_options_default(&options);
	struct rig *rig = rig_start(&options);

	REQUIRE(rig != NULL);
	rig_learn(rig, 20);
	return rig;
}

/*
 * B starts anew and is asked for a move at once: the PDU that confirms its new keys at A has
 * SOLICIT in it.  That it has started anew ends what A had with it before (DIMP 9.3-23), not this
 * move.
 */
static void test_speaker_restart_does_not_end_what_is_asked_with_it(void)
{
	struct rig *rig = start();

	rig_restart_b(rig);
	dimp_speaker_open(rig->speakers[RIG_STATION], RIG_PEER_OF_STATION, rig->now);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 5000});
	rig_run(rig, (struct dimp_time){rig->now.us + 6000000});
	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(rig->response.body.response.result, DIMP_RESULT_SUCCESS);
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_THAW], 0);
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_RELEASED], 1);
	rig_stop(rig);
}

static const struct test_case tests[] = {
	TEST(test_speaker_restart_does_not_end_what_is_asked_with_it),
	TEST_END,
};

const struct test_suite suite_speaker_restart = {"speaker_restart", tests};
