/*
 * Proves the destination's side of the DI table: rounds in any order end in the same entries, the
 * user is told each change once, what is rejected is not activated, and room that was set aside
 * suffices.
 */
#include "check.h"

#include "di_world.h"

static const struct dimp_time start = {0};

static enum dimp_error put(struct di_world *world, uint8_t number, uint16_t round)
{
	const struct dimp_record record = di_world_binding(number, 1000u + round);

	return di_world_stage(world, 0, &record, round);
}

static enum dimp_error delete (struct di_world *world, uint8_t number, uint16_t round) {
	const struct dimp_record record = di_world_deletion(number);

	return di_world_stage(world, 0, &record, round);
}

/* The only live binding's remaining time, 0 when there is none. */
static uint32_t only_remaining(struct di_world *world)
{
	struct dimp_di_cursor walk = {.vsi = 0};
	struct dimp_record record;

	if (!di_table_next(world->table, &walk, &record, start))
		return 0;
	return record.body.dhcp_binding.remaining;
}

static void test_di_staging_older_round_never_overwrites(void)
{
	struct di_world world;

	di_world_open(&world);
	CHECK_EQ(put(&world, 1, 2), DIMP_ERROR_NONE);
	CHECK_EQ(put(&world, 1, 1), DIMP_ERROR_NONE);
	CHECK_EQ(only_remaining(&world), 1002);
	CHECK_EQ(put(&world, 1, 3), DIMP_ERROR_NONE);
	CHECK_EQ(only_remaining(&world), 1003);
	di_world_close(&world);
}

static void test_di_staging_older_round_never_revives(void)
{
	struct di_world world;

	di_world_open(&world);
	CHECK_EQ(delete (&world, 1, 2), DIMP_ERROR_NONE);
	CHECK_EQ(put(&world, 1, 1), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_entries(world.table, 0), 0);
	CHECK_EQ(put(&world, 1, 3), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_entries(world.table, 0), 1);
	di_world_close(&world);
}

static void test_di_staging_same_round_is_a_repeat(void)
{
	struct di_world world;
	struct di_staged staged;

	di_world_open(&world);
	CHECK_EQ(put(&world, 1, 0), DIMP_ERROR_NONE);
	CHECK(di_table_next_unannounced(world.table, &staged, start));
	CHECK_EQ(put(&world, 1, 0), DIMP_ERROR_NONE);
	CHECK_EQ(delete (&world, 1, 0), DIMP_ERROR_NONE);
	CHECK(!di_table_next_unannounced(world.table, &staged, start));
	CHECK_EQ(di_table_entries(world.table, 0), 1);
	di_world_close(&world);
}

static void test_di_staging_takes_age_off(void)
{
	static const uint8_t octets[BINDING_SIZE] = {0x02, 0x04, 0x00, 0x12, 1, 1, 0, 100, 2, 0, 0,
		0, 0, 1, 10, 0, 0, 1, 0, 0, 0x07, 0xd0};
	const struct di_arrival arrival = {.older_by_us = 300000, .now = {.us = 5000000}};
	struct di_world world;
	struct di_staged staged;

	di_world_open(&world);
	CHECK_EQ(
		di_table_stage(world.table, 2, (struct dimp_view){octets, sizeof octets}, &arrival),
		DIMP_ERROR_NONE);
	CHECK(di_table_next_unannounced(world.table, &staged, di_world_at_ms(5200)));
	CHECK_EQ(staged.vsi, 2);
	CHECK_EQ(staged.record.body.dhcp_binding.remaining, 1500);
	di_world_close(&world);
}

static void test_di_staging_refuses_wrong_octets(void)
{
	static const uint8_t octets[] = {0x02, 0x04, 0x00, 0x01, 1};
	const struct di_arrival arrival = {.round = 0};
	struct di_world world;

	di_world_open(&world);
	CHECK_EQ(
		di_table_stage(world.table, 0, (struct dimp_view){octets, sizeof octets}, &arrival),
		DIMP_ERROR_TRUNCATED);
	CHECK_EQ(di_table_room(world.table).entries, DI_WORLD_ENTRIES);
	di_world_close(&world);
}

static void test_di_staging_tells_in_order_of_arrival(void)
{
	struct di_world world;
	struct di_staged staged;

	di_world_open(&world);
	CHECK_EQ(put(&world, 3, 0), DIMP_ERROR_NONE);
	CHECK_EQ(put(&world, 1, 0), DIMP_ERROR_NONE);
	CHECK(di_table_next_unannounced(world.table, &staged, start));
	CHECK_EQ(staged.record.body.dhcp_binding.client.octets[5], 3);
	CHECK_EQ(put(&world, 3, 1), DIMP_ERROR_NONE);
	CHECK(di_table_next_unannounced(world.table, &staged, start));
	CHECK_EQ(staged.record.body.dhcp_binding.client.octets[5], 1);
	CHECK(di_table_next_unannounced(world.table, &staged, start));
	CHECK_EQ(staged.record.body.dhcp_binding.client.octets[5], 3);
	CHECK_EQ(staged.record.body.dhcp_binding.remaining, 1001);
	CHECK(!di_table_next_unannounced(world.table, &staged, start));
	di_world_close(&world);
}

