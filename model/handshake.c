/* SPDX-License-Identifier: MIT */
/*
 * Owns the state of one Noise handshake, IKpsk2 (DIMP 5.2-1):
 *
 *	<- s
 *	...
 *	-> e, es, s, ss
 *	<- e, ee, se, psk
 *
 * Each step below is one line a token, in the pattern's order. A primitive that refuses makes the
 * handshake fail, and a failed handshake stays failed, so that the steps have no branches; the
 *result is looked at once, where a step ends. Because the pattern has a psk, an ephemeral key is
 *mixed into the key as well as into the hash.
 */
#include "handshake.h"

#include <assert.h>
#include <string.h>

#include "wipe.h"
#include "wire.h"

static const char protocol_name[] = "Noise_IKpsk2_25519_AESGCM_SHA256";

enum { HASH_SIZE = 32, KEYS_DERIVED_MAX = 3 };

void handshake_nonce(uint8_t nonce[DIMP_NONCE_SIZE], uint64_t number)
{
	struct wire_writer writer = wire_writer_of(nonce, DIMP_NONCE_SIZE);

	wire_write_u32(&writer, 0);
	wire_write_u64(&writer, number);
}

static void require(struct handshake *handshake, bool is_done)
{
	handshake->has_failed = handshake->has_failed || !is_done;
}

static void mix_hash(struct handshake *handshake, struct dimp_view octets)
{
	const struct dimp_crypto *crypto = handshake->crypto;
	const struct dimp_view parts[] = {wire_view(handshake->hash, HASH_SIZE), octets};
	uint8_t digest[HASH_SIZE] = {0};

	require(handshake, crypto->sha256(crypto->user, digest, (struct dimp_parts){parts, 2}));
	memcpy(handshake->hash, digest, sizeof digest);
}

/*
 * Noise's HKDF (RFC 5869 with the chaining key as salt and no info): |derived| is |count| keys of
 * 32 octets, of which the first replaces the chaining key at the caller's.
 */
static void derive_keys(struct handshake *handshake, struct dimp_view input,
	uint8_t derived[][HASH_SIZE], size_t count)
{
	const struct dimp_crypto *crypto = handshake->crypto;
	const struct dimp_view chaining_key = wire_view(handshake->chaining_key, HASH_SIZE);
	uint8_t extracted[HASH_SIZE];

	require(handshake,
		crypto->hmac_sha256(crypto->user, extracted, chaining_key,
			(struct dimp_parts){&input, 1}));
	for (size_t each = 0; each < count; each++) {
		const uint8_t number = (uint8_t)(each + 1);
		const struct dimp_view parts[] = {
			wire_view(each > 0 ? derived[each - 1] : NULL, each > 0 ? HASH_SIZE : 0),
			wire_view(&number, 1),
		};

		require(handshake,
			crypto->hmac_sha256(crypto->user, derived[each],
				wire_view(extracted, HASH_SIZE), (struct dimp_parts){parts, 2}));
	}
	wipe(extracted, sizeof extracted);
}

static void set_key(struct handshake *handshake, const uint8_t key[HASH_SIZE])
{
	memcpy(handshake->key, key, sizeof handshake->key);
	handshake->nonce = 0;
}

static void mix_key(struct handshake *handshake, struct dimp_view input)
{
	uint8_t derived[KEYS_DERIVED_MAX][HASH_SIZE] = {{0}};

	derive_keys(handshake, input, derived, 2);
	memcpy(handshake->chaining_key, derived[0], HASH_SIZE);
	set_key(handshake, derived[1]);
	wipe(derived, sizeof derived);
}

static void mix_key_and_hash(struct handshake *handshake, struct dimp_view input)
{
	uint8_t derived[KEYS_DERIVED_MAX][HASH_SIZE] = {{0}};

	derive_keys(handshake, input, derived, 3);
	memcpy(handshake->chaining_key, derived[0], HASH_SIZE);
	mix_hash(handshake, wire_view(derived[1], HASH_SIZE));
	set_key(handshake, derived[2]);
	wipe(derived, sizeof derived);
}

