/* SPDX-License-Identifier: MIT */
/* Small tables, long copies, many messages at once: bounds hold and nothing is lost (DIMP 9). */
#include <string.h>

#include "check.h"
#include "di_entries.h"
#include "di_staging.h"
#include "rig_voice.h"
#include "speaker.h"

static const uint64_t dhcp = (uint64_t)1 << DIMP_DI_DHCP_BINDING;

static struct dimp_record binding(uint8_t key)
{
	return (struct dimp_record){
		.type = DIMP_DI_DHCP_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.dhcp_binding = {.vlan = 42,
			.client = {{2, 0, 0, 2, 0, key}},
			.address = {{10, 1, 0, key}},
			.remaining = 60000},
	};
}

static void learn(struct rig *rig, const struct dimp_record *record)
{
	CHECK_EQ(dimp_speaker_di_change(rig->speakers[RIG_A], rig->vsi_a, record, rig->now),
		DIMP_ERROR_NONE);
}

/* A rig whose A says nothing by itself: the test speaks for it. */
static struct rig *started_mute(void)
{
	struct rig_options options;

	rig_options_default(&options);
	options.config[RIG_A].role = DIMP_ROLE_STATION_SPEAKER;
	return rig_start(&options);
}

/* DATA of the migration at B with one binding in it. */
static void say_binding(struct rig *rig, uint32_t chunk)
{
	const struct dimp_record record = binding((uint8_t)chunk);
	uint8_t octets[DIMP_RECORD_SIZE_MAX];
	size_t size;
	struct dimp_message data = {.kind = DIMP_MESSAGE_DATA,
		.body.data = {.migration = rig->speakers[RIG_B]->destinations[0].machine.migration,
			.chunk = chunk}};

	REQUIRE(dimp_record_write(&record, octets, sizeof(octets), &size) == DIMP_ERROR_NONE);
	data.records = (struct dimp_view){octets, size};
	rig_say(rig, RIG_A, RIG_B, &data);
	rig_run_for(rig, 2);
}

static void say_offer(struct rig *rig, uint32_t entries)
{
	struct dimp_message offer = {.kind = DIMP_MESSAGE_OFFER,
		.body.offer = {.migration =
				       rig->speakers[RIG_B]->destinations[0].machine.migration},
		.row_count = 1};

	offer.rows.offer[0] = (struct dimp_offer_row){.type = DIMP_DI_DHCP_BINDING,
		.entries = entries,
		.octets = 60 * entries};
	rig_say(rig, RIG_A, RIG_B, &offer);
	rig_run_for(rig, 2);
}

/* Every second chunk first: more gaps than can be kept are no fault, those chunks come again. */
static void test_bounds_gaps_among_chunks(void)
{
	struct rig *rig = started_mute();

	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 30000});
	rig_run_for(rig, 2);
	say_offer(rig, 100);
	for (uint32_t chunk = 1; chunk < 100; chunk += 2)
		say_binding(rig, chunk);
	for (uint32_t chunk = 0; chunk < 100; chunk += 2)
		say_binding(rig, chunk);
	rig_run_for(rig, 2000);
	CHECK_EQ(rig->responses, 0);
	CHECK_EQ(rig->phase, DIMP_PHASE_COPYING);
	CHECK(ack_ranges_covers(&rig->speakers[RIG_B]->destinations[0].copy.chunks, 0, 99));
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_RECORD], 100);
	rig_stop(rig);
}

