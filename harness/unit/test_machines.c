/* SPDX-License-Identifier: MIT */
/*
 * The three tables as tables: every state answers every event, by one row, and nothing stands in
 * them that could never happen (DIMP 9.2, 9.3, 9.6).
 */
#include <string.h>

#include "check.h"
#include "destination.h"
#include "source.h"
#include "station.h"

static const struct machine_table *const tables[] = {&source_table, &destination_table,
	&station_table};
enum { TABLES = 3 };

static size_t rows_for(const struct machine_table *table, size_t state, size_t event)
{
	size_t count = 0;

	for (size_t index = 0; index < table->row_count; index++)
		count += table->rows[index].from == state && table->rows[index].event == event;
	return count;
}

/* Each state has one row for any other event, and it is the last of the state. */
static void test_machines_every_state_ends_with_any(void)
{
	for (size_t number = 0; number < TABLES; number++) {
		const struct machine_table *table = tables[number];

		for (size_t state = 0; state < table->state_count; state++) {
			const struct machine_row *last = NULL;

			CHECK_EQ(rows_for(table, state, MACHINE_ANY), 1);
			for (size_t index = 0; index < table->row_count; index++)
				last = table->rows[index].from == state ? &table->rows[index]
									: last;
			REQUIRE(last != NULL);
			CHECK_EQ(last->event, MACHINE_ANY);
			CHECK_EQ(last->to, state);
		}
	}
}

/* All states times all events: at most one row of its own, always an answer with a clause. */
static void test_machines_answer_every_pair(void)
{
	for (size_t number = 0; number < TABLES; number++) {
		const struct machine_table *table = tables[number];

		for (size_t state = 0; state < table->state_count; state++) {
			for (size_t event = 0; event < table->event_count; event++) {
				const struct machine_row *row =
					machine_find(table, (uint8_t)state, (uint8_t)event);

				CHECK(rows_for(table, state, event) <= 1);
				REQUIRE(row != NULL);
				CHECK_EQ(row->from, state);
				CHECK(row->to < table->state_count);
				CHECK(strncmp(row->clause, "9.", 2) == 0);
			}
		}
	}
}

/* Every event matters somewhere; every state but the first is reached from another. */
static void test_machines_have_nothing_dead(void)
{
	for (size_t number = 0; number < TABLES; number++) {
		const struct machine_table *table = tables[number];

		for (size_t event = 0; event < table->event_count; event++) {
			size_t used = 0;

			for (size_t state = 0; state < table->state_count; state++)
				used += rows_for(table, state, event);
			CHECK(used > 0);
		}
		for (size_t state = 1; state < table->state_count; state++) {
			size_t reached = 0;

			for (size_t index = 0; index < table->row_count; index++)
				reached += table->rows[index].to == state &&
					table->rows[index].from != state;
			CHECK(reached > 0);
		}
	}
}

/* The decision is taken once: only these five events lead out of RELEASED (DIMP 9.3-13). */
static void test_machines_released_is_final(void)
{
	for (uint8_t event = 0; event < SOURCE_EVENTS; event++) {
		const uint8_t to = machine_find(&source_table, SOURCE_RELEASED, event)->to;

		if (event == SOURCE_ON_DONE)
			CHECK_EQ(to, SOURCE_GONE);
		else if (event == SOURCE_ON_OUTRANKED)
			CHECK_EQ(to, SOURCE_GONE);
		else if (event == SOURCE_ON_ABORT_TAKES_BACK || event == SOURCE_ON_REVIVED ||
			event == SOURCE_ON_ARRIVED)
			CHECK_EQ(to, SOURCE_OWNER);
		else
			CHECK_EQ(to, SOURCE_RELEASED);
	}
}

/* Only RELEASED and PROCEED put anything into force (DIMP 9.2-10, 9.2-16). */
static void test_machines_force_needs_release(void)
{
	for (uint8_t state = 0; state < DESTINATION_STATES; state++) {
		for (uint8_t event = 0; event < DESTINATION_EVENTS; event++) {
			const struct machine_row *row =
				machine_find(&destination_table, state, event);

			if (row->to != DESTINATION_ACTIVATING || state == DESTINATION_ACTIVATING)
				continue;
			CHECK(event == DESTINATION_ON_RELEASED || event == DESTINATION_ON_PROCEED);
		}
	}
}

static const struct test_case tests[] = {
	TEST(test_machines_every_state_ends_with_any),
	TEST(test_machines_answer_every_pair),
	TEST(test_machines_have_nothing_dead),
	TEST(test_machines_released_is_final),
	TEST(test_machines_force_needs_release),
	TEST_END,
};
const struct test_suite suite_machines = {"machines", tests};
