/* SPDX-License-Identifier: MIT */
/* Proves that a secret is found wherever and in whatever form it stands, and nothing else is. */
#include "observe/secret_scan.h"

#include <string.h>

#include "check.h"

static const uint8_t key[16] = {0xde, 0xad, 0xbe, 0xef, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

static struct secret_scan *scan_for_key(void)
{
	struct secret_scan *scan = secret_scan_create();

	CHECK(secret_scan_add(scan, SECRET_KEY, (struct dimp_view){key, sizeof key}));
	return scan;
}

static void test_secret_scan_finds_a_key_at_any_place(void)
{
	struct secret_scan *scan = scan_for_key();
	uint8_t octets[40];
	size_t at;

	for (size_t place = 0; place + sizeof key <= sizeof octets; place++) {
		memset(octets, 0xde, sizeof octets);
		memcpy(octets + place, key, sizeof key);
		CHECK_EQ(secret_scan_find(scan, SECRET_KEY,
				 (struct dimp_view){octets, sizeof octets}, &at),
			SECRET_KEY);
		CHECK_EQ(at, place);
	}
	secret_scan_destroy(scan);
}

static void test_secret_scan_passes_what_is_cut_or_changed(void)
{
	struct secret_scan *scan = scan_for_key();
	uint8_t octets[sizeof key];
	size_t at;

	memcpy(octets, key, sizeof key);
	CHECK_EQ(secret_scan_find(scan, SECRET_KEY, (struct dimp_view){octets, 15}, &at), 0);
	octets[15] ^= 1;
	CHECK_EQ(secret_scan_find(scan, SECRET_KEY, (struct dimp_view){octets, 16}, &at), 0);
	CHECK_EQ(secret_scan_find(scan, SECRET_KEY, (struct dimp_view){NULL, 0}, &at), 0);
	secret_scan_destroy(scan);
}

static void test_secret_scan_finds_hex_in_both_cases_when_asked(void)
{
	static const char *const texts[] = {"sak=deadbeef0405060708090a0b0c0d0e0f.",
		"DEADBEEF0405060708090A0B0C0D0E0F"};
	struct secret_scan *scan = scan_for_key();
	size_t at;

	for (size_t index = 0; index < 2; index++) {
		const struct dimp_view text = {(const uint8_t *)texts[index], strlen(texts[index])};
		CHECK_EQ(secret_scan_find(scan, SECRET_KEY, text, &at), 0);
		CHECK_EQ(secret_scan_find(scan, SECRET_KEY | SECRET_KEY_TEXT, text, &at),
			SECRET_KEY_TEXT);
	}
	secret_scan_destroy(scan);
}

static void test_secret_scan_keeps_many_of_two_forms(void)
{
	struct secret_scan *scan = secret_scan_create();
	uint8_t octets[8] = {1, 2, 3};
	size_t at;

	for (unsigned number = 0; number < 300; number++) {
		octets[6] = (uint8_t)(number >> 8);
		octets[7] = (uint8_t)number;
		CHECK(secret_scan_add(scan, number % 2 ? SECRET_KEY : SECRET_IDENTITY,
			(struct dimp_view){octets, sizeof octets}));
	}
	octets[6] = 0;
	octets[7] = 8;
	const struct dimp_view even = {octets, sizeof octets};
	CHECK_EQ(secret_scan_find(scan, SECRET_KEY, even, &at), 0);
	CHECK_EQ(secret_scan_find(scan, SECRET_KEY | SECRET_IDENTITY, even, &at), SECRET_IDENTITY);
	secret_scan_destroy(scan);
}

static void test_secret_scan_looks_for_nothing_short_or_blank(void)
{
	static const uint8_t blank[32] = {0};
	struct secret_scan *scan = secret_scan_create();
	size_t at;

	CHECK(secret_scan_add(scan, SECRET_KEY, (struct dimp_view){blank, sizeof blank}));
	CHECK(secret_scan_add(scan, SECRET_KEY, (struct dimp_view){key, 5}));
	CHECK_EQ(secret_scan_find(scan, SECRET_KEY, (struct dimp_view){blank, 32}, &at), 0);
	CHECK_EQ(secret_scan_find(scan, SECRET_KEY, (struct dimp_view){key, 16}, &at), 0);
	secret_scan_destroy(scan);
}

static const struct test_case tests[] = {
	TEST(test_secret_scan_finds_a_key_at_any_place),
	TEST(test_secret_scan_passes_what_is_cut_or_changed),
	TEST(test_secret_scan_finds_hex_in_both_cases_when_asked),
	TEST(test_secret_scan_keeps_many_of_two_forms),
	TEST(test_secret_scan_looks_for_nothing_short_or_blank),
	TEST_END,
};

const struct test_suite suite_secret_scan = {"secret_scan", tests};
