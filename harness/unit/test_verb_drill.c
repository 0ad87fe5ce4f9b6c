/*
 * Proves dimp drill from its words to its exit code: what passed and failed is counted, filtered,
 * told as JSON, and rows without a drill fail it.
 */
#include "check.h"
#include "caught_verb.h"
#include "scratch.h"

#include <jansson.h>
#include <string.h>

static const char right[] = "# What is sent is acknowledged.\n"
			    "clause: DIMP 5.6-3\n"
			    "bridge\n"
			    "peer a\n"
			    "< a ping\n"
			    "within 1ms > a ack\n";
static const char wrong[] = "# Nobody says this.\n"
			    "clause: DIMP 5.6-3\n"
			    "bridge\n"
			    "peer a\n"
			    "> a ping\n";

static struct caught_verb run;

static const char *write_right(void)
{
	return scratch_file("verb-right.drill", right, strlen(right));
}

static const char *write_wrong(void)
{
	return scratch_file("verb-wrong.drill", wrong, strlen(wrong));
}

static void test_verb_drill_counts_and_fails(void)
{
	caught_verb_run(&run, (const char *const[]){"drill", write_right(), NULL});
	CHECK_EQ(run.code, 0);
	CHECK_TEXT(run.out, "1 passed, 0 failed\n");
	caught_verb_run(&run, (const char *const[]){"drill", write_right(), write_wrong(), NULL});
	CHECK_EQ(run.code, 1);
	CHECK(strstr(run.out, "verb-wrong.drill:5: expected, and nothing came\n") != NULL);
	CHECK(strstr(run.out, "1 passed, 1 failed\n") != NULL);
}

static void test_verb_drill_filters(void)
{
	caught_verb_run(&run,
		(const char *const[]){"drill", write_right(), write_wrong(), "--filter", "right",
			NULL});
	CHECK_EQ(run.code, 0);
	caught_verb_run(&run,
		(const char *const[]){"drill", write_right(), "--filter", "none such", NULL});
	CHECK_EQ(run.code, 2);
}

static void test_verb_drill_coverage_fails_when_rows_are_left(void)
{
	caught_verb_run(&run, (const char *const[]){"drill", write_right(), "--coverage", NULL});
	CHECK_EQ(run.code, 1);
	CHECK(strstr(run.out, "station REFUSED any (9.6-9): no drill takes this row\n") != NULL);
}

static void test_verb_drill_tells_json(void)
{
	json_t *said;

	caught_verb_run(&run,
		(const char *const[]){"drill", write_right(), write_wrong(), "--json", NULL});
	CHECK_EQ(run.code, 1);
	said = json_loads(run.out, 0, NULL);
	REQUIRE(said != NULL);
	CHECK_EQ(json_integer_value(json_object_get(said, "passed")), 1);
	CHECK_EQ(json_integer_value(json_object_get(said, "failed")), 1);
	CHECK_EQ(json_array_size(json_object_get(said, "drills")), 2);
	json_decref(said);
}

static void test_verb_drill_complains_of_what_is_not_there(void)
{
	caught_verb_run(&run, (const char *const[]){"drill", "/none/such.drill", NULL});
	CHECK_EQ(run.code, 2);
	CHECK(strstr(run.error, "name a drill or a folder of drills") != NULL);
}

static const struct test_case tests[] = {
	TEST(test_verb_drill_counts_and_fails),
	TEST(test_verb_drill_filters),
	TEST(test_verb_drill_coverage_fails_when_rows_are_left),
	TEST(test_verb_drill_tells_json),
	TEST(test_verb_drill_complains_of_what_is_not_there),
	TEST_END,
};

const struct test_suite suite_verb_drill = {"verb_drill", tests};
