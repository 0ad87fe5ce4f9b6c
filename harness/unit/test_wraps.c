/* SPDX-License-Identifier: MIT */
/*
 * Proves what a speaker does when one of its numbers comes to its end: each is put one or two
 * before it and crosses it in an exchange that goes on (docs/WRAPS.md).
 */
#include <string.h>

#include "check.h"
#include "di_entries.h"
#include "rig_voice.h"
#include "speaker.h"

enum { MS = 1000, LEARNED = 4 };

static const uint64_t dhcp = (uint64_t)1 << DIMP_DI_DHCP_BINDING;

static struct rig *started(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	rig = rig_start(&options);
	rig_learn(rig, LEARNED);
	return rig;
}

static void move_once(struct rig *rig)
{
	rig_request(rig, &(struct rig_ask){DIMP_MODE_ONE_SHOT, dhcp, 0, 1000});
	rig_run_for(rig, 200);
}

static struct dimp_request_config another_move(const struct rig *rig)
{
	struct dimp_request_config move = rig_move(rig, 2);

	move.vsi.octets[0] ^= 1;
	return move;
}

/* DIMP 9.1-16: the last migration id is given out and its move ends well; the next REQUEST gets
 * none. */
static void test_wraps_migration_ids_end(void)
{
	struct rig *rig = started();
	struct services *services = &rig->speakers[RIG_B]->services;

	services->migration_last += UINT32_MAX - 1;
	move_once(rig);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	CHECK_EQ(services->migration_last, UINT64_C(0x1ffffffff));
	const struct dimp_request_config move = another_move(rig);
	rig_ask(rig, &move);
	rig_run_for(rig, 200);
	CHECK_EQ(rig->responses, 2);
	CHECK_EQ(rig->response.body.response.error, DIMP_ERROR_MIGRATIONS_LIMIT);
	CHECK_EQ(services->migration_last, UINT64_C(0x1ffffffff));
	CHECK(rig_is_owner(rig, RIG_B, rig_vsi()));
	rig_stop(rig);
}

/* DIMP 9.1-16: the same for what the bridge's own host orders, and for NOTIFY. */
static void test_wraps_host_is_told_that_ids_end(void)
{
	struct rig *rig = started();
	struct dimp_speaker *bridge = rig->speakers[RIG_B];
	const struct dimp_request_config move = another_move(rig);
	const struct dimp_message notify = {.kind = DIMP_MESSAGE_NOTIFY,
		.body.notify = {.vsi = move.vsi, .serial = 3, .deadline = 1000},
		.rows.filter = {{.mac = {{2, 0, 0, 0, 0, 9}}, .vlan = 42}},
		.row_count = 1};
	uint64_t request;

	bridge->request_last += UINT32_MAX - 1;
	CHECK_EQ(dimp_speaker_pull(bridge, &move, rig->now, &request), DIMP_ERROR_NONE);
	CHECK_EQ(request, UINT64_C(0x1ffffffff));
	CHECK_EQ(dimp_speaker_pull(bridge, &move, rig->now, &request), DIMP_ERROR_TABLE_FULL);
	CHECK_EQ(bridge->counters.notify_unmet, 0);
	rig_say(rig, RIG_A, RIG_B, &notify);
	rig_run_for(rig, 10);
	CHECK_EQ(bridge->counters.notify_unmet, 1);
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_NOTIFIED], 0);
	rig_stop(rig);
}

/* DIMP 9.1-16: a station's last request is carried out, and its host is refused another. */
static void test_wraps_request_ids_end(void)
{
	struct rig *rig = started();
	struct dimp_speaker *station = rig->speakers[RIG_STATION];
	const struct dimp_announcement announcement = {.bridge = RIG_PEER_OF_STATION, .serial = 9};
	const struct dimp_request_config move = another_move(rig);
	uint64_t id;

	station->request_last += UINT32_MAX - 1;
	move_once(rig);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	CHECK_EQ(rig->request, UINT64_C(0x1ffffffff));
	CHECK_EQ(dimp_speaker_request(station, &move, rig->now, &id), DIMP_ERROR_TABLE_FULL);
	CHECK_EQ(dimp_speaker_announce(station, &announcement, rig->now, &id),
		DIMP_ERROR_TABLE_FULL);
	rig_stop(rig);
}

