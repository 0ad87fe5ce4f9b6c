/* SPDX-License-Identifier: MIT */
/* What begins a migration without a station, between whole speakers on lossy wires (DIMP 9.9). */
#include "check.h"
#include "speaker_rig.h"

enum { MS = 1000, LEARNED = 5 };

static const uint64_t dhcp = (uint64_t)1 << DIMP_DI_DHCP_BINDING;

static struct dimp_time at_ms(uint64_t ms)
{
	return (struct dimp_time){ms * MS};
}

static struct rig *start(uint64_t seed, uint32_t loss_percent)
{
	struct rig_options options;
	struct rig *rig;

	rig_options_default(&options);
	options.seed = seed;
	options.loss_percent = loss_percent;
	rig = rig_start(&options);
	rig_learn(rig, LEARNED);
	return rig;
}

static struct dimp_notification coming(uint64_t serial)
{
	return (struct dimp_notification){
		.destination = RIG_PEER_OF_A,
		.serial = serial,
		.vsi = *rig_vsi(),
		.filters = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}},
		.filter_count = 1,
		.required = dhcp,
		.deadline_ms = 4000,
	};
}

static struct dimp_request_config order(const struct rig *rig, enum dimp_mode mode)
{
	return (struct dimp_request_config){
		.destination = DIMP_NO_PEER,
		.serial = 1,
		.vsi = *rig_vsi(),
		.filters = {{.mac = {{2, 0, 0, 0, 0, 1}}, .vlan = 42}},
		.filter_count = 1,
		.mode = mode,
		.source = rig_public_key(rig, RIG_A),
		.required = dhcp,
		.deadline_ms = 4000,
	};
}

static bool is_owner(const struct rig *rig, enum rig_speaker who)
{
	const dimp_vsi_index vsi = dimp_speaker_vsi_find(rig->speakers[who], rig_vsi());
	struct dimp_vsi_status status;

	return vsi != DIMP_NO_VSI && dimp_speaker_vsi_status(rig->speakers[who], vsi, &status) &&
		status.is_owner;
}

static void check_notified_move(uint64_t seed, uint32_t loss_percent)
{
	const struct rig_ask ask = {DIMP_MODE_ONE_SHOT, dhcp, 0, 4000};
	struct rig *rig = start(seed, loss_percent);
	const struct dimp_notification notification = coming(1);

	CHECK_EQ(dimp_speaker_notify(rig->speakers[RIG_A], &notification, rig->now),
		DIMP_ERROR_NONE);
	rig_run(rig, at_ms(1500));
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_NOTIFIED], 1);
	CHECK(is_owner(rig, RIG_A));
	CHECK(!is_owner(rig, RIG_B));
	rig_request(rig, &ask);
	rig_run(rig, at_ms(20000));
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_ADOPTED], 1);
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_RESPONSE], 0);
	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(rig->response.body.response.result, DIMP_RESULT_SUCCESS);
	CHECK(is_owner(rig, RIG_B));
	CHECK(!is_owner(rig, RIG_A));
	rig_stop(rig);
}

static void test_triggers_notify_is_adopted_on_a_lossy_wire(void)
{
	for (uint64_t seed = 1; seed <= 10; seed++)
		check_notified_move(seed, seed == 1 ? 0 : 10);
}

static void test_triggers_notify_twice_is_one_migration(void)
{
	struct rig *rig = start(1, 0);
	const struct dimp_notification notification = coming(1);

	CHECK_EQ(dimp_speaker_notify(rig->speakers[RIG_A], &notification, rig->now),
		DIMP_ERROR_NONE);
	CHECK_EQ(dimp_speaker_notify(rig->speakers[RIG_A], &notification, rig->now),
		DIMP_ERROR_NONE);
	rig_run(rig, at_ms(10000));
	CHECK_EQ(rig->seen[RIG_B][DIMP_EVENT_NOTIFIED], 1);
	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(rig->response.body.response.error, DIMP_ERROR_DEADLINE_PASSED);
	CHECK(is_owner(rig, RIG_A));
	rig_stop(rig);
}

static void test_triggers_host_order_moves(void)
{
	struct rig *rig = start(1, 0);
	const struct dimp_request_config config = order(rig, DIMP_MODE_ONE_SHOT);
	uint64_t request;

	CHECK_EQ(dimp_speaker_pull(rig->speakers[RIG_B], &config, rig->now, &request),
		DIMP_ERROR_NONE);
	rig_run(rig, at_ms(1000));
	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(rig->response.body.response.request, request);
	CHECK_EQ(rig->response.body.response.result, DIMP_RESULT_SUCCESS);
	CHECK_EQ(rig->response.rows.result[0].installed, LEARNED);
	CHECK(is_owner(rig, RIG_B));
	CHECK(!is_owner(rig, RIG_A));
	rig_stop(rig);
}

static void test_triggers_orders_that_cannot_be_are_refused(void)
{
	struct rig *rig = start(1, 0);
	struct dimp_request_config config = order(rig, DIMP_MODE_STAGED);
	struct dimp_notification notification = coming(1);
	uint64_t request;

	CHECK_EQ(dimp_speaker_pull(rig->speakers[RIG_STATION], &config, rig->now, &request),
		DIMP_ERROR_WRONG_STATE);
	config.filter_count = 0;
	CHECK_EQ(dimp_speaker_pull(rig->speakers[RIG_B], &config, rig->now, &request),
		DIMP_ERROR_TOO_MANY);
	CHECK_EQ(dimp_speaker_cutover(rig->speakers[RIG_B], 77, rig->now),
		DIMP_ERROR_NO_SUCH_REQUEST);
	notification.filter_count = DIMP_FILTERS_MAX + 1;
	CHECK_EQ(dimp_speaker_notify(rig->speakers[RIG_A], &notification, rig->now),
		DIMP_ERROR_TOO_MANY);
	rig_stop(rig);
}

/* The one place is an ended request whose RESPONSE the host has not taken: it is not given away. */
static void test_triggers_outcome_waits_for_the_host(void)
{
	struct rig_options options;

	rig_options_default(&options);
	options.config[RIG_B].migrations_max = 1;
	options.config[RIG_B].supported_types = 0;
	struct rig *rig = rig_start(&options);
	struct dimp_request_config config = order(rig, DIMP_MODE_STAGED);
	uint64_t first, second;

	CHECK_EQ(dimp_speaker_pull(rig->speakers[RIG_B], &config, rig->now, &first),
		DIMP_ERROR_NONE);
	config.serial = 2;
	CHECK_EQ(dimp_speaker_pull(rig->speakers[RIG_B], &config, rig->now, &second),
		DIMP_ERROR_TABLE_FULL);
	rig_run(rig, at_ms(20));
	CHECK_EQ(rig->responses, 1);
	CHECK_EQ(rig->response.body.response.request, first);
	CHECK_EQ(rig->response.body.response.error, DIMP_ERROR_UNSUPPORTED_TYPE);
	CHECK_EQ(dimp_speaker_pull(rig->speakers[RIG_B], &config, rig->now, &second),
		DIMP_ERROR_NONE);
	rig_run(rig, at_ms(40));
	CHECK_EQ(rig->response.body.response.request, second);
	rig_stop(rig);
}

static const struct test_case tests[] = {
	TEST(test_triggers_notify_is_adopted_on_a_lossy_wire),
	TEST(test_triggers_notify_twice_is_one_migration),
	TEST(test_triggers_host_order_moves),
	TEST(test_triggers_orders_that_cannot_be_are_refused),
	TEST(test_triggers_outcome_waits_for_the_host),
	TEST_END,
};
const struct test_suite suite_triggers = {"triggers", tests};
