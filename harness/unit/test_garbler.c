/* SPDX-License-Identifier: MIT */
/*
 * Proves that a liar changes what it is told to and nothing else: the same lies for a seed, sizes
 * kept, what may be skipped only in place of ACK and PING.
 */
#include "crypto/garbler.h"

#include <string.h>

#include "check.h"

/* CUTOVER of request 7 and PING, by hand (DIMP 6.1, 7.1). */
static const uint8_t said[] = {0x00, 0x02, 0x00, 0x08, 0, 0, 0, 0, 0, 0, 0, 7, 0x00, 0x31, 0x00,
	0x00};

static struct garbler liar_of(uint8_t ways)
{
	struct garbler garbler;

	garbler_init(&garbler, 1, "test");
	garbler.share_ppm = 1000000;
	garbler.ways = ways;
	return garbler;
}

static void test_garbler_changes_the_field_of_a_message(void)
{
	struct garbler garbler = liar_of(1 << GARBLER_FIELD);
	uint8_t text[sizeof said];

	memcpy(text, said, sizeof said);
	garbler_change(&garbler, text, sizeof text);
	CHECK(memcmp(text, said, 4) == 0);
	CHECK(memcmp(text + 4, said + 4, 8) != 0);
	CHECK(memcmp(text + 12, said + 12, 4) == 0);
	CHECK_EQ(garbler.changed, 1);
}

static void test_garbler_says_something_to_skip_in_place_of_ping(void)
{
	struct garbler garbler = liar_of(1 << GARBLER_SKIPPABLE);
	uint8_t text[sizeof said];

	memcpy(text, said, sizeof said);
	garbler_change(&garbler, text, sizeof text);
	CHECK(memcmp(text, said, 12) == 0);
	CHECK_EQ(text[12] & 0x80, 0x80);
	CHECK_EQ(text[15], 0);
}

static void test_garbler_says_again_what_it_said(void)
{
	static const uint8_t later[] = {0x00, 0x03, 0x00, 0x08, 0, 0, 0, 0, 0, 0, 0, 9};
	struct garbler garbler = liar_of(0);
	uint8_t text[sizeof said], other[sizeof later];

	memcpy(text, said, sizeof said);
	memcpy(other, later, sizeof later);
	garbler.ways = 1 << GARBLER_AGAIN;
	garbler.share_ppm = 0;
	garbler_change(&garbler, text, 12);
	garbler.share_ppm = 1000000;
	for (unsigned times = 0; times < 32 && memcmp(other, said, 12) != 0; times++) {
		CHECK(memcmp(other, later, 12) == 0);
		garbler_change(&garbler, other, sizeof other);
	}
	CHECK(memcmp(other, said, 12) == 0);
	CHECK(garbler.changed > 0);
}

static void test_garbler_says_nothing_wrong_when_not_told_to(void)
{
	struct garbler garbler = liar_of(0);
	uint8_t text[sizeof said];

	memcpy(text, said, sizeof said);
	garbler_change(&garbler, text, sizeof text);
	CHECK(memcmp(text, said, sizeof said) == 0);
}

static const struct test_case tests[] = {
	TEST(test_garbler_changes_the_field_of_a_message),
	TEST(test_garbler_says_something_to_skip_in_place_of_ping),
	TEST(test_garbler_says_again_what_it_said),
	TEST(test_garbler_says_nothing_wrong_when_not_told_to),
	TEST_END,
};

const struct test_suite suite_garbler = {"garbler", tests};
