/* SPDX-License-Identifier: MIT */
/*
 * Every function hands on to the provider below.  A payload of a handshake PDU is told by the size
 * of what it is sealed with, Noise's hash; the ephemeral secret by not being the static one.
 */
#include "script/drill_forger.h"

#include <string.h>

#include "crypto/same_secret.h"

enum { HASH_SIZE = 32, PAYLOAD_SIZE_MAX = 16 };

/* Payloads of handshake PDUs, and where in them the start octet stands (DIMP 5.2-2, 5.2-3). */
enum { INITIATION_PAYLOAD = 16, INITIATION_START = 14, REPLY_PAYLOAD = 8, REPLY_START = 7 };

static bool is_weak(const struct drill_forger *forger, const uint8_t *secret)
{
	return forger->forgery->is_set && forger->forgery->is_weak &&
		!same_secret(secret, forger->static_secret, DIMP_KEY_SIZE);
}

static bool forge_random(void *user, uint8_t *octets, size_t size)
{
	const struct dimp_crypto *inner = ((const struct drill_forger *)user)->inner;

	return inner->random(inner->user, octets, size);
}

static bool forge_x25519(void *user, uint8_t shared[32], const uint8_t secret[32],
	const uint8_t public_key[32])
{
	const struct drill_forger *forger = user;
	const struct dimp_crypto *inner = forger->inner;

	if (!is_weak(forger, secret))
		return inner->x25519(inner->user, shared, secret, public_key);
	memset(shared, 0, DIMP_KEY_SIZE);
	return true;
}

static bool forge_x25519_public(void *user, uint8_t public_key[32], const uint8_t secret[32])
{
	const struct drill_forger *forger = user;
	const struct dimp_crypto *inner = forger->inner;

	if (!is_weak(forger, secret))
		return inner->x25519_public(inner->user, public_key, secret);
	memset(public_key, 0, DIMP_KEY_SIZE);
	return true;
}

static bool forge_sha256(void *user, uint8_t digest[32], struct dimp_parts parts)
{
	const struct dimp_crypto *inner = ((const struct drill_forger *)user)->inner;

	return inner->sha256(inner->user, digest, parts);
}

static bool forge_hmac_sha256(void *user, uint8_t digest[32], struct dimp_view key,
	struct dimp_parts parts)
{
	const struct dimp_crypto *inner = ((const struct drill_forger *)user)->inner;

	return inner->hmac_sha256(inner->user, digest, key, parts);
}

static bool forge_seal(void *user, uint8_t *sealed, const struct dimp_sealing *sealing)
{
	const struct drill_forger *forger = user;
	const struct dimp_crypto *inner = forger->inner;
	uint8_t payload[PAYLOAD_SIZE_MAX];
	struct dimp_sealing forged = *sealing;

	if (!forger->forgery->is_set || sealing->additional.size != HASH_SIZE ||
		sealing->text.size > sizeof payload || sealing->text.size == 0)
		return inner->seal(inner->user, sealed, sealing);
	memcpy(payload, sealing->text.octets, sealing->text.size);
	forged.text.octets = payload;
	drill_edits_apply(&forger->forgery->payload,
		(struct dimp_buffer){payload, sealing->text.size});
	return inner->seal(inner->user, sealed, &forged);
}

static bool forge_open(void *user, uint8_t *plain, const struct dimp_sealing *sealing)
{
	struct drill_forger *forger = user;
	const size_t size = sealing->text.size - DIMP_TAG_SIZE;

	if (!forger->inner->open(forger->inner->user, plain, sealing))
		return false;
	if (sealing->additional.size != HASH_SIZE ||
		(size != INITIATION_PAYLOAD && size != REPLY_PAYLOAD))
		return true;
	forger->start = plain[size == REPLY_PAYLOAD ? REPLY_START : INITIATION_START];
	forger->has_start = true;
	return true;
}

static bool forge_verify(void *user, const uint8_t public_key[32], struct dimp_view octets,
	const uint8_t signature[64])
{
	const struct dimp_crypto *inner = ((const struct drill_forger *)user)->inner;

	return inner->verify(inner->user, public_key, octets, signature);
}

static bool forge_siphash(void *user, uint64_t *sum, const uint8_t key[16], struct dimp_view octets)
{
	const struct dimp_crypto *inner = ((const struct drill_forger *)user)->inner;

	return inner->siphash(inner->user, sum, key, octets);
}

void drill_forger_init(struct drill_forger *forger, const struct dimp_crypto *inner,
	const struct drill_forgery *forgery, const uint8_t *static_secret)
{
	*forger = (struct drill_forger){
		.table = {.user = forger,
			.random = forge_random,
			.x25519 = forge_x25519,
			.x25519_public = forge_x25519_public,
			.sha256 = forge_sha256,
			.hmac_sha256 = forge_hmac_sha256,
			.seal = forge_seal,
			.open = forge_open,
			.verify = forge_verify,
			.siphash = forge_siphash},
		.inner = inner,
		.forgery = forgery,
		.static_secret = static_secret,
	};
}
