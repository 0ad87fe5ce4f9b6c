/*
 * Proves that dimp explain answers to every DI type's name with its number, its section of the spec
 * and all its fields, and to the section with the type.
 */
#include "check.h"
#include "caught_verb.h"

#include <stdio.h>
#include <string.h>

#include "dimp.h"

static struct caught_verb run;

static void explain(const char *asked)
{
	const char *const words[] = {"explain", asked, NULL};

	caught_verb_run(&run, words);
}

static void check_explained(const struct dimp_layout *layout, unsigned number)
{
	char expected[160];

	explain(layout->name);
	CHECK_EQ(run.code, 0);
	(void)snprintf(expected, sizeof expected, "%s: DI type %u: ", layout->name, number);
	CHECK(strncmp(run.out, expected, strlen(expected)) == 0);
	(void)snprintf(expected, sizeof expected, "(DIMP 8.%u)", number);
	CHECK(strstr(run.out, expected) != NULL);
	for (size_t index = 0; index < layout->field_count; index++) {
		(void)snprintf(expected, sizeof expected, "\n  %s ", layout->fields[index].name);
		CHECK(strstr(run.out, expected) != NULL);
	}
}

static void test_verb_explain_tells_every_di_type(void)
{
	for (unsigned number = 1; number < DIMP_DI_TYPES; number++) {
		const struct dimp_layout *layout = dimp_di_layout(number);

		if (layout != NULL)
			check_explained(layout, number);
	}
}

static void test_verb_explain_finds_a_di_type_by_its_section(void)
{
	explain("8.6");
	CHECK_EQ(run.code, 0);
	CHECK(strncmp(run.out, "mka_participant: ", strlen("mka_participant: ")) == 0);
	/* 8.63 is not within 8.6. */
	CHECK(strstr(run.out, "organisation_specific") == NULL);
}

static void test_verb_explain_tells_an_error_in_other_words(void)
{
	explain("PN_EXHAUSTED");
	CHECK(strstr(run.out, "VDP 0x54 (hard, error 4), RADIUS Error-Cause 504") != NULL);
	explain("STALE_SERIAL");
	CHECK(strstr(run.out, "VDP 0x64 (keep, error 4), RADIUS Error-Cause 404") != NULL);
}

static void test_verb_explain_tells_an_exit_code_by_its_number(void)
{
	explain("3");
	CHECK_EQ(run.code, 0);
	CHECK(strncmp(run.out, "MISSING: exit code 3: ", strlen("MISSING: exit code 3: ")) == 0);
	explain("4");
	CHECK_EQ(run.code, 2);
}

static const struct test_case tests[] = {
	TEST(test_verb_explain_tells_every_di_type),
	TEST(test_verb_explain_finds_a_di_type_by_its_section),
	TEST(test_verb_explain_tells_an_error_in_other_words),
	TEST(test_verb_explain_tells_an_exit_code_by_its_number),
	TEST_END,
};

const struct test_suite suite_verb_explain = {"verb_explain", tests};
