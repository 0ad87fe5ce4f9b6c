/*
 * Proves that commands and answers that name what is not there, or that mean nothing now, are
 * refused with the error that dimp.h names, or do nothing, and leave everything as it was.
 */
#include "check.h"
#include "rig_voice.h"
#include "speaker.h"

enum { NOBODY = 99, NOTHING = 9999 };

static struct rig *start(void)
{
	struct rig_options options;

	rig_options_default(&options);
	struct rig *rig = rig_start(&options);

	rig_learn(rig, 2);
	return rig;
}

static struct dimp_record binding(void)
{
	return (struct dimp_record){
		.type = DIMP_DI_DHCP_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.dhcp_binding = {.vlan = 42, .client = {{2, 0, 0, 9}}, .remaining = 1000},
	};
}

/* Everything still works: a move of the VSI succeeds. */
static void move_once(struct rig *rig)
{
	const struct dimp_request_config move = rig_move(rig, 7);

	rig_ask(rig, &move);
	rig_run_for(rig, 1000);
	CHECK_EQ(dimp_speaker_cutover(rig->speakers[RIG_STATION], rig->request, rig->now),
		DIMP_ERROR_NONE);
	rig_run_for(rig, 1000);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
}

static void stop_after_a_move(struct rig *rig)
{
	move_once(rig);
	rig_stop(rig);
}

static void test_misuse_of_peers(void)
{
	struct rig *rig = start();
	struct dimp_speaker *speaker = rig->speakers[RIG_B];
	const struct dimp_peer_config one_more = {.is_bridge = true};
	struct dimp_association_keys keys;
	const uint8_t octets[DIMP_PDU_SIZE_MAX + 1] = {0};
	dimp_peer peer = 0;
	enum dimp_error error = DIMP_ERROR_NONE;

	dimp_speaker_open(speaker, NOBODY, rig->now);
	dimp_speaker_close(speaker, NOBODY, rig->now);
	dimp_speaker_receive(speaker, NOBODY, (struct dimp_view){octets, 64}, rig->now);
	dimp_speaker_receive(speaker, RIG_PEER_A, (struct dimp_view){octets, sizeof octets},
		rig->now);
	dimp_speaker_receive(speaker, RIG_PEER_A, (struct dimp_view){octets, 0}, rig->now);
	CHECK(!dimp_speaker_keys(speaker, NOBODY, &keys));
	CHECK_EQ(dimp_speaker_vsi_expect(speaker, rig_vsi(), NOBODY), DIMP_ERROR_NO_SUCH_PEER);
	CHECK_EQ(dimp_speaker_vsi_expect(speaker, rig_vsi(), DIMP_NO_PEER), DIMP_ERROR_NONE);
	for (unsigned count = 0; error == DIMP_ERROR_NONE && count < NOTHING; count++)
		error = dimp_speaker_add_peer(rig->speakers[RIG_STATION], &one_more, &peer);
	CHECK_EQ(error, DIMP_ERROR_TABLE_FULL);
	stop_after_a_move(rig);
}

static void test_misuse_of_vsis(void)
{
	struct rig *rig = start();
	struct dimp_speaker *speaker = rig->speakers[RIG_A];
	const dimp_vsi_index numbers[] = {NOTHING, DIMP_NO_VSI, rig->vsi_a + 1};
	const struct dimp_record record = binding();
	const struct dimp_vsi_config crowded = {.vsi = {{7}}, .filter_count = DIMP_FILTERS_MAX + 1};
	struct dimp_record walked;
	struct dimp_vsi_status status;
	dimp_vsi_index added = 3;

	CHECK_EQ(dimp_speaker_vsi_add(speaker, &crowded, &added, rig->now), DIMP_ERROR_TOO_MANY);
	for (unsigned each = 0; each < sizeof numbers / sizeof numbers[0]; each++) {
		struct dimp_di_cursor cursor = {numbers[each], 0};

		dimp_speaker_vsi_left(speaker, numbers[each], rig->now);
		CHECK_EQ(dimp_speaker_vsi_revoke(speaker, numbers[each], rig->now),
			DIMP_ERROR_NO_SUCH_VSI);
		CHECK_EQ(dimp_speaker_di_change(speaker, numbers[each], &record, rig->now),
			DIMP_ERROR_NO_SUCH_VSI);
		CHECK(!dimp_speaker_di_next(speaker, &cursor, &walked, rig->now));
		CHECK(!dimp_speaker_vsi_status(speaker, numbers[each], &status));
		dimp_speaker_frozen(speaker, numbers[each], 1, rig->now);
		dimp_speaker_reject(speaker, numbers[each], &record, DIMP_ERROR_NO_ROOM);
		dimp_speaker_activated(speaker, numbers[each], true, rig->now);
	}
	stop_after_a_move(rig);
}

