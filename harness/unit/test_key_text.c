/* Proves that a key is read from 64 hexadecimal digits and from nothing else. */
#include "unit/check.h"

#include "cli/key_text.h"

#define DIGITS "77076d0a7318a57d3c16c17251b26645DF4C2F92EBC099170FBFBB2C2C7E7B2A"

static void test_key_text_takes_digits_of_either_case(void)
{
	uint8_t key[DIMP_KEY_SIZE];

	CHECK(key_text_read(DIGITS, key));
	CHECK_BYTES(key, sizeof key,
		"77076d0a7318a57d3c16c17251b26645 df4c2f92ebc099170fbfbb2c2c7e7b2a");
	CHECK(key_text_read(" \n" DIGITS "\r\n", key));
}

static void test_key_text_refuses_the_rest(void)
{
	uint8_t key[DIMP_KEY_SIZE];

	CHECK(!key_text_read("", key));
	CHECK(!key_text_read("7707", key));
	CHECK(!key_text_read(DIGITS "00", key));
	CHECK(!key_text_read(DIGITS " x", key));
	CHECK(!key_text_read("g" DIGITS, key));
	CHECK(!key_text_read("7 7" DIGITS, key));
}

static const struct test_case tests[] = {
	TEST(test_key_text_takes_digits_of_either_case),
	TEST(test_key_text_refuses_the_rest),
	TEST_END,
};

const struct test_suite suite_key_text = {"key_text", tests};