/* DIMP 7.2-5: what is no record spoils the whole DATA, the right record before it included. */
static void test_bounds_data_with_what_is_no_record(void)
{
	static const uint8_t no_record[] = {0x01, 0x02, 0, 0};
	struct rig *rig = started_mute();
	const struct dimp_record record = binding(1);
	uint8_t records[DIMP_RECORD_SIZE_MAX], octets[DIMP_MESSAGE_SIZE_MAX];
	struct association_message wrapped = {.octets = {octets, 0}};
	struct dimp_message data = {.kind = DIMP_MESSAGE_DATA};
	size_t size;

	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 30000});
	rig_run_for(rig, 2);
	say_offer(rig, 1);
	REQUIRE(dimp_record_write(&record, records, sizeof records, &size) == DIMP_ERROR_NONE);
	data.body.data.migration = rig->speakers[RIG_B]->destinations[0].machine.migration;
	data.records = (struct dimp_view){records, size};
	REQUIRE(dimp_message_write(&data, octets, sizeof octets, &wrapped.octets.size) ==
		DIMP_ERROR_NONE);
	memcpy(octets + wrapped.octets.size, no_record, sizeof no_record);
	wrapped.octets.size += sizeof no_record;
	octets[3] = (uint8_t)(octets[3] + sizeof no_record);
	CHECK_EQ(association_send(rig->speakers[RIG_A]->peers[0].association, &wrapped, rig->now),
		DIMP_ERROR_NONE);
	rig_run_for(rig, 2);
	CHECK_EQ(rig->speakers[RIG_B]->counters.drop_payload, 1);
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_RECORD], 0);
	say_binding(rig, 0);
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_RECORD], 1);
	rig_stop(rig);
}

/* Types that were not asked for are not shown to the user. */
static void test_bounds_types_not_asked_for(void)
{
	struct rig *rig = started_mute();

	rig_request(rig,
		&(struct rig_ask){DIMP_MODE_STAGED, 0, (uint64_t)1 << DIMP_DI_DOT1X_SESSION,
			30000});
	rig_run_for(rig, 2);
	say_offer(rig, 1);
	say_binding(rig, 0);
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_RECORD], 0);
	CHECK_EQ(rig->responses, 0);
	rig_stop(rig);
}

/* One PDU full of moves: for every FREEZE that the user is told there is a THAW. What found no room
 * was not acknowledged, and came again (DIMP 9.1-8). */
static void test_bounds_events_of_one_pdu(void)
{
	struct dimp_message solicit = {.kind = DIMP_MESSAGE_SOLICIT,
		.body.solicit = {.vsi = *rig_vsi(),
			.mode = DIMP_MODE_ONE_SHOT,
			.types = dhcp,
			.grant_entries = 100,
			.grant_octets = 10000},
		.row_count = 1,
		.rows.filter = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}}};
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	for (unsigned who = 0; who < RIG_SPEAKERS; who++)
		options.config[who].pdu_size_max = DIMP_PDU_SIZE_MAX;
	options.config[RIG_A].vsis_max = 1;
	options.config[RIG_A].migrations_max = 1;
	rig = rig_start(&options);
	for (uint64_t move = 1; move <= 90; move++) {
		solicit.body.solicit.migration = move;
		solicit.body.solicit.serial = move;
		rig_say(rig, RIG_B, RIG_A, &solicit);
	}
	rig_run_for(rig, 3000);
	CHECK(rig->seen[RIG_A][DIMP_EVENT_FREEZE] > 20);
	CHECK_EQ(rig->seen[RIG_A][DIMP_EVENT_THAW], rig->seen[RIG_A][DIMP_EVENT_FREEZE]);
	CHECK(rig->speakers[RIG_A]->counters.drop_no_room > 0);
	CHECK_TEXT(rig_state(rig, RIG_A), "OWNER");
	rig_stop(rig);
}

/* A rig with a staged copy under way and its VM not yet stopped. */
static struct rig *started_staged(uint32_t entries_max)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.config[RIG_A].entries_max = entries_max;
	options.config[RIG_B].entries_max = entries_max;
	rig = rig_start(&options);
	rig_learn(rig, 4);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 60000});
	rig_run_for(rig, 50);
	CHECK_EQ(rig->phase, DIMP_PHASE_STAGED);
	return rig;
}

static void cut_over(struct rig *rig)
{
	CHECK_EQ(dimp_speaker_cutover(rig->speakers[RIG_STATION], rig->request, rig->now),
		DIMP_ERROR_NONE);
	rig_run_for(rig, 200);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
}

/* Ten entries more, a round or more each, and the copy is complete. */
static void learn_ten_and_cut_over(struct rig *rig)
{
	for (uint8_t key = 0; key < 10; key++) {
		const struct dimp_record record = binding(key);

		learn(rig, &record);
		rig_run_for(rig, 100);
	}
	cut_over(rig);
	CHECK_EQ(di_table_entries(rig->speakers[RIG_B]->services.table, rig->active_b), 14);
}

