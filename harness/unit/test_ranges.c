/* SPDX-License-Identifier: MIT */
/*
 * Proves that the numbers in the registry are those that it may give out (DIMP 17.2): every one
 * lies in an assigned range, and the ranges of a registry follow one another without overlap.
 */
#include "check.h"

#include <string.h>

#include "dimp.h"

static const struct range {
	const char *registry, *use;
	uint64_t first, last;
} ranges[] = {
#define RANGE(registry, form, first, last, use, who) {#registry, #use, first, last},
#include "ranges.def"
#undef RANGE
};

enum { RANGES = sizeof ranges / sizeof ranges[0] };

static bool is_assigned(const char *registry, uint64_t number)
{
	for (size_t each = 0; each < RANGES; each++) {
		const struct range *range = &ranges[each];

		if (strcmp(range->registry, registry) == 0 && range->first <= number &&
			number <= range->last)
			return strcmp(range->use, "ASSIGNED") == 0;
	}
	return false;
}

static void check_assigned(const char *registry, uint64_t number, const char *name)
{
	check_true(CHECK_HERE, is_assigned(registry, number), name);
}

static void test_ranges_of_a_registry_follow_one_another(void)
{
	for (size_t each = 1; each < RANGES; each++) {
		const struct range *before = &ranges[each - 1], *range = &ranges[each];

		CHECK(range->first <= range->last);
		if (strcmp(before->registry, range->registry) == 0)
			CHECK_EQ(range->first, before->last + 1);
	}
}

static void test_ranges_hold_every_message_parameter_and_di_type(void)
{
#define FIELD(lower, member, type, role, label)
#define ATTR(lower, member, number, type, role, label) \
	check_assigned("ATTRIBUTE", number, #lower "." #member);
#define ROUTE(lower, from, to)
#define PARAM(lower, tlv, fewest, most)
#define END(lower)
#define BEGIN(UPPER, lower, number, version, label) check_assigned("MESSAGE", number, #lower);
#include "messages.def"
#undef BEGIN
#define BEGIN(UPPER, lower, number, version, label) check_assigned("PARAMETER", number, #lower);
#include "tlvs.def"
#undef BEGIN
#define BEGIN(UPPER, lower, number, version, label) check_assigned("DI_TYPE", number, #lower);
#include "di.def"
#undef BEGIN
#undef FIELD
#undef ATTR
#undef ROUTE
#undef PARAM
#undef END
}

static void test_ranges_hold_every_name_and_error_of_the_wire(void)
{
#define NAMES(TYPE, type)
#define NAME(TYPE, UPPER, number, text) check_assigned("NAMED", number, #UPPER);
#define END_NAMES(TYPE)
#include "names.def"
#undef NAMES
#undef NAME
#undef END_NAMES
	/* From 160 on they are a speaker's own. */
#define ERROR(name, number, reason, vdp, radius, text) \
	CHECK((number) >= 160 || is_assigned("ERROR", number));
#include "errors.def"
#undef ERROR
	CHECK(!is_assigned("ERROR", 160));
	CHECK(!is_assigned("ERROR", 144));
	CHECK(!is_assigned("MESSAGE", 0x00f0));
	CHECK(!is_assigned("DI_TYPE", 56));
	CHECK(is_assigned("DI_TYPE", 63));
}

static const struct test_case tests[] = {
	TEST(test_ranges_of_a_registry_follow_one_another),
	TEST(test_ranges_hold_every_message_parameter_and_di_type),
	TEST(test_ranges_hold_every_name_and_error_of_the_wire),
	TEST_END,
};

const struct test_suite suite_ranges = {"ranges", tests};
