/* SPDX-License-Identifier: MIT */
/*
 * Proves that the handshake is Noise_IKpsk2_25519_AESGCM_SHA256: every published vector of that
 * pattern, both messages and the transport messages after them, octet by octet and from both ends;
 * and that a changed octet, another key or another psk makes it fail.
 */
#include "check.h"

#include <string.h>

#include "crypto/openssl_crypto.h"
#include "handshake.h"
#include "vector_file.h"

/* The provider with its randomness replaced by one ephemeral secret: the seam for vectors. */
struct fixed_crypto {
	struct dimp_crypto table;
	const uint8_t *ephemeral;
};

static struct openssl_crypto *provider;
static struct fixed_crypto initiator_crypto, responder_crypto;

static bool random_fixed(void *user, uint8_t *octets, size_t size)
{
	const struct fixed_crypto *crypto = user;

	memcpy(octets, crypto->ephemeral, size);
	return true;
}

/* The other primitives need the provider as their user. */
static bool fixed_sha256(void *user, uint8_t digest[32], struct dimp_parts parts)
{
	(void)user;
	return openssl_crypto_table(provider)->sha256(provider, digest, parts);
}

static bool fixed_hmac(void *user, uint8_t digest[32], struct dimp_view key,
	struct dimp_parts parts)
{
	(void)user;
	return openssl_crypto_table(provider)->hmac_sha256(provider, digest, key, parts);
}

static bool fixed_seal(void *user, uint8_t *sealed, const struct dimp_sealing *sealing)
{
	(void)user;
	return openssl_crypto_table(provider)->seal(provider, sealed, sealing);
}

static bool fixed_open(void *user, uint8_t *plain, const struct dimp_sealing *sealing)
{
	(void)user;
	return openssl_crypto_table(provider)->open(provider, plain, sealing);
}

static bool fixed_x25519(void *user, uint8_t shared[32], const uint8_t secret[32],
	const uint8_t public_key[32])
{
	(void)user;
	return openssl_crypto_table(provider)->x25519(provider, shared, secret, public_key);
}

static void fix_crypto(struct fixed_crypto *crypto, const uint8_t *ephemeral)
{
	crypto->table = *openssl_crypto_table(provider);
	crypto->table.user = crypto;
	crypto->table.random = random_fixed;
	crypto->table.sha256 = fixed_sha256;
	crypto->table.x25519 = fixed_x25519;
	crypto->table.hmac_sha256 = fixed_hmac;
	crypto->table.seal = fixed_seal;
	crypto->table.open = fixed_open;
	crypto->ephemeral = ephemeral;
}

/* Everything one run of the handshake needs. */
struct both_ends {
	struct vector_octets initiator_secret, responder_secret;
	struct vector_octets initiator_ephemeral, responder_ephemeral;
	struct vector_octets initiator_psk, responder_psk;
	struct vector_octets prologue;
	uint8_t initiator_public[32], responder_public[32];
	struct handshake initiator, responder;
	struct handshake_keys initiator_keys, responder_keys;
};

static void start_both(struct both_ends *ends)
{
	fix_crypto(&initiator_crypto, ends->initiator_ephemeral.octets);
	fix_crypto(&responder_crypto, ends->responder_ephemeral.octets);
	const struct dimp_crypto *table = &initiator_crypto.table;
	CHECK(table->x25519_public(table->user, ends->initiator_public,
		ends->initiator_secret.octets));
	CHECK(table->x25519_public(table->user, ends->responder_public,
		ends->responder_secret.octets));
	const struct handshake_setup initiator_setup = {
		.crypto = table,
		.static_secret = ends->initiator_secret.octets,
		.static_public = ends->initiator_public,
		.remote_static = ends->responder_public,
		.preshared = ends->initiator_psk.octets,
		.prologue = vector_view(&ends->prologue),
	};
	const struct handshake_setup responder_setup = {
		.crypto = &responder_crypto.table,
		.static_secret = ends->responder_secret.octets,
		.static_public = ends->responder_public,
		.preshared = ends->responder_psk.octets,
		.prologue = vector_view(&ends->prologue),
	};
	handshake_init_initiator(&ends->initiator, &initiator_setup);
	handshake_init_responder(&ends->responder, &responder_setup);
}

