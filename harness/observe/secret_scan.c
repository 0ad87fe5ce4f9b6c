/* SPDX-License-Identifier: MIT */
/*
 * A filter of all pairs of octets with which a string begins decides for nearly every position;
 * what passes is looked up among the strings with the same first octets.
 */
#include "observe/secret_scan.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { PAIRS = 65536, BUCKETS = 256, NO_STRING = -1 };

struct string {
	unsigned form;
	size_t size;
	int next; /* in the bucket */
	uint8_t octets[2 * SECRET_SIZE_MAX];
};

struct secret_scan {
	uint8_t filter[PAIRS / 8];
	int buckets[BUCKETS];
	struct string *strings;
	size_t count, capacity;
};

static unsigned pair_of(const uint8_t *octets)
{
	return (unsigned)octets[0] << 8 | octets[1];
}

struct secret_scan *secret_scan_create(void)
{
	struct secret_scan *scan = calloc(1, sizeof *scan);

	for (size_t bucket = 0; scan && bucket < BUCKETS; bucket++)
		scan->buckets[bucket] = NO_STRING;
	return scan;
}

void secret_scan_destroy(struct secret_scan *scan)
{
	if (!scan)
		return;
	if (scan->strings)
		explicit_bzero(scan->strings, scan->capacity * sizeof *scan->strings);
	free(scan->strings);
	free(scan);
}

/* realloc() would leave secrets behind. */
static bool make_room(struct secret_scan *scan)
{
	const size_t capacity = scan->capacity ? scan->capacity * 2 : 64;
	struct string *larger;

	if (scan->count < scan->capacity)
		return true;
	larger = calloc(capacity, sizeof *larger);
	if (!larger)
		return false;
	if (scan->strings) {
		memcpy(larger, scan->strings, scan->count * sizeof *larger);
		explicit_bzero(scan->strings, scan->count * sizeof *larger);
	}
	free(scan->strings);
	scan->strings = larger;
	scan->capacity = capacity;
	return true;
}

static bool may_begin(const struct secret_scan *scan, unsigned pair)
{
	return (scan->filter[pair / 8] >> (pair % 8) & 1) != 0;
}

static int find_string(const struct secret_scan *scan, unsigned forms, struct dimp_view octets)
{
	const unsigned pair = pair_of(octets.octets);

	if (!may_begin(scan, pair))
		return NO_STRING;
	for (int at = scan->buckets[(pair >> 8 ^ pair) % BUCKETS]; at != NO_STRING;
		at = scan->strings[at].next) {
		const struct string *string = &scan->strings[at];
		if ((string->form & forms) && string->size <= octets.size &&
			memcmp(string->octets, octets.octets, string->size) == 0)
			return at;
	}
	return NO_STRING;
}

static bool add_string(struct secret_scan *scan, unsigned form, struct dimp_view octets)
{
	const unsigned pair = pair_of(octets.octets);
	const int known = find_string(scan, form, octets);

	if (known != NO_STRING && scan->strings[known].size == octets.size)
		return true;
	if (!make_room(scan))
		return false;
	struct string *string = &scan->strings[scan->count];
	int *bucket = &scan->buckets[(pair >> 8 ^ pair) % BUCKETS];
	*string = (struct string){.form = form, .size = octets.size, .next = *bucket};
	memcpy(string->octets, octets.octets, octets.size);
	*bucket = (int)scan->count++;
	scan->filter[pair / 8] = (uint8_t)(scan->filter[pair / 8] | 1u << pair % 8);
	return true;
}

static bool is_monotonous(struct dimp_view octets)
{
	for (size_t index = 1; index < octets.size; index++) {
		if (octets.octets[index] != octets.octets[0])
			return false;
	}
	return true;
}

static bool add_text(struct secret_scan *scan, struct dimp_view octets)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t lower[2 * SECRET_SIZE_MAX], upper[2 * SECRET_SIZE_MAX];
	const struct dimp_view texts[] = {{lower, 2 * octets.size}, {upper, 2 * octets.size}};

	for (size_t index = 0; index < 2 * octets.size; index++) {
		const uint8_t octet = octets.octets[index / 2];
		lower[index] = (uint8_t)digits[index % 2 ? octet & 15 : octet >> 4];
		upper[index] = (uint8_t)toupper(lower[index]);
	}
	const bool is_added = add_string(scan, SECRET_KEY_TEXT, texts[0]) &&
		add_string(scan, SECRET_KEY_TEXT, texts[1]);
	explicit_bzero(lower, sizeof lower);
	explicit_bzero(upper, sizeof upper);
	return is_added;
}

bool secret_scan_add(struct secret_scan *scan, enum secret_form form, struct dimp_view octets)
{
	if (octets.size < SECRET_SIZE_MIN || octets.size > SECRET_SIZE_MAX || is_monotonous(octets))
		return true;
	if (form == SECRET_KEY && !add_text(scan, octets))
		return false;
	return add_string(scan, form, octets);
}

unsigned secret_scan_find(const struct secret_scan *scan, unsigned forms, struct dimp_view octets,
	size_t *at)
{
	for (*at = 0; *at + SECRET_SIZE_MIN <= octets.size; (*at)++) {
		if (!may_begin(scan, pair_of(octets.octets + *at)))
			continue;
		const struct dimp_view rest = {octets.octets + *at, octets.size - *at};
		const int found = find_string(scan, forms, rest);
		if (found != NO_STRING)
			return scan->strings[found].form;
	}
	return 0;
}
