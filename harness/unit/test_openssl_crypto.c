/* SPDX-License-Identifier: MIT */
/*
 * Proves that the provider computes what RFC 7748, RFC 5869 (through its HMAC), FIPS 180-4,
 * SipHash's paper and Wycheproof say, that seals do not open when an octet differs, and that seeded
 * randomness repeats itself.
 */
#include "check.h"

#include <string.h>

#include "crypto/openssl_crypto.h"
#include "vector_file.h"

static struct openssl_crypto *provider;
static const struct dimp_crypto *table;

static void setup(void)
{
	provider = openssl_crypto_create();
	REQUIRE(provider != NULL);
	table = openssl_crypto_table(provider);
}

static void teardown(void)
{
	openssl_crypto_destroy(provider);
	provider = NULL;
}

static void test_x25519_gives_the_example_of_rfc_7748(void)
{
	/* Section 6.1. */
	const struct vector_octets alice =
		vector_from_hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
	const struct vector_octets bob =
		vector_from_hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
	uint8_t alice_public[32], bob_public[32], shared[32];

	setup();
	CHECK(table->x25519_public(table->user, alice_public, alice.octets));
	CHECK_BYTES(alice_public, 32,
		"8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
	CHECK(table->x25519_public(table->user, bob_public, bob.octets));
	CHECK_BYTES(bob_public, 32,
		"de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
	CHECK(table->x25519(table->user, shared, alice.octets, bob_public));
	CHECK_BYTES(shared, 32, "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
	CHECK(table->x25519(table->user, shared, bob.octets, alice_public));
	CHECK_BYTES(shared, 32, "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
	teardown();
}

/* DIMP 5.1-2. */
static void test_x25519_refuses_a_shared_secret_of_zero(void)
{
	const uint8_t zero[32] = {0};
	const uint8_t secret[32] = {1, 2, 3};
	uint8_t shared[32];

	setup();
	CHECK(!table->x25519(table->user, shared, secret, zero));
	teardown();
}

static void judge_x25519(const json_t *group, const json_t *test)
{
	const struct vector_octets secret = vector_member(test, "private");
	const struct vector_octets remote = vector_member(test, "public");
	const struct vector_octets expected = vector_member(test, "shared");
	const uint8_t zero[32] = {0};
	uint8_t shared[32];

	(void)group;
	if (!CHECK_EQ(secret.size, 32) || !CHECK_EQ(remote.size, 32))
		return;
	/* Wycheproof leaves a zero result to the user ("acceptable"); DIMP refuses it. */
	const bool is_zero = memcmp(expected.octets, zero, 32) == 0;
	if (!CHECK_EQ(table->x25519(table->user, shared, secret.octets, remote.octets), !is_zero))
		return;
	if (!is_zero)
		CHECK(memcmp(shared, expected.octets, 32) == 0);
}

static void test_x25519_agrees_with_wycheproof(void)
{
	setup();
	const size_t count = vector_for_each("vectors/wycheproof_x25519_test.json", judge_x25519);
	teardown();
	if (count == 0)
		SKIP("shared/vectors is absent");
	CHECK_EQ(count, 518);
}

static void test_sha256_gives_the_examples_of_fips_180(void)
{
	const struct dimp_view parts[] = {{(const uint8_t *)"a", 1}, {(const uint8_t *)"bc", 2}};
	uint8_t digest[32];

	setup();
	CHECK(table->sha256(table->user, digest, (struct dimp_parts){parts, 2}));
	CHECK_BYTES(digest, 32, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	CHECK(table->sha256(table->user, digest, (struct dimp_parts){NULL, 0}));
	CHECK_BYTES(digest, 32, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	teardown();
}

static void test_hmac_gives_the_extract_step_of_rfc_5869(void)
{
	/* Appendix A.1: PRK = HMAC(salt, IKM); OKM's first 32 octets = HMAC(PRK, info | 0x01). */
	const struct vector_octets salt = vector_from_hex("000102030405060708090a0b0c");
	const struct vector_octets input =
		vector_from_hex("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b");
	const struct vector_octets info = vector_from_hex("f0f1f2f3f4f5f6f7f8f901");
	const struct dimp_view input_view = vector_view(&input);
	const struct dimp_view info_parts[] = {{info.octets, 10}, {info.octets + 10, 1}};
	uint8_t key[32], output[32];

	setup();
	CHECK(table->hmac_sha256(table->user, key, vector_view(&salt),
		(struct dimp_parts){&input_view, 1}));
	CHECK_BYTES(key, 32, "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
	CHECK(table->hmac_sha256(table->user, output, (struct dimp_view){key, 32},
		(struct dimp_parts){info_parts, 2}));
	CHECK_BYTES(output, 32, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
	teardown();
}

/* HKDF-SHA256 out of the provider's HMAC, to lead Wycheproof's vectors through it. */
static void judge_hkdf(const json_t *group, const json_t *test)
{
	const struct vector_octets input = vector_member(test, "ikm");
	const struct vector_octets salt = vector_member(test, "salt");
	const struct vector_octets info = vector_member(test, "info");
	const struct vector_octets expected = vector_member(test, "okm");
	const struct dimp_view input_view = vector_view(&input);
	uint8_t key[32], block[32];
	size_t previous = 0;

	(void)group;
	if (!vector_is_valid(test))
		return;
	CHECK(table->hmac_sha256(table->user, key, vector_view(&salt),
		(struct dimp_parts){&input_view, 1}));
	for (size_t done = 0; done < expected.size; done += 32) {
		const uint8_t number = (uint8_t)(done / 32 + 1);
		const size_t left = expected.size - done;
		const struct dimp_view parts[] = {{block, previous}, vector_view(&info),
			{&number, 1}};

		CHECK(table->hmac_sha256(table->user, block, (struct dimp_view){key, 32},
			(struct dimp_parts){parts, 3}));
		CHECK(memcmp(block, expected.octets + done, left < 32 ? left : 32) == 0);
		previous = 32;
	}
}

static void test_hmac_agrees_with_wycheproof_on_hkdf(void)
{
	setup();
	const size_t count =
		vector_for_each("vectors/wycheproof_hkdf_sha256_test.json", judge_hkdf);
	teardown();
	if (count == 0)
		SKIP("shared/vectors is absent");
	CHECK_EQ(count, 86);
}

static void test_siphash_gives_the_figures_of_its_paper(void)
{
	/* Appendix A of the paper: key 00..0f, octets 00..0e. */
	uint8_t key[16], octets[15];
	uint64_t sum = 0;

	for (uint8_t each = 0; each < 16; each++)
		key[each] = each;
	memcpy(octets, key, sizeof octets);
	setup();
	CHECK(table->siphash(table->user, &sum, key, (struct dimp_view){octets, sizeof octets}));
	CHECK_EQ(sum, 0xa129ca6149be45e5);
	teardown();
}

static void judge_siphash(const json_t *group, const json_t *test)
{
	const struct vector_octets key = vector_member(test, "key");
	const struct vector_octets message = vector_member(test, "msg");
	const struct vector_octets tag = vector_member(test, "tag");
	uint64_t sum = 0, expected = 0;

	(void)group;
	for (size_t each = 8; each > 0; each--)
		expected = expected << 8 | tag.octets[each - 1];
	CHECK(table->siphash(table->user, &sum, key.octets, vector_view(&message)));
	CHECK_EQ(sum == expected, vector_is_valid(test));
}

static void test_siphash_agrees_with_wycheproof(void)
{
	setup();
	const size_t count =
		vector_for_each("vectors/wycheproof_siphash_2_4_test.json", judge_siphash);
	teardown();
	if (count == 0)
		SKIP("shared/vectors is absent");
	CHECK_EQ(count, 40);
}

static void test_open_refuses_every_changed_octet(void)
{
	const uint8_t key[32] = {7}, nonce[12] = {8};
	const uint8_t additional[3] = {1, 2, 3}, plain[5] = {4, 5, 6, 7, 8};
	const struct dimp_view additional_view = {additional, sizeof additional};
	uint8_t sealed[sizeof plain + DIMP_TAG_SIZE], opened[sizeof plain];

	const struct dimp_sealing sealing = {key, nonce, additional_view, {plain, sizeof plain}};
	const struct dimp_sealing opening = {key, nonce, additional_view, {sealed, sizeof sealed}};
	const struct dimp_sealing less = {key, nonce, {additional, 2}, {sealed, sizeof sealed}};
	const struct dimp_sealing cut = {key, nonce, additional_view, {sealed, DIMP_TAG_SIZE - 1}};

	setup();
	CHECK(table->seal(table->user, sealed, &sealing));
	CHECK(table->open(table->user, opened, &opening));
	CHECK(memcmp(opened, plain, sizeof plain) == 0);
	for (size_t each = 0; each < sizeof sealed; each++) {
		sealed[each] ^= 0x10;
		CHECK(!table->open(table->user, opened, &opening));
		sealed[each] ^= 0x10;
	}
	CHECK(!table->open(table->user, opened, &less));
	CHECK(!table->open(table->user, opened, &cut));
	teardown();
}

static void test_seeded_randomness_repeats_and_differs_by_name(void)
{
	static const struct {
		uint64_t seed;
		const char *name;
	} rows[] = {{1, "a"}, {1, "a"}, {1, "b"}, {2, "a"}};
	uint8_t octets[4][100];

	for (size_t each = 0; each < 4; each++) {
		struct openssl_crypto *seeded =
			openssl_crypto_create_seeded(rows[each].seed, rows[each].name);

		REQUIRE(seeded != NULL);
		table = openssl_crypto_table(seeded);
		CHECK(table->random(table->user, octets[each], 37));
		CHECK(table->random(table->user, octets[each] + 37, 63));
		openssl_crypto_destroy(seeded);
	}
	CHECK(memcmp(octets[0], octets[1], 100) == 0);
	CHECK(memcmp(octets[0], octets[2], 32) != 0);
	CHECK(memcmp(octets[0], octets[3], 32) != 0);
	CHECK(memcmp(octets[0], octets[0] + 32, 32) != 0);
}

/* DIMP 5.1-3. */
static void test_system_randomness_does_not_repeat(void)
{
	uint8_t first[32], second[32];

	setup();
	CHECK(table->random(table->user, first, 32));
	CHECK(table->random(table->user, second, 32));
	CHECK(memcmp(first, second, 32) != 0);
	teardown();
}

static const struct test_case tests[] = {
	TEST(test_x25519_gives_the_example_of_rfc_7748),
	TEST(test_x25519_refuses_a_shared_secret_of_zero),
	TEST(test_x25519_agrees_with_wycheproof),
	TEST(test_sha256_gives_the_examples_of_fips_180),
	TEST(test_hmac_gives_the_extract_step_of_rfc_5869),
	TEST(test_hmac_agrees_with_wycheproof_on_hkdf),
	TEST(test_siphash_gives_the_figures_of_its_paper),
	TEST(test_siphash_agrees_with_wycheproof),
	TEST(test_open_refuses_every_changed_octet),
	TEST(test_seeded_randomness_repeats_and_differs_by_name),
	TEST(test_system_randomness_does_not_repeat),
	TEST_END,
};

const struct test_suite suite_openssl_crypto = {"openssl_crypto", tests};
