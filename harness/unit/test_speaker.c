/* SPDX-License-Identifier: MIT */
/* Whole migrations between speakers in virtual time (DIMP 9). */
#include <string.h>

#include "check.h"
#include "speaker_rig.h"

enum { MS = 1000, RTT_US = 2 * RIG_DELAY_US };

static const uint64_t dhcp = (uint64_t)1 << DIMP_DI_DHCP_BINDING;

/* A rig as it is by default, whose source has learned |count| bindings. */
static struct rig *start_learned(uint32_t count)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	rig = rig_start(&options);
	rig_learn(rig, count);
	return rig;
}

/* The station asks for all bindings at once, within a second. */
static void ask_one_shot(struct rig *rig)
{
	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 1000});
}

static struct dimp_time at_ms(uint64_t ms)
{
	return (struct dimp_time){ms * MS};
}

static uint32_t entries_in_force(const struct rig *rig, enum rig_speaker who)
{
	struct dimp_vsi_status status;
	const dimp_vsi_index vsi = dimp_speaker_vsi_find(rig->speakers[who], rig_vsi());

	if (vsi == DIMP_NO_VSI || !dimp_speaker_vsi_status(rig->speakers[who], vsi, &status) ||
		!status.is_owner)
		return 0;
	return status.entries;
}

static bool is_owner(const struct rig *rig, enum rig_speaker who)
{
	struct dimp_vsi_status status;
	const dimp_vsi_index vsi = dimp_speaker_vsi_find(rig->speakers[who], rig_vsi());

	return vsi != DIMP_NO_VSI && dimp_speaker_vsi_status(rig->speakers[who], vsi, &status) &&
		status.is_owner;
}

static void check_response(const struct rig *rig, enum dimp_result result, enum dimp_error error)
{
	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(rig->response.body.response.result, result);
	CHECK_EQ(rig->response.body.response.error, error);
}

/* One-shot: everything moves, the source keeps nothing, two round trips from SOLICIT to RELEASED.
 */
static void test_speaker_one_shot_succeeds(void)
{
	struct rig *rig = start_learned(20);

	ask_one_shot(rig);
	rig_run(rig, at_ms(100));
	check_response(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	REQUIRE(rig->response.row_count == 1);
	CHECK_EQ(rig->response.rows.result[0].offered, 20);
	CHECK_EQ(rig->response.rows.result[0].installed, 20);
	CHECK_EQ(entries_in_force(rig, RIG_B), 20);
	CHECK(!is_owner(rig, RIG_A));
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_GONE], 1);
	/* REQUEST reaches B after half a round trip; RELEASED arrives exactly two later. */
	CHECK_EQ(rig->first[RIG_B][DIMP_EVENT_ACTIVATE].us - 10 * MS, RTT_US / 2 + 2 * RTT_US);
	rig_stop(rig);
}

/* Staged: the copy is told STAGED, changes follow, CUTOVER freezes, and all of it moves. */
static void test_speaker_staged_succeeds(void)
{
	struct rig *rig = start_learned(100);

	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 5000});
	rig_run(rig, at_ms(60));
	CHECK_EQ(rig->phase, DIMP_PHASE_STAGED);
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_FREEZE], 0);
	rig_learn(rig, 110);
	rig_run(rig, at_ms(300));
	CHECK_EQ(dimp_speaker_cutover(rig->speakers[RIG_STATION], rig->request, rig->now),
		DIMP_ERROR_NONE);
	rig_run(rig, at_ms(400));
	check_response(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	CHECK_EQ(entries_in_force(rig, RIG_B), 110);
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_GONE], 1);
	rig_stop(rig);
}

/* Remaining time at the destination is never more than what was left, and less by the transit only.
 */
static void test_speaker_leases_do_not_grow(void)
{
	struct rig *rig = start_learned(1);
	struct dimp_record record;
	struct dimp_di_cursor cursor = {0, 0};

	rig_run(rig, at_ms(1000));
	ask_one_shot(rig);
	rig_run(rig, at_ms(2000));
	cursor.vsi = rig->active_b;
	REQUIRE(dimp_speaker_di_next(rig->speakers[RIG_B], &cursor, &record, rig->now));
	/* learned at 10 ms with 600 s; now 2 s: at most 598,010 ms are left */
	CHECK(record.body.dhcp_binding.remaining <= 598010);
	CHECK(record.body.dhcp_binding.remaining >= 598010 - 5);
	rig_stop(rig);
}

