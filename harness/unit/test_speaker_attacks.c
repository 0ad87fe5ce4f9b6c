/* SPDX-License-Identifier: MIT */
/*
 * Messages and instants that come when nobody expects them, one attack a test (DIMP 9).  The tests
 * speak for a peer by sending through its association.
 */
#include <string.h>

#include "check.h"
#include "rig_voice.h"
#include "speaker.h"

enum { MS = 1000 };

static const uint64_t dhcp = (uint64_t)1 << DIMP_DI_DHCP_BINDING;

static struct rig *started(const struct rig_options *changed)
{
	struct rig_options options;

	rig_options_default(&options);
	return rig_start(changed != NULL ? changed : &options);
}

/* One entry, copied and kept up to date. */
static void copy_staged(struct rig *rig)
{
	rig_learn(rig, 1);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 5000});
	rig_run_for(rig, 100);
	CHECK_TEXT(rig_state(rig, RIG_A), "TRACKING");
}

static uint64_t migration_at_b(const struct rig *rig)
{
	return rig->speakers[RIG_B]->destinations[0].machine.migration;
}

/* An OFFER that comes when the request has failed finds nothing to reserve for. */
static void test_attacks_offer_after_the_end(void)
{
	struct rig *rig = started(NULL);
	struct dimp_message offer = {.kind = DIMP_MESSAGE_OFFER, .row_count = 1};

	rig->is_cut = true;
	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 300});
	rig_run_for(rig, 400);
	CHECK_EQ(rig->responses, 1);
	rig->is_cut = false;
	offer.body.offer.migration = migration_at_b(rig);
	offer.rows.offer[0] = (struct dimp_offer_row){.type = DIMP_DI_DHCP_BINDING,
		.entries = 3000,
		.octets = 90000};
	rig_say(rig, RIG_A, RIG_B, &offer);
	rig_run_for(rig, 2000);
	CHECK_EQ(di_table_room(rig->speakers[RIG_B]->services.table).entries, 4096);
	rig_stop(rig);
}

/* Rows whose sums wrap are no small offer. */
static void test_attacks_offer_whose_sum_wraps(void)
{
	struct rig_options options;
	struct dimp_message offer = {.kind = DIMP_MESSAGE_OFFER, .row_count = 2};
	struct rig *rig;

	rig_options_default(&options);
	options.config[RIG_A].role = DIMP_ROLE_STATION_SPEAKER;
	rig = started(&options);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 1000});
	rig_run_for(rig, 10);
	offer.body.offer.migration = migration_at_b(rig);
	offer.rows.offer[0] = (struct dimp_offer_row){.type = DIMP_DI_DHCP_BINDING,
		.entries = UINT32_MAX,
		.octets = 16};
	offer.rows.offer[1] =
		(struct dimp_offer_row){.type = DIMP_DI_MACSEC_SA, .entries = 2, .octets = 16};
	rig_say(rig, RIG_A, RIG_B, &offer);
	rig_run_for(rig, 1100);
	rig_check_outcome(rig, DIMP_RESULT_FAIL, DIMP_ERROR_NO_ROOM);
	rig_stop(rig);
}

/* A slot that a move filled, and that was freed, is the next request's alone. */
static void test_attacks_slot_used_again(void)
{
	static const struct dimp_vsi_config second = {
		.vsi = {{9}},
		.filters = {{.mac = {{2, 0, 0, 0, 0, 2}}, .vlan = 42}},
		.filter_count = 1,
	};
	struct dimp_request_config next;
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.config[RIG_B].settings.hold_us = 1000;
	rig = started(&options);
	rig_learn(rig, 3);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 1000});
	rig_run_for(rig, 100);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	dimp_speaker_vsi_left(rig->speakers[RIG_B], rig->active_b, rig->now);
	rig_run_for(rig, 100);
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_GONE], 1);
	CHECK_EQ(dimp_speaker_vsi_add(rig->speakers[RIG_A], &second, &rig->vsi_a, rig->now),
		DIMP_ERROR_NONE);
	rig_learn(rig, 5);
	next = rig_move(rig, 2);
	next.vsi = second.vsi;
	rig_ask(rig, &next);
	rig_run_for(rig, 100);
	CHECK_EQ(rig->phase, DIMP_PHASE_STAGED);
	CHECK(!rig_is_owner(rig, RIG_B, rig_vsi()));
	CHECK(!rig_is_owner(rig, RIG_B, &second.vsi));
	rig_stop(rig);
}

