/* SPDX-License-Identifier: MIT */
/*
 * Proves that "alter" is read as it is written, that what it cannot mean is refused, and that edits
 * stay within what they edit.  What a speaker makes of forged PDUs is conformance/cases/4.*
 * and 5.*.
 */
#include "check.h"

#include <string.h>

#include "script/drill_forgery.h"

static void check_wrong(const char *words, const char *why)
{
	struct drill_forgery forgery;
	struct text_error error;

	CHECK(!drill_forgery_read((struct span){words, strlen(words)}, &forgery, &error));
	CHECK_TEXT(error.text, why);
}

static void test_drill_forgery_is_read(void)
{
	static const char words[] =
		"pdu 0=21 16=0102 payload 15=01 check boots 7 as a to b tail ff";
	struct drill_forgery forgery;
	struct text_error error;

	CHECK(drill_forgery_read((struct span){words, strlen(words)}, &forgery, &error));
	CHECK(forgery.is_set && forgery.is_check_right && !forgery.is_weak && !forgery.is_extra);
	CHECK_EQ(forgery.pdu.count, 2);
	CHECK_EQ(forgery.pdu.edits[1].offset, 16);
	CHECK_EQ(forgery.pdu.edits[1].size, 2);
	CHECK_EQ(forgery.payload.edits[0].offset, 15);
	CHECK_EQ(forgery.boots, 7);
	CHECK_TEXT(forgery.as, "a");
	CHECK_TEXT(forgery.to, "b");
	CHECK_EQ(forgery.tail.size, 1);
}

static void test_drill_forgery_that_means_nothing_is_refused(void)
{
	check_wrong("pdu x=01", "no OFFSET=HEX, or too many: x=01");
	check_wrong("pdu 1=0", "no OFFSET=HEX, or too many: 1=0");
	check_wrong("pdu 1=00 2=00 3=00 4=00 5=00", "no OFFSET=HEX, or too many: 5=00");
	check_wrong("boots many", "no boot count: many");
	check_wrong("preshared 00", "this changes nothing: preshared");
	check_wrong("sealed", "this changes nothing: sealed");
	check_wrong("as", "no name: ");
	check_wrong("tail 0", "no hex: 0");
}

static void test_drill_forgery_edits_only_what_is_there(void)
{
	static const struct drill_edits edits = {
		.edits = {{.offset = 1, .size = 1, .octets = {7}},
			{.offset = 2, .size = 2, .octets = {8, 9}}},
		.count = 2,
	};
	uint8_t octets[4] = {0};

	drill_edits_apply(&edits, (struct dimp_buffer){octets, 3});
	CHECK_BYTES(octets, sizeof octets, "00070000");
	drill_edits_apply(&edits, (struct dimp_buffer){octets, 4});
	CHECK_BYTES(octets, sizeof octets, "00070809");
}

static const struct test_case tests[] = {
	TEST(test_drill_forgery_is_read),
	TEST(test_drill_forgery_that_means_nothing_is_refused),
	TEST(test_drill_forgery_edits_only_what_is_there),
	TEST_END,
};

const struct test_suite suite_drill_forgery = {"drill_forgery", tests};