/* One vector's first two messages: each written as published, and read back to its payload. */
static void judge_messages(struct both_ends *ends, const json_t *messages)
{
	const struct vector_octets first = vector_member(json_array_get(messages, 0), "payload");
	const struct vector_octets second = vector_member(json_array_get(messages, 1), "payload");
	const char *first_hex =
		json_string_value(json_object_get(json_array_get(messages, 0), "ciphertext"));
	const char *second_hex =
		json_string_value(json_object_get(json_array_get(messages, 1), "ciphertext"));
	uint8_t message[512], payload[512];

	CHECK(handshake_write_initiation(&ends->initiator, vector_view(&first), message));
	const struct dimp_view initiation = {message, first.size + HANDSHAKE_INITIATION_OVERHEAD};
	CHECK_BYTES(message, initiation.size, first_hex);
	CHECK(handshake_read_initiation(&ends->responder, initiation, payload));
	CHECK(memcmp(payload, first.octets, first.size) == 0);
	CHECK(memcmp(ends->responder.remote_static, ends->initiator_public, 32) == 0);

	CHECK(handshake_write_reply(&ends->responder, vector_view(&second), message));
	const struct dimp_view reply = {message, second.size + HANDSHAKE_REPLY_OVERHEAD};
	CHECK_BYTES(message, reply.size, second_hex);
	CHECK(handshake_read_reply(&ends->initiator, reply, payload));
	CHECK(memcmp(payload, second.octets, second.size) == 0);

	CHECK(handshake_split(&ends->initiator, &ends->initiator_keys));
	CHECK(handshake_split(&ends->responder, &ends->responder_keys));
}

/* Transport messages alternate, the initiator first; each direction numbers its own from 0. */
static void judge_transport(struct both_ends *ends, const json_t *messages)
{
	for (size_t each = 2; each < json_array_size(messages); each++) {
		const json_t *row = json_array_get(messages, each);
		const struct vector_octets plain = vector_member(row, "payload");
		const bool is_initiator = each % 2 == 0;
		const uint8_t *key = is_initiator ? ends->initiator_keys.from_initiator
						  : ends->responder_keys.from_responder;
		uint8_t nonce[12], sealed[512];

		handshake_nonce(nonce, (each - 2) / 2);
		const struct dimp_sealing sealing = {key, nonce, {nonce, 0}, vector_view(&plain)};
		CHECK(fixed_seal(NULL, sealed, &sealing));
		CHECK_BYTES(sealed, plain.size + 16,
			json_string_value(json_object_get(row, "ciphertext")));
	}
	CHECK(memcmp(&ends->initiator_keys, &ends->responder_keys, sizeof ends->initiator_keys) ==
		0);
}

static struct vector_octets first_psk(const json_t *vector, const char *list)
{
	const json_t *psk = json_array_get(json_object_get(vector, list), 0);

	return vector_from_hex(json_string_value(psk));
}

static void judge_vector(const json_t *vector)
{
	struct both_ends ends = {
		.initiator_secret = vector_member(vector, "init_static"),
		.responder_secret = vector_member(vector, "resp_static"),
		.initiator_ephemeral = vector_member(vector, "init_ephemeral"),
		.responder_ephemeral = vector_member(vector, "resp_ephemeral"),
		.initiator_psk = first_psk(vector, "init_psks"),
		.responder_psk = first_psk(vector, "resp_psks"),
		.prologue = vector_member(vector, "init_prologue"),
	};
	const json_t *messages = json_object_get(vector, "messages");

	start_both(&ends);
	judge_messages(&ends, messages);
	judge_transport(&ends, messages);
}

/* The file's NoisePSK_IK vectors are of an older revision of Noise with its own psk rules. */
static bool is_our_pattern(const json_t *vector)
{
	const char *name = json_string_value(json_object_get(vector, "protocol_name"));

	return name && strcmp(name, "Noise_IKpsk2_25519_AESGCM_SHA256") == 0;
}

static void test_handshake_agrees_with_published_vectors(void)
{
	const char *path = shared_path("vectors/noise.json");
	if (!path)
		SKIP("shared/vectors is absent");

	json_t *root = json_load_file(path, 0, NULL);
	size_t each, count = 0;
	json_t *vector;
	provider = openssl_crypto_create();
	json_array_foreach(json_object_get(root, "vectors"), each, vector)
	{
		if (!is_our_pattern(vector))
			continue;
		judge_vector(vector);
		count++;
	}
	openssl_crypto_destroy(provider);
	json_decref(root);
	CHECK_EQ(count, 1);
}

static struct both_ends some_ends(void)
{
	struct both_ends ends = {
		.initiator_secret = {.size = 32, .octets = {1}},
		.responder_secret = {.size = 32, .octets = {2}},
		.initiator_ephemeral = {.size = 32, .octets = {3}},
		.responder_ephemeral = {.size = 32, .octets = {4}},
		.initiator_psk = {.size = 32},
		.responder_psk = {.size = 32},
		.prologue = {.size = 6, .octets = "DIMPv1"},
	};

	return ends;
}

