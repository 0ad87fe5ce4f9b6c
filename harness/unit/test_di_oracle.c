/*
 * Proves the DI table against an oracle: thousands of random changes, stagings, wipes, rounds and
 * activations over a few keys, in a table so small that it is full most of the time, and after each
 * the table holds exactly what a plain array says.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "di_entries.h"
#include "di_world.h"

enum { KEYS = 12, STEPS = 5000, ACTIVE_VSI = 0, STAGED_VSI = 1 };

/* What one key of one VSI should be. */
struct expected {
	bool is_present;
	bool is_marker;
	uint16_t class_size;
	uint16_t round;
};

struct oracle {
	struct expected of[2][KEYS];
};

static uint64_t random_state;

/* xorshift64: a fixed seed gives the same run for ever. */
static uint32_t draw(uint32_t below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (uint32_t)(random_state >> 32) % below;
}

/* A session whose Class has |size| octets, so that records differ in size. */
static struct dimp_record session(uint8_t number, uint16_t size)
{
	struct dimp_record record = di_world_session((uint8_t)(number + 1));

	record.body.dot1x_session.attributes = 1 << DIMP_ATTRIBUTE_dot1x_session_class;
	record.body.dot1x_session.class.size = size;
	memset(record.body.dot1x_session.class.octets, number, size);
	return record;
}

static void step_active(struct di_world *world, struct oracle *oracle)
{
	const uint8_t key = (uint8_t)draw(KEYS);
	struct dimp_record record = session(key, (uint16_t)draw(60));
	struct expected *expected = &oracle->of[ACTIVE_VSI][key];

	record.operation = draw(3) == 0 ? DIMP_OPERATION_DELETE : DIMP_OPERATION_PUT;
	const enum dimp_error error =
		di_table_change(world->table, ACTIVE_VSI, &record, (struct dimp_time){0});
	if (error != DIMP_ERROR_NONE) {
		CHECK_EQ(error, DIMP_ERROR_TABLE_FULL);
		return;
	}
	expected->is_present = record.operation == DIMP_OPERATION_PUT;
	expected->class_size = record.body.dot1x_session.class.size;
}

static void step_staged(struct di_world *world, struct oracle *oracle)
{
	const uint8_t key = (uint8_t)draw(KEYS);
	const uint16_t round = (uint16_t)draw(6);
	struct dimp_record record = session(key, (uint16_t)draw(60));
	struct expected *expected = &oracle->of[STAGED_VSI][key];
	const bool is_stale =
		(expected->is_present || expected->is_marker) && expected->round >= round;

	record.operation = draw(3) == 0 ? DIMP_OPERATION_DELETE : DIMP_OPERATION_PUT;
	const enum dimp_error error = di_world_stage(world, STAGED_VSI, &record, round);
	if (is_stale) {
		CHECK_EQ(error, DIMP_ERROR_NONE);
		return;
	}
	if (error != DIMP_ERROR_NONE) {
		CHECK_EQ(error, DIMP_ERROR_NO_ROOM);
		return;
	}
	expected->is_present = record.operation == DIMP_OPERATION_PUT;
	expected->is_marker = !expected->is_present;
	expected->class_size = record.body.dot1x_session.class.size;
	expected->round = round;
}

/* Activates, checks and wipes what was staged, so that staging starts anew. */
static void step_end(struct di_world *world, struct oracle *oracle)
{
	uint32_t present = 0;

	for (size_t key = 0; key < KEYS; key++)
		present += oracle->of[STAGED_VSI][key].is_present ? 1 : 0;
	di_table_activate(world->table, STAGED_VSI);
	CHECK_EQ(di_table_entries(world->table, STAGED_VSI), present);
	CHECK_EQ(world->table->vsis[STAGED_VSI].held.entries, present);
	di_table_wipe(world->table, STAGED_VSI);
	memset(oracle->of[STAGED_VSI], 0, sizeof oracle->of[STAGED_VSI]);
}