/* Home asked while the DI is on its way out: the later move wins, an older one is refused. */
static void test_attacks_home_asked_during_a_move(void)
{
	struct rig *rig = started(NULL);
	struct dimp_message solicit = {.kind = DIMP_MESSAGE_SOLICIT,
		.body.solicit = {.migration = 77,
			.serial = 5,
			.vsi = *rig_vsi(),
			.mode = DIMP_MODE_ONE_SHOT,
			.types = dhcp,
			.grant_entries = 100,
			.grant_octets = 10000},
		.row_count = 1,
		.rows.filter = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}}};
	struct dimp_request_config home;

	rig_learn(rig, 3);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 1000});
	rig_run_for(rig, 100);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	/* A, whose requests the test makes up, has asked for the VSI that B now has. */
	rig->speakers[RIG_A]->config.role = DIMP_ROLE_STATION_SPEAKER;
	rig_say(rig, RIG_A, RIG_B, &solicit);
	rig_run_for(rig, 5);
	CHECK_TEXT(rig_state(rig, RIG_B), "FROZEN");
	home = rig_move(rig, 4);
	home.source = (struct dimp_public_key){{0}};
	rig->responses = 0;
	rig_ask(rig, &home);
	rig_run_for(rig, 5);
	rig_check_outcome(rig, DIMP_RESULT_FAIL, DIMP_ERROR_STALE_SERIAL);
	home.serial = 6;
	rig->responses = 0;
	rig_ask(rig, &home);
	rig_run_for(rig, 5);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	CHECK_TEXT(rig_state(rig, RIG_B), "OWNER");
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_THAW], 1);
	/* The repeated SOLICIT of the older move starts nothing. */
	rig_say(rig, RIG_A, RIG_B, &solicit);
	rig_run_for(rig, 5);
	CHECK_TEXT(rig_state(rig, RIG_B), "OWNER");
	rig_stop(rig);
}

/* PROGRESS and RESPONSE in one PDU: each event has its own message. */
static void test_attacks_progress_beside_response(void)
{
	struct rig *rig = started(NULL);
	struct dimp_message progress = {.kind = DIMP_MESSAGE_PROGRESS,
		.body.progress = {.phase = DIMP_PHASE_STAGED}};
	struct dimp_message response = {.kind = DIMP_MESSAGE_RESPONSE,
		.body.response = {.result = DIMP_RESULT_SUCCESS}};

	rig->is_cut = true;
	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 1000});
	rig_run_for(rig, 10);
	progress.body.progress.request = rig->request;
	response.body.response.request = rig->request;
	rig_say(rig, RIG_B, RIG_STATION, &progress);
	rig_say(rig, RIG_B, RIG_STATION, &response);
	rig_run_for(rig, 10);
	CHECK_EQ(rig->phase, DIMP_PHASE_STAGED);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	rig_stop(rig);
}

/* A send queue of eight is slow, not stuck. */
static void test_attacks_tiny_send_queue(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.config[RIG_A].send_queue_max = 8;
	rig = started(&options);
	rig_learn(rig, 200);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 1000});
	rig_run_for(rig, 1000);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	rig_stop(rig);
}

