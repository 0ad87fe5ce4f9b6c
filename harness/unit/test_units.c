/* Proves that numbers with units are read exactly, and that what is not exact or fitting is
 * refused. */
#include "unit/check.h"

#include "scenario/units.h"

struct unit_case {
	enum unit_kind kind;
	const char *text;
	uint64_t value;
};

static void test_units_are_exact(void)
{
	static const struct unit_case cases[] = {
		{UNIT_NONE, "4096", 4096},
		{UNIT_NONE, "18446744073709551615", UINT64_MAX},
		{UNIT_DURATION, "250us", 250},
		{UNIT_DURATION, "0.1s", 100000},
		{UNIT_DURATION, "1.5ms", 1500},
		{UNIT_DURATION, "2min", 120000000},
		{UNIT_DURATION, "0.000001s", 1},
		{UNIT_DURATION, "0", 0},
		{UNIT_RATE, "10Gbps", 10000000000},
		{UNIT_RATE, "2.5Gbps", 2500000000},
		{UNIT_SIZE, "64KiB", 65536},
		{UNIT_SIZE, "1500", 1500},
		{UNIT_SIZE, "4GiB", 4294967296},
		{UNIT_SIZE, "0.5KiB", 512},
		{UNIT_SIZE_PER_SECOND, "200MiB/s", 209715200},
		{UNIT_SHARE, "5%", 50000},
		{UNIT_SHARE, "0.01%", 100},
		{UNIT_SHARE, "100%", 1000000},
		{UNIT_SHARE, "20ppm", 20},
		{UNIT_PER_SECOND, "100/s", 100},
	};

	for (size_t each = 0; each < sizeof cases / sizeof cases[0]; each++) {
		uint64_t value = 99;

		CHECK_TEXT(unit_read(cases[each].kind, cases[each].text, &value) ? ""
										 : cases[each].text,
			"");
		CHECK_EQ(value, cases[each].value);
	}
}

static void test_units_refuse_what_is_none(void)
{
	static const struct unit_case cases[] = {
		{UNIT_NONE, "", 0},
		{UNIT_NONE, "-1", 0},
		{UNIT_NONE, "0x10", 0},
		{UNIT_NONE, "18446744073709551616", 0},
		{UNIT_DURATION, "5", 0},
		{UNIT_DURATION, "5 s", 0},
		{UNIT_DURATION, "5S", 0},
		{UNIT_DURATION, ".5s", 0},
		{UNIT_DURATION, "5.s", 0},
		{UNIT_DURATION, "1.5us", 0},
		{UNIT_DURATION, "1e3s", 0},
		{UNIT_DURATION, "5124095577h", 0},
		{UNIT_DURATION, "1.00000000000000000000s", 0},
		{UNIT_RATE, "10Gbit", 0},
		{UNIT_RATE, "10MB/s", 0},
		{UNIT_SIZE, "64kib", 0},
		{UNIT_SIZE, "1.5", 0},
		{UNIT_SHARE, "101%", 0},
		{UNIT_SHARE, "0.00001%", 0},
		{UNIT_SHARE, "5", 0},
		{UNIT_PER_SECOND, "0.5/s", 0},
		{UNIT_PER_SECOND, "100", 0},
	};

	for (size_t each = 0; each < sizeof cases / sizeof cases[0]; each++) {
		uint64_t value;

		CHECK_TEXT(unit_read(cases[each].kind, cases[each].text, &value) ? cases[each].text
										 : "",
			"");
	}
}

static const struct test_case tests[] = {
	TEST(test_units_are_exact),
	TEST(test_units_refuse_what_is_none),
	TEST_END,
};

const struct test_suite suite_units = {"units", tests};