static void test_initiation_with_a_changed_octet_is_refused(void)
{
	uint8_t message[HANDSHAKE_INITIATION_OVERHEAD + 4], payload[4] = {0};

	provider = openssl_crypto_create();
	for (size_t each = 0; each < sizeof message; each++) {
		struct both_ends ends = some_ends();

		start_both(&ends);
		CHECK(handshake_write_initiation(&ends.initiator, (struct dimp_view){payload, 4},
			message));
		message[each] ^= 0x20;
		CHECK(!handshake_read_initiation(&ends.responder,
			(struct dimp_view){message, sizeof message}, payload));
	}
	openssl_crypto_destroy(provider);
}

static void test_reply_with_a_changed_octet_is_refused(void)
{
	uint8_t initiation[HANDSHAKE_INITIATION_OVERHEAD], reply[HANDSHAKE_REPLY_OVERHEAD + 4];
	uint8_t payload[4] = {0};

	provider = openssl_crypto_create();
	for (size_t each = 0; each < sizeof reply; each++) {
		struct both_ends ends = some_ends();

		start_both(&ends);
		CHECK(handshake_write_initiation(&ends.initiator, (struct dimp_view){payload, 0},
			initiation));
		CHECK(handshake_read_initiation(&ends.responder,
			(struct dimp_view){initiation, sizeof initiation}, payload));
		CHECK(handshake_write_reply(&ends.responder, (struct dimp_view){payload, 4},
			reply));
		reply[each] ^= 0x20;
		CHECK(!handshake_read_reply(&ends.initiator,
			(struct dimp_view){reply, sizeof reply}, payload));
	}
	openssl_crypto_destroy(provider);
}

static void test_initiation_cut_short_is_refused(void)
{
	uint8_t message[HANDSHAKE_INITIATION_OVERHEAD], payload[1];

	provider = openssl_crypto_create();
	for (size_t each = 0; each < sizeof message; each++) {
		struct both_ends ends = some_ends();

		start_both(&ends);
		CHECK(handshake_write_initiation(&ends.initiator, (struct dimp_view){payload, 0},
			message));
		CHECK(!handshake_read_initiation(&ends.responder, (struct dimp_view){message, each},
			payload));
	}
	openssl_crypto_destroy(provider);
}

static void check_zero(const void *memory, size_t size)
{
	const uint8_t *octets = memory;

	for (size_t each = 0; each < size; each++)
		CHECK_EQ(octets[each], 0);
}

/* Once the keys are there nothing else of the handshake is (DIMP 5.2-9). */
static void test_split_leaves_nothing_of_the_handshake(void)
{
	struct both_ends ends = some_ends();
	uint8_t initiation[HANDSHAKE_INITIATION_OVERHEAD], reply[HANDSHAKE_REPLY_OVERHEAD];
	const struct dimp_view first = {initiation, sizeof initiation};
	const struct dimp_view second = {reply, sizeof reply};
	uint8_t payload[1];

	provider = openssl_crypto_create();
	start_both(&ends);
	CHECK(handshake_write_initiation(&ends.initiator, (struct dimp_view){payload, 0},
		initiation));
	CHECK(handshake_read_initiation(&ends.responder, first, payload));
	CHECK(handshake_write_reply(&ends.responder, (struct dimp_view){payload, 0}, reply));
	CHECK(handshake_read_reply(&ends.initiator, second, payload));
	CHECK(handshake_split(&ends.initiator, &ends.initiator_keys));
	CHECK(handshake_split(&ends.responder, &ends.responder_keys));
	check_zero(&ends.initiator, sizeof ends.initiator);
	check_zero(&ends.responder, sizeof ends.responder);
	openssl_crypto_destroy(provider);
}

static void test_reply_under_another_psk_is_refused(void)
{
	struct both_ends ends = some_ends();
	uint8_t initiation[HANDSHAKE_INITIATION_OVERHEAD], reply[HANDSHAKE_REPLY_OVERHEAD];
	uint8_t payload[1];

	provider = openssl_crypto_create();
	ends.responder_psk.octets[31] = 1;
	start_both(&ends);
	CHECK(handshake_write_initiation(&ends.initiator, (struct dimp_view){payload, 0},
		initiation));
	CHECK(handshake_read_initiation(&ends.responder,
		(struct dimp_view){initiation, sizeof initiation}, payload));
	CHECK(handshake_write_reply(&ends.responder, (struct dimp_view){payload, 0}, reply));
	CHECK(!handshake_read_reply(&ends.initiator, (struct dimp_view){reply, sizeof reply},
		payload));
	openssl_crypto_destroy(provider);
}

static const struct test_case tests[] = {
	TEST(test_handshake_agrees_with_published_vectors),
	TEST(test_initiation_with_a_changed_octet_is_refused),
	TEST(test_reply_with_a_changed_octet_is_refused),
	TEST(test_initiation_cut_short_is_refused),
	TEST(test_split_leaves_nothing_of_the_handshake),
	TEST(test_reply_under_another_psk_is_refused),
	TEST_END,
};

const struct test_suite suite_handshake = {"handshake", tests};
