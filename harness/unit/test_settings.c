/* SPDX-License-Identifier: MIT */
/*
 * Proves that each setting has its range (DIMP 10.1): defaults lie in it, its ends are taken, what
 * is beyond is named, and no speaker starts with it.
 */
#include "check.h"

#include <stdlib.h>

#include "crypto/openssl_crypto.h"
#include "dimp.h"

static const struct row {
	const char *name;
	size_t offset;
	uint32_t least, most;
} rows[] = {
#define SETTING(name, value, smallest, largest, unit, clause, text) \
	{#name, offsetof(struct dimp_settings, name), smallest, largest},
#include "settings.def"
#undef SETTING
};

enum { ROWS = sizeof rows / sizeof rows[0] };

/* What is said of the defaults with this setting changed. */
static const char *said_of(const struct row *row, uint32_t value)
{
	static struct dimp_settings settings;

	dimp_settings_default(&settings);
	*(uint32_t *)(void *)((uint8_t *)&settings + row->offset) = value;
	return dimp_settings_wrong(&settings);
}

static void test_settings_have_ends(void)
{
	struct dimp_settings settings;

	dimp_settings_default(&settings);
	CHECK_TEXT(dimp_settings_wrong(&settings), NULL);
	for (size_t each = 0; each < ROWS; each++) {
		const struct row *row = &rows[each];

		CHECK_TEXT(said_of(row, row->least), NULL);
		CHECK_TEXT(said_of(row, row->most), NULL);
		CHECK_TEXT(said_of(row, row->least - 1),
			row->least > 0 || row->most < UINT32_MAX ? row->name : NULL);
		CHECK_TEXT(said_of(row, row->most + 1),
			row->most < UINT32_MAX || row->least > 0 || row->most < UINT32_MAX
				? row->name
				: NULL);
	}
}

static bool starts(const struct dimp_speaker_config *config)
{
	void *memory = malloc(dimp_speaker_size(config));
	struct dimp_speaker *speaker = dimp_speaker_init(memory, config, (struct dimp_time){0});
	const bool is_started = speaker != NULL;

	if (is_started)
		dimp_speaker_wipe(speaker);
	free(memory);
	return is_started;
}

/* DIMP 10.1-2; 5.8-2: the responder's nine eighths of the largest stay below 2^23. */
static void test_settings_out_of_range_start_no_speaker(void)
{
	struct openssl_crypto *crypto = openssl_crypto_create_seeded(1, "settings");
	struct dimp_speaker_config config;

	dimp_speaker_config_default(&config);
	config.crypto = openssl_crypto_table(crypto);
	config.static_secret[0] = 1;
	CHECK(starts(&config));
	config.settings.rekey_pdus = 7456540;
	CHECK(starts(&config));
	CHECK(config.settings.rekey_pdus + config.settings.rekey_pdus / 8 < 1u << 23);
	config.settings.rekey_pdus++;
	CHECK(!starts(&config));
	CHECK(config.settings.rekey_pdus + config.settings.rekey_pdus / 8 >= 1u << 23);
	openssl_crypto_destroy(crypto);
}

static const struct test_case tests[] = {
	TEST(test_settings_have_ends),
	TEST(test_settings_out_of_range_start_no_speaker),
	TEST_END,
};

const struct test_suite suite_settings = {"settings", tests};
