/* SPDX-License-Identifier: MIT */
/*
 * Proves what a drill leaves free: that "gather" takes a round however it is cut and ordered and
 * sees what is missing, doubled or misplaced, and that "may" lets a message come or not and lets no
 * other by.
 */
#include "check.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/drill_runner.h"

#define VM "01020304000000000000000000000000/1.1/5:00000000-0000-0000-0000-000000000001"
#define HEAD \
	"# A drill of the test of gathering.\n" \
	"clause: DIMP 9.3-2\n" \
	"bridge\n" \
	"peer dst\n" \
	"let filter {filter mac=02:00:00:00:00:01 vlan=42}\n" \
	"let key 000102030405060708090a0b0c0d0e0f\n" \
	"let a dhcp_binding vlan=42 client=02:00:00:00:00:01 address=10.0.0.1 " \
	"remaining=600.000 s\n" \
	"let b learned_mac vlan=42 client=02:00:00:00:00:01 is_sticky=0 remaining=600.000 s\n" \
	"vsi vm " VM " $filter\n" \
	"call put $vm $a\n" \
	"call put $vm $b\n" \
	"< dst solicit migration=7 serial=1 vsi=$vm mode=STAGED types=dhcp_binding|learned_mac " \
	"grant_entries=9 grant_octets=999 digest_key=$key $filter\n"
#define AND_SO_ON "> dst offer migration=7\n> dst round_end migration=7 chunks=$chunks\n"

/* Empty |said|: the drill passes. */
static void check_run(const char *text, const char *said)
{
	const char *path = scratch_file("gather.drill", text, strlen(text));
	char *report = NULL;
	size_t size = 0;
	struct drill_outcome outcome = {.report = open_memstream(&report, &size)};
	const bool has_passed = drill_run_file(path, &outcome);

	fclose(outcome.report);
	CHECK(has_passed == (said[0] == '\0'));
	if (strstr(report, said) == NULL || (has_passed && size > 0))
		CHECK_TEXT(report, said);
	free(report);
}

static void test_drill_gather_takes_a_round_in_any_order(void)
{
	check_run(HEAD "gather dst data migration=7 round=0 chunk=0 {$a} {$b}\n" AND_SO_ON, "");
	check_run(HEAD "gather dst data migration=7 round=0 {$b} {$a}\n" AND_SO_ON, "");
	check_run(HEAD "gather dst data migration=7\n" AND_SO_ON, "");
	check_run(HEAD "within 5ms gather dst data round=0 {$b} {dhcp_binding vlan=42}\n" AND_SO_ON,
		"");
}

static void test_drill_gather_sees_what_is_wrong(void)
{
	check_run(HEAD "gather dst data migration=7 round=0 {$a}\n", "was not awaited");
	check_run(HEAD "gather dst data migration=7 round=0 {$a} {$a} {$b}\n",
		"is not there: dhcp");
	check_run(HEAD "gather dst data migration=7 round=0 {$a} {dhcp_binding delete vlan=42}\n",
		"was not awaited, or twice: learned_mac");
	check_run(HEAD "gather dst data migration=7 round=0 chunk=1 {$a} {$b}\n",
		"chunk 1 is not there");
	check_run(HEAD "gather dst data migration=8 round=0 {$a} {$b}\n", "is not there: dhcp");
	check_run(HEAD "gather dst data chunk=$x {$a} {$b}\n", "the first chunk is a number");
	check_run(HEAD "gather nobody data {$a}\n", "no peer nobody");
	check_run(HEAD "gather dst data migration=8\n", "no record came");
}

static void test_drill_allowance_lets_what_fits_come_or_not(void)
{
	check_run(HEAD "> dst offer\n> dst data\n", "unexpected, by the time of this line");
	check_run("# x\nclause: DIMP 9.3-2\nbridge\npeer dst\nmay dst ping\nsilence 1s\n", "");
	check_run(HEAD "may nobody offer\n", "no peer nobody");
}

static void check_allowed(const char *lines, const char *said)
{
	static const char allowed[] = "may dst data migration=7\nmay dst round_end migration=8\n";
	const char *solicit = strstr(HEAD, "< dst");
	char text[4096];

	(void)snprintf(text, sizeof text, "%.*s%s%s> dst offer\n%s", (int)strcspn(HEAD, "<"), HEAD,
		allowed, solicit, lines);
	check_run(text, said);
}

static void test_drill_allowance_lets_no_other_by(void)
{
	check_allowed("", "unexpected, by the time of this line");
	check_allowed("> dst round_end\n", "");
	check_allowed("> dst round_end\n> dst data migration=7\n", "");
	check_allowed("> dst round_end\n> dst data\n> dst data\n", "expected, and nothing came");
}

static const struct test_case tests[] = {
	TEST(test_drill_gather_takes_a_round_in_any_order),
	TEST(test_drill_gather_sees_what_is_wrong),
	TEST(test_drill_allowance_lets_what_fits_come_or_not),
	TEST(test_drill_allowance_lets_no_other_by),
	TEST_END,
};

const struct test_suite suite_drill_gather = {"drill_gather", tests};