static void test_di_staging_tells_deletions_of_what_was_told(void)
{
	struct di_world world;
	struct di_staged staged;

	di_world_open(&world);
	CHECK_EQ(put(&world, 1, 0), DIMP_ERROR_NONE);
	CHECK_EQ(delete (&world, 1, 1), DIMP_ERROR_NONE);
	CHECK(!di_table_next_unannounced(world.table, &staged, start));
	CHECK_EQ(put(&world, 1, 2), DIMP_ERROR_NONE);
	CHECK(di_table_next_unannounced(world.table, &staged, start));
	CHECK_EQ(delete (&world, 1, 3), DIMP_ERROR_NONE);
	CHECK(di_table_next_unannounced(world.table, &staged, start));
	CHECK_EQ(staged.record.operation, DIMP_OPERATION_DELETE);
	CHECK_EQ(staged.record.body.dhcp_binding.client.octets[5], 1);
	CHECK_EQ(delete (&world, 1, 4), DIMP_ERROR_NONE);
	CHECK(!di_table_next_unannounced(world.table, &staged, start));
	di_world_close(&world);
}

static void test_di_staging_activates_without_markers_and_rejected(void)
{
	struct di_world world;
	struct di_counts counts;
	const struct dimp_record rejected = di_world_binding(2, 0);
	const struct dimp_record change = di_world_binding(4, 1);

	di_world_open(&world);
	CHECK_EQ(put(&world, 1, 0), DIMP_ERROR_NONE);
	CHECK_EQ(put(&world, 2, 0), DIMP_ERROR_NONE);
	CHECK_EQ(delete (&world, 3, 0), DIMP_ERROR_NONE);
	di_table_reject(world.table, 0, &rejected, DIMP_ERROR_POLICY_REFUSED);
	di_table_count(world.table, 0, &counts);
	CHECK_EQ(counts.of_type[DIMP_DI_DHCP_BINDING].entries, 2);
	CHECK_EQ(counts.of_type[DIMP_DI_DHCP_BINDING].rejected, 1);
	CHECK_EQ(counts.of_type[DIMP_DI_DHCP_BINDING].error, DIMP_ERROR_POLICY_REFUSED);
	di_table_activate(world.table, 0);
	CHECK_EQ(di_table_entries(world.table, 0), 1);
	CHECK_EQ(only_remaining(&world), 1000);
	CHECK_EQ(di_table_room(world.table).entries, DI_WORLD_ENTRIES - 1);
	CHECK_EQ(di_table_change(world.table, 0, &change, start), DIMP_ERROR_NONE);
	di_world_close(&world);
}

static void test_di_staging_later_round_is_a_new_try(void)
{
	struct di_world world;
	const struct dimp_record rejected = di_world_binding(1, 0);
	const struct dimp_record absent = di_world_binding(9, 0);

	di_world_open(&world);
	CHECK_EQ(put(&world, 1, 0), DIMP_ERROR_NONE);
	di_table_reject(world.table, 0, &rejected, DIMP_ERROR_ENTRY_CONFLICT);
	di_table_reject(world.table, 0, &absent, DIMP_ERROR_ENTRY_CONFLICT);
	CHECK_EQ(put(&world, 1, 1), DIMP_ERROR_NONE);
	di_table_activate(world.table, 0);
	CHECK_EQ(di_table_entries(world.table, 0), 1);
	di_world_close(&world);
}

static void test_di_staging_activation_ends_the_reservation(void)
{
	struct di_world world;
	const struct di_room room = {.entries = 4, .octets = 4 * BINDING_SIZE};

	di_world_open(&world);
	CHECK_EQ(di_table_reserve(world.table, 0, room), DIMP_ERROR_NONE);
	CHECK_EQ(put(&world, 1, 0), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_room(world.table).entries, DI_WORLD_ENTRIES - 4);
	di_table_activate(world.table, 0);
	CHECK_EQ(di_table_room(world.table).entries, DI_WORLD_ENTRIES - 1);
	CHECK_EQ(di_table_room(world.table).octets, DI_WORLD_OCTETS - BINDING_SIZE);
	di_world_close(&world);
}

static void test_di_staging_without_room_says_so(void)
{
	struct di_world world;

	di_world_open(&world);
	world.type_entries_max[DIMP_DI_DHCP_BINDING] = 6;
	for (uint8_t number = 1; number <= 6; number++)
		CHECK_EQ(put(&world, number, 0), DIMP_ERROR_NONE);
	CHECK_EQ(put(&world, 7, 0), DIMP_ERROR_TYPE_LIMIT);
	CHECK_EQ(delete (&world, 8, 0), DIMP_ERROR_NONE);
	CHECK_EQ(delete (&world, 9, 0), DIMP_ERROR_NONE);
	CHECK_EQ(delete (&world, 10, 0), DIMP_ERROR_NO_ROOM);
	di_world_close(&world);
}