static void test_speaker_unknown_vsi_is_not_found(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.config[RIG_A].settings.hold_us = 1000;
	rig = rig_start(&options);
	dimp_speaker_vsi_left(rig->speakers[RIG_A], rig->vsi_a, rig->now);
	rig_run(rig, at_ms(20));
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_GONE], 1);
	ask_one_shot(rig);
	rig_run(rig, at_ms(100));
	check_response(rig, DIMP_RESULT_FAIL, DIMP_ERROR_CONTEXT_NOT_FOUND);
	CHECK_EQ(rig->response.body.response.reason, DIMP_REASON_TRANSFER_FAILED);
	rig_stop(rig);
}

/* A VSI that has left its port is kept for the hold time, and can be moved within it. */
/* Its user has not heard yet that a VSI is gone: the next one has another number. */
static void test_speaker_numbers_are_used_again_after_gone(void)
{
	static const struct dimp_vsi_config next = {.vsi = {{7}}};
	struct rig_options options;
	dimp_vsi_index added = DIMP_NO_VSI;
	bool is_told = false;
	struct dimp_event event;

	rig_options_default(&options);
	options.config[RIG_A].settings.hold_us = 1000;
	struct rig *rig = rig_start(&options);
	struct dimp_speaker *speaker = rig->speakers[RIG_A];
	const struct dimp_time late = {rig->now.us + 2000};
	dimp_speaker_vsi_left(speaker, rig->vsi_a, rig->now);
	dimp_speaker_expire(speaker, late);
	CHECK_EQ(dimp_speaker_vsi_add(speaker, &next, &added, late), DIMP_ERROR_NONE);
	CHECK(added != rig->vsi_a);
	while (dimp_speaker_next_event(speaker, &event, late))
		is_told = is_told || (event.kind == DIMP_EVENT_GONE && event.vsi == rig->vsi_a);
	CHECK(is_told);
	rig_stop(rig);
}

static void test_speaker_moves_after_the_vsi_left(void)
{
	struct rig *rig = start_learned(3);

	dimp_speaker_vsi_left(rig->speakers[RIG_A], rig->vsi_a, rig->now);
	rig_run(rig, at_ms(1000));
	ask_one_shot(rig);
	rig_run(rig, at_ms(2000));
	check_response(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	CHECK_EQ(entries_in_force(rig, RIG_B), 3);
	rig_stop(rig);
}

static void test_speaker_unsupported_required_type_fails(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.config[RIG_B].supported_types = (uint64_t)1 << DIMP_DI_MACSEC_SA;
	rig = rig_start(&options);
	rig_learn(rig, 1);
	ask_one_shot(rig);
	rig_run(rig, at_ms(100));
	check_response(rig, DIMP_RESULT_FAIL, DIMP_ERROR_UNSUPPORTED_TYPE);
	CHECK_EQ(rig->response.body.response.reason, DIMP_REASON_INVALID_DI);
	CHECK_EQ(entries_in_force(rig, RIG_A), 1);
	rig_stop(rig);
}

/* Bit 0 of a set of DI types is nobody's: asking for it asks for nothing more. DIMP 6.1-7. */
static void test_speaker_bit_0_of_required_is_ignored(void)
{
	struct rig *rig = start_learned(1);

	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp | 1, 0, 1000});
	rig_run(rig, at_ms(100));
	check_response(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	rig_stop(rig);
}

/* What a bridge knows may change while it runs, and holds from then on. */
static void test_speaker_types_change_while_it_runs(void)
{
	static const uint32_t two_bindings[DIMP_DI_TYPES] = {[DIMP_DI_DHCP_BINDING] = 2};
	struct rig *rig = start_learned(3);

	dimp_speaker_set_types(rig->speakers[RIG_B], dhcp, two_bindings);
	ask_one_shot(rig);
	rig_run(rig, at_ms(100));
	check_response(rig, DIMP_RESULT_FAIL, DIMP_ERROR_TYPE_LIMIT);
	rig_stop(rig);
}

/* But not for what is under way: it would end in SUCCESS without a type that was required.  DIMP
 * 9.2-36. */
static void test_speaker_types_of_a_migration_stay(void)
{
	static const uint32_t no_limits[DIMP_DI_TYPES] = {0};
	struct rig *rig = start_learned(3);

	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 1000});
	rig_run(rig, (struct dimp_time){rig->now.us + RIG_DELAY_US});
	dimp_speaker_set_types(rig->speakers[RIG_B], 0, no_limits);
	rig_run(rig, at_ms(100));
	CHECK_EQ(dimp_speaker_cutover(rig->speakers[RIG_STATION], rig->request, rig->now),
		DIMP_ERROR_NONE);
	rig_run(rig, at_ms(200));
	check_response(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	CHECK_EQ(entries_in_force(rig, RIG_B), 3);
	rig_stop(rig);
}

/* More than there is room for: nothing is left behind, the source goes on as if nothing had been.
 */
