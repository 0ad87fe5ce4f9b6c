/*
 * The unit tests' one family of checks, over CUnit. A file test_<noun>.c defines
 *
 *	static void test_<unit>_<behaviour>(void) { ... CHECK_EQ(actual, expected); ... }
 *
 *	static const struct test_case tests[] = {
 *		TEST(test_<unit>_<behaviour>),
 *		TEST_END,
 *	};
 *	const struct test_suite suite_<noun> = {"<noun>", tests};
 *
 * and is found by its name: no list is kept. A check that fails prints file, line and both values,
 * and the test goes on; REQUIRE ends the test. All but REQUIRE may be used in helpers of the test.
 */
#ifndef DIMP_UNIT_CHECK_H
#define DIMP_UNIT_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct test_case {
	const char *name;
	void (*run)(void);
};

struct test_suite {
	const char *noun;
	const struct test_case *tests; /* ends with TEST_END */
};

/* clang-format off */
#define TEST(function) {#function, function}
#define TEST_END {NULL, NULL}
/* clang-format on */

/* Every suite of the program, ended by NULL; generated from the names of the test files. */
extern const struct test_suite *const test_suites[];

/* Where a check stands in the source. */
struct check_place {
	const char *file;
	unsigned int line;
};

#define CHECK_HERE ((struct check_place){__FILE__, __LINE__})

/* CHECK(condition): the condition holds. */
#define CHECK(condition) check_true(CHECK_HERE, (condition), #condition)

/* REQUIRE(condition): as CHECK, but the test ends here when it does not hold. */
#define REQUIRE(condition) check_required(CHECK_HERE, (condition), #condition)

/* CHECK_EQ(actual, expected): two integers, enums or booleans are equal. */
#define CHECK_EQ(actual, expected) \
	check_equal(CHECK_HERE, #actual, (uint64_t)(actual), (uint64_t)(expected))

/* CHECK_BYTES(actual, size, "0a 1b:2c"): the octets are exactly those of the hex text. */
#define CHECK_BYTES(actual, actual_size, hex) \
	check_bytes(CHECK_HERE, (actual), (actual_size), (hex))

/* CHECK_TEXT(actual, expected): two strings are equal; NULL equals only NULL. */
#define CHECK_TEXT(actual, expected) check_text(CHECK_HERE, (actual), (expected))

/* SKIP(reason): a file outside the repository is absent; the test ends, counted as skipped. */
#define SKIP(reason) \
	do { \
		check_skip(CHECK_HERE, (reason)); \
		return; \
	} while (0)

/* SKIP_TOOL(reason): a program is absent; as SKIP, but a failure under CI=true. */
#define SKIP_TOOL(reason) \
	do { \
		check_skip_tool(CHECK_HERE, (reason)); \
		return; \
	} while (0)

/* The functions behind the macros. Each returns whether the check held. */
bool check_true(struct check_place place, bool holds, const char *condition);
bool check_equal(struct check_place place, const char *name, uint64_t actual, uint64_t expected);
bool check_bytes(struct check_place place, const void *actual, size_t actual_size, const char *hex);
bool check_text(struct check_place place, const char *actual, const char *expected);
void check_required(struct check_place place, bool holds, const char *condition);
void check_skip(struct check_place place, const char *reason);
void check_skip_tool(struct check_place place, const char *reason);

/* Whether the running test has been skipped since the last call; main.c asks after each test. */
bool check_take_skipped(void);

/*
 * Path of a file of the shared folder beside the repository ("vectors/noise.json"), or NULL when
 * it is not there: SKIP then. DIMP_SHARED names the folder if it is elsewhere. The text belongs to
 * the helper and lasts until the next call.
 */
const char *shared_path(const char *relative);

#endif