/* A word about an entry that nobody could have, or that is deleted, turns nothing down. */
static void test_di_staging_rejects_only_what_is_there(void)
{
	struct di_world world;
	struct di_counts counts;
	struct dimp_record record = di_world_binding(1, 0);

	di_world_open(&world);
	CHECK_EQ(delete (&world, 1, 0), DIMP_ERROR_NONE);
	di_table_reject(world.table, 0, &record, DIMP_ERROR_POLICY_REFUSED);
	record.type = (enum dimp_di_type)64;
	di_table_reject(world.table, 0, &record, DIMP_ERROR_POLICY_REFUSED);
	CHECK_EQ(put(&world, 1, 1), DIMP_ERROR_NONE);
	di_table_count(world.table, 0, &counts);
	CHECK_EQ(counts.of_type[DIMP_DI_DHCP_BINDING].rejected, 0);
	di_world_close(&world);
}

static void test_di_staging_drops_markers_up_to_a_round(void)
{
	struct di_world world;

	di_world_open(&world);
	CHECK_EQ(delete (&world, 1, 1), DIMP_ERROR_NONE);
	CHECK_EQ(delete (&world, 2, 2), DIMP_ERROR_NONE);
	CHECK_EQ(put(&world, 3, 0), DIMP_ERROR_NONE);
	di_table_drop_staged_markers(world.table, 0, 1);
	CHECK_EQ(di_table_room(world.table).entries, DI_WORLD_ENTRIES - 2);
	/* What an older round says of the dropped one is taken again, of the other it is stale. */
	CHECK_EQ(put(&world, 1, 0), DIMP_ERROR_NONE);
	CHECK_EQ(put(&world, 2, 0), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_entries(world.table, 0), 2);
	di_world_close(&world);
}

/* DIMP 8.0-11: two entries that become one are both turned down, unless one is deleted. */
static void test_di_staging_merges_count_live_entries_only(void)
{
	static const struct dimp_vlan_pair pairs[] = {{100, 142}};
	static const struct dimp_vlan_map map = {pairs, 1};
	struct di_world world;
	struct di_counts counts;
	struct dimp_record one = di_world_binding(1, 5000), twin = di_world_deletion(1);

	di_world_open(&world);
	one.body.dhcp_binding.vlan = 100;
	CHECK_EQ(di_world_stage(&world, 0, &one, 0), DIMP_ERROR_NONE);
	twin.body.dhcp_binding.vlan = 142;
	CHECK_EQ(di_world_stage(&world, 0, &twin, 0), DIMP_ERROR_NONE);
	di_table_reject_merged(world.table, 0, &map);
	di_table_count(world.table, 0, &counts);
	CHECK_EQ(counts.of_type[DIMP_DI_DHCP_BINDING].rejected, 0);
	twin = di_world_binding(1, 5000);
	twin.body.dhcp_binding.vlan = 142;
	CHECK_EQ(di_world_stage(&world, 0, &twin, 1), DIMP_ERROR_NONE);
	di_table_reject_merged(world.table, 0, &map);
	di_table_count(world.table, 0, &counts);
	CHECK_EQ(counts.of_type[DIMP_DI_DHCP_BINDING].rejected, 2);
	di_world_close(&world);
}

/* A deletion that the user has still to hear of stays until he has. */
static void test_di_staging_keeps_markers_that_wait_to_be_told(void)
{
	struct di_world world;
	struct di_staged staged;

	di_world_open(&world);
	CHECK_EQ(put(&world, 1, 0), DIMP_ERROR_NONE);
	CHECK(di_table_next_unannounced(world.table, &staged, start));
	CHECK_EQ(delete (&world, 1, 1), DIMP_ERROR_NONE);
	di_table_drop_staged_markers(world.table, 0, 1);
	REQUIRE(di_table_next_unannounced(world.table, &staged, start));
	CHECK_EQ(staged.record.operation, DIMP_OPERATION_DELETE);
	di_table_drop_staged_markers(world.table, 0, 1);
	CHECK_EQ(di_table_room(world.table).entries, DI_WORLD_ENTRIES);
	di_world_close(&world);
}

static const struct test_case tests[] = {
	TEST(test_di_staging_older_round_never_overwrites),
	TEST(test_di_staging_older_round_never_revives),
	TEST(test_di_staging_same_round_is_a_repeat),
	TEST(test_di_staging_takes_age_off),
	TEST(test_di_staging_refuses_wrong_octets),
	TEST(test_di_staging_tells_in_order_of_arrival),
	TEST(test_di_staging_tells_deletions_of_what_was_told),
	TEST(test_di_staging_activates_without_markers_and_rejected),
	TEST(test_di_staging_later_round_is_a_new_try),
	TEST(test_di_staging_activation_ends_the_reservation),
	TEST(test_di_staging_without_room_says_so),
	TEST(test_di_staging_rejects_only_what_is_there),
	TEST(test_di_staging_drops_markers_up_to_a_round),
	TEST(test_di_staging_merges_count_live_entries_only),
	TEST(test_di_staging_keeps_markers_that_wait_to_be_told),
	TEST_END,
};

const struct test_suite suite_di_staging = {"di_staging", tests};
