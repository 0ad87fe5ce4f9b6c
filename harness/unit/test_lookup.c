/* SPDX-License-Identifier: MIT */
/* Who has the DI, and who keeps it when two do (DIMP 9.2-28, 9.2-29, 9.8). */
#include <string.h>

#include "check.h"
#include "fault_checks.h"
#include "fault_rig.h"
#include "lookup.h"

enum { MS = 1000 };

static const uint64_t dhcp = (uint64_t)1 << DIMP_DI_DHCP_BINDING;

static struct fault_rig *start(void)
{
	const struct fault_profile quiet = {.seed = 5};
	struct fault_rig *rig = fault_rig_start(&quiet);
	dimp_vsi_index vsi;
	const struct dimp_record record = {
		.type = DIMP_DI_DHCP_BINDING,
		.operation = DIMP_OPERATION_PUT,
		.body.dhcp_binding = {.vlan = 42,
			.client = {{2, 0, 0, 0, 0, 1}},
			.address = {{10, 0, 0, 1}},
			.remaining = 600000},
	};

	CHECK_EQ(fault_checks_owner(rig, &vsi), 0);
	CHECK_EQ(dimp_speaker_di_change(rig->speakers[0], vsi, &record, rig->now), DIMP_ERROR_NONE);
	rig->expiry[1].us = rig->now.us + UINT64_C(600000) * MS;
	return rig;
}

/* The station of |bridge| asks; |source| FAULT_BRIDGES: it names none. */
static struct fault_request *ask(struct fault_rig *rig, unsigned bridge, unsigned source)
{
	struct fault_request *request = &rig->requests[rig->request_count++];
	struct dimp_request_config config = {
		.destination = 0,
		.serial = ++rig->serial,
		.vsi = *fault_rig_vsi(),
		.filters = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}},
		.filter_count = 1,
		.mode = DIMP_MODE_ONE_SHOT,
		.required = dhcp,
		.deadline_ms = 3000,
	};

	if (source < FAULT_BRIDGES)
		config.source = fault_rig_key(rig, source);
	request->station = bridge + FAULT_BRIDGES;
	request->overdue = DIMP_NEVER;
	CHECK_EQ(dimp_speaker_request(rig->speakers[request->station], &config, rig->now,
			 &request->id),
		DIMP_ERROR_NONE);
	return request;
}

static void run(struct fault_rig *rig, uint64_t ms)
{
	fault_rig_run(rig, (struct dimp_time){rig->now.us + ms * MS});
}

static unsigned owner(const struct fault_rig *rig)
{
	dimp_vsi_index vsi;

	return fault_checks_owner(rig, &vsi);
}

static unsigned owner_count(const struct fault_rig *rig)
{
	unsigned count = 0;

	for (unsigned bridge = 0; bridge < FAULT_BRIDGES; bridge++) {
		const dimp_vsi_index vsi =
			dimp_speaker_vsi_find(rig->speakers[bridge], fault_rig_vsi());
		struct dimp_vsi_status status;

		count += vsi != DIMP_NO_VSI &&
			dimp_speaker_vsi_status(rig->speakers[bridge], vsi, &status) &&
			status.is_owner;
	}
	return count;
}

static void cut(struct fault_rig *rig, unsigned bridge, bool is_cut)
{
	for (unsigned other = 0; other < FAULT_BRIDGES; other++) {
		rig->is_cut[bridge][other] = is_cut;
		rig->is_cut[other][bridge] = is_cut;
	}
}

/* Answers in any order lead to the same judgement: rows of holdings, serials and what follows. */
static void test_lookup_judges_answers(void)
{
	static const struct {
		uint8_t holdings[2];
		uint64_t serials[2];
		bool has_own;
		enum lookup_result result;
	} rows[] = {
		{{DIMP_HOLDING_NOTHING, DIMP_HOLDING_NOTHING}, {0, 0}, false, LOOKUP_NOBODY},
		{{DIMP_HOLDING_NOTHING, DIMP_HOLDING_NOTHING}, {0, 0}, true, LOOKUP_TOMBSTONE},
		{{DIMP_HOLDING_OWNER, DIMP_HOLDING_TOMBSTONE}, {3, 9}, true, LOOKUP_OWNER},
		{{DIMP_HOLDING_INCOMING, DIMP_HOLDING_NOTHING}, {0, 0}, true, LOOKUP_WAITING},
		{{DIMP_HOLDING_INCOMING, DIMP_HOLDING_OWNER}, {0, 1}, false, LOOKUP_OWNER},
		{{DIMP_HOLDING_TOMBSTONE, DIMP_HOLDING_NOTHING}, {4, 0}, true, LOOKUP_TOMBSTONE},
		{{DIMP_HOLDING_TOMBSTONE, DIMP_HOLDING_NOTHING}, {6, 0}, true, LOOKUP_NOBODY},
		{{DIMP_HOLDING_TOMBSTONE, DIMP_HOLDING_NOTHING}, {4, 0}, false, LOOKUP_NOBODY},
	};
	const struct lookup_rank own = {5, 1};

	for (size_t at = 0; at < sizeof rows / sizeof rows[0]; at++) {
		for (unsigned first = 0; first < 2; first++) {
			struct lookup lookup = {.asked = 2, .due = {1000}, .owner = DIMP_NO_PEER};

			for (unsigned each = 0; each < 2; each++) {
				const unsigned which = each ^ first;
				const struct dimp_message message = {
					.kind = DIMP_MESSAGE_I_HAVE,
					.body.i_have = {.holding = rows[at].holdings[which],
						.serial = rows[at].serials[which]},
				};
				const struct machine_input input = {.peer = which,
					.message = &message};

				lookup_answer(&lookup, &input);
				/* A repeat counts once. */
				lookup_answer(&lookup, &input);
			}
			CHECK_EQ(lookup_judge(&lookup, rows[at].has_own ? &own : NULL,
					 (struct dimp_time){0}),
				rows[at].result);
		}
	}
}

