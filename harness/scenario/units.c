/* SPDX-License-Identifier: MIT */
/*
 * A number is its digits without the point, and how many of them follow it: so that 0.1s is 100,000
 * us and nothing but.
 */
#include "scenario/units.h"

#include <stddef.h>
#include <string.h>

struct unit_row {
	enum unit_kind kind;
	const char *name;
	uint64_t factor;
};

static const struct unit_row unit_rows[] = {
	{UNIT_NONE, "", 1},
	{UNIT_DURATION, "us", 1},
	{UNIT_DURATION, "ms", 1000},
	{UNIT_DURATION, "s", 1000000},
	{UNIT_DURATION, "min", 60000000},
	{UNIT_DURATION, "h", 3600000000},
	{UNIT_RATE, "bps", 1},
	{UNIT_RATE, "kbps", 1000},
	{UNIT_RATE, "Mbps", 1000000},
	{UNIT_RATE, "Gbps", 1000000000},
	{UNIT_RATE, "Tbps", 1000000000000},
	{UNIT_SIZE, "", 1},
	{UNIT_SIZE, "B", 1},
	{UNIT_SIZE, "kB", 1000},
	{UNIT_SIZE, "MB", 1000000},
	{UNIT_SIZE, "GB", 1000000000},
	{UNIT_SIZE, "KiB", 1024},
	{UNIT_SIZE, "MiB", 1048576},
	{UNIT_SIZE, "GiB", 1073741824},
	{UNIT_SIZE, "TiB", 1099511627776},
	{UNIT_SIZE_PER_SECOND, "B/s", 1},
	{UNIT_SIZE_PER_SECOND, "kB/s", 1000},
	{UNIT_SIZE_PER_SECOND, "MB/s", 1000000},
	{UNIT_SIZE_PER_SECOND, "GB/s", 1000000000},
	{UNIT_SIZE_PER_SECOND, "KiB/s", 1024},
	{UNIT_SIZE_PER_SECOND, "MiB/s", 1048576},
	{UNIT_SIZE_PER_SECOND, "GiB/s", 1073741824},
	{UNIT_SHARE, "%", 10000},
	{UNIT_SHARE, "ppm", 1},
	{UNIT_PER_SECOND, "/s", 1},
};

enum { UNIT_ROWS = sizeof unit_rows / sizeof unit_rows[0], SHARE_MAX = 1000000 };

struct unit_words {
	const char *expected, *pattern;
};

#define NUMBER "[0-9]+(\\.[0-9]+)?"

static const struct unit_words unit_words[] = {
	[UNIT_NONE] = {"a number such as 4096", "^[0-9]+$"},
	[UNIT_DURATION] = {"a duration such as 250us, 1.5s or 2min",
		"^(" NUMBER "(us|ms|s|min|h)|0)$"},
	[UNIT_RATE] = {"a rate such as 10Gbps or 100Mbps",
		"^(" NUMBER "(bps|kbps|Mbps|Gbps|Tbps)|0)$"},
	[UNIT_SIZE] = {"a size such as 1500, 64KiB or 4GiB",
		"^" NUMBER "(B|kB|MB|GB|KiB|MiB|GiB|TiB)?$"},
	[UNIT_SIZE_PER_SECOND] = {"a rate such as 200MiB/s",
		"^(" NUMBER "(B|kB|MB|GB|KiB|MiB|GiB)/s|0)$"},
	[UNIT_SHARE] = {"a share such as 5% or 20ppm, at most 100%", "^(" NUMBER "(%|ppm)|0)$"},
	[UNIT_PER_SECOND] = {"a rate such as 100/s", "^([0-9]+/s|0)$"},
};

const char *unit_expected(enum unit_kind kind)
{
	return unit_words[kind].expected;
}

const char *unit_pattern(enum unit_kind kind)
{
	return unit_words[kind].pattern;
}

static bool is_digit(char octet)
{
	return octet >= '0' && octet <= '9';
}

static bool multiply(uint64_t *value, uint64_t factor)
{
	if (factor != 0 && *value > UINT64_MAX / factor)
		return false;
	*value *= factor;
	return true;
}

static bool take_digit(uint64_t *digits, char octet)
{
	const uint64_t digit = (uint64_t)(octet - '0');

	if (!multiply(digits, 10) || *digits > UINT64_MAX - digit)
		return false;
	*digits += digit;
	return true;
}

/* Takes the number off the front of |text|; NULL when there is none or it does not fit. */
static const char *take_number(const char *text, uint64_t *digits, uint64_t *divisor)
{
	*digits = 0;
	*divisor = 1;
	if (!is_digit(*text))
		return NULL;
	for (; is_digit(*text); text++) {
		if (!take_digit(digits, *text))
			return NULL;
	}
	if (*text != '.')
		return text;
	if (!is_digit(text[1]))
		return NULL;
	for (text++; is_digit(*text); text++) {
		if (!take_digit(digits, *text) || !multiply(divisor, 10))
			return NULL;
	}
	return text;
}

static bool scale(uint64_t *value, uint64_t factor, uint64_t divisor)
{
	/* Whole tens first: 1.5s is 15 times 100,000, which fits where 15 times 1,000,000 may not.
	 */
	for (; divisor > 1 && factor % 10 == 0; divisor /= 10)
		factor /= 10;
	if (!multiply(value, factor) || *value % divisor != 0)
		return false;
	*value /= divisor;
	return true;
}

bool unit_read(enum unit_kind kind, const char *text, uint64_t *value)
{
	uint64_t number, divisor;
	const char *unit = take_number(text, &number, &divisor);

	if (unit == NULL)
		return false;
	for (size_t each = 0; each < UNIT_ROWS; each++) {
		const struct unit_row *row = &unit_rows[each];

		if (row->kind != kind || strcmp(row->name, unit) != 0)
			continue;
		if (!scale(&number, row->factor, divisor))
			return false;
		*value = number;
		return kind != UNIT_SHARE || number <= SHARE_MAX;
	}
	*value = 0;
	return number == 0 && *unit == '\0';
}
