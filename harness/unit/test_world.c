/* SPDX-License-Identifier: MIT */
/*
 * Proves what a migration is for: with DIMP a VM's services go on, without it they end; a failed
 * one leaves the VM where it was with all its DI; and one scenario and seed give one run.
 */
#include "scenario/world.h"

#include <stdio.h>
#include <string.h>

#include "check.h"

enum { SECOND = 1000000 };

/* Two bridges, a server at each, one VM on the first, a feed and an echo to it; moved after 2 s. */
struct small_world {
	struct scenario scenario;
	struct scenario_bridge bridges[2];
	struct scenario_link link;
	struct scenario_station stations[2];
	struct scenario_vm vm;
	struct scenario_service services[2];
	struct scenario_migration migration;
};

static void make_fabric(struct small_world *small)
{
	const struct engine_link_config cable = {.rate_bps = 10000000000u, .delay_us = 5};

	small->bridges[0] = (struct scenario_bridge){.name = "edge-a", .ports = 4};
	small->bridges[1] = (struct scenario_bridge){.name = "edge-b", .ports = 4};
	small->link = (struct scenario_link){.name = "edge-a/edge-b",
		.bridges = {0, 1},
		.config = {.rate_bps = 10000000000u, .delay_us = 50}};
	small->stations[0] = (struct scenario_station){.name = "server-1",
		.bridge = 0,
		.port = 1,
		.config = cable};
	small->stations[1] = (struct scenario_station){.name = "server-2",
		.bridge = 1,
		.port = 1,
		.config = cable};
}

static void make_small(struct small_world *small)
{
	*small = (struct small_world){.scenario = {.seed = 1, .duration_us = 4 * SECOND}};
	make_fabric(small);
	small->vm = (struct scenario_vm){.name = "vm1", .vlan = 42, .stop_us = 30000};
	small->vm.synthetic[DIMP_DI_DOT1X_SESSION] = 1;
	small->vm.synthetic[DIMP_DI_DYNAMIC_ACL] = 2;
	small->vm.synthetic[DIMP_DI_MACSEC_SA] = 2;
	small->vm.synthetic[DIMP_DI_DHCP_BINDING] = 1;
	small->vm.synthetic[DIMP_DI_MULTICAST_MEMBERSHIP] = 3;
	small->services[0] = (struct scenario_service){.name = "feed",
		.kind = SCENARIO_SERVICE_MULTICAST,
		.bridge = 1,
		.port = 4,
		.group = {{[10] = 0xff, [11] = 0xff, 239, 1, 1, 1}},
		.per_second = 1000};
	small->services[1] = (struct scenario_service){.name = "ping",
		.kind = SCENARIO_SERVICE_ECHO,
		.bridge = 0,
		.port = 3,
		.per_second = 1000};
	small->migration = (struct scenario_migration){.name = "m1",
		.when = {.node = SCENARIO_NONE},
		.to = 1,
		.at = {2 * SECOND},
		.mode = DIMP_MODE_STAGED,
		.trigger = SCENARIO_TRIGGER_REQUEST,
		.required = 0x3e,
		.deadline_ms = 1000};
	dimp_settings_default(&small->scenario.settings);
}

static struct world *run_with(struct small_world *small, const struct world_outputs *outputs)
{
	char error[256] = "";

	small->scenario.is_standing = true;
	small->scenario.bridges = small->bridges;
	small->scenario.bridge_count = 2;
	small->scenario.links = &small->link;
	small->scenario.link_count = 1;
	small->scenario.stations = small->stations;
	small->scenario.station_count = 2;
	small->scenario.vms = &small->vm;
	small->scenario.vm_count = 1;
	small->scenario.services = small->services;
	small->scenario.service_count = 2;
	small->scenario.migrations = &small->migration;
	small->scenario.migration_count = 1;
	struct world *world = world_create(&small->scenario, outputs, error, sizeof error);
	CHECK_TEXT(error, "");
	if (world)
		world_run(world, NULL, NULL);
	return world;
}

static struct world *run(struct small_world *small)
{
	return run_with(small, NULL);
}

/* DI of the VM in force at |bridge|. */
static const struct outcome_di *di_at(const struct outcome *outcome, uint32_t bridge)
{
	CHECK_EQ(outcome->di[bridge].bridge, bridge);
	return &outcome->di[bridge];
}