static void step_reserve(struct di_world *world)
{
	const struct di_room room = {.entries = draw(6), .octets = draw(150)};
	const enum dimp_error error = di_table_reserve(world->table, STAGED_VSI, room);

	CHECK(error == DIMP_ERROR_NONE || error == DIMP_ERROR_NO_ROOM);
}

/* Every walked entry is expected, as it is, and none is missing. */
static void check_vsi(const struct di_world *world, const struct oracle *oracle, uint32_t vsi)
{
	static struct dimp_record record;
	struct dimp_di_cursor walk = {.vsi = vsi};
	uint32_t present = 0, walked = 0;

	while (di_table_next(world->table, &walk, &record, (struct dimp_time){0})) {
		const uint8_t key = (uint8_t)(record.body.dot1x_session.client.octets[5] - 1);
		const struct dimp_record expected = session(key, oracle->of[vsi][key].class_size);
		CHECK(oracle->of[vsi][key].is_present);
		CHECK(memcmp(&record.body.dot1x_session, &expected.body.dot1x_session,
			      sizeof expected.body.dot1x_session) == 0);
		walked++;
	}
	for (size_t key = 0; key < KEYS; key++)
		present += oracle->of[vsi][key].is_present ? 1 : 0;
	CHECK_EQ(walked, present);
	CHECK_EQ(di_table_entries(world->table, vsi), present);
}

/* Counts never drift: what VSIs hold is what the table holds, and fits beside what is set aside. */
static void check_room(const struct di_world *world)
{
	const struct di_table *table = world->table;
	const struct di_room one = table->vsis[0].held, other = table->vsis[1].held;
	const struct di_room room = di_table_room(table);

	CHECK_EQ(one.entries + other.entries, table->entries_held);
	CHECK_EQ(one.octets + other.octets, table->arena.held);
	CHECK(room.entries <= DI_WORLD_ENTRIES);
	CHECK(room.octets <= DI_WORLD_OCTETS);
}

static void test_di_oracle_agrees_after_every_step(void)
{
	static struct oracle oracle;
	struct di_world world;

	random_state = 0x9e3779b97f4a7c15;
	di_world_open(&world);
	for (size_t step = 0; step < STEPS; step++) {
		const uint32_t choice = draw(100);
		if (choice < 45)
			step_active(&world, &oracle);
		else if (choice < 90)
			step_staged(&world, &oracle);
		else if (choice < 95)
			step_reserve(&world);
		else
			step_end(&world, &oracle);
		check_vsi(&world, &oracle, ACTIVE_VSI);
		check_vsi(&world, &oracle, STAGED_VSI);
		check_room(&world);
	}
	di_world_close(&world);
}

static void test_di_oracle_large_table_is_quick(void)
{
	enum { ENTRIES = 12000 };
	static const uint32_t no_limits[DIMP_DI_TYPES];
	const struct di_table_config config = {.entries_max = ENTRIES,
		.octets_max = ENTRIES * BINDING_SIZE,
		.vsis_max = 1,
		.type_entries_max = no_limits};
	struct di_table *table = di_table_init(malloc(di_table_size(&config)), &config);
	struct dimp_record record = di_world_binding(1, 1);

	for (uint32_t round = 0; round < 3; round++) {
		for (uint32_t number = 0; number < ENTRIES; number++) {
			record.body.dhcp_binding.client.octets[4] = (uint8_t)(number >> 8);
			record.body.dhcp_binding.client.octets[5] = (uint8_t)number;
			CHECK_EQ(di_table_change(table, 0, &record, (struct dimp_time){0}), 0);
		}
	}
	CHECK_EQ(di_table_entries(table, 0), ENTRIES);
	CHECK_EQ(di_table_room(table).octets, 0);
	di_table_wipe(table, 0);
	CHECK_EQ(di_table_room(table).entries, ENTRIES);
	free(table);
}

static const struct test_case tests[] = {
	TEST(test_di_oracle_agrees_after_every_step),
	TEST(test_di_oracle_large_table_is_quick),
	TEST_END,
};

const struct test_suite suite_di_oracle = {"di_oracle", tests};
