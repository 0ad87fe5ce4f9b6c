/*
 * Proves that serials and boot counts only rise, whatever the clock says, that each VSI has its
 * own, and that a file with anything else in it is left alone.
 */
#include "unit/check.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "live/serial_book.h"
#include "unit/scratch.h"

#define ONES "01010101010101010101010101010101010101010101010101010101010101010101010101"
#define TWOS "02020202020202020202020202020202020202020202020202020202020202020202020202"

static struct dimp_vsi vsi_of(uint8_t octet)
{
	struct dimp_vsi vsi;

	memset(vsi.octets, octet, sizeof vsi.octets);
	return vsi;
}

static const char *book_with(const char *text)
{
	return scratch_file("book", text, strlen(text));
}

static void read_book(char *text, size_t capacity)
{
	FILE *file = fopen(scratch_path("book"), "r");

	REQUIRE(file != NULL);
	text[fread(text, 1, capacity - 1, file)] = '\0';
	(void)fclose(file);
}

static void test_serial_book_begins_with_the_time(void)
{
	const struct dimp_vsi vsi = vsi_of(1);
	const uint64_t before = (uint64_t)time(NULL);
	struct serial_numbers taken = {.serial = 0};

	CHECK(serial_book_take(book_with(""), &vsi, &taken));
	CHECK(taken.serial >= before && taken.serial <= before + 2);
	CHECK(taken.boot_count >= before && taken.boot_count <= before + 2);
	const struct serial_numbers first = taken;

	taken.serial = 0;
	CHECK(serial_book_take(scratch_path("book"), &vsi, &taken));
	CHECK(taken.serial > first.serial);
	CHECK(taken.boot_count > first.boot_count);
}

static void test_serial_book_rises_when_the_clock_went_back(void)
{
	const struct dimp_vsi vsi = vsi_of(2);
	struct serial_numbers taken = {.serial = 0};
	char text[512];

	CHECK(serial_book_take(
		book_with("boot 4000000000\nserial " ONES " 7\nserial " TWOS " 9000000000\n"), &vsi,
		&taken));
	CHECK_EQ(taken.boot_count, 4000000001);
	CHECK_EQ(taken.serial, 9000000001);
	read_book(text, sizeof text);
	CHECK(strcmp(text, "serial " ONES " 7\nboot 4000000001\nserial " TWOS " 9000000001\n") ==
		0);
}

static void test_serial_book_takes_a_given_serial_that_is_above(void)
{
	const struct dimp_vsi vsi = vsi_of(1);
	struct serial_numbers taken = {.serial = 7};

	CHECK(!serial_book_take(book_with("boot 5\nserial " ONES " 7\n"), &vsi, &taken));
	taken.serial = 8;
	CHECK(serial_book_take(scratch_path("book"), &vsi, &taken));
	CHECK_EQ(taken.serial, 8);
	taken.serial = 8;
	CHECK(!serial_book_take(scratch_path("book"), &vsi, &taken));
}

static void test_serial_book_leaves_what_it_did_not_write(void)
{
	static const char *const wrong[] = {"x\n", "boot\n", "boot 1", "boot -1\n", "boot 1 2\n",
		"boot 4294967295\n", "serial 01 7\n", "serial " ONES "\n", "serial " ONES " x\n",
		"serial " ONES "0 7\n", "serial " ONES " 18446744073709551615\n",
		"serial " ONES " 18446744073709551616\n", "boot 1\n\n", "boot 1\nserial"};
	const struct dimp_vsi vsi = vsi_of(1);
	char text[512];

	for (size_t each = 0; each < sizeof wrong / sizeof wrong[0]; each++) {
		struct serial_numbers taken = {.serial = 0};

		CHECK(!serial_book_take(book_with(wrong[each]), &vsi, &taken));
		read_book(text, sizeof text);
		CHECK(strcmp(text, wrong[each]) == 0);
	}
}

static void test_serial_book_needs_a_file_that_it_can_write(void)
{
	const struct dimp_vsi vsi = vsi_of(1);
	struct serial_numbers taken = {.serial = 0};

	CHECK(!serial_book_take("/no such folder/book", &vsi, &taken));
	CHECK(serial_book_take(NULL, &vsi, &taken));
	CHECK(taken.serial != 0);
	CHECK(taken.boot_count != 0);
}

/* Two starts within a second, as of a speaker that is killed and started anew, also where the first
 * kept its count nowhere. */
static void test_serial_book_rises_without_a_file(void)
{
	const struct dimp_vsi vsi = vsi_of(1);
	struct serial_numbers first = {.serial = 0}, second = {.serial = 0}, third = {.serial = 0};
	const time_t before = time(NULL);

	CHECK(serial_book_take(NULL, &vsi, &first));
	CHECK(serial_book_take(NULL, &vsi, &second));
	CHECK(second.boot_count > first.boot_count);
	CHECK(second.serial > first.serial);
	CHECK(serial_book_take(book_with(""), &vsi, &third));
	CHECK(third.boot_count > second.boot_count);
	CHECK(time(NULL) - before <= 4);
}

static const struct test_case tests[] = {
	TEST(test_serial_book_begins_with_the_time),
	TEST(test_serial_book_rises_when_the_clock_went_back),
	TEST(test_serial_book_takes_a_given_serial_that_is_above),
	TEST(test_serial_book_rises_without_a_file),
	TEST(test_serial_book_leaves_what_it_did_not_write),
	TEST(test_serial_book_needs_a_file_that_it_can_write),
	TEST_END,
};

const struct test_suite suite_serial_book = {"serial_book", tests};