/* A source whose round gets nowhere thaws when thaw_us says, not when the association gives up. */
static void test_attacks_thaw_in_an_open_round(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.config[RIG_A].send_queue_max = 20;
	rig = started(&options);
	rig_learn(rig, 2000);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 9000});
	rig_run_to(rig, RIG_A, DIMP_EVENT_FREEZE);
	rig->is_cut = true;
	rig_run_for(rig, 1000);
	CHECK_TEXT(rig_state(rig, RIG_A), "OWNER");
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_THAW], 1);
	rig_stop(rig);
}

/* The bridge cannot, and the source cannot be told: the one RESPONSE comes by the deadline. */
static void test_attacks_failed_activation_alone(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.activation_fails = true;
	rig = started(&options);
	rig_learn(rig, 4);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 1000});
	rig_run_to(rig, RIG_A, DIMP_EVENT_RELEASED);
	rig->is_cut = true;
	rig_run_for(rig, 1010);
	rig_check_outcome(rig, DIMP_RESULT_FAIL, DIMP_ERROR_IN_DOUBT);
	rig->is_cut = false;
	rig_run_for(rig, 20000);
	CHECK_TEXT(rig_state(rig, RIG_A), "OWNER");
	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(di_table_room(rig->speakers[RIG_B]->services.table).entries, 4096);
	rig_stop(rig);
}

/* A REQUEST that was refused for want of a place never starts when it comes again. DIMP 9.1-10. */
static void test_attacks_refused_request_repeated(void)
{
	struct rig_options options;
	struct dimp_request_config move;
	struct rig *rig;

	rig_options_default(&options);
	options.config[RIG_B].migrations_max = 1;
	rig = started(&options);
	rig_learn(rig, 1);
	move = rig_move(rig, 1);
	rig_ask(rig, &move);
	rig_run_for(rig, 60);
	const uint64_t first = rig->request;
	move.serial = 2;
	move.mode = DIMP_MODE_ONE_SHOT;
	rig_ask(rig, &move);
	rig_run_for(rig, 60);
	rig_check_outcome(rig, DIMP_RESULT_FAIL, DIMP_ERROR_MIGRATIONS_LIMIT);
	CHECK_EQ(dimp_speaker_cancel(rig->speakers[RIG_STATION], first, rig->now), DIMP_ERROR_NONE);
	rig_run_for(rig, 60);
	rig_say(rig, RIG_STATION, RIG_B, &rig->speakers[RIG_STATION]->stations[1].request);
	rig_run_for(rig, 60);
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_FREEZE], 0);
	CHECK(rig_is_owner(rig, RIG_A, rig_vsi()));
	rig_stop(rig);
}

/* A SOLICIT that arrives after its request has failed binds the source to nobody. */
static void test_attacks_solicit_after_the_end(void)
{
	struct rig *rig = started(NULL);
	struct dimp_message solicit = {.kind = DIMP_MESSAGE_SOLICIT,
		.body.solicit = {.serial = 1,
			.vsi = *rig_vsi(),
			.mode = DIMP_MODE_STAGED,
			.types = dhcp,
			.grant_entries = 100,
			.grant_octets = 10000},
		.row_count = 1,
		.rows.filter = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}}};

	rig_learn(rig, 1);
	rig->is_cut = true;
	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 5500});
	rig_run_for(rig, 5600);
	CHECK_EQ(rig->responses, 1);
	rig->is_cut = false;
	solicit.body.solicit.migration = migration_at_b(rig);
	rig_say(rig, RIG_B, RIG_A, &solicit);
	rig_run_for(rig, 1000);
	CHECK_TEXT(rig_state(rig, RIG_A), "OWNER");
	rig_stop(rig);
}

/* ABORT overtook SOLICIT and was confirmed: the copy that begins after that ends at its OFFER.
 * DIMP 9.1-12. */
