/*
 * The unit test program: `unit [filter [share of]]` runs every test whose "noun/name" contains the
 * filter, prints what failed, then the totals; with |share| and |of| those of every |of|th suite
 * from number |share| on. A test that aborts or lasts over four minutes ends the program, which
 * names it. Exit: 0 all passed, 1 something failed, 2 nothing selected, 64 a share that is none,
 * 77 everything selected was skipped, 70 CUnit itself failed.
 */
#include "check.h"

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>
#include <CUnit/TestRun.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	EXIT_PASSED = 0,
	EXIT_FAILED = 1,
	EXIT_NOTHING = 2,
	EXIT_USAGE = 64,
	EXIT_INTERNAL = 70,
	EXIT_SKIPPED = 77
};
enum { TEST_SECONDS_MAX = 240 };

struct totals {
	unsigned int passed;
	unsigned int failed;
	unsigned int skipped;
};

static struct totals totals;
static const char *running;

static void write_text(const char *text)
{
	if (write(STDOUT_FILENO, text, strlen(text)) < 0)
		_exit(EXIT_INTERNAL);
}

/* Only what is safe within a signal: the test's name, and out. */
static void end_early(int signal_number)
{
	write_text(running);
	write_text(signal_number == SIGALRM ? ": lasts too long\n" : ": aborts\n");
	write_text("0 passed, 1 failed\n");
	_exit(EXIT_FAILED);
}

static void test_start(const CU_pTest test, const CU_pSuite suite)
{
	(void)suite;
	running = test->pName;
	alarm(TEST_SECONDS_MAX);
}

static void print_failure(const CU_Test *test, const CU_FailureRecord *failure)
{
	printf("%s:%u: %s: %s\n", failure->strFileName, failure->uiLineNumber, test->pName,
		failure->strCondition);
}

static void test_complete(const CU_pTest test, const CU_pSuite suite, const CU_pFailureRecord first)
{
	const bool was_skipped = check_take_skipped();

	(void)suite;
	for (CU_pFailureRecord failure = first; failure != NULL; failure = failure->pNext)
		print_failure(test, failure);
	if (first != NULL)
		totals.failed++;
	else if (was_skipped)
		totals.skipped++;
	else
		totals.passed++;
}

static bool is_selected(const struct test_suite *suite, const struct test_case *test,
	const char *filter)
{
	char name[256];

	snprintf(name, sizeof name, "%s/%s", suite->noun, test->name);
	return strstr(name, filter) != NULL;
}

/* Adds the suite's selected tests; returns how many, or -1 if CUnit refuses one. */
static int add_suite(const struct test_suite *suite, const char *filter)
{
	CU_pSuite added = NULL;
	int count = 0;

	for (const struct test_case *test = suite->tests; test->name != NULL; test++) {
		if (!is_selected(suite, test, filter))
			continue;
		if (added == NULL)
			added = CU_add_suite(suite->noun, NULL, NULL);
		if (added == NULL || CU_add_test(added, test->name, test->run) == NULL)
			return -1;
		count++;
	}
	return count;
}

/* Which suites are this process's: every |of|th from |number| on. */
struct share {
	size_t number, of;
};

static bool read_number(const char *text, size_t *number)
{
	char *end;

	*number = strtoul(text, &end, 10);
	return text[0] >= '0' && text[0] <= '9' && *end == '\0';
}

/* All of them when there is nothing to read; false for what is no share. */
static bool read_share(int arguments, char **argument, struct share *share)
{
	*share = (struct share){.number = 0, .of = 1};
	if (arguments <= 2)
		return true;
	return arguments == 4 && read_number(argument[2], &share->number) &&
		read_number(argument[3], &share->of) && share->number < share->of;
}

static int add_suites(const char *filter, const struct share *share)
{
	int count = 0;

	for (size_t index = 0; test_suites[index] != NULL; index++) {
		if (index % share->of != share->number)
			continue;
		const int added = add_suite(test_suites[index], filter);
		if (added < 0)
			return -1;
		count += added;
	}
	return count;
}

static int run_tests(void)
{
	CU_set_test_start_handler(test_start);
	CU_set_test_complete_handler(test_complete);
	signal(SIGALRM, end_early);
	signal(SIGABRT, end_early);
	if (CU_run_all_tests() != CUE_SUCCESS) {
		printf("unit: CUnit: %s\n", CU_get_error_msg());
		return EXIT_INTERNAL;
	}
	if (totals.skipped != 0)
		printf("%u passed, %u failed, %u skipped\n", totals.passed, totals.failed,
			totals.skipped);
	else
		printf("%u passed, %u failed\n", totals.passed, totals.failed);
	if (totals.failed != 0)
		return EXIT_FAILED;
	return totals.passed != 0 ? EXIT_PASSED : EXIT_SKIPPED;
}

int main(int arguments, char **argument)
{
	const char *filter = arguments > 1 ? argument[1] : "";
	struct share share;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!read_share(arguments, argument, &share)) {
		printf("unit: [filter [share of]], share being 0 to of - 1\n");
		return EXIT_USAGE;
	}
	if (CU_initialize_registry() != CUE_SUCCESS)
		return EXIT_INTERNAL;
	const int selected = add_suites(filter, &share);
	int code = EXIT_INTERNAL;
	if (selected == 0) {
		printf("unit: no test's name contains \"%s\"\n", filter);
		code = EXIT_NOTHING;
	} else if (selected > 0) {
		code = run_tests();
	} else {
		printf("unit: CUnit: %s (a test or noun named twice?)\n", CU_get_error_msg());
	}
	CU_cleanup_registry();
	return code;
}
