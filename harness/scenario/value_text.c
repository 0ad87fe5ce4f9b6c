/* SPDX-License-Identifier: MIT */
/* One text becomes one value, table-driven: a kind is its unit, its bounds and its width. */
#include "scenario/value_text.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "bridge/edge_frame.h"
#include "net/ipv4.h"
#include "scenario/scenario_servers.h"
#include "scenario/units.h"

static_assert(sizeof(size_t) == sizeof(uint64_t), "sizes are read as 64 bits");
static_assert(sizeof(unsigned) == sizeof(uint32_t), "counts are read as 32 bits");
static_assert(sizeof(enum dimp_mode) == sizeof(int32_t), "choices are read as 32 bits");

enum { VLAN_MAX = 4094, MS_IN_US = 1000 };

/* A kind that is a number: how it is written, its width in octets, its bound, what one is of the
 * unit. */
static const struct number_kind {
	bool is_number;
	enum unit_kind unit;
	size_t width;
	uint64_t most, divisor;
} number_kinds[] = {
	[VALUE_COUNT] = {true, UNIT_NONE, 4, UINT32_MAX, 1},
	[VALUE_NUMBER] = {true, UNIT_NONE, 8, UINT64_MAX, 1},
	[VALUE_VLAN] = {true, UNIT_NONE, 2, VLAN_MAX, 1},
	[VALUE_DURATION] = {true, UNIT_DURATION, 8, UINT64_MAX / 4, 1},
	[VALUE_DURATION_US] = {true, UNIT_DURATION, 4, UINT32_MAX, 1},
	[VALUE_DURATION_MS] = {true, UNIT_DURATION, 4, UINT32_MAX, MS_IN_US},
	[VALUE_RATE] = {true, UNIT_RATE, 8, UINT64_MAX, 1},
	[VALUE_SIZE] = {true, UNIT_SIZE, 8, UINT64_MAX, 1},
	[VALUE_SIZE_PER_SECOND] = {true, UNIT_SIZE_PER_SECOND, 8, UINT64_MAX, 1},
	[VALUE_SHARE] = {true, UNIT_SHARE, 4, UINT32_MAX, 1},
	[VALUE_PER_SECOND] = {true, UNIT_PER_SECOND, 4, UINT32_MAX, 1},
	[VALUE_LATER] = {.is_number = false},
};

static void store(void *target, uint64_t number, size_t width)
{
	const uint32_t word = (uint32_t)number;
	const uint16_t half = (uint16_t)number;

	if (width == sizeof number)
		memcpy(target, &number, sizeof number);
	else if (width == sizeof word)
		memcpy(target, &word, sizeof word);
	else
		memcpy(target, &half, sizeof half);
}

static bool read_number(const struct key_row *row, const char *text, void *target, char *hint)
{
	const struct number_kind *kind = &number_kinds[row->kind];
	const uint64_t most = row->most != 0 ? row->most : kind->most;
	uint64_t number;

	snprintf(hint, VALUE_HINT_SIZE, "expected %s", unit_expected(kind->unit));
	if (!unit_read(kind->unit, text, &number))
		return false;
	if (number % kind->divisor != 0 || number / kind->divisor < row->least ||
		number / kind->divisor > most) {
		snprintf(hint, VALUE_HINT_SIZE, "expected %llu to %llu%s",
			(unsigned long long)row->least, (unsigned long long)most,
			row->kind == VALUE_DURATION_MS        ? " whole milliseconds"
				: kind->unit == UNIT_DURATION ? " us"
							      : "");
		return false;
	}
	store(target, number / kind->divisor, kind->width);
	return true;
}

static int hex_digit(char octet)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *at = octet != '\0' ? strchr(digits, octet) : NULL;

	return at != NULL ? (int)(at - digits) % 16 : -1;
}

static bool read_mac(const char *text, void *target)
{
	struct dimp_mac mac;
	const size_t size = strlen(text);

	if (size != sizeof mac.octets * 3 - 1)
		return false;
	for (size_t each = 0; each < sizeof mac.octets; each++) {
		const int high = hex_digit(text[each * 3]), low = hex_digit(text[each * 3 + 1]);
		const char after = text[each * 3 + 2];

		if (high < 0 || low < 0 || (after != ':' && after != '-' && after != '\0'))
			return false;
		mac.octets[each] = (uint8_t)(high * 16 + low);
	}
	if (mac.octets[0] & 1)
		return false;
	memcpy(target, &mac, sizeof mac);
	return true;
}

static bool read_ip(const char *text, void *target)
{
	struct dimp_ip ip = {.octets = {[10] = 0xff, [11] = 0xff}};

	if (inet_pton(AF_INET, text, ip.octets + 12) != 1 &&
		inet_pton(AF_INET6, text, ip.octets) != 1)
		return false;
	memcpy(target, &ip, sizeof ip);
	return true;
}