/* DIMP 5.2-15, 9.1-16: the last boot count is one as any other, for stamps and for ids. */
static void test_wraps_last_boot_moves(void)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	for (unsigned who = 0; who < RIG_SPEAKERS; who++)
		options.config[who].boot_count = UINT32_MAX;
	rig = rig_start(&options);
	rig_learn(rig, LEARNED);
	rig->speakers[RIG_B]->services.migration_last = UINT64_MAX - 1;
	move_once(rig);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	CHECK_EQ(rig->speakers[RIG_B]->services.migration_last, UINT64_MAX);
	rig_stop(rig);
}

static void learn_one(struct rig *rig, uint8_t key)
{
	const struct dimp_record record = {
		.type = DIMP_DI_DHCP_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.dhcp_binding = {.vlan = 42,
			.client = {{2, 0, 0, 2, 0, key}},
			.address = {{10, 1, 0, key}},
			.remaining = 60000},
	};

	CHECK_EQ(dimp_speaker_di_change(rig->speakers[RIG_A], rig->vsi_a, &record, rig->now),
		DIMP_ERROR_NONE);
	rig_run_for(rig, 100);
}

/* As if so many chunks had gone over and arrived. */
static void advance_chunks(struct rig *rig, uint32_t chunks)
{
	rig->speakers[RIG_A]->vsis[rig->vsi_a].round.chunks = chunks;
	rig->speakers[RIG_B]->destinations[0].copy.chunks =
		(struct ack_ranges){.count = 1, .ranges = {{.first = 0, .last = chunks - 1}}};
}

/* DIMP 9.3-24: half the numbers of chunks are left to the final round, and it brings all changes.
 */
static void test_wraps_chunks_leave_the_final_round_room(void)
{
	struct rig *rig = started();
	const struct round *round = &rig->speakers[RIG_A]->vsis[rig->vsi_a].round;

	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 60000});
	rig_run_for(rig, 50);
	CHECK_EQ(rig->phase, DIMP_PHASE_STAGED);
	advance_chunks(rig, UINT32_MAX / 2);
	learn_one(rig, 1);
	CHECK_EQ(round->started, 2);
	learn_one(rig, 2);
	learn_one(rig, 3);
	CHECK_EQ(round->started, 2);
	CHECK_EQ(round->chunks, UINT32_MAX / 2 + 1);
	CHECK_EQ(dimp_speaker_cutover(rig->speakers[RIG_STATION], rig->request, rig->now),
		DIMP_ERROR_NONE);
	rig_run_for(rig, 200);
	rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
	CHECK_EQ(di_table_entries(rig->speakers[RIG_B]->services.table, rig->active_b),
		LEARNED + 3);
	rig_stop(rig);
}

static bool has_higher_key(const struct rig *rig, enum rig_speaker one, enum rig_speaker other)
{
	const struct dimp_public_key mine = rig_public_key(rig, one);
	const struct dimp_public_key theirs = rig_public_key(rig, other);

	return memcmp(mine.octets, theirs.octets, sizeof mine.octets) > 0;
}

/* Both bridges own the VSI, at the same rank, the epoch being at its end. */
static struct rig *started_with_two_owners(void)
{
	const struct dimp_vsi_config vsi = {.vsi = *rig_vsi(),
		.filters = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}},
		.filter_count = 1};
	struct rig_options options;
	dimp_vsi_index index;
	struct rig *rig;

	rig_options_default(&options);
	rig = rig_start(&options);
	CHECK_EQ(dimp_speaker_vsi_add(rig->speakers[RIG_B], &vsi, &index, rig->now),
		DIMP_ERROR_NONE);
	rig->speakers[RIG_A]->vsis[rig->vsi_a].epoch = UINT32_MAX;
	rig->speakers[RIG_B]->vsis[index].epoch = UINT32_MAX;
	rig->speakers[RIG_A]->peers[RIG_PEER_OF_A].is_bridge = true;
	rig->speakers[RIG_B]->peers[RIG_PEER_A].is_bridge = true;
	return rig;
}