static void test_speaker_no_room_fails(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.config[RIG_B].entries_max = 8;
	rig = rig_start(&options);
	rig_learn(rig, 9);
	ask_one_shot(rig);
	rig_run(rig, at_ms(100));
	check_response(rig, DIMP_RESULT_FAIL, DIMP_ERROR_NO_ROOM);
	CHECK_EQ(rig->response.body.response.reason, DIMP_REASON_RESOURCE_LIMITED);
	CHECK_EQ(rig->response.body.response.advice, DIMP_ADVICE_STOP);
	CHECK_EQ(entries_in_force(rig, RIG_A), 9);
	rig_stop(rig);
}

static void test_speaker_type_limit_fails(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.config[RIG_B].type_entries_max[DIMP_DI_DHCP_BINDING] = 5;
	rig = rig_start(&options);
	rig_learn(rig, 9);
	ask_one_shot(rig);
	rig_run(rig, at_ms(100));
	check_response(rig, DIMP_RESULT_FAIL, DIMP_ERROR_TYPE_LIMIT);
	CHECK_EQ(rig->response.body.response.reason, DIMP_REASON_RESOURCE_LIMITED);
	CHECK_EQ(entries_in_force(rig, RIG_A), 9);
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_THAW], 1);
	rig_stop(rig);
}

static void test_speaker_policy_conflict_fails(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.rejection = DIMP_ERROR_POLICY_REFUSED;
	options.reject_type = DIMP_DI_DHCP_BINDING;
	rig = rig_start(&options);
	rig_learn(rig, 2);
	ask_one_shot(rig);
	rig_run(rig, at_ms(100));
	check_response(rig, DIMP_RESULT_FAIL, DIMP_ERROR_POLICY_REFUSED);
	CHECK_EQ(rig->response.body.response.reason, DIMP_REASON_POLICY_CONFLICT);
	CHECK_EQ(rig->response.body.response.advice, DIMP_ADVICE_STOP);
	CHECK_EQ(rig->response.rows.result[0].rejected, 2);
	CHECK_EQ(entries_in_force(rig, RIG_A), 2);
	rig_stop(rig);
}

/* An optional type that is turned down is told in its row and does not stop the rest. */
static void test_speaker_optional_rejection_is_told(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.rejection = DIMP_ERROR_POLICY_REFUSED;
	options.reject_type = DIMP_DI_DHCP_BINDING;
	rig = rig_start(&options);
	rig_learn(rig, 2);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, 0, dhcp, 1000});
	rig_run(rig, at_ms(100));
	check_response(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	CHECK_EQ(rig->response.rows.result[0].installed, 0);
	CHECK_EQ(rig->response.rows.result[0].rejected, 2);
	CHECK_EQ(rig->response.rows.result[0].error, DIMP_ERROR_POLICY_REFUSED);
	rig_stop(rig);
}

/* Hardware that cannot: the source takes the DI back, with a raised rank. */
static void test_speaker_failed_activation_goes_back(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.activation_fails = true;
	rig = rig_start(&options);
	rig_learn(rig, 4);
	ask_one_shot(rig);
	rig_run(rig, at_ms(200));
	check_response(rig, DIMP_RESULT_FAIL, DIMP_ERROR_ACTIVATION_FAILED);
	CHECK_EQ(entries_in_force(rig, RIG_A), 4);
	CHECK(!is_owner(rig, RIG_B));
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_THAW], 1);
	rig_stop(rig);
}

static void test_speaker_cancel_ends_a_staged_copy(void)
{
	struct rig *rig = start_learned(4);

	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 5000});
	rig_run(rig, at_ms(100));
	CHECK_EQ(dimp_speaker_cancel(rig->speakers[RIG_STATION], rig->request, rig->now),
		DIMP_ERROR_NONE);
	rig_run(rig, at_ms(200));
	check_response(rig, DIMP_RESULT_FAIL, DIMP_ERROR_CANCELLED);
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_DISCARD], 1);
	CHECK_EQ(entries_in_force(rig, RIG_A), 4);
	rig_stop(rig);
}

/* The source falls silent after the copy: at risk; PROCEED goes on with what arrived. */
static void test_speaker_proceeds_at_risk(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.config[RIG_B].settings.idle_us = 300 * MS;
	rig = rig_start(&options);
	rig_learn(rig, 4);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 9000});
	rig_run(rig, at_ms(100));
	rig->is_cut = true;
	CHECK_EQ(dimp_speaker_cutover(rig->speakers[RIG_STATION], rig->request, rig->now),
		DIMP_ERROR_NONE);
	rig_run(rig, at_ms(3000));
	CHECK_EQ(rig->phase, DIMP_PHASE_AT_RISK);
	CHECK_EQ(rig->responses, 0);
	CHECK_EQ(dimp_speaker_proceed(rig->speakers[RIG_STATION], rig->request, rig->now),
		DIMP_ERROR_NONE);
	rig_run(rig, at_ms(3100));
	check_response(rig, DIMP_RESULT_AT_RISK, DIMP_ERROR_PEER_LOST);
	CHECK_EQ(entries_in_force(rig, RIG_B), 4);
	rig_stop(rig);
}