static void check_has_all(const struct outcome_di *di)
{
	CHECK_EQ(di->count[DIMP_DI_DOT1X_SESSION], 1);
	CHECK_EQ(di->count[DIMP_DI_DYNAMIC_ACL], 2);
	CHECK_EQ(di->count[DIMP_DI_MACSEC_SA], 2);
	CHECK_EQ(di->count[DIMP_DI_DHCP_BINDING], 1);
	CHECK_EQ(di->count[DIMP_DI_MULTICAST_MEMBERSHIP], 3);
}

static void check_has_none(const struct outcome_di *di)
{
	for (unsigned type = 0; type < DIMP_DI_TYPES; type++)
		CHECK_EQ(di->count[type], 0);
}

static void check_services_went_on(const struct outcome *outcome)
{
	for (size_t index = 0; index < 2; index++) {
		CHECK(outcome->services[index].received > 3900);
		CHECK(outcome->services[index].lost > 0);
		CHECK_EQ(outcome->services[index].lost_beyond_stop, 0);
	}
}

static void check_moved(const struct outcome *outcome)
{
	const struct outcome_migration *migration = &outcome->migrations[0];

	CHECK(migration->has_response);
	CHECK_EQ(migration->result, DIMP_RESULT_SUCCESS);
	CHECK_EQ(migration->decision, 1);
	CHECK_EQ(migration->stop_us, 30000);
	CHECK_EQ(migration->blackout_us, 30000);
	check_has_none(di_at(outcome, 0));
	check_has_all(di_at(outcome, 1));
	check_services_went_on(outcome);
}

static void test_world_staged_migration_keeps_services(void)
{
	struct small_world small;

	make_small(&small);
	struct world *world = run(&small);
	REQUIRE(world != NULL);
	const struct outcome *outcome = world_outcome(world);
	check_moved(outcome);
	const struct outcome_phases *phases = &outcome->migrations[0].phases;
	CHECK_EQ(phases->requested.us, 2 * SECOND);
	CHECK(phases->staged.us <= phases->stopped.us);
	CHECK(phases->cut_over.us < phases->frozen.us);
	CHECK(phases->frozen.us < phases->released.us);
	CHECK(phases->released.us <= phases->activated.us);
	CHECK(phases->activated.us < phases->responded.us);
	CHECK_EQ(phases->resumed.us, phases->stopped.us + 30000);
	world_destroy(world);
}

static void test_world_one_shot_migration_keeps_services(void)
{
	struct small_world small;

	make_small(&small);
	small.migration.mode = DIMP_MODE_ONE_SHOT;
	struct world *world = run(&small);
	REQUIRE(world != NULL);
	check_moved(world_outcome(world));
	CHECK_EQ(world_outcome(world)->migrations[0].phases.stopped.us, 2 * SECOND);
	world_destroy(world);
}

/* The same world with a server that knows no DIMP: nothing reaches the VM any more. */
static void test_world_without_dimp_ends_services(void)
{
	struct small_world small;

	make_small(&small);
	small.migration.trigger = SCENARIO_TRIGGER_NONE;
	struct world *world = run(&small);
	REQUIRE(world != NULL);
	const struct outcome *outcome = world_outcome(world);
	CHECK(!outcome->migrations[0].has_response);
	CHECK_EQ(outcome->migrations[0].decision, 1);
	for (size_t index = 0; index < 2; index++)
		CHECK(outcome->services[index].lost_beyond_stop > 1900);
	check_has_none(di_at(outcome, 1));
	CHECK(outcome->drops[1].unauthorised + outcome->drops[1].macsec > 0);
	CHECK_EQ(outcome->drops[0].unauthorised, 0);
	world_destroy(world);
}

/* DIMP 9.9-10: the cable takes 5 us and more, so that an answer heard at once was said before. */
static void check_vdp_moves(enum dimp_mode mode)
{
	struct small_world small;

	make_small(&small);
	small.migration.trigger = SCENARIO_TRIGGER_VDP;
	small.migration.mode = mode;
	struct world *world = run(&small);
	REQUIRE(world != NULL);
	const struct outcome_migration *came = &world_outcome(world)->migrations[0];
	CHECK_EQ(came->result, DIMP_RESULT_SUCCESS);
	CHECK_EQ(came->vdp_status, DIMP_VDP_ACK);
	CHECK_EQ(came->decision, 1);
	CHECK(came->phases.responded.us != UINT64_MAX);
	CHECK(came->phases.responded.us >= came->phases.activated.us + 5);
	check_has_all(di_at(world_outcome(world), 1));
	check_has_none(di_at(world_outcome(world), 0));
	world_destroy(world);
}