static void test_attacks_solicit_after_its_abort(void)
{
	struct rig *rig = started(NULL);
	struct dimp_message offer = {.kind = DIMP_MESSAGE_OFFER, .body.offer = {.epoch = 1}};

	copy_staged(rig);
	rig->speakers[RIG_B]->destinations[0].machine.state = DESTINATION_ABORTING;
	offer.body.offer.migration = migration_at_b(rig);
	rig_say(rig, RIG_A, RIG_B, &offer);
	rig_run_for(rig, 100);
	CHECK_TEXT(rig_state(rig, RIG_A), "OWNER");
	rig_stop(rig);
}

/* After COMMIT only an ABORT of this freeze counts: an older refusal of SOLICIT proves nothing.
 * DIMP 9.2-19. */
static void test_attacks_refusal_after_commit(void)
{
	struct rig *rig = started(NULL);
	struct destination *destination = rig->speakers[RIG_B]->destinations;
	struct dimp_message abort = {.kind = DIMP_MESSAGE_ABORT,
		.body.abort = {.is_from_source = 1, .error = DIMP_ERROR_CONTEXT_NOT_FOUND}};

	rig_learn(rig, 1);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 5000});
	rig_run_for(rig, 100);
	destination->machine.state = DESTINATION_COMMITTING;
	destination->is_committed = true;
	destination->freeze = 7;
	abort.body.abort.migration = migration_at_b(rig);
	rig_say(rig, RIG_A, RIG_B, &abort);
	rig_run_for(rig, 100);
	CHECK_EQ(destination->machine.state, DESTINATION_COMMITTING);
	abort.body.abort.freeze = 7;
	rig_say(rig, RIG_A, RIG_B, &abort);
	rig_run_for(rig, 100);
	CHECK(destination->machine.state != DESTINATION_COMMITTING);
	rig_stop(rig);
}

/* ABORT came first and was confirmed: its SOLICIT freezes nothing, however late it comes.
 * DIMP 9.1-13. */
static void test_attacks_abort_before_its_solicit(void)
{
	struct rig *rig = started(NULL);
	struct dimp_message abort = {.kind = DIMP_MESSAGE_ABORT,
		.body.abort = {.migration = 70, .error = DIMP_ERROR_CANCELLED}};
	struct dimp_message solicit = {.kind = DIMP_MESSAGE_SOLICIT,
		.body.solicit = {.migration = 70,
			.serial = 1,
			.vsi = *rig_vsi(),
			.mode = DIMP_MODE_ONE_SHOT,
			.types = dhcp,
			.grant_entries = 100,
			.grant_octets = 10000},
		.row_count = 1,
		.rows.filter = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}}};

	rig_learn(rig, 1);
	rig_say(rig, RIG_B, RIG_A, &abort);
	rig_say(rig, RIG_B, RIG_A, &abort);
	rig_say(rig, RIG_B, RIG_A, &solicit);
	rig_run_for(rig, 100);
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_FREEZE], 0);
	/* Another one, older and not taken back, does begin. */
	solicit.body.solicit.migration = 69;
	rig_say(rig, RIG_B, RIG_A, &solicit);
	rig_run_for(rig, 100);
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_FREEZE], 1);
	rig_stop(rig);
}

/* An ABORT whose error only a newer speaker knows ends the migration like any other. */
static void test_attacks_abort_for_an_unknown_reason(void)
{
	struct rig *rig = started(NULL);
	struct dimp_message abort = {.kind = DIMP_MESSAGE_ABORT, .body.abort = {.error = 99}};

	copy_staged(rig);
	abort.body.abort.migration = migration_at_b(rig);
	rig_say(rig, RIG_B, RIG_A, &abort);
	rig_run_for(rig, 100);
	CHECK_TEXT(rig_state(rig, RIG_A), "OWNER");
	rig_stop(rig);
}