/* Hears of |holding| at |peer|, with this rank. */
static void hear(struct lookup *lookup, dimp_peer peer, enum dimp_holding holding,
	struct lookup_rank rank)
{
	const struct dimp_message message = {
		.kind = DIMP_MESSAGE_I_HAVE,
		.body.i_have = {.holding = (uint8_t)holding,
			.serial = rank.serial,
			.epoch = rank.epoch},
	};
	const struct machine_input input = {.peer = peer, .message = &message};

	lookup_answer(lookup, &input);
}

/* DIMP 9.2-28: of two that say they are owner, the higher rank; serial first, then epoch. */
static void test_lookup_prefers_the_higher_rank(void)
{
	static const struct {
		struct lookup_rank ranks[2];
		dimp_peer owner;
	} rows[] = {
		{{{5, 1}, {6, 1}}, 1},
		{{{6, 1}, {5, 9}}, 0},
		{{{5, 1}, {5, 2}}, 1},
		{{{5, 2}, {5, 1}}, 0},
		{{{5, 2}, {5, 2}}, 0},
	};

	for (size_t at = 0; at < sizeof rows / sizeof rows[0]; at++) {
		struct lookup lookup = {.asked = 2, .due = {1000}, .owner = DIMP_NO_PEER};

		hear(&lookup, 0, DIMP_HOLDING_OWNER, rows[at].ranks[0]);
		hear(&lookup, 1, DIMP_HOLDING_OWNER, rows[at].ranks[1]);
		CHECK_EQ(lookup_judge(&lookup, NULL, (struct dimp_time){0}), LOOKUP_OWNER);
		CHECK_EQ(lookup.owner, rows[at].owner);
	}
}

/* An owner is asked whatever tombstones tell; of tombstones only the highest may be revived. */
static void test_lookup_compares_tombstones_by_epoch_too(void)
{
	static const struct {
		uint32_t epoch;
		enum lookup_result result;
	} rows[] = {{1, LOOKUP_NOBODY}, {2, LOOKUP_TOMBSTONE}, {3, LOOKUP_TOMBSTONE}};
	struct lookup owned = {.asked = 2, .due = {1000}, .owner = DIMP_NO_PEER};

	for (size_t at = 0; at < sizeof rows / sizeof rows[0]; at++) {
		struct lookup lookup = {.asked = 2, .due = {1000}, .owner = DIMP_NO_PEER};
		const struct lookup_rank own = {5, rows[at].epoch};

		hear(&lookup, 0, DIMP_HOLDING_TOMBSTONE, (struct lookup_rank){5, 2});
		hear(&lookup, 1, DIMP_HOLDING_TOMBSTONE, (struct lookup_rank){5, 1});
		CHECK_EQ(lookup_judge(&lookup, &own, (struct dimp_time){0}), rows[at].result);
	}
	hear(&owned, 0, DIMP_HOLDING_OWNER, (struct lookup_rank){5, 2});
	hear(&owned, 1, DIMP_HOLDING_TOMBSTONE, (struct lookup_rank){9, 2});
	CHECK_EQ(owned.serial, 5);
}

/* Which peer answered is kept in 64 bits: one beyond is heard, and the time decides. */
static void test_lookup_hears_a_peer_beyond_64(void)
{
	struct lookup lookup = {.asked = 1, .due = {1000}, .owner = DIMP_NO_PEER};

	hear(&lookup, 64, DIMP_HOLDING_OWNER, (struct lookup_rank){5, 1});
	CHECK_EQ(lookup_judge(&lookup, NULL, (struct dimp_time){999}), LOOKUP_WAITING);
	CHECK_EQ(lookup_judge(&lookup, NULL, (struct dimp_time){1000}), LOOKUP_OWNER);
	CHECK_EQ(lookup.owner, 64);
}

