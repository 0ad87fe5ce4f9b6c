/* SPDX-License-Identifier: MIT */
/*
 * Proves that CMAC, key wrap and GCM of both key sizes give the figures of RFC 4493, RFC 3394 and
 * NIST's GCM paper, agree with Wycheproof, and refuse what they must.
 */
#include "check.h"

#include <string.h>

#include "crypto/aes_keys.h"
#include "vector_file.h"

static void test_cmac_gives_the_examples_of_rfc_4493(void)
{
	const struct vector_octets key = vector_from_hex("2b7e151628aed2a6abf7158809cf4f3c");
	const struct vector_octets octets = vector_from_hex("6bc1bee22e409f96e93d7e117393172a"
							    "ae2d8a571e03ac9c9eb76fac45af8e51"
							    "30c81c46a35ce411");
	uint8_t mac[16];

	CHECK(aes_cmac(vector_view(&key), (struct dimp_view){octets.octets, 0}, mac));
	CHECK_BYTES(mac, 16, "bb1d6929e95937287fa37d129b756746");
	CHECK(aes_cmac(vector_view(&key), (struct dimp_view){octets.octets, 16}, mac));
	CHECK_BYTES(mac, 16, "070a16b46b4d4144f79bdd9dd04a287c");
	CHECK(aes_cmac(vector_view(&key), vector_view(&octets), mac));
	CHECK_BYTES(mac, 16, "dfa66747de9ae63030ca32611497c827");
}

static void test_key_wrap_gives_the_examples_of_rfc_3394(void)
{
	/* Sections 4.1 and 4.6. */
	static const struct {
		const char *key, *plain, *wrapped;
	} rows[] = {
		{"000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff",
			"1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"},
		{"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
			"00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
			"28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326"
			"cbc7f0e71a99f43bfb988b9b7a02dd21"},
	};

	for (size_t each = 0; each < 2; each++) {
		const struct vector_octets key = vector_from_hex(rows[each].key);
		const struct vector_octets plain = vector_from_hex(rows[each].plain);
		uint8_t wrapped[40], unwrapped[32];

		CHECK(aes_key_wrap(vector_view(&key), vector_view(&plain), wrapped));
		CHECK_BYTES(wrapped, plain.size + 8, rows[each].wrapped);
		const struct dimp_view wrapped_view = {wrapped, plain.size + 8};
		CHECK(aes_key_unwrap(vector_view(&key), wrapped_view, unwrapped));
		CHECK_BYTES(unwrapped, plain.size, rows[each].plain);
		wrapped[3] ^= 1;
		CHECK(!aes_key_unwrap(vector_view(&key), wrapped_view, unwrapped));
	}
}

static void test_keys_of_other_sizes_are_refused(void)
{
	const uint8_t octets[32] = {0};
	const struct dimp_view key = {octets, 24}, plain = {octets, 32};
	const struct aes_gcm gcm = {.key = key, .nonce = {octets, 12}};
	uint8_t result[64];

	CHECK(!aes_cmac(key, plain, result));
	CHECK(!aes_key_wrap(key, plain, result));
	CHECK(!aes_key_unwrap(key, plain, result));
	CHECK(!aes_gcm_seal(&gcm, plain, result));
	CHECK(!aes_gcm_open(&gcm, plain, result));
}

static void test_gcm_gives_case_4_of_its_paper(void)
{
	const struct vector_octets key = vector_from_hex("feffe9928665731c6d6a8f9467308308");
	const struct vector_octets nonce = vector_from_hex("cafebabefacedbaddecaf888");
	const struct vector_octets additional =
		vector_from_hex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
	const struct vector_octets plain =
		vector_from_hex("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
				"1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39");
	const struct aes_gcm gcm = {vector_view(&key), vector_view(&nonce),
		vector_view(&additional)};
	uint8_t sealed[60 + 16], opened[60];

	CHECK(aes_gcm_seal(&gcm, vector_view(&plain), sealed));
	CHECK_BYTES(sealed, sizeof sealed,
		"42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"
		"21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
		"5bc94fbc3221a5db94fae95ae7121a47");
	CHECK(aes_gcm_open(&gcm, (struct dimp_view){sealed, sizeof sealed}, opened));
	CHECK(memcmp(opened, plain.octets, sizeof opened) == 0);
}

