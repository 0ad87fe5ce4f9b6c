/* SPDX-License-Identifier: MIT */
/* Proves that an ABORT which overtook its SOLICIT is kept once, and the newest of them (DIMP
 * 9.1-13). */
#include "check.h"

#include "overtaken_aborts.h"

static bool has(const struct overtaken_aborts *aborts, dimp_peer destination, uint64_t migration)
{
	const struct overtaken_abort abort = {destination, migration};

	return overtaken_aborts_has(aborts, &abort);
}

static void keep(struct overtaken_aborts *aborts, dimp_peer destination, uint64_t migration)
{
	const struct overtaken_abort abort = {destination, migration};

	overtaken_aborts_keep(aborts, &abort);
}

static void test_overtaken_aborts_are_of_one_migration_of_one_peer(void)
{
	struct overtaken_aborts aborts = {.count = 0};

	keep(&aborts, 1, 5);
	keep(&aborts, 1, 5);
	CHECK_EQ(aborts.count, 1);
	CHECK(has(&aborts, 1, 5));
	CHECK(!has(&aborts, 2, 5));
	CHECK(!has(&aborts, 1, 6));
}

static void test_overtaken_aborts_beyond_the_bound_push_out_the_oldest(void)
{
	struct overtaken_aborts aborts = {.count = 0};

	for (uint64_t migration = 0; migration <= DIMP_OVERTAKEN_ABORTS; migration++)
		keep(&aborts, 1, migration);
	CHECK(!has(&aborts, 1, 0));
	for (uint64_t migration = 1; migration <= DIMP_OVERTAKEN_ABORTS; migration++)
		CHECK(has(&aborts, 1, migration));
}

static const struct test_case tests[] = {
	TEST(test_overtaken_aborts_are_of_one_migration_of_one_peer),
	TEST(test_overtaken_aborts_beyond_the_bound_push_out_the_oldest),
	TEST_END,
};

const struct test_suite suite_overtaken_aborts = {"overtaken_aborts", tests};
