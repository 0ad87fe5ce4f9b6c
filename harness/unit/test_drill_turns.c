/* SPDX-License-Identifier: MIT */
/*
 * Proves that a drill with "for" runs once for each value and each combination of values, that
 * turns are named after their values, and that a turn which fails is told.
 */
#include "check.h"
#include "scratch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script/drill_parser.h"
#include "script/drill_runner.h"
#include "script/drill_turns.h"

#define HEAD \
	"# A drill of the test of turns.\nclause: DIMP 9.3-2\nid: 9.3-BV-99\nrequires: NOTHING\n"
#define TWO_LOOPS \
	HEAD "for $x in a b=1 c=(two words)\nfor $y in 4 5\nbridge\npeer dst\n< dst hex 0031 0000\n"

static void check_turns(const char *text, size_t expected)
{
	struct drill drill;
	struct drill_error error;

	CHECK(drill_parse((struct span){text, strlen(text)}, &drill, &error));
	CHECK_EQ(drill_turns(&drill), expected);
	drill_destroy(&drill);
}

static void check_label(size_t turn, const char *expected)
{
	char label[DRILL_TURN_LABEL_SIZE];
	struct drill_error error;
	struct drill drill;

	CHECK(drill_parse((struct span){TWO_LOOPS, strlen(TWO_LOOPS)}, &drill, &error));
	drill_turn_label(&drill, turn, label);
	CHECK_TEXT(label, expected);
	drill_destroy(&drill);
}

static void check_run(const char *text, const char *said)
{
	const char *path = scratch_file("turns.drill", text, strlen(text));
	char *report = NULL;
	size_t size = 0;
	struct drill_outcome outcome = {.report = open_memstream(&report, &size)};
	const bool has_passed = drill_run_file(path, &outcome);

	fclose(outcome.report);
	CHECK(has_passed == (said[0] == '\0'));
	CHECK(strstr(report, said) != NULL);
	free(report);
}

static void test_drill_turns_are_all_combinations(void)
{
	check_turns(HEAD "bridge\n", 1);
	check_turns(HEAD "for $x in a\n", 1);
	check_turns(TWO_LOOPS, 6);
	check_turns(HEAD "for $x in a=(b c\n", 0);
}

static void test_drill_turns_are_named_after_their_values(void)
{
	check_label(0, "/a/4");
	check_label(1, "/b/4");
	check_label(2, "/c/4");
	check_label(5, "/c/5");
}

static void test_drill_turns_are_run_until_one_fails(void)
{
	check_run(TWO_LOOPS, "");
	check_run(HEAD "for $x in 0 2=0 1 3=0\nbridge\npeer dst\ncounter pdus_lost $x\n",
		"words:  1\n    turn:   /1\n");
}

static void test_drill_turns_may_name_several_things(void)
{
	static const char text[] =
		HEAD "for $name,$value in a=(x ; 0) \\\n\tb=(y y ; 0) \\\n\tc=(z ; 1)\n"
		     "bridge\npeer dst\ncounter pdus_lost $value\n";

	check_turns(text, 3);
	check_run(text, "turns.drill:10: pdus_lost is 0");
}

static void test_drill_turns_wrong_loops_are_told(void)
{
	check_run(HEAD "for x in 1\nbridge\n", "not: for $name in one two");
	check_run(HEAD "for $x of 1\nbridge\n", "not: for $name in one two");
	check_run(HEAD "let a b c\nfor $x in $a\nbridge\n", "stands in parentheses");
	check_run(HEAD "for $x in (a\nbridge\n", "a parenthesis that is not closed");
}

static const struct test_case tests[] = {
	TEST(test_drill_turns_are_all_combinations),
	TEST(test_drill_turns_are_named_after_their_values),
	TEST(test_drill_turns_are_run_until_one_fails),
	TEST(test_drill_turns_may_name_several_things),
	TEST(test_drill_turns_wrong_loops_are_told),
	TEST_END,
};

const struct test_suite suite_drill_turns = {"drill_turns", tests};