static void mix_shared_secret(struct handshake *handshake, const uint8_t secret[DIMP_KEY_SIZE],
	const uint8_t public_key[DIMP_KEY_SIZE])
{
	const struct dimp_crypto *crypto = handshake->crypto;
	uint8_t shared[DIMP_KEY_SIZE] = {0};

	require(handshake, crypto->x25519(crypto->user, shared, secret, public_key));
	mix_key(handshake, wire_view(shared, sizeof shared));
	wipe(shared, sizeof shared);
}

static void encrypt_and_hash(struct handshake *handshake, struct dimp_view plain, uint8_t *sealed)
{
	const struct dimp_crypto *crypto = handshake->crypto;
	uint8_t nonce[DIMP_NONCE_SIZE];

	handshake_nonce(nonce, handshake->nonce++);
	const struct dimp_sealing sealing = {
		.key = handshake->key,
		.nonce = nonce,
		.additional = wire_view(handshake->hash, HASH_SIZE),
		.text = plain,
	};
	require(handshake, crypto->seal(crypto->user, sealed, &sealing));
	mix_hash(handshake, wire_view(sealed, plain.size + DIMP_TAG_SIZE));
}

/* Once failed it opens nothing more: a stranger's octets cost no more than they must. */
static void decrypt_and_hash(struct handshake *handshake, struct dimp_view sealed, uint8_t *plain)
{
	const struct dimp_crypto *crypto = handshake->crypto;
	uint8_t nonce[DIMP_NONCE_SIZE];

	if (handshake->has_failed)
		return;
	handshake_nonce(nonce, handshake->nonce++);
	const struct dimp_sealing sealing = {
		.key = handshake->key,
		.nonce = nonce,
		.additional = wire_view(handshake->hash, HASH_SIZE),
		.text = sealed,
	};
	require(handshake, crypto->open(crypto->user, plain, &sealing));
	mix_hash(handshake, sealed);
}

/* ---- Tokens ---- */

static void write_ephemeral(struct handshake *handshake, uint8_t *message)
{
	const struct dimp_crypto *crypto = handshake->crypto;

	require(handshake,
		crypto->random(crypto->user, handshake->ephemeral_secret,
			sizeof handshake->ephemeral_secret));
	require(handshake,
		crypto->x25519_public(crypto->user, handshake->ephemeral_public,
			handshake->ephemeral_secret));
	memcpy(message, handshake->ephemeral_public, DIMP_KEY_SIZE);
	mix_hash(handshake, wire_view(handshake->ephemeral_public, DIMP_KEY_SIZE));
	mix_key(handshake, wire_view(handshake->ephemeral_public, DIMP_KEY_SIZE));
}

static void read_ephemeral(struct handshake *handshake, struct wire_reader *reader)
{
	wire_read_octets(reader, handshake->remote_ephemeral, DIMP_KEY_SIZE);
	mix_hash(handshake, wire_view(handshake->remote_ephemeral, DIMP_KEY_SIZE));
	mix_key(handshake, wire_view(handshake->remote_ephemeral, DIMP_KEY_SIZE));
}

/* ---- Messages ---- */

static void start(struct handshake *handshake, const struct handshake_setup *setup,
	const uint8_t *responder_public)
{
	*handshake = (struct handshake){.crypto = setup->crypto};
	memcpy(handshake->static_secret, setup->static_secret, DIMP_KEY_SIZE);
	memcpy(handshake->static_public, setup->static_public, DIMP_KEY_SIZE);
	memcpy(handshake->preshared, setup->preshared, DIMP_KEY_SIZE);
	/* The protocol's name is exactly as long as a hash, and so it is the first hash. */
	static_assert(sizeof protocol_name - 1 == HASH_SIZE, "a longer name would be hashed");
	memcpy(handshake->hash, protocol_name, HASH_SIZE);
	memcpy(handshake->chaining_key, protocol_name, HASH_SIZE);
	mix_hash(handshake, setup->prologue);
	mix_hash(handshake, wire_view(responder_public, DIMP_KEY_SIZE));
}

