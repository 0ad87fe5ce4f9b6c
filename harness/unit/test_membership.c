/*
 * Proves that a VM cannot make its bridge keep more than so many groups, nor more than so many
 * sources of one of them.
 */
#include "sources/membership.h"

#include "check.h"
#include "net/ipv4.h"

static const uint64_t second = 1000000;

struct rig {
	struct di_store *store;
	struct source_counters counters;
	struct source_place place;
};

static void rig_start(struct rig *rig)
{
	*rig = (struct rig){.store = di_store_create()};
	REQUIRE(rig->store != NULL);
	rig->place = (struct source_place){.store = rig->store, .counters = &rig->counters};
}

static void report(struct rig *rig, unsigned group, enum group_change change, unsigned source)
{
	const uint8_t octets[] = {10, 4, (uint8_t)(source >> 8), (uint8_t)source};
	const struct group_sources sources = {{octets, change == GROUP_ALLOW ? sizeof octets : 0},
		sizeof octets};
	const struct membership membership = {.place = &rig->place,
		.vlan = 42,
		.group = ipv4_mapped(
			&(struct dimp_ipv4){{239, 1, (uint8_t)(group >> 8), (uint8_t)group}}),
		.now = {second},
		.membership_us = 260 * second,
		.last_member_us = 2 * second};

	membership_report(&membership, change, &sources);
}

static size_t records(const struct rig *rig)
{
	return di_store_count(rig->store, 0, DIMP_DI_MULTICAST_MEMBERSHIP);
}

static void test_membership_of_groups_is_bounded(void)
{
	struct rig rig;

	rig_start(&rig);
	for (unsigned group = 0; group < MEMBERSHIP_RECORDS_MAX + 3; group++)
		report(&rig, group, GROUP_IS_EXCLUDE, 0);
	CHECK_EQ(records(&rig), 4096);
	CHECK_EQ(rig.counters.over_limit, 3);
	di_store_destroy(rig.store);
}

static void test_membership_of_sources_is_bounded(void)
{
	struct rig rig;

	rig_start(&rig);
	report(&rig, 1, GROUP_IS_EXCLUDE, 0);
	for (unsigned source = 1; source <= MEMBERSHIP_SOURCES_MAX + 4; source++)
		report(&rig, 1, GROUP_ALLOW, source);
	CHECK_EQ(records(&rig), 257);
	CHECK_EQ(rig.counters.over_limit, 4);
	/* Another group has its own bound, and all of the first can still be looked at. */
	report(&rig, 2, GROUP_ALLOW, 1);
	CHECK_EQ(records(&rig), 258);
	report(&rig, 1, GROUP_IS_EXCLUDE, 0);
	CHECK_EQ(records(&rig), 2);
	di_store_destroy(rig.store);
}

static const struct test_case tests[] = {
	TEST(test_membership_of_groups_is_bounded),
	TEST(test_membership_of_sources_is_bounded),
	TEST_END,
};

const struct test_suite suite_membership = {"membership", tests};