static void test_world_vdp_answers_when_the_di_is_in_force(void)
{
	check_vdp_moves(DIMP_MODE_STAGED);
	check_vdp_moves(DIMP_MODE_ONE_SHOT);
}

static void test_world_policy_conflict_leaves_the_vm_where_it_was(void)
{
	struct small_world small;

	make_small(&small);
	small.bridges[1].policy_vlans[0] = 7;
	small.bridges[1].policy_vlan_count = 1;
	struct world *world = run(&small);
	REQUIRE(world != NULL);
	const struct outcome *outcome = world_outcome(world);
	CHECK_EQ(outcome->migrations[0].result, DIMP_RESULT_FAIL);
	CHECK_EQ(outcome->migrations[0].reason, DIMP_REASON_POLICY_CONFLICT);
	CHECK_EQ(outcome->migrations[0].decision, 0);
	check_has_all(di_at(outcome, 0));
	check_has_none(di_at(outcome, 1));
	for (size_t index = 0; index < 2; index++)
		CHECK_EQ(outcome->services[index].lost, 0);
	world_destroy(world);
}

/* The hardware refuses at the last step: the source takes its DI back, the VM runs on there. */
static void test_world_failed_activation_goes_home(void)
{
	struct small_world small;

	make_small(&small);
	small.bridges[1].fails_activation = true;
	struct world *world = run(&small);
	REQUIRE(world != NULL);
	const struct outcome *outcome = world_outcome(world);
	CHECK_EQ(outcome->migrations[0].result, DIMP_RESULT_FAIL);
	CHECK_EQ(outcome->migrations[0].error, DIMP_ERROR_ACTIVATION_FAILED);
	CHECK_EQ(outcome->migrations[0].decision, 0);
	check_has_all(di_at(outcome, 0));
	check_has_none(di_at(outcome, 1));
	CHECK(outcome->services[0].received > 3900);
	CHECK(outcome->services[1].received > 3900);
	world_destroy(world);
}

static void test_world_migration_survives_loss(void)
{
	struct small_world small;
	struct scenario_fault fault = {.at = {2 * SECOND}, .for_us = SECOND, .direction = -1};

	make_small(&small);
	fault.config = small.link.config;
	fault.config.loss_ppm = 200000;
	small.scenario.faults = &fault;
	small.scenario.fault_count = 1;
	struct world *world = run(&small);
	REQUIRE(world != NULL);
	CHECK_EQ(world_outcome(world)->migrations[0].result, DIMP_RESULT_SUCCESS);
	check_has_all(di_at(world_outcome(world), 1));
	world_destroy(world);
}

static uint64_t digest_of(uint64_t seed)
{
	struct small_world small;

	make_small(&small);
	small.scenario.seed = seed;
	struct world *world = run(&small);
	const uint64_t digest = world ? world_outcome(world)->digest : 0;
	world_destroy(world);
	return digest;
}

static void test_world_same_seed_same_octets(void)
{
	const uint64_t digest = digest_of(1);

	CHECK_EQ(digest_of(1), digest);
	CHECK(digest_of(2) != digest);
}

static void test_world_refuses_a_loop(void)
{
	struct small_world small;
	struct scenario_link links[2];
	char error[256] = "";

	make_small(&small);
	links[0] = links[1] = small.link;
	small.scenario.bridges = small.bridges;
	small.scenario.bridge_count = 2;
	small.scenario.links = links;
	small.scenario.link_count = 2;
	CHECK(world_create(&small.scenario, NULL, error, sizeof error) == NULL);
	CHECK_TEXT(error, "link edge-a/edge-b closes a loop; the fabric must be a tree");
}

static const struct test_case tests[] = {
	TEST(test_world_staged_migration_keeps_services),
	TEST(test_world_one_shot_migration_keeps_services),
	TEST(test_world_without_dimp_ends_services),
	TEST(test_world_vdp_answers_when_the_di_is_in_force),
	TEST(test_world_policy_conflict_leaves_the_vm_where_it_was),
	TEST(test_world_failed_activation_goes_home),
	TEST(test_world_migration_survives_loss),
	TEST(test_world_same_seed_same_octets),
	TEST(test_world_refuses_a_loop),
	TEST_END,
};

const struct test_suite suite_world = {"world", tests};