/* More VSIs than there are places, under names of their own. */
static void test_misuse_fills_the_table_of_vsis(void)
{
	struct rig *rig = start();
	enum dimp_error error = DIMP_ERROR_NONE;
	dimp_vsi_index added;
	unsigned count;

	for (count = 1; error == DIMP_ERROR_NONE && count < NOTHING; count++) {
		const struct dimp_vsi_config config = {
			.vsi = {{8, (uint8_t)count, (uint8_t)(count >> 8)}}};

		error = dimp_speaker_vsi_add(rig->speakers[RIG_A], &config, &added, rig->now);
	}
	CHECK_EQ(error, DIMP_ERROR_TABLE_FULL);
	CHECK_EQ(count - 1, rig->speakers[RIG_A]->config.vsis_max);
	stop_after_a_move(rig);
}

static void test_misuse_of_stations_commands(void)
{
	struct rig *rig = start();
	struct dimp_speaker *station = rig->speakers[RIG_STATION], *bridge = rig->speakers[RIG_B];
	struct dimp_request_config move = rig_move(rig, 1);
	struct dimp_announcement word = {.bridge = NOBODY, .vsi = *rig_vsi(), .serial = 1};
	uint64_t request;

	CHECK_EQ(dimp_speaker_request(bridge, &move, rig->now, &request), DIMP_ERROR_WRONG_STATE);
	CHECK_EQ(dimp_speaker_announce(bridge, &word, rig->now, &request), DIMP_ERROR_WRONG_STATE);
	CHECK_EQ(dimp_speaker_announce(station, &word, rig->now, &request),
		DIMP_ERROR_NO_SUCH_PEER);
	move.destination = NOBODY;
	CHECK_EQ(dimp_speaker_request(station, &move, rig->now, &request), DIMP_ERROR_NO_SUCH_PEER);
	move = rig_move(rig, 1);
	move.filter_count = 0;
	CHECK_EQ(dimp_speaker_request(station, &move, rig->now, &request), DIMP_ERROR_TOO_MANY);
	move.filter_count = DIMP_FILTERS_MAX + 1;
	CHECK_EQ(dimp_speaker_request(station, &move, rig->now, &request), DIMP_ERROR_TOO_MANY);
	CHECK_EQ(dimp_speaker_cutover(station, NOTHING, rig->now), DIMP_ERROR_NO_SUCH_REQUEST);
	CHECK_EQ(dimp_speaker_proceed(station, NOTHING, rig->now), DIMP_ERROR_NO_SUCH_REQUEST);
	CHECK_EQ(dimp_speaker_cancel(bridge, NOTHING, rig->now), DIMP_ERROR_NO_SUCH_REQUEST);
	CHECK_EQ(dimp_speaker_end_doubt(bridge, rig_vsi(), rig->now), DIMP_ERROR_NO_SUCH_REQUEST);
	stop_after_a_move(rig);
}

/* As many requests as have a place, none of them with an outcome yet. */
static void test_misuse_fills_the_table_of_requests(void)
{
	struct rig *rig = start();
	struct dimp_speaker *station = rig->speakers[RIG_STATION];
	struct dimp_request_config move = rig_move(rig, 1);
	enum dimp_error error = DIMP_ERROR_NONE;
	uint64_t request;
	unsigned count = 0;

	for (; error == DIMP_ERROR_NONE && count < NOTHING; count++) {
		move.vsi.octets[5] = (uint8_t)(count + 1);
		error = dimp_speaker_request(station, &move, rig->now, &request);
	}
	CHECK_EQ(error, DIMP_ERROR_TABLE_FULL);
	CHECK_EQ(count - 1, station->config.migrations_max);
	rig_run_for(rig, 20000);
	CHECK_EQ(rig->responses, count - 1);
	rig_stop(rig);
}

static void test_misuse_of_operators_commands(void)
{
	struct rig *rig = start();
	struct dimp_speaker *station = rig->speakers[RIG_STATION], *bridge = rig->speakers[RIG_A];
	struct dimp_request_config move = rig_move(rig, 1);
	struct dimp_notification coming = {
		.destination = RIG_PEER_OF_A,
		.serial = 1,
		.vsi = *rig_vsi(),
		.filters = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}},
		.filter_count = 1,
	};
	uint64_t request;

	CHECK_EQ(dimp_speaker_pull(station, &move, rig->now, &request), DIMP_ERROR_WRONG_STATE);
	move.filter_count = 0;
	CHECK_EQ(dimp_speaker_pull(bridge, &move, rig->now, &request), DIMP_ERROR_TOO_MANY);
	move.filter_count = DIMP_FILTERS_MAX + 1;
	CHECK_EQ(dimp_speaker_pull(bridge, &move, rig->now, &request), DIMP_ERROR_TOO_MANY);
	coming.destination = NOBODY;
	CHECK_EQ(dimp_speaker_notify(bridge, &coming, rig->now), DIMP_ERROR_NO_SUCH_PEER);
	coming.destination = RIG_PEER_STATION;
	CHECK_EQ(dimp_speaker_notify(rig->speakers[RIG_B], &coming, rig->now),
		DIMP_ERROR_NO_SUCH_PEER);
	coming.destination = RIG_PEER_OF_A;
	coming.filter_count = 0;
	CHECK_EQ(dimp_speaker_notify(bridge, &coming, rig->now), DIMP_ERROR_TOO_MANY);
	coming.filter_count = DIMP_FILTERS_MAX + 1;
	CHECK_EQ(dimp_speaker_notify(bridge, &coming, rig->now), DIMP_ERROR_TOO_MANY);
	coming.filter_count = 1;
	coming.vsi.octets[0] = 77;
	CHECK_EQ(dimp_speaker_notify(bridge, &coming, rig->now), DIMP_ERROR_NO_SUCH_VSI);
	stop_after_a_move(rig);
}