/* A copy that has been going on for 65,535 rounds can still be finished. */
static void test_bounds_rounds_do_not_wrap(void)
{
	struct rig *rig = started_staged(64);

	rig->speakers[RIG_A]->vsis[rig->vsi_a].round.started = UINT16_MAX - 3;
	learn_ten_and_cut_over(rig);
	rig_stop(rig);
}

/* Nor does the number of the last change, after four thousand million of them. */
static void test_bounds_change_numbers_do_not_wrap(void)
{
	struct rig *rig = started_staged(64);

	rig->speakers[RIG_A]->services.table->vsis[rig->vsi_a].change = UINT32_MAX - 2;
	learn_ten_and_cut_over(rig);
	rig_stop(rig);
}

/* Entries that come and go during a long copy do not fill the tables with what was deleted. */
static void test_bounds_markers_of_a_long_copy(void)
{
	struct rig *rig = started_staged(16);

	for (uint8_t key = 0; key < 100; key++) {
		struct dimp_record record = binding(key);

		learn(rig, &record);
		rig_run_for(rig, 100);
		record.operation = DIMP_OPERATION_DELETE;
		learn(rig, &record);
		rig_run_for(rig, 100);
	}
	CHECK_EQ(rig->responses, 0);
	cut_over(rig);
	CHECK_EQ(di_table_entries(rig->speakers[RIG_B]->services.table, rig->active_b), 4);
	rig_stop(rig);
}

/* Requests under way leave room for each other: each gets what its source offers. */
static void test_bounds_requests_share_the_room(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	rig = rig_start(&options);
	for (uint8_t number = 1; number <= 16; number++) {
		const struct dimp_vsi_config another = {
			.vsi = {{0x80, number}},
			.filters = {{.mac = {{2, 0, 0, 0, 1, number}}, .vlan = 42}},
			.filter_count = 1,
		};
		struct dimp_request_config move = rig_move(rig, number);

		CHECK_EQ(
			dimp_speaker_vsi_add(rig->speakers[RIG_A], &another, &rig->vsi_a, rig->now),
			DIMP_ERROR_NONE);
		rig_learn(rig, 3);
		move.vsi = another.vsi;
		rig_ask(rig, &move);
	}
	rig_run_for(rig, 100);
	CHECK_EQ(rig->responses, 0);
	rig_stop(rig);
}

/* The bridge turns down a required entry after the digests agreed: no SUCCESS, the DI goes back. */
static void test_bounds_rejection_after_commit(void)
{
	struct rig_options options;
	const struct dimp_record record = binding(1);
	struct rig *rig;

	rig_options_default(&options);
	rig = rig_start(&options);
	learn(rig, &record);
	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 1000});
	rig_run_to(rig, RIG_A, DIMP_EVENT_RELEASED);
	dimp_speaker_reject(rig->speakers[RIG_B], rig->speakers[RIG_B]->destinations[0].machine.vsi,
		&record, DIMP_ERROR_POLICY_REFUSED);
	rig_run_for(rig, 100);
	rig_check_outcome(rig, DIMP_RESULT_FAIL, DIMP_ERROR_POLICY_REFUSED);
	CHECK_TEXT(rig_state(rig, RIG_A), "OWNER");
	rig_stop(rig);
}

static const struct test_case tests[] = {
	TEST(test_bounds_gaps_among_chunks),
	TEST(test_bounds_data_with_what_is_no_record),
	TEST(test_bounds_types_not_asked_for),
	TEST(test_bounds_events_of_one_pdu),
	TEST(test_bounds_rounds_do_not_wrap),
	TEST(test_bounds_change_numbers_do_not_wrap),
	TEST(test_bounds_markers_of_a_long_copy),
	TEST(test_bounds_requests_share_the_room),
	TEST(test_bounds_rejection_after_commit),
	TEST_END,
};
const struct test_suite suite_speaker_bounds = {"speaker_bounds", tests};