/* Nothing passes: the one RESPONSE comes by the deadline, the source is the owner after its thaw.
 */
static void test_speaker_cut_link_ends_by_the_deadline(void)
{
	struct rig *rig = start_learned(4);

	rig->is_cut = true;
	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 2000});
	rig_run(rig, at_ms(2100));
	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(rig->response.body.response.result, DIMP_RESULT_FAIL);
	CHECK_EQ(rig->response.body.response.reason, DIMP_REASON_TRANSFER_FAILED);
	CHECK_EQ(entries_in_force(rig, RIG_A), 4);
	rig_stop(rig);
}

/* 1,000 records at 1 ms round trip and 1 % loss: done within 200 ms of virtual time, many seeds. */
static void test_speaker_thousand_records_through_loss(void)
{
	for (uint64_t seed = 1; seed <= 20; seed++) {
		struct rig_options options;
		struct rig *rig;

		rig_options_default(&options);
		options.seed = seed;
		options.loss_percent = 1;
		rig = rig_start(&options);
		rig_learn(rig, 1000);
		rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 5000});
		rig_run(rig, at_ms(10 + 200));
		check_response(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
		CHECK_EQ(entries_in_force(rig, RIG_B), 1000);
		rig_stop(rig);
	}
}

/* Heavy loss: every request still ends in one RESPONSE (DIMP 9.1-1), and never are there two owners
 * or none. */
static void test_speaker_one_owner_through_heavy_loss(void)
{
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct rig_options options;
		struct rig *rig;

		rig_options_default(&options);
		options.seed = seed;
		options.loss_percent = 30;
		rig = rig_start(&options);
		rig_learn(rig, 50);
		rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 3000});
		rig_run(rig, at_ms(8000));
		CHECK_EQ(rig->responses, 1);
		CHECK_EQ(is_owner(rig, RIG_A) + is_owner(rig, RIG_B), 1);
		if (rig->response.body.response.result == DIMP_RESULT_SUCCESS)
			CHECK_EQ(entries_in_force(rig, RIG_B), 50);
		rig_stop(rig);
	}
}

/* A REQUEST of a lower serial is refused by the source (DIMP 9.1-4). */
static void test_speaker_stale_serial_is_refused(void)
{
	struct rig *rig = start_learned(1);

	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 5000});
	rig_run(rig, at_ms(50));
	CHECK_EQ(dimp_speaker_cancel(rig->speakers[RIG_STATION], rig->request, rig->now),
		DIMP_ERROR_NONE);
	rig_run(rig, at_ms(100));
	rig->responses = 0;
	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 5000});
	rig_run(rig, at_ms(200));
	check_response(rig, DIMP_RESULT_FAIL, DIMP_ERROR_STALE_SERIAL);
	rig_stop(rig);
}

static const struct test_case tests[] = {
	TEST(test_speaker_one_shot_succeeds),
	TEST(test_speaker_staged_succeeds),
	TEST(test_speaker_leases_do_not_grow),
	TEST(test_speaker_unknown_vsi_is_not_found),
	TEST(test_speaker_numbers_are_used_again_after_gone),
	TEST(test_speaker_moves_after_the_vsi_left),
	TEST(test_speaker_unsupported_required_type_fails),
	TEST(test_speaker_types_change_while_it_runs),
	TEST(test_speaker_types_of_a_migration_stay),
	TEST(test_speaker_bit_0_of_required_is_ignored),
	TEST(test_speaker_no_room_fails),
	TEST(test_speaker_type_limit_fails),
	TEST(test_speaker_policy_conflict_fails),
	TEST(test_speaker_optional_rejection_is_told),
	TEST(test_speaker_failed_activation_goes_back),
	TEST(test_speaker_cancel_ends_a_staged_copy),
	TEST(test_speaker_proceeds_at_risk),
	TEST(test_speaker_cut_link_ends_by_the_deadline),
	TEST(test_speaker_thousand_records_through_loss),
	TEST(test_speaker_one_owner_through_heavy_loss),
	TEST(test_speaker_stale_serial_is_refused),
	TEST_END,
};
const struct test_suite suite_speaker = {"speaker", tests};