/* PROCEED for a copy that a later move has overtaken puts nothing into force. */
static void test_attacks_proceed_after_a_later_move(void)
{
	struct rig_options options;
	struct dimp_request_config move;
	struct rig *rig;

	rig_options_default(&options);
	options.config[RIG_B].settings.idle_us = 300 * MS;
	rig = started(&options);
	rig_learn(rig, 4);
	move = rig_move(rig, 1);
	rig_ask(rig, &move);
	rig_run_for(rig, 100);
	const uint64_t first = rig->request;
	rig->is_cut = true;
	rig_run_for(rig, 1000);
	CHECK_EQ(rig->phase, DIMP_PHASE_AT_RISK);
	rig->is_cut = false;
	rig_learn(rig, 6);
	move.serial = 2;
	move.mode = DIMP_MODE_ONE_SHOT;
	rig_ask(rig, &move);
	rig_run_for(rig, 1000);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	CHECK_EQ(dimp_speaker_proceed(rig->speakers[RIG_STATION], first, rig->now),
		DIMP_ERROR_NONE);
	rig->responses = 0;
	rig_run_for(rig, 1000);
	rig_check_outcome(rig, DIMP_RESULT_FAIL, DIMP_ERROR_STALE_SERIAL);
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_ACTIVATE], 1);
	CHECK(rig_is_owner(rig, RIG_B, rig_vsi()));
	rig_stop(rig);
}

/* What was superseded is another bridge's by now: there is nothing to decide. */
static void test_attacks_superseded_is_not_at_risk(void)
{
	struct rig *rig = started(NULL);
	struct dimp_message abort = {.kind = DIMP_MESSAGE_ABORT,
		.body.abort = {.is_from_source = 1, .error = DIMP_ERROR_SUPERSEDED}};

	rig_learn(rig, 4);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 5000});
	rig_run_for(rig, 100);
	abort.body.abort.migration = migration_at_b(rig);
	rig_say(rig, RIG_A, RIG_B, &abort);
	rig_run_for(rig, 100);
	rig_check_outcome(rig, DIMP_RESULT_FAIL, DIMP_ERROR_SUPERSEDED);
	rig_stop(rig);
}

/* DONE is lost with its association, and its request makes way for another: still nothing stays.
 * DIMP 9.1-9. */
static void test_attacks_done_of_a_forgotten_request(void)
{
	struct rig_options options;
	struct dimp_request_config other;
	struct rig *rig;

	rig_options_default(&options);
	options.config[RIG_B].migrations_max = 1;
	options.config[RIG_B].settings.idle_us = 300 * MS;
	rig = started(&options);
	rig_learn(rig, 4);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 1000});
	rig_run_to(rig, RIG_A, DIMP_EVENT_RELEASED);
	rig->is_cut = true;
	rig_run_for(rig, 400);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	other = rig_move(rig, 2);
	other.vsi.octets[0] ^= 1;
	rig_ask(rig, &other);
	rig_run_for(rig, 6000);
	CHECK_TEXT(rig_state(rig, RIG_A), "RELEASED");
	rig->is_cut = false;
	rig_run_for(rig, 10000);
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_GONE], 1);
	rig_stop(rig);
}

static const struct test_case tests[] = {
	TEST(test_attacks_offer_after_the_end),
	TEST(test_attacks_offer_whose_sum_wraps),
	TEST(test_attacks_slot_used_again),
	TEST(test_attacks_home_asked_during_a_move),
	TEST(test_attacks_progress_beside_response),
	TEST(test_attacks_tiny_send_queue),
	TEST(test_attacks_thaw_in_an_open_round),
	TEST(test_attacks_failed_activation_alone),
	TEST(test_attacks_refused_request_repeated),
	TEST(test_attacks_solicit_after_the_end),
	TEST(test_attacks_solicit_after_its_abort),
	TEST(test_attacks_refusal_after_commit),
	TEST(test_attacks_abort_before_its_solicit),
	TEST(test_attacks_abort_for_an_unknown_reason),
	TEST(test_attacks_proceed_after_a_later_move),
	TEST(test_attacks_superseded_is_not_at_risk),
	TEST(test_attacks_done_of_a_forgotten_request),
	TEST_END,
};
const struct test_suite suite_speaker_attacks = {"speaker_attacks", tests};
