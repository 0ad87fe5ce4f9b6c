/*
 * Proves the source's side of the DI table: what was put is found again, changes are numbered,
 * markers stay as long as they are kept, room and limits hold, and nothing is left after a wipe.
 */
#include "check.h"

#include <string.h>

#include "di_entries.h"
#include "di_world.h"

static const struct dimp_time start = {0};

static enum dimp_error change(struct di_world *world, dimp_vsi_index vsi, struct dimp_record record)
{
	return di_table_change(world->table, vsi, &record, start);
}

static void test_di_table_walks_what_was_put_with_less_time(void)
{
	struct di_world world;
	struct dimp_record record;
	struct dimp_di_cursor walk = {.vsi = 1};

	di_world_open(&world);
	CHECK_EQ(change(&world, 1, di_world_binding(7, 5000)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 2, di_world_binding(8, 5000)), DIMP_ERROR_NONE);
	CHECK(di_table_next(world.table, &walk, &record, di_world_at_ms(1500)));
	CHECK_EQ(record.operation, DIMP_OPERATION_PUT);
	CHECK_EQ(record.body.dhcp_binding.client.octets[5], 7);
	CHECK_EQ(record.body.dhcp_binding.remaining, 3500);
	CHECK(!di_table_next(world.table, &walk, &record, start));
	di_world_close(&world);
}

static void test_di_table_put_again_replaces(void)
{
	struct di_world world;
	struct dimp_record longer = di_world_binding(7, 9000), record;
	struct dimp_di_cursor walk = {.vsi = 0};

	di_world_open(&world);
	longer.body.dhcp_binding.attributes = 1 << DIMP_ATTRIBUTE_dhcp_binding_transaction;
	longer.body.dhcp_binding.transaction = 0x1234;
	CHECK_EQ(change(&world, 0, di_world_binding(7, 5000)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 0, longer), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_entries(world.table, 0), 1);
	CHECK_EQ(di_table_changes(world.table, 0), 2);
	CHECK(di_table_next(world.table, &walk, &record, start));
	CHECK_EQ(record.body.dhcp_binding.transaction, 0x1234);
	CHECK_EQ(di_table_room(world.table).octets, DI_WORLD_OCTETS - 30);
	di_world_close(&world);
}