static bool read_prefix(const struct key_row *row, const char *text, void *target, char *hint)
{
	const struct key_row as_length = {.kind = VALUE_COUNT,
		.least = row->least,
		.most = row->most};
	const char *slash = strchr(text, '/');
	struct scenario_prefix prefix;
	char address[VALUE_HINT_SIZE];

	snprintf(address, sizeof address, "%.*s", slash ? (int)(slash - text) : 0, text);
	if (!read_ip(address, &prefix.address) || !ipv4_is_mapped(&prefix.address) ||
		!read_number(&as_length, slash + 1, &prefix.length, hint)) {
		snprintf(hint, VALUE_HINT_SIZE, "expected a network of IPv4, /%u to /%u",
			(unsigned)row->least, (unsigned)row->most);
		return false;
	}
	memcpy(target, &prefix, sizeof prefix);
	return true;
}

static bool read_name(const struct key_row *row, const char *text, void *target, char *hint)
{
	const struct name_row *name = name_rows_find(row->names, text);

	if (name == NULL) {
		names_hint(row->names, text, hint, VALUE_HINT_SIZE);
		return false;
	}
	if (row->kind == VALUE_TEMPLATE)
		snprintf(target, row->most, "%s", name->number != 0 ? name->name : "");
	else
		memcpy(target, &name->number, sizeof name->number);
	return true;
}

static bool read_flag(const char *text, void *target)
{
	const struct name_row *name = name_rows_find(names_flag, text);
	const bool flag = name != NULL && name->number != 0;

	if (name != NULL)
		memcpy(target, &flag, sizeof flag);
	return name != NULL;
}

static bool read_text(const struct key_row *row, const char *text, void *target, char *hint)
{
	snprintf(hint, VALUE_HINT_SIZE, "expected at most %u octets", (unsigned)row->most - 1);
	if (strlen(text) >= row->most)
		return false;
	snprintf(target, row->most, "%s", text);
	return true;
}

/* "after 2s" reads well after "restart:", "2s" is as clear. */
static bool read_after(const char *text, void *target, char *hint)
{
	static const struct key_row as_duration = {.kind = VALUE_DURATION};
	static const char after[] = "after ";
	const uint64_t never_us = UINT64_MAX;

	if (strcmp(text, "never") == 0) {
		memcpy(target, &never_us, sizeof never_us);
		return true;
	}
	if (strncmp(text, after, sizeof after - 1) == 0)
		text += sizeof after - 1;
	return read_number(&as_duration, text, target, hint);
}

static bool read_ppm(const char *text, void *target, char *hint)
{
	static const struct key_row as_count = {.kind = VALUE_COUNT, .most = 100000};
	const bool is_negative = *text == '-';
	char digits[16];
	uint32_t ppm;

	text += *text == '-' || *text == '+';
	snprintf(digits, sizeof digits, "%.*s", (int)strspn(text, "0123456789"), text);
	const char *unit = text + strlen(digits);

	if ((*unit != '\0' && strcmp(unit, "ppm") != 0 && strcmp(unit, " ppm") != 0) ||
		!read_number(&as_count, digits, &ppm, hint)) {
		snprintf(hint, VALUE_HINT_SIZE, "expected -100000 to 100000 parts in a million");
		return false;
	}
	const int32_t number = is_negative ? -(int32_t)ppm : (int32_t)ppm;
	memcpy(target, &number, sizeof number);
	return true;
}

bool value_is_text(enum value_kind kind)
{
	return number_kinds[kind].is_number || kind == VALUE_TEXT || kind == VALUE_TEMPLATE ||
		kind == VALUE_FLAG || kind == VALUE_MAC || kind == VALUE_IP ||
		kind == VALUE_PREFIX || kind == VALUE_CHOICE || kind == VALUE_AFTER ||
		kind == VALUE_PPM;
}

bool value_text_read(const struct key_row *row, const char *text, void *target,
	char hint[VALUE_HINT_SIZE])
{
	assert(value_is_text(row->kind));
	if (number_kinds[row->kind].is_number)
		return read_number(row, text, target, hint);
	if (row->kind == VALUE_CHOICE || row->kind == VALUE_TEMPLATE)
		return read_name(row, text, target, hint);
	if (row->kind == VALUE_TEXT)
		return read_text(row, text, target, hint);
	if (row->kind == VALUE_AFTER)
		return read_after(text, target, hint);
	if (row->kind == VALUE_PREFIX)
		return read_prefix(row, text, target, hint);
	if (row->kind == VALUE_PPM)
		return read_ppm(text, target, hint);
	if (row->kind == VALUE_FLAG) {
		snprintf(hint, VALUE_HINT_SIZE, "expected true or false");
		return read_flag(text, target);
	}
	if (row->kind == VALUE_MAC) {
		snprintf(hint, VALUE_HINT_SIZE,
			"expected a MAC address of one station, such as 52:54:00:c7:3e:ce");
		return read_mac(text, target);
	}
	snprintf(hint, VALUE_HINT_SIZE, "expected an IP address such as 10.0.42.7 or 2001:db8::7");
	return read_ip(text, target);
}