void handshake_init_initiator(struct handshake *handshake, const struct handshake_setup *setup)
{
	start(handshake, setup, setup->remote_static);
	memcpy(handshake->remote_static, setup->remote_static, DIMP_KEY_SIZE);
}

void handshake_init_responder(struct handshake *handshake, const struct handshake_setup *setup)
{
	start(handshake, setup, setup->static_public);
}

bool handshake_write_initiation(struct handshake *handshake, struct dimp_view payload,
	uint8_t *message)
{
	uint8_t *sealed_static = message + DIMP_KEY_SIZE;
	uint8_t *sealed_payload = sealed_static + DIMP_KEY_SIZE + DIMP_TAG_SIZE;

	write_ephemeral(handshake, message);
	mix_shared_secret(handshake, handshake->ephemeral_secret, handshake->remote_static);
	encrypt_and_hash(handshake, wire_view(handshake->static_public, DIMP_KEY_SIZE),
		sealed_static);
	mix_shared_secret(handshake, handshake->static_secret, handshake->remote_static);
	encrypt_and_hash(handshake, payload, sealed_payload);
	return !handshake->has_failed;
}

bool handshake_read_initiation(struct handshake *handshake, struct dimp_view message,
	uint8_t *payload)
{
	struct wire_reader reader = wire_reader_of(message);

	read_ephemeral(handshake, &reader);
	const struct dimp_view sealed_static =
		wire_read_view(&reader, DIMP_KEY_SIZE + DIMP_TAG_SIZE);
	require(handshake, !reader.has_failed);
	mix_shared_secret(handshake, handshake->static_secret, handshake->remote_ephemeral);
	decrypt_and_hash(handshake, sealed_static, handshake->remote_static);
	if (handshake->has_failed)
		return false;
	mix_shared_secret(handshake, handshake->static_secret, handshake->remote_static);
	decrypt_and_hash(handshake, reader.rest, payload);
	return !handshake->has_failed;
}

bool handshake_write_reply(struct handshake *handshake, struct dimp_view payload, uint8_t *message)
{
	write_ephemeral(handshake, message);
	mix_shared_secret(handshake, handshake->ephemeral_secret, handshake->remote_ephemeral);
	mix_shared_secret(handshake, handshake->ephemeral_secret, handshake->remote_static);
	mix_key_and_hash(handshake, wire_view(handshake->preshared, DIMP_KEY_SIZE));
	encrypt_and_hash(handshake, payload, message + DIMP_KEY_SIZE);
	return !handshake->has_failed;
}

bool handshake_read_reply(struct handshake *handshake, struct dimp_view message, uint8_t *payload)
{
	struct wire_reader reader = wire_reader_of(message);

	read_ephemeral(handshake, &reader);
	require(handshake, !reader.has_failed);
	mix_shared_secret(handshake, handshake->ephemeral_secret, handshake->remote_ephemeral);
	mix_shared_secret(handshake, handshake->static_secret, handshake->remote_ephemeral);
	mix_key_and_hash(handshake, wire_view(handshake->preshared, DIMP_KEY_SIZE));
	decrypt_and_hash(handshake, reader.rest, payload);
	return !handshake->has_failed;
}

bool handshake_split(struct handshake *handshake, struct handshake_keys *keys)
{
	uint8_t derived[KEYS_DERIVED_MAX][HASH_SIZE] = {{0}};

	derive_keys(handshake, wire_view(NULL, 0), derived, 2);
	memcpy(keys->from_initiator, derived[0], DIMP_KEY_SIZE);
	memcpy(keys->from_responder, derived[1], DIMP_KEY_SIZE);
	wipe(derived, sizeof derived);
	const bool is_done = !handshake->has_failed;
	handshake_wipe(handshake);
	return is_done;
}

void handshake_wipe(struct handshake *handshake)
{
	wipe(handshake, sizeof *handshake);
}
