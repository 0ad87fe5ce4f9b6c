/* SPDX-License-Identifier: MIT */
/* Proves that addresses are learned per VLAN, move, age, and survive growth of the table. */
#include "bridge/forwarding_table.h"

#include "check.h"

static const struct dimp_time start = {1000};

static struct forwarding_key key_of(uint16_t vlan, unsigned number)
{
	return (struct forwarding_key){vlan,
		{{2, 0, 0, 0, (uint8_t)(number >> 8), (uint8_t)number}}};
}

static void test_forwarding_table_keeps_vlans_apart(void)
{
	struct forwarding_table *table = forwarding_table_create(100);
	const struct forwarding_key one = key_of(1, 7), two = key_of(2, 7);

	REQUIRE(table != NULL);
	forwarding_table_learn(table, &one, 3, start);
	CHECK_EQ(forwarding_table_find(table, &one, start), 3);
	CHECK_EQ(forwarding_table_find(table, &two, start), FORWARDING_NO_PORT);
	forwarding_table_learn(table, &one, 4, start);
	CHECK_EQ(forwarding_table_find(table, &one, start), 4);
	forwarding_table_forget(table, &one);
	CHECK_EQ(forwarding_table_find(table, &one, start), FORWARDING_NO_PORT);
	forwarding_table_destroy(table);
}

static void test_forwarding_table_ages(void)
{
	struct forwarding_table *table = forwarding_table_create(100);
	const struct forwarding_key one = key_of(1, 7);

	REQUIRE(table != NULL);
	forwarding_table_learn(table, &one, 3, start);
	CHECK_EQ(forwarding_table_find(table, &one, (struct dimp_time){1100}), 3);
	CHECK_EQ(forwarding_table_find(table, &one, (struct dimp_time){1101}), FORWARDING_NO_PORT);
	forwarding_table_destroy(table);
}

static void test_forwarding_table_never_learns_groups(void)
{
	struct forwarding_table *table = forwarding_table_create(100);
	const struct forwarding_key group = {1, {{1, 0, 0x5e, 0, 0, 1}}};

	REQUIRE(table != NULL);
	forwarding_table_learn(table, &group, 3, start);
	CHECK_EQ(forwarding_table_find(table, &group, start), FORWARDING_NO_PORT);
	forwarding_table_destroy(table);
}

static void test_forwarding_table_grows(void)
{
	struct forwarding_table *table = forwarding_table_create(100);

	REQUIRE(table != NULL);
	for (unsigned number = 0; number < 1000; number++) {
		const struct forwarding_key key = key_of(1, number);
		forwarding_table_learn(table, &key, number, start);
	}
	for (unsigned number = 0; number < 1000; number++) {
		const struct forwarding_key key = key_of(1, number);
		CHECK_EQ(forwarding_table_find(table, &key, start), number);
	}
	forwarding_table_destroy(table);
}

static void test_forwarding_table_pinned_ones_stay(void)
{
	struct forwarding_table *table = forwarding_table_create(100);
	const struct forwarding_key one = key_of(0, 7);

	REQUIRE(table != NULL);
	forwarding_table_pin(table, &one, 3, start);
	forwarding_table_learn(table, &one, 4, start);
	CHECK_EQ(forwarding_table_find(table, &one, (struct dimp_time){5000}), 3);
	forwarding_table_destroy(table);
}

/* Somebody makes up addresses: it stops learning, forgets them in time, and keeps what is pinned.
 */
static void test_forwarding_table_has_a_bound(void)
{
	enum { BOUND = 65536 };
	struct forwarding_table *table = forwarding_table_create(2000000);
	const struct forwarding_key pinned = {0, {{4}}};
	const struct dimp_time later = {4000000};

	REQUIRE(table != NULL);
	forwarding_table_pin(table, &pinned, 3, start);
	for (unsigned number = 0; number < BOUND; number++) {
		const struct forwarding_key key = key_of(1, number);
		forwarding_table_learn(table, &key, 1, start);
	}
	const struct forwarding_key last = key_of(1, BOUND - 2), beyond = key_of(1, BOUND - 1);

	CHECK_EQ(forwarding_table_find(table, &last, start), 1);
	CHECK_EQ(forwarding_table_find(table, &beyond, start), FORWARDING_NO_PORT);
	forwarding_table_learn(table, &beyond, 2, later);
	CHECK_EQ(forwarding_table_find(table, &beyond, later), 2);
	CHECK_EQ(forwarding_table_find(table, &pinned, later), 3);
	forwarding_table_destroy(table);
}

static const struct test_case tests[] = {
	TEST(test_forwarding_table_keeps_vlans_apart),
	TEST(test_forwarding_table_ages),
	TEST(test_forwarding_table_never_learns_groups),
	TEST(test_forwarding_table_grows),
	TEST(test_forwarding_table_pinned_ones_stay),
	TEST(test_forwarding_table_has_a_bound),
	TEST_END,
};

const struct test_suite suite_forwarding_table = {"forwarding_table", tests};
