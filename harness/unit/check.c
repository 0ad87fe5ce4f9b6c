/*
 * The checks behind check.h: each compares, and on a difference writes one message that holds both
 * sides and hands it to CUnit, which counts it and gives it back to main.c for printing.
 */
#include "check.h"

#include <CUnit/CUnit.h>
#include <CUnit/TestDB.h>
#include <CUnit/TestRun.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MESSAGE_SIZE = 4096, BYTES_MAX = 65536, PATH_SIZE = 4096 };

static bool skipped;

static bool report(struct check_place place, bool holds, const char *message)
{
	return CU_assertImplementation(holds ? CU_TRUE : CU_FALSE, place.line, message, place.file,
		"", CU_FALSE);
}

bool check_true(struct check_place place, bool holds, const char *condition)
{
	char message[MESSAGE_SIZE];

	snprintf(message, sizeof message, "does not hold: %s", condition);
	return report(place, holds, message);
}

void check_required(struct check_place place, bool holds, const char *condition)
{
	char message[MESSAGE_SIZE];

	snprintf(message, sizeof message, "required, does not hold: %s", condition);
	CU_assertImplementation(holds ? CU_TRUE : CU_FALSE, place.line, message, place.file, "",
		CU_TRUE);
}

bool check_equal(struct check_place place, const char *name, uint64_t actual, uint64_t expected)
{
	char message[MESSAGE_SIZE];

	snprintf(message, sizeof message,
		"%s\n    actual   %" PRId64 " (0x%" PRIx64 ")\n    expected %" PRId64 " (0x%" PRIx64
		")",
		name, (int64_t)actual, actual, (int64_t)expected, expected);
	return report(place, actual == expected, message);
}

bool check_text(struct check_place place, const char *actual, const char *expected)
{
	char message[MESSAGE_SIZE];
	const bool both = actual != NULL && expected != NULL;
	const bool holds = both ? strcmp(actual, expected) == 0 : actual == expected;

	snprintf(message, sizeof message, "text differs\n    actual   \"%s\"\n    expected \"%s\"",
		actual != NULL ? actual : "(NULL)", expected != NULL ? expected : "(NULL)");
	return report(place, holds, message);
}

static int digit_value(char digit)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *found = strchr(digits, digit);

	return found != NULL && digit != '\0' ? (int)((found - digits) % 16) : -1;
}

/* Reads hex text, in which blanks and colons only separate; returns false if it is not hex. */
static bool read_hex(const char *hex, uint8_t *octets, size_t *size)
{
	*size = 0;
	for (const char *at = hex; *at != '\0'; at++) {
		if (strchr(" \t\n:", *at) != NULL)
			continue;
		const int high = digit_value(at[0]);
		const int low = high < 0 ? -1 : digit_value(at[1]);
		if (low < 0 || *size == BYTES_MAX)
			return false;
		octets[(*size)++] = (uint8_t)(high * 16 + low);
		at++;
	}
	return true;
}

/* Octets as text, 32 from the row in which the first difference lies. */
static void write_row(char *text, size_t text_size, const uint8_t *octets, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t index = 0; index < size && index < 32 && used + 4 < text_size; index++)
		used += (size_t)snprintf(text + used, text_size - used, " %02x", octets[index]);
}

static size_t first_difference(const uint8_t *one, const uint8_t *other, size_t size)
{
	size_t index = 0;

	while (index < size && one[index] == other[index])
		index++;
	return index;
}

bool check_bytes(struct check_place place, const void *actual, size_t actual_size, const char *hex)
{
	static uint8_t expected[BYTES_MAX];
	char message[MESSAGE_SIZE];
	char actual_row[128];
	char expected_row[128];
	size_t expected_size;

	if (!read_hex(hex, expected, &expected_size))
		return report(place, false, "the expected octets are not hex text");
	const size_t common = actual_size < expected_size ? actual_size : expected_size;
	const size_t differs = first_difference(actual, expected, common);
	const size_t row = differs - differs % 16;
	const bool holds = actual_size == expected_size && differs == actual_size;

	if (holds)
		return report(place, true, "octets");
	write_row(actual_row, sizeof actual_row, (const uint8_t *)actual + row, actual_size - row);
	write_row(expected_row, sizeof expected_row, expected + row, expected_size - row);
	snprintf(message, sizeof message,
		"octets differ at %zu, shown from %zu\n    actual   (%zu)%s\n    expected (%zu)%s",
		differs, row, actual_size, actual_row, expected_size, expected_row);
	return report(place, false, message);
}

void check_skip(struct check_place place, const char *reason)
{
	skipped = true;
	printf("%s:%u: SKIPPED: %s\n", place.file, place.line, reason);
}

void check_skip_tool(struct check_place place, const char *reason)
{
	const char *ci = getenv("CI");

	if (ci == NULL || strcmp(ci, "true") != 0) {
		check_skip(place, reason);
		return;
	}
	char message[MESSAGE_SIZE];
	snprintf(message, sizeof message, "a tool is missing under CI=true: %s", reason);
	report(place, false, message);
}

bool check_take_skipped(void)
{
	const bool was_skipped = skipped;

	skipped = false;
	return was_skipped;
}

/*
 * The way from here up to the repository, the nearest folder in which this very file's header lies:
 * that many octets of upward, or -1.
 */
static const char upward[] = "./../../../../../../../";

static int find_root(void)
{
	char probe[PATH_SIZE];

	for (size_t size = 2; size < sizeof upward; size += 3) {
		snprintf(probe, sizeof probe, "%.*sharness/unit/check.h", (int)size, upward);
		if (access(probe, R_OK) == 0)
			return (int)size;
	}
	return -1;
}

const char *shared_path(const char *relative)
{
	static char path[PATH_SIZE];
	const char *folder = getenv("DIMP_SHARED");

	if (folder != NULL) {
		snprintf(path, sizeof path, "%s/%s", folder, relative);
	} else {
		const int size = find_root();
		if (size < 0)
			return NULL;
		snprintf(path, sizeof path, "%.*s../shared/%s", size, upward, relative);
	}
	return access(path, R_OK) == 0 ? path : NULL;
}
