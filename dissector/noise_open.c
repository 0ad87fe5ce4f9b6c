/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns Noise_IKpsk2_25519_AESGCM_SHA256 as far as its first message goes. Names are those of the
 * Noise Protocol Framework, revision 34.
 */
#include "noise_open.h"

#include <string.h>
#include <wsutil/wsgcrypt.h>

#include "unsealing.h"

enum {
	HASH_SIZE = 32,
	EPHEMERAL_AT = 16,
	STATIC_AT = 48,
	STATIC_SIZE = 48,
	PAYLOAD_AT = 96,
	SEALED_SIZE = 32,
	CHECK_AT = 128
};

struct transcript {
	guint8 h[HASH_SIZE];
	guint8 ck[HASH_SIZE];
	guint8 k[NOISE_KEY_SIZE];
};

static const guint8 base_point[NOISE_KEY_SIZE] = {9};

gboolean noise_public_key(const guint8 secret[NOISE_KEY_SIZE], guint8 public_key[NOISE_KEY_SIZE])
{
	return gcry_ecc_mul_point(GCRY_ECC_CURVE25519, public_key, secret, base_point) == 0;
}

static void mix_hash(struct transcript *transcript, const guint8 *octets, gsize size)
{
	guint8 both[HASH_SIZE + STATIC_SIZE];

	memcpy(both, transcript->h, HASH_SIZE);
	memcpy(both + HASH_SIZE, octets, size);
	gcry_md_hash_buffer(GCRY_MD_SHA256, transcript->h, both, HASH_SIZE + size);
}

/* HMAC-SHA256 with a key of 32 octets. */
static gboolean make_hmac(const guint8 key[HASH_SIZE], const guint8 *octets, gsize size,
	guint8 result[HASH_SIZE])
{
	gcry_md_hd_t hash;

	if (gcry_md_open(&hash, GCRY_MD_SHA256, GCRY_MD_FLAG_HMAC))
		return FALSE;

	const gboolean is_keyed = gcry_md_setkey(hash, key, HASH_SIZE) == 0;

	if (is_keyed) {
		gcry_md_write(hash, octets, size);
		memcpy(result, gcry_md_read(hash, GCRY_MD_SHA256), HASH_SIZE);
	}
	gcry_md_close(hash);
	return is_keyed;
}

/* HKDF of two outputs: the chaining key and the cipher key. */
static gboolean mix_key(struct transcript *transcript, const guint8 input[NOISE_KEY_SIZE])
{
	static const guint8 one[] = {1};
	guint8 temporary[HASH_SIZE];
	guint8 second[HASH_SIZE + 1];

	if (!make_hmac(transcript->ck, input, NOISE_KEY_SIZE, temporary) ||
		!make_hmac(temporary, one, sizeof one, transcript->ck))
		return FALSE;
	memcpy(second, transcript->ck, HASH_SIZE);
	second[HASH_SIZE] = 2;
	return make_hmac(temporary, second, sizeof second, transcript->k);
}

static gboolean mix_shared(struct transcript *transcript, const guint8 secret[NOISE_KEY_SIZE],
	const guint8 public_key[NOISE_KEY_SIZE])
{
	guint8 shared[NOISE_KEY_SIZE];

	return gcry_ecc_mul_point(GCRY_ECC_CURVE25519, shared, secret, public_key) == 0 &&
		mix_key(transcript, shared);
}

/* Each cipher key opens once here, so that the counter is 0. */
static gboolean decrypt_and_hash(struct transcript *transcript, const guint8 *octets, gsize size,
	guint8 *plain)
{
	struct key_ring_key key = {.cipher = NULL};
	const struct sealed sealed = {
		.header = transcript->h,
		.header_size = HASH_SIZE,
		.octets = octets,
		.size = size,
	};

	memcpy(key.key, transcript->k, sizeof key.key);

	const gboolean is_right = unsealing_open(&key, &sealed, plain);

	gcry_cipher_close(key.cipher);
	mix_hash(transcript, octets, size);
	return is_right;
}

gboolean noise_is_for(const guint8 pdu[NOISE_INITIATION_SIZE],
	const guint8 responder[NOISE_KEY_SIZE])
{
	static const char label[] = "DIMP initiation check";
	guint8 labelled[sizeof label - 1 + NOISE_KEY_SIZE];
	guint8 key[HASH_SIZE];
	guint8 check[HASH_SIZE];

	memcpy(labelled, label, sizeof label - 1);
	memcpy(labelled + sizeof label - 1, responder, NOISE_KEY_SIZE);
	gcry_md_hash_buffer(GCRY_MD_SHA256, key, labelled, sizeof labelled);
	return make_hmac(key, pdu, CHECK_AT, check) &&
		memcmp(check, pdu + CHECK_AT, NOISE_CHECK_SIZE) == 0;
}

gboolean noise_open_initiation(const guint8 pdu[NOISE_INITIATION_SIZE],
	const guint8 secret[NOISE_KEY_SIZE], struct noise_initiation *initiation)
{
	static const char name[] = "Noise_IKpsk2_25519_AESGCM_SHA256";
	static const guint8 prologue[] = {'D', 'I', 'M', 'P', 'v', '1'};
	struct transcript transcript;
	guint8 responder[NOISE_KEY_SIZE];

	G_STATIC_ASSERT(sizeof name - 1 == HASH_SIZE);
	memcpy(transcript.h, name, HASH_SIZE);
	memcpy(transcript.ck, name, HASH_SIZE);
	if (!noise_public_key(secret, responder))
		return FALSE;
	mix_hash(&transcript, prologue, sizeof prologue);
	mix_hash(&transcript, responder, sizeof responder);
	mix_hash(&transcript, pdu + EPHEMERAL_AT, NOISE_KEY_SIZE);
	return mix_key(&transcript, pdu + EPHEMERAL_AT) &&
		mix_shared(&transcript, secret, pdu + EPHEMERAL_AT) &&
		decrypt_and_hash(&transcript, pdu + STATIC_AT, STATIC_SIZE,
			initiation->initiator) &&
		mix_shared(&transcript, secret, initiation->initiator) &&
		decrypt_and_hash(&transcript, pdu + PAYLOAD_AT, SEALED_SIZE, initiation->payload);
}
