/* Proves that a mistyped name finds the one that was meant, and a foreign one none. */
#include "unit/check.h"

#include <stddef.h>

#include "scenario/nearest_name.h"

static const char *nearest_of(const char *wrong)
{
	static const char *const known[] = {"bridges", "links", "stations", "macsec_sa", "one-shot",
		"vm", NULL};
	struct nearest_name nearest = nearest_name_begin(wrong);

	for (size_t each = 0; known[each] != NULL; each++)
		nearest_name_offer(&nearest, known[each]);
	return nearest.best;
}

static void test_nearest_name_finds_what_fingers_do(void)
{
	CHECK_TEXT(nearest_of("brigdes"), "bridges");
	CHECK_TEXT(nearest_of("bridge"), "bridges");
	CHECK_TEXT(nearest_of("Links"), "links");
	CHECK_TEXT(nearest_of("one_shot"), "one-shot");
	CHECK_TEXT(nearest_of("macsec"), "macsec_sa");
	CHECK_TEXT(nearest_of("stattions"), "stations");
	CHECK_TEXT(nearest_of("vms"), "vm");
}

static void test_nearest_name_does_not_guess(void)
{
	CHECK_TEXT(nearest_of("authority"), NULL);
	CHECK_TEXT(nearest_of(""), NULL);
	CHECK_TEXT(nearest_of("a-name-that-is-longer-than-any-name-may-ever-be-in-a-scenario-file"),
		NULL);
}

static const struct test_case tests[] = {
	TEST(test_nearest_name_finds_what_fingers_do),
	TEST(test_nearest_name_does_not_guess),
	TEST_END,
};

const struct test_suite suite_nearest_name = {"nearest_name", tests};
