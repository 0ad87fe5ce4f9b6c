/*
 * Proves that a file takes its place whole or not at all, with the access rights asked for, and
 * that nothing is left beside it.
 */
#include "check.h"
#include "scratch.h"

#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "observe/fresh_file.h"

static const char *content_of(const char *path)
{
	static char text[64];
	FILE *stream = fopen(path, "r");

	if (stream == NULL)
		return NULL;
	text[fread(text, 1, sizeof text - 1, stream)] = '\0';
	(void)fclose(stream);
	return text;
}

static void check_nothing_beside(const char *path)
{
	char pattern[300];
	glob_t found;

	(void)snprintf(pattern, sizeof pattern, "%s.*", path);
	CHECK_EQ(glob(pattern, 0, NULL, &found), GLOB_NOMATCH);
	globfree(&found);
}

static void test_fresh_file_takes_its_place_when_committed(void)
{
	const char *path = scratch_file("fresh", "old", 3);
	struct fresh_file file;
	struct stat status;

	REQUIRE(fresh_file_open(&file, path, 0640));
	(void)fputs("new", file.stream);
	CHECK_TEXT(content_of(path), "old");
	CHECK(fresh_file_commit(&file));
	CHECK(file.stream == NULL);
	CHECK_TEXT(content_of(path), "new");
	CHECK_EQ(stat(path, &status), 0);
	CHECK_EQ(status.st_mode & 0137, 0);
	check_nothing_beside(path);
}

static void test_fresh_file_discarded_leaves_the_old(void)
{
	const char *path = scratch_file("discarded", "old", 3);
	struct fresh_file file;

	REQUIRE(fresh_file_open(&file, path, 0600));
	(void)fputs("new", file.stream);
	fresh_file_discard(&file);
	fresh_file_discard(&file);
	CHECK_TEXT(content_of(path), "old");
	check_nothing_beside(path);
}

/* A folder cannot be renamed over: the failure shows at the end, and nothing is left behind. */
static void test_fresh_file_reports_a_place_that_is_taken(void)
{
	const char *path = scratch_path("folder");
	struct fresh_file file;

	REQUIRE(mkdir(path, 0700) == 0);
	REQUIRE(fresh_file_open(&file, path, 0600));
	CHECK(!fresh_file_commit(&file));
	CHECK_EQ(errno, EISDIR);
	check_nothing_beside(path);
	CHECK_EQ(rmdir(path), 0);
}

static void test_fresh_file_writes_devices_in_place(void)
{
	struct fresh_file file;
	struct stat status;

	REQUIRE(fresh_file_open(&file, "/dev/null", 0600));
	(void)fputs("gone", file.stream);
	CHECK(fresh_file_commit(&file));
	CHECK_EQ(stat("/dev/null", &status), 0);
	CHECK(S_ISCHR(status.st_mode));
	REQUIRE(fresh_file_open(&file, "/dev/null", 0600));
	fresh_file_discard(&file);
	check_nothing_beside("/dev/null");
}

/* What is small enough for the buffer fails when it is flushed, what is not fails before. */
static void test_fresh_file_reports_what_could_not_be_written(void)
{
	struct fresh_file file;

	if (access("/dev/full", W_OK) != 0)
		SKIP("/dev/full is absent");
	REQUIRE(fresh_file_open(&file, "/dev/full", 0600));
	(void)fputs("new", file.stream);
	CHECK(!fresh_file_commit(&file));
	CHECK_EQ(errno, ENOSPC);
	REQUIRE(fresh_file_open(&file, "/dev/full", 0600));
	for (unsigned count = 0; count < 100000; count++)
		(void)fputc('x', file.stream);
	CHECK(!fresh_file_commit(&file));
}

static void test_fresh_file_reports_where_it_cannot_be_made(void)
{
	struct fresh_file file;

	CHECK(!fresh_file_open(&file, "/nonexistent/file", 0600));
	CHECK_EQ(errno, ENOENT);
	CHECK(file.stream == NULL);
	fresh_file_discard(&file);
}

static const struct test_case tests[] = {
	TEST(test_fresh_file_takes_its_place_when_committed),
	TEST(test_fresh_file_discarded_leaves_the_old),
	TEST(test_fresh_file_reports_a_place_that_is_taken),
	TEST(test_fresh_file_writes_devices_in_place),
	TEST(test_fresh_file_reports_what_could_not_be_written),
	TEST(test_fresh_file_reports_where_it_cannot_be_made),
	TEST_END,
};

const struct test_suite suite_fresh_file = {"fresh_file", tests};