static void judge_cmac(const json_t *group, const json_t *test)
{
	const struct vector_octets key = vector_member(test, "key");
	const struct vector_octets message = vector_member(test, "msg");
	const struct vector_octets tag = vector_member(test, "tag");
	uint8_t mac[16];

	(void)group;
	if (key.size != 16 && key.size != 32) {
		CHECK(!aes_cmac(vector_view(&key), vector_view(&message), mac));
		return;
	}
	CHECK(aes_cmac(vector_view(&key), vector_view(&message), mac));
	const bool is_equal = tag.size == 16 && memcmp(mac, tag.octets, 16) == 0;
	CHECK_EQ(is_equal, vector_is_valid(test));
}

static void judge_wrap(const json_t *group, const json_t *test)
{
	const struct vector_octets key = vector_member(test, "key");
	const struct vector_octets plain = vector_member(test, "msg");
	const struct vector_octets wrapped = vector_member(test, "ct");
	uint8_t octets[VECTOR_OCTETS_MAX + 8];

	(void)group;
	/* "acceptable" are weak but well-formed wrappings; only "invalid" must not open. */
	const char *result = json_string_value(json_object_get(test, "result"));
	if (key.size != 16 && key.size != 32)
		return;
	if (strcmp(result, "invalid") == 0) {
		CHECK(!aes_key_unwrap(vector_view(&key), vector_view(&wrapped), octets));
		return;
	}
	if (!vector_is_valid(test))
		return;
	CHECK(aes_key_wrap(vector_view(&key), vector_view(&plain), octets));
	CHECK(memcmp(octets, wrapped.octets, wrapped.size) == 0);
	CHECK(aes_key_unwrap(vector_view(&key), vector_view(&wrapped), octets));
	CHECK(memcmp(octets, plain.octets, plain.size) == 0);
}

static void judge_gcm(const json_t *group, const json_t *test)
{
	const struct vector_octets key = vector_member(test, "key");
	const struct vector_octets nonce = vector_member(test, "iv");
	const struct vector_octets additional = vector_member(test, "aad");
	const struct vector_octets plain = vector_member(test, "msg");
	const struct vector_octets tag = vector_member(test, "tag");
	struct vector_octets sealed = vector_member(test, "ct");
	const struct aes_gcm gcm = {vector_view(&key), vector_view(&nonce),
		vector_view(&additional)};
	uint8_t octets[VECTOR_OCTETS_MAX];

	(void)group;
	if (key.size != 16 && key.size != 32)
		return;
	if (nonce.size > AES_GCM_NONCE_MAX) {
		CHECK(!aes_gcm_seal(&gcm, vector_view(&plain), octets));
		return;
	}
	memcpy(sealed.octets + sealed.size, tag.octets, tag.size);
	sealed.size += tag.size;
	CHECK_EQ(aes_gcm_open(&gcm, vector_view(&sealed), octets), vector_is_valid(test));
	if (!vector_is_valid(test))
		return;
	CHECK(memcmp(octets, plain.octets, plain.size) == 0);
	CHECK(aes_gcm_seal(&gcm, vector_view(&plain), octets));
	CHECK(memcmp(octets, sealed.octets, sealed.size) == 0);
}

static void test_cmac_agrees_with_wycheproof(void)
{
	const size_t count = vector_for_each("vectors/wycheproof_aes_cmac_test.json", judge_cmac);

	if (count == 0)
		SKIP("shared/vectors is absent");
	CHECK_EQ(count, 311);
}

static void test_key_wrap_agrees_with_wycheproof(void)
{
	const size_t count = vector_for_each("vectors/wycheproof_aes_wrap_test.json", judge_wrap);

	if (count == 0)
		SKIP("shared/vectors is absent");
	CHECK_EQ(count, 165);
}

static void test_gcm_agrees_with_wycheproof(void)
{
	const size_t count = vector_for_each("vectors/wycheproof_aes_gcm_test.json", judge_gcm);

	if (count == 0)
		SKIP("shared/vectors is absent");
	CHECK_EQ(count, 316);
}

static const struct test_case tests[] = {
	TEST(test_cmac_gives_the_examples_of_rfc_4493),
	TEST(test_key_wrap_gives_the_examples_of_rfc_3394),
	TEST(test_keys_of_other_sizes_are_refused),
	TEST(test_gcm_gives_case_4_of_its_paper),
	TEST(test_cmac_agrees_with_wycheproof),
	TEST(test_key_wrap_agrees_with_wycheproof),
	TEST(test_gcm_agrees_with_wycheproof),
	TEST_END,
};

const struct test_suite suite_aes_keys = {"aes_keys", tests};