static void test_lookup_finds_the_owner(void)
{
	struct fault_rig *rig = start();
	const struct fault_request *request = ask(rig, 1, FAULT_BRIDGES);

	run(rig, 200);
	CHECK_EQ(request->responses, 1);
	CHECK_EQ(request->response.result, DIMP_RESULT_SUCCESS);
	CHECK_EQ(owner(rig), 1);
	fault_rig_stop(rig);
}

static void test_lookup_of_nothing_fails_soon(void)
{
	struct fault_rig *rig = start();
	const struct fault_request *request;

	fault_rig_crash(rig, 0);
	request = ask(rig, 1, FAULT_BRIDGES);
	run(rig, 400);
	CHECK_EQ(request->responses, 1);
	CHECK_EQ(request->response.result, DIMP_RESULT_FAIL);
	CHECK_EQ(request->response.error, DIMP_ERROR_CONTEXT_NOT_FOUND);
	fault_rig_stop(rig);
}

/* A bridge that cannot be heard does not hold the look-up up for longer than its time. */
static void test_lookup_does_not_wait_for_the_dead(void)
{
	struct fault_rig *rig = start();
	const struct fault_request *request;

	cut(rig, 2, true);
	request = ask(rig, 1, FAULT_BRIDGES);
	run(rig, 300);
	CHECK_EQ(request->responses, 1);
	CHECK_EQ(request->response.result, DIMP_RESULT_SUCCESS);
	fault_rig_stop(rig);
}

/* Lets time pass until the source on bridge 0 is in |state|. */
static void run_until(struct fault_rig *rig, const char *state)
{
	struct dimp_vsi_status status = {.state = "none"};

	for (int step = 0; step < 1000 && strcmp(status.state, state) != 0; step++) {
		fault_rig_run(rig, (struct dimp_time){rig->now.us + 100});
		const dimp_vsi_index vsi = dimp_speaker_vsi_find(rig->speakers[0], fault_rig_vsi());

		REQUIRE(vsi != DIMP_NO_VSI);
		CHECK(dimp_speaker_vsi_status(rig->speakers[0], vsi, &status));
	}
	CHECK_TEXT(status.state, state);
}

/* B took the DI and died before DONE: A's tombstone is the last copy, at the station's risk. */
static void test_lookup_revives_the_last_copy(void)
{
	struct fault_rig *rig = start();
	const struct fault_request *request;

	(void)ask(rig, 1, 0);
	run_until(rig, "RELEASED");
	fault_rig_crash(rig, 1);
	request = ask(rig, 0, FAULT_BRIDGES);
	run(rig, 400);
	CHECK_EQ(request->responses, 0);
	CHECK_EQ(owner_count(rig), 0);
	CHECK_EQ(dimp_speaker_proceed(rig->speakers[3], request->id, rig->now), DIMP_ERROR_NONE);
	run(rig, 100);
	CHECK_EQ(request->responses, 1);
	CHECK_EQ(request->response.result, DIMP_RESULT_AT_RISK);
	CHECK_EQ(owner(rig), 0);
	fault_rig_stop(rig);
}

/* PROCEED at B while A cannot be heard: two owners, until they hear of each other. */
static void test_lookup_lower_rank_yields(void)
{
	struct fault_rig *rig = start();
	const struct fault_request *request;

	rig->proceeds = 1;
	request = ask(rig, 1, 0);
	/* The copy is on its way to B; B's COMMIT is lost, and A thaws. */
	run_until(rig, "FROZEN");
	rig->is_cut[1][0] = true;
	run(rig, 1500);
	CHECK_EQ(owner(rig), 0);
	CHECK_EQ(dimp_speaker_proceed(rig->speakers[4], request->id, rig->now), DIMP_ERROR_NONE);
	run(rig, 100);
	CHECK_EQ(request->response.result, DIMP_RESULT_AT_RISK);
	CHECK_EQ(owner_count(rig), 2);
	rig->is_cut[1][0] = false;
	run(rig, 40000);
	CHECK_EQ(owner_count(rig), 1);
	CHECK_EQ(owner(rig), 1);
	fault_rig_stop(rig);
}

static const struct test_case tests[] = {
	TEST(test_lookup_judges_answers),
	TEST(test_lookup_prefers_the_higher_rank),
	TEST(test_lookup_compares_tombstones_by_epoch_too),
	TEST(test_lookup_hears_a_peer_beyond_64),
	TEST(test_lookup_finds_the_owner),
	TEST(test_lookup_of_nothing_fails_soon),
	TEST(test_lookup_does_not_wait_for_the_dead),
	TEST(test_lookup_revives_the_last_copy),
	TEST(test_lookup_lower_rank_yields),
	TEST_END,
};
const struct test_suite suite_lookup = {"lookup", tests};