static void test_di_table_counts_by_type(void)
{
	struct di_world world;
	struct di_counts counts;

	di_world_open(&world);
	CHECK_EQ(change(&world, 0, di_world_binding(1, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 0, di_world_binding(2, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 0, di_world_session(1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 1, di_world_session(1)), DIMP_ERROR_NONE);
	di_table_count(world.table, 0, &counts);
	CHECK_EQ(counts.of_type[DIMP_DI_DHCP_BINDING].entries, 2);
	CHECK_EQ(counts.of_type[DIMP_DI_DHCP_BINDING].octets, 2 * BINDING_SIZE);
	CHECK_EQ(counts.of_type[DIMP_DI_DOT1X_SESSION].entries, 1);
	CHECK_EQ(counts.of_type[DIMP_DI_DOT1X_SESSION].octets, 24);
	CHECK_EQ(counts.of_type[DIMP_DI_MACSEC_SA].entries, 0);
	di_world_close(&world);
}

static void test_di_table_deletion_leaves_a_marker_only_when_kept(void)
{
	struct di_world world;
	const struct di_changes all = {.types = UINT64_MAX, .upto = UINT64_MAX};

	di_world_open(&world);
	CHECK_EQ(change(&world, 0, di_world_binding(1, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 0, di_world_deletion(1)), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_count_changes(world.table, 0, &all), 0);
	di_table_keep_markers(world.table, 0);
	CHECK_EQ(change(&world, 0, di_world_deletion(1)), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_count_changes(world.table, 0, &all), 0);
	CHECK_EQ(change(&world, 0, di_world_binding(2, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 0, di_world_deletion(2)), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_count_changes(world.table, 0, &all), 1);
	CHECK_EQ(di_table_entries(world.table, 0), 0);
	di_table_drop_markers(world.table, 0);
	CHECK_EQ(di_table_count_changes(world.table, 0, &all), 0);
	CHECK_EQ(di_table_room(world.table).octets, DI_WORLD_OCTETS);
	di_world_close(&world);
}

static void test_di_table_counts_changes_in_their_span(void)
{
	struct di_world world;
	const uint64_t bindings = 1 << DIMP_DI_DHCP_BINDING;

	di_world_open(&world);
	CHECK_EQ(change(&world, 0, di_world_binding(1, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 0, di_world_session(1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 0, di_world_binding(2, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 0, di_world_binding(1, 2)), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_changes(world.table, 0), 4);
	CHECK_EQ(di_table_count_changes(world.table, 0,
			 &(struct di_changes){.types = UINT64_MAX, .after = 2, .upto = 4}),
		2);
	CHECK_EQ(di_table_count_changes(world.table, 0,
			 &(struct di_changes){.types = UINT64_MAX, .after = 0, .upto = 3}),
		2);
	CHECK_EQ(di_table_count_changes(world.table, 0,
			 &(struct di_changes){.types = bindings, .after = 0, .upto = 3}),
		1);
	di_world_close(&world);
}

static void test_di_table_full_of_entries_refuses(void)
{
	struct di_world world;

	di_world_open(&world);
	for (uint8_t number = 1; number <= DI_WORLD_ENTRIES; number++)
		CHECK_EQ(change(&world, 0, di_world_session(number)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 0, di_world_session(9)), DIMP_ERROR_TABLE_FULL);
	CHECK_EQ(change(&world, 0, di_world_session(8)), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_room(world.table).entries, 0);
	di_world_close(&world);
}

static void test_di_table_full_of_octets_keeps_what_it_has(void)
{
	struct di_world world;
	struct dimp_record big = di_world_session(1), record;
	struct dimp_di_cursor walk = {.vsi = 0};

	di_world_open(&world);
	big.body.dot1x_session.attributes = 1 << DIMP_ATTRIBUTE_dot1x_session_class;
	big.body.dot1x_session.class.size = 200;
	CHECK_EQ(change(&world, 0, di_world_session(1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 0, big), DIMP_ERROR_TABLE_FULL);
	CHECK_EQ(di_table_changes(world.table, 0), 1);
	CHECK(di_table_next(world.table, &walk, &record, start));
	CHECK_EQ(record.body.dot1x_session.attributes, 0);
	big.body.dot1x_session.class.size = 172;
	CHECK_EQ(change(&world, 0, big), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_room(world.table).octets, 0);
	di_world_close(&world);
}

static void test_di_table_holds_the_limit_of_a_type(void)
{
	struct di_world world;

	di_world_open(&world);
	world.type_entries_max[DIMP_DI_DHCP_BINDING] = 2;
	CHECK_EQ(change(&world, 0, di_world_binding(1, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 1, di_world_binding(1, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 1, di_world_binding(2, 1)), DIMP_ERROR_TYPE_LIMIT);
	CHECK_EQ(change(&world, 1, di_world_binding(1, 2)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 1, di_world_session(2)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 0, di_world_deletion(1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 1, di_world_binding(2, 1)), DIMP_ERROR_NONE);
	di_world_close(&world);
}

static void test_di_table_reservation_is_for_its_vsi(void)
{
	struct di_world world;
	const struct di_room three = {.entries = 3, .octets = 3 * BINDING_SIZE};
	const struct di_room six = {.entries = 6, .octets = 0};

	di_world_open(&world);
	CHECK_EQ(change(&world, 0, di_world_binding(1, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_reserve(world.table, 1, three), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_room(world.table).entries, 4);
	CHECK_EQ(di_table_room(world.table).octets, DI_WORLD_OCTETS - 4 * BINDING_SIZE);
	CHECK_EQ(di_table_reserve(world.table, 2, six), DIMP_ERROR_NO_ROOM);
	for (uint8_t number = 2; number <= 5; number++)
		CHECK_EQ(change(&world, 0, di_world_binding(number, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 0, di_world_binding(6, 1)), DIMP_ERROR_TABLE_FULL);
	for (uint8_t number = 1; number <= 3; number++)
		CHECK_EQ(change(&world, 1, di_world_binding(number, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 1, di_world_binding(4, 1)), DIMP_ERROR_TABLE_FULL);
	di_world_close(&world);
}

static void test_di_table_reservation_counts_what_is_held(void)
{
	struct di_world world;
	const struct di_room three = {.entries = 3, .octets = 3 * BINDING_SIZE};
	const struct di_room all = {.entries = DI_WORLD_ENTRIES, .octets = DI_WORLD_OCTETS};
	const struct di_room more = {.entries = DI_WORLD_ENTRIES + 1, .octets = 0};

	di_world_open(&world);
	CHECK_EQ(change(&world, 1, di_world_binding(1, 1)), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_reserve(world.table, 1, three), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_room(world.table).entries, DI_WORLD_ENTRIES - 3);
	CHECK_EQ(di_table_reserve(world.table, 1, all), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_room(world.table).octets, 0);
	CHECK_EQ(di_table_reserve(world.table, 1, more), DIMP_ERROR_NO_ROOM);
	CHECK_EQ(di_table_room(world.table).octets, 0);
	di_table_unreserve(world.table, 1);
	CHECK_EQ(di_table_room(world.table).entries, DI_WORLD_ENTRIES - 1);
	di_world_close(&world);
}

/* No octet of a wiped VSI's records may stand anywhere in the table. DIMP 12-2. */
static void test_di_table_wipe_leaves_nothing(void)
{
	struct di_world world;
	struct dimp_record secret = di_world_session(1);
	const struct di_room room = {.entries = 4, .octets = 100};
	bool is_clean = true;

	di_world_open(&world);
	secret.body.dot1x_session.attributes = 1 << DIMP_ATTRIBUTE_dot1x_session_class;
	secret.body.dot1x_session.class.size = 100;
	memset(secret.body.dot1x_session.class.octets, 0xa5, 100);
	CHECK_EQ(change(&world, 1, di_world_session(3)), DIMP_ERROR_NONE);
	CHECK_EQ(change(&world, 0, secret), DIMP_ERROR_NONE);
	CHECK_EQ(di_table_reserve(world.table, 0, room), DIMP_ERROR_NONE);
	di_table_wipe(world.table, 0);
	for (size_t at = 0; at < DI_WORLD_OCTETS; at++)
		is_clean = is_clean && world.table->arena.octets[at] != 0xa5;
	CHECK(is_clean);
	CHECK_EQ(di_table_room(world.table).octets, DI_WORLD_OCTETS - 24);
	CHECK_EQ(di_table_room(world.table).entries, DI_WORLD_ENTRIES - 1);
	CHECK_EQ(di_table_changes(world.table, 0), 0);
	CHECK_EQ(di_table_entries(world.table, 1), 1);
	di_world_close(&world);
}

static void test_di_table_refuses_a_wrong_record(void)
{
	struct di_world world;
	struct dimp_record wrong = di_world_binding(1, 1);

	di_world_open(&world);
	wrong.body.dhcp_binding.vlan = 4095;
	CHECK_EQ(change(&world, 0, wrong), DIMP_ERROR_BAD_VALUE);
	CHECK_EQ(di_table_changes(world.table, 0), 0);
	di_world_close(&world);
}

static const struct test_case tests[] = {
	TEST(test_di_table_walks_what_was_put_with_less_time),
	TEST(test_di_table_put_again_replaces),
	TEST(test_di_table_counts_by_type),
	TEST(test_di_table_deletion_leaves_a_marker_only_when_kept),
	TEST(test_di_table_counts_changes_in_their_span),
	TEST(test_di_table_full_of_entries_refuses),
	TEST(test_di_table_full_of_octets_keeps_what_it_has),
	TEST(test_di_table_holds_the_limit_of_a_type),
	TEST(test_di_table_reservation_is_for_its_vsi),
	TEST(test_di_table_reservation_counts_what_is_held),
	TEST(test_di_table_wipe_leaves_nothing),
	TEST(test_di_table_refuses_a_wrong_record),
	TEST_END,
};

const struct test_suite suite_di_table = {"di_table", tests};
