/* SPDX-License-Identifier: MIT */
/* Proves that clients keep their addresses while there are enough, and that no two share one. */
#include "actors/lease_pool.h"

#include "check.h"

enum { COUNT = 500 };

static const struct dimp_ipv4 first = {{10, 0, 0, 250}};

static struct lease lease_of(unsigned number, enum lease_state state, uint64_t until_us)
{
	return (struct lease){
		.state = state,
		.client = {.vlan = 42,
			.mac = {{2, 0, 0, 0, (uint8_t)(number >> 8), (uint8_t)number}}},
		.until = {until_us},
	};
}

static uint32_t give(struct lease_pool *pool, unsigned number, uint64_t now_us)
{
	const struct lease lease = lease_of(number, LEASE_BOUND, now_us + 100);
	const uint32_t index =
		lease_pool_choose(pool, &lease.client, LEASE_NONE, (struct dimp_time){now_us});

	if (index != LEASE_NONE)
		lease_pool_give(pool, index, &lease);
	return index;
}

static void test_lease_pool_gives_each_client_its_own(void)
{
	const struct lease ousted = lease_of(1, LEASE_BOUND, 0);
	const struct lease kept = lease_of(2, LEASE_BOUND, 0);
	struct lease_pool pool;

	REQUIRE(lease_pool_init(&pool, &first, COUNT));
	for (unsigned number = 0; number < COUNT; number++)
		CHECK_EQ(give(&pool, number, 0), number);
	CHECK_EQ(give(&pool, COUNT, 50), LEASE_NONE);
	/* All over, and everybody gets what he had, in any order. */
	for (unsigned number = COUNT; number-- > 0;)
		CHECK_EQ(give(&pool, number, 200), number);
	/* All over again: somebody new takes the first that comes, who had it another. */
	CHECK_EQ(give(&pool, COUNT, 400), 0);
	CHECK_EQ(give(&pool, 0, 400), 1);
	CHECK_EQ(lease_pool_of(&pool, &ousted.client), LEASE_NONE);
	CHECK_EQ(lease_pool_of(&pool, &kept.client), 2);
	lease_pool_free(&pool);
}

static void test_lease_pool_counts_over_octets(void)
{
	struct lease_pool pool;

	REQUIRE(lease_pool_init(&pool, &first, COUNT));
	CHECK_BYTES(lease_pool_address(&pool, 6).octets, 4, "0a000100");
	CHECK_EQ(lease_pool_at(&pool, &(struct dimp_ipv4){{10, 0, 1, 0}}), 6);
	CHECK_EQ(lease_pool_at(&pool, &(struct dimp_ipv4){{10, 0, 0, 249}}), LEASE_NONE);
	lease_pool_free(&pool);
	CHECK(!lease_pool_init(&pool, &first, 0));
	CHECK(!lease_pool_init(&pool, &first, LEASE_POOL_MAX + 1));
}

static void test_lease_pool_keeps_declined_addresses_back(void)
{
	const struct lease declined = lease_of(7, LEASE_DECLINED, 100);
	struct lease_pool pool;

	REQUIRE(lease_pool_init(&pool, &first, COUNT));
	lease_pool_give(&pool, 0, &declined);
	CHECK(!lease_pool_is_open(&pool, 0, &declined.client, (struct dimp_time){50}));
	CHECK_EQ(give(&pool, 7, 50), 1);
	CHECK(lease_pool_is_open(&pool, 0, &declined.client, (struct dimp_time){100}));
	lease_pool_clear(&pool);
	CHECK_EQ(give(&pool, 7, 50), 0);
	lease_pool_free(&pool);
}

static const struct test_case tests[] = {
	TEST(test_lease_pool_gives_each_client_its_own),
	TEST(test_lease_pool_counts_over_octets),
	TEST(test_lease_pool_keeps_declined_addresses_back),
	TEST_END,
};

const struct test_suite suite_lease_pool = {"lease_pool", tests};