/* What was released is another's: it can be neither revoked nor changed nor notified of. */
static void test_misuse_of_what_was_released(void)
{
	struct rig *rig = start();
	struct dimp_speaker *bridge = rig->speakers[RIG_A];
	const struct dimp_request_config move = rig_move(rig, 1);
	const struct dimp_record record = binding();
	const struct dimp_notification coming = {
		.destination = RIG_PEER_OF_A,
		.serial = 2,
		.vsi = *rig_vsi(),
		.filter_count = 1,
	};

	rig_ask(rig, &move);
	rig_run_for(rig, 1000);
	CHECK_EQ(dimp_speaker_cutover(rig->speakers[RIG_STATION], rig->request, rig->now),
		DIMP_ERROR_NONE);
	rig_run_to(rig, RIG_A, DIMP_EVENT_RELEASED);
	CHECK_EQ(dimp_speaker_vsi_revoke(bridge, rig->vsi_a, rig->now), DIMP_ERROR_WRONG_STATE);
	CHECK_EQ(dimp_speaker_di_change(bridge, rig->vsi_a, &record, rig->now),
		DIMP_ERROR_VSI_FROZEN);
	CHECK_EQ(dimp_speaker_notify(bridge, &coming, rig->now), DIMP_ERROR_NO_SUCH_VSI);
	CHECK_EQ(dimp_speaker_cutover(rig->speakers[RIG_STATION], rig->request, rig->now),
		DIMP_ERROR_WRONG_STATE);
	rig_run_for(rig, 1000);
	/* And after DIMP_EVENT_ACTIVATE a rejection comes too late. */
	dimp_speaker_reject(rig->speakers[RIG_B], rig->active_b, &record, DIMP_ERROR_NO_ROOM);
	dimp_speaker_activated(rig->speakers[RIG_B], rig->active_b, false, rig->now);
	rig_run_for(rig, 1000);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	CHECK(rig_is_owner(rig, RIG_B, rig_vsi()));
	rig_stop(rig);
}

static void test_misuse_fills_the_table_of_expected_stations(void)
{
	struct rig *rig = start();
	struct dimp_speaker *speaker = rig->speakers[RIG_B];
	enum dimp_error error = DIMP_ERROR_NONE;

	for (unsigned count = 1; error == DIMP_ERROR_NONE && count < NOTHING; count++) {
		const struct dimp_vsi vsi = {{9, (uint8_t)count, (uint8_t)(count >> 8)}};

		error = dimp_speaker_vsi_expect(speaker, &vsi, RIG_PEER_A);
	}
	CHECK_EQ(error, DIMP_ERROR_TABLE_FULL);
	stop_after_a_move(rig);
}

/* Answers to what was not asked: ACTIVATE while the copy is staged, and after all has failed. */
static void test_misuse_of_answers(void)
{
	struct rig *rig = start();
	struct dimp_speaker *bridge = rig->speakers[RIG_B];
	const struct dimp_request_config move = rig_move(rig, 1);
	const struct dimp_record record = binding();

	rig_ask(rig, &move);
	rig_run_for(rig, 1000);
	CHECK_EQ(rig->phase, DIMP_PHASE_STAGED);
	for (dimp_vsi_index slot = 0; slot < bridge->config.vsis_max; slot++)
		dimp_speaker_activated(bridge, slot, true, rig->now);
	rig_run_for(rig, 100);
	CHECK_EQ(rig->responses, 0);
	CHECK_EQ(dimp_speaker_cancel(rig->speakers[RIG_STATION], rig->request, rig->now),
		DIMP_ERROR_NONE);
	rig_run_for(rig, 1000);
	rig_check_outcome(rig, DIMP_RESULT_FAIL, DIMP_ERROR_CANCELLED);
	dimp_speaker_reject(bridge, DIMP_NO_VSI, &record, DIMP_ERROR_NO_ROOM);
	rig->responses = 0;
	move_once(rig);
	dimp_speaker_reject(bridge, DIMP_NO_VSI, &record, DIMP_ERROR_NO_ROOM);
	CHECK(rig_is_owner(rig, RIG_B, rig_vsi()));
	rig_stop(rig);
}

static const struct test_case tests[] = {
	TEST(test_misuse_of_peers),
	TEST(test_misuse_of_vsis),
	TEST(test_misuse_fills_the_table_of_vsis),
	TEST(test_misuse_of_stations_commands),
	TEST(test_misuse_fills_the_table_of_requests),
	TEST(test_misuse_of_operators_commands),
	TEST(test_misuse_of_what_was_released),
	TEST(test_misuse_fills_the_table_of_expected_stations),
	TEST(test_misuse_of_answers),
	TEST_END,
};

const struct test_suite suite_speaker_misuse = {"speaker_misuse", tests};
