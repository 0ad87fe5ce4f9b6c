/* SPDX-License-Identifier: MIT */
/* Proves that learned addresses are a VM's, stick, and age anew (DIMP 8.8). */
#include "bridge/learned_addresses.h"

#include "check.h"

enum { SLOT = 1, VLAN = 42 };

static const struct learned_address nested = {VLAN, {{6, 0, 0, 0, 0, 1}}};

static void put(struct di_store *store, uint8_t is_sticky, uint32_t remaining)
{
	const struct dimp_record record = {.type = DIMP_DI_LEARNED_MAC,
		.operation = DIMP_OPERATION_PUT,
		.body.learned_mac = {.vlan = VLAN,
			.client = nested.mac,
			.is_sticky = is_sticky,
			.remaining = remaining}};

	CHECK(di_store_put(store, SLOT, &record, (struct dimp_time){0}));
}

static uint64_t end_s(const struct di_store *store)
{
	return di_store_deadline(store).us / 1000000;
}

static void test_learned_addresses_are_of_a_vlan(void)
{
	const struct learned_address elsewhere = {VLAN + 1, nested.mac};
	struct di_store *store = di_store_create();

	CHECK(!learned_addresses_has(store, SLOT, &nested));
	put(store, 0, 300000);
	CHECK(learned_addresses_has(store, SLOT, &nested));
	CHECK(!learned_addresses_has(store, SLOT, &elsewhere));
	CHECK(!learned_addresses_has(store, SLOT + 1, &nested));
	CHECK(!learned_addresses_is_sticky(store, SLOT, &nested));
	put(store, 1, 300000);
	CHECK(learned_addresses_is_sticky(store, SLOT, &nested));
	di_store_destroy(store);
}

static void test_learned_addresses_age_anew(void)
{
	struct di_store *store = di_store_create();

	put(store, 0, 300000);
	learned_addresses_refresh(store, SLOT, &nested, (struct dimp_time){149000000});
	CHECK_EQ(end_s(store), 300);
	learned_addresses_refresh(store, SLOT, &nested, (struct dimp_time){150000000});
	CHECK_EQ(end_s(store), 450);
	di_store_expire(store, (struct dimp_time){450000000});
	CHECK(!learned_addresses_has(store, SLOT, &nested));
	di_store_destroy(store);
}

static void test_learned_addresses_that_do_not_age_stay_so(void)
{
	struct di_store *store = di_store_create();

	put(store, 1, DIMP_DURATION_INFINITE);
	learned_addresses_refresh(store, SLOT, &nested, (struct dimp_time){1000000000});
	CHECK_EQ(di_store_deadline(store).us, DIMP_NEVER.us);
	di_store_destroy(store);
}

static const struct test_case tests[] = {
	TEST(test_learned_addresses_are_of_a_vlan),
	TEST(test_learned_addresses_age_anew),
	TEST(test_learned_addresses_that_do_not_age_stay_so),
	TEST_END,
};

const struct test_suite suite_learned_addresses = {"learned_addresses", tests};