/* DIMP 9.8-5: one of them yields, whoever speaks first, and then there is silence. */
static void test_wraps_equal_ranks_settle(void)
{
	for (enum rig_speaker from = RIG_A; from <= RIG_B; from++) {
		struct rig *rig = started_with_two_owners();
		const struct dimp_message owner = {.kind = DIMP_MESSAGE_I_HAVE,
			.body.i_have = {.vsi = *rig_vsi(),
				.holding = DIMP_HOLDING_OWNER,
				.epoch = UINT32_MAX}};

		rig_say(rig, from, from == RIG_A ? RIG_B : RIG_A, &owner);
		rig_run_for(rig, 50);
		CHECK_EQ(rig_is_owner(rig, RIG_A, rig_vsi()), has_higher_key(rig, RIG_A, RIG_B));
		CHECK_EQ(rig_is_owner(rig, RIG_B, rig_vsi()), has_higher_key(rig, RIG_B, RIG_A));
		const unsigned pdus = rig->pdus;
		rig_run_for(rig, 500);
		CHECK_EQ(rig->pdus, pdus);
		rig_stop(rig);
	}
}

/* The clock's last half second, whatever decides when PDUs go: nothing goes off too early or never
 * ends, and nothing more is waited for than there is time. */
static void test_wraps_the_clock_ends(void)
{
	for (uint32_t kbps = 0; kbps <= 10000; kbps += 5000) {
		struct rig_options options;
		struct rig *rig;

		rig_options_default(&options);
		options.starts_at.us = UINT64_MAX - 500 * MS;
		for (unsigned who = 0; who < RIG_SPEAKERS; who++)
			options.config[who].settings.paced_kbps = kbps;
		rig = rig_start(&options);
		rig_learn(rig, LEARNED);
		rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, 10000});
		rig_run_for(rig, 100);
		CHECK_EQ(rig->phase, DIMP_PHASE_STAGED);
		rig_run(rig, (struct dimp_time){UINT64_MAX - 50 * MS});
		CHECK_EQ(dimp_speaker_cutover(rig->speakers[RIG_STATION], rig->request, rig->now),
			DIMP_ERROR_NONE);
		rig_run(rig, (struct dimp_time){UINT64_MAX - 1});
		rig_check_outcome(rig, DIMP_RESULT_SUCCESS, DIMP_ERROR_NONE);
		rig_stop(rig);
	}
}

/* DIMP 9.2-14: the longest deadline is 49 days from now, and so is giving up before it. */
static void test_wraps_longest_deadline(void)
{
	struct rig *rig = started();
	const struct destination *destination = &rig->speakers[RIG_B]->destinations[0];
	const uint64_t longest = UINT64_C(4294967295) * MS;

	rig_request(rig, &(struct rig_ask){DIMP_MODE_STAGED, dhcp, 0, UINT32_MAX});
	const struct dimp_time asked = rig->now;
	rig_run_for(rig, 50);
	CHECK_EQ(rig->phase, DIMP_PHASE_STAGED);
	CHECK(destination->deadline.us > asked.us + longest - 50 * MS);
	CHECK(destination->deadline.us < asked.us + longest + 50 * MS);
	CHECK_EQ(destination->deadline.us - destination->give_up.us, 500 * MS);
	rig_stop(rig);
}

static const struct test_case tests[] = {
	TEST(test_wraps_longest_deadline),
	TEST(test_wraps_migration_ids_end),
	TEST(test_wraps_host_is_told_that_ids_end),
	TEST(test_wraps_request_ids_end),
	TEST(test_wraps_last_boot_moves),
	TEST(test_wraps_chunks_leave_the_final_round_room),
	TEST(test_wraps_equal_ranks_settle),
	TEST(test_wraps_the_clock_ends),
	TEST_END,
};
const struct test_suite suite_wraps = {"wraps", tests};
