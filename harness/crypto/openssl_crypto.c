/* SPDX-License-Identifier: MIT */
/*
 * Owns the libcrypto objects behind struct dimp_crypto (DIMP 5.1). Algorithms are fetched once and
 * contexts are kept, because fetching costs more than sealing a PDU. Nothing here decides anything:
 * each function is one primitive.
 *
 * Seeded randomness is SHA-256 over (label, seed, name, block counter), so that a simulated world
 * is the same world on every machine whatever version of libcrypto it has.
 */
#include "crypto/openssl_crypto.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include "crypto/same_secret.h"

enum { SEED_SIZE = 32, SIPHASH_SIZE = 8, SIPHASH_KEY_SIZE = 16 };

/* A cipher with the key that it was set up with last: making its schedule and tables again costs as
 * much as a PDU of a kilobyte. */
struct keyed_cipher {
	EVP_CIPHER_CTX *context;
	bool has_key;
	uint8_t key[DIMP_KEY_SIZE];
};

struct openssl_crypto {
	struct dimp_crypto table;
	EVP_CIPHER *gcm;
	struct keyed_cipher sealing, opening;
	EVP_MD *sha256;
	EVP_MD_CTX *digest;
	EVP_MAC_CTX *hmac;
	EVP_MAC_CTX *siphash;
	EVP_PKEY_CTX *x25519;
	/* of seeded randomness */
	uint8_t seed[SEED_SIZE];
	uint64_t block_counter;
	uint8_t block[SEED_SIZE];
	size_t block_used;
};

static bool random_system(void *user, uint8_t *octets, size_t size)
{
	(void)user;
	while (size > 0) {
		const int part = size > 65536 ? 65536 : (int)size;

		if (RAND_bytes(octets, part) != 1)
			return false;
		octets += part;
		size -= (size_t)part;
	}
	return true;
}

static void put_u64(uint8_t *octets, uint64_t value)
{
	for (int each = 7; each >= 0; each--, value >>= 8)
		octets[each] = (uint8_t)value;
}

static bool sha256(void *user, uint8_t digest[32], struct dimp_parts parts)
{
	struct openssl_crypto *crypto = user;

	if (!EVP_DigestInit_ex2(crypto->digest, crypto->sha256, NULL))
		return false;
	for (size_t each = 0; each < parts.count; each++)
		if (!EVP_DigestUpdate(crypto->digest, parts.views[each].octets,
			    parts.views[each].size))
			return false;
	return EVP_DigestFinal_ex(crypto->digest, digest, NULL);
}

static bool next_block(struct openssl_crypto *crypto)
{
	uint8_t counter[8];

	put_u64(counter, crypto->block_counter++);
	crypto->block_used = 0;
	const struct dimp_view parts[] = {
		{crypto->seed, sizeof crypto->seed},
		{counter, sizeof counter},
	};
	return sha256(crypto, crypto->block, (struct dimp_parts){parts, 2});
}

static bool random_seeded(void *user, uint8_t *octets, size_t size)
{
	struct openssl_crypto *crypto = user;

	for (size_t each = 0; each < size; each++) {
		if (crypto->block_used == sizeof crypto->block && !next_block(crypto))
			return false;
		octets[each] = crypto->block[crypto->block_used++];
	}
	return true;
}

static bool is_all_zero(const uint8_t octets[32])
{
	uint8_t any = 0;

	for (size_t each = 0; each < 32; each++)
		any |= octets[each];
	return any == 0;
}

static bool derive(EVP_PKEY *secret, EVP_PKEY *public_key, uint8_t shared[32])
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, secret, NULL);
	size_t size = 32;
	const bool done = context && EVP_PKEY_derive_init(context) == 1 &&
		EVP_PKEY_derive_set_peer(context, public_key) == 1 &&
		EVP_PKEY_derive(context, shared, &size) == 1 && size == 32;

	EVP_PKEY_CTX_free(context);
	return done && !is_all_zero(shared);
}

/* A secret key that comes without its public half costs another scalar multiplication, to work that
 * out.  Deriving does not look at it: any octets will do. */
static EVP_PKEY *secret_to_derive_with(struct openssl_crypto *crypto, const uint8_t secret[32])
{
	uint8_t private_octets[32], unused[32] = {9};
	OSSL_PARAM params[] = {
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PRIV_KEY, private_octets, 32),
		OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, unused, 32),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *key = NULL;

	memcpy(private_octets, secret, sizeof private_octets);
	if (EVP_PKEY_fromdata_init(crypto->x25519) != 1 ||
		EVP_PKEY_fromdata(crypto->x25519, &key, EVP_PKEY_KEYPAIR, params) != 1)
		key = NULL;
	OPENSSL_cleanse(private_octets, sizeof private_octets);
	return key;
}

static bool x25519(void *user, uint8_t shared[32], const uint8_t secret[32],
	const uint8_t public_key[32])
{
	EVP_PKEY *ours = secret_to_derive_with(user, secret);
	EVP_PKEY *theirs = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, public_key, 32);
	const bool done = ours && theirs && derive(ours, theirs, shared);

	EVP_PKEY_free(ours);
	EVP_PKEY_free(theirs);
	return done;
}

static bool x25519_public(void *user, uint8_t public_key[32], const uint8_t secret[32])
{
	EVP_PKEY *ours = EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, NULL, secret, 32);
	size_t size = 32;
	const bool done = ours && EVP_PKEY_get_raw_public_key(ours, public_key, &size) == 1;

	(void)user;
	EVP_PKEY_free(ours);
	return done;
}

static bool hmac_sha256(void *user, uint8_t digest[32], struct dimp_view key,
	struct dimp_parts parts)
{
	struct openssl_crypto *crypto = user;
	/* A NULL key would mean "the one before", so that an empty key needs an address. */
	const uint8_t *key_octets = key.size > 0 ? key.octets : (const uint8_t *)"";
	size_t size = 0;

	if (!EVP_MAC_init(crypto->hmac, key_octets, key.size, NULL))
		return false;
	for (size_t each = 0; each < parts.count; each++)
		if (!EVP_MAC_update(crypto->hmac, parts.views[each].octets, parts.views[each].size))
			return false;
	return EVP_MAC_final(crypto->hmac, digest, &size, 32) && size == 32;
}

/* The context of |cipher| ready for |sealing|; NULL when it failed. */
static EVP_CIPHER_CTX *set_up(const struct openssl_crypto *crypto, struct keyed_cipher *cipher,
	const struct dimp_sealing *sealing, int is_encrypting)
{
	if (cipher->has_key && same_secret(cipher->key, sealing->key, sizeof cipher->key))
		return EVP_CipherInit_ex2(cipher->context, NULL, NULL, sealing->nonce,
			       is_encrypting, NULL)
			? cipher->context
			: NULL;
	cipher->has_key = false;
	if (!EVP_CipherInit_ex2(cipher->context, crypto->gcm, sealing->key, sealing->nonce,
		    is_encrypting, NULL))
		return NULL;
	memcpy(cipher->key, sealing->key, sizeof cipher->key);
	cipher->has_key = true;
	return cipher->context;
}

static bool seal(void *user, uint8_t *sealed, const struct dimp_sealing *sealing)
{
	const struct dimp_view additional = sealing->additional;
	const struct dimp_view plain = sealing->text;
	struct openssl_crypto *crypto = user;
	EVP_CIPHER_CTX *cipher = set_up(crypto, &crypto->sealing, sealing, 1);
	int size = 0;

	return cipher &&
		EVP_EncryptUpdate(cipher, NULL, &size, additional.octets, (int)additional.size) &&
		(plain.size == 0 ||
			EVP_EncryptUpdate(cipher, sealed, &size, plain.octets, (int)plain.size)) &&
		EVP_EncryptFinal_ex(cipher, sealed + plain.size, &size) &&
		EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, DIMP_TAG_SIZE,
			sealed + plain.size);
}

static bool open_sealed(void *user, uint8_t *plain, const struct dimp_sealing *sealing)
{
	const struct dimp_view additional = sealing->additional;
	const struct dimp_view sealed = sealing->text;
	struct openssl_crypto *crypto = user;
	uint8_t tag[DIMP_TAG_SIZE];
	int size = 0;

	if (sealed.size < DIMP_TAG_SIZE)
		return false;
	EVP_CIPHER_CTX *cipher = set_up(crypto, &crypto->opening, sealing, 0);
	const size_t plain_size = sealed.size - DIMP_TAG_SIZE;
	memcpy(tag, sealed.octets + plain_size, sizeof tag);
	return cipher &&
		EVP_DecryptUpdate(cipher, NULL, &size, additional.octets, (int)additional.size) &&
		(plain_size == 0 ||
			EVP_DecryptUpdate(cipher, plain, &size, sealed.octets, (int)plain_size)) &&
		EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, DIMP_TAG_SIZE, tag) &&
		EVP_DecryptFinal_ex(cipher, plain + plain_size, &size) > 0;
}

static bool verify(void *user, const uint8_t public_key[32], struct dimp_view octets,
	const uint8_t signature[64])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, public_key, 32);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	const bool is_right = key != NULL && context != NULL &&
		EVP_DigestVerifyInit(context, NULL, NULL, NULL, key) == 1 &&
		EVP_DigestVerify(context, signature, 64, octets.octets, octets.size) == 1;

	(void)user;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	return is_right;
}

static bool siphash(void *user, uint64_t *sum, const uint8_t key[16], struct dimp_view octets)
{
	struct openssl_crypto *crypto = user;
	uint8_t result[SIPHASH_SIZE];
	size_t size = 0;

	if (!EVP_MAC_init(crypto->siphash, key, SIPHASH_KEY_SIZE, NULL) ||
		!EVP_MAC_update(crypto->siphash, octets.octets, octets.size) ||
		!EVP_MAC_final(crypto->siphash, result, &size, sizeof result) ||
		size != sizeof result)
		return false;
	*sum = 0;
	for (size_t each = sizeof result; each > 0; each--)
		*sum = *sum << 8 | result[each - 1];
	return true;
}

/* A context of the MAC |name| with |params| set once; it keeps the algorithm alive by itself. */
static EVP_MAC_CTX *mac_context(const char *name, const OSSL_PARAM *params)
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, name, NULL);
	EVP_MAC_CTX *context = mac ? EVP_MAC_CTX_new(mac) : NULL;

	EVP_MAC_free(mac);
	if (context && !EVP_MAC_CTX_set_params(context, params)) {
		EVP_MAC_CTX_free(context);
		return NULL;
	}
	return context;
}

static EVP_MAC_CTX *hmac_context(void)
{
	char digest[] = "SHA256";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
		OSSL_PARAM_construct_end(),
	};

	return mac_context("HMAC", params);
}

static EVP_MAC_CTX *siphash_context(void)
{
	size_t size = SIPHASH_SIZE;
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_SIZE, &size),
		OSSL_PARAM_construct_end(),
	};

	return mac_context("SIPHASH", params);
}

static bool is_complete(const struct openssl_crypto *crypto)
{
	return crypto->gcm && crypto->sealing.context && crypto->opening.context &&
		crypto->sha256 && crypto->digest && crypto->hmac && crypto->siphash &&
		crypto->x25519;
}

struct openssl_crypto *openssl_crypto_create(void)
{
	struct openssl_crypto *crypto = calloc(1, sizeof *crypto);

	if (!crypto)
		return NULL;
	crypto->gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	crypto->sealing.context = EVP_CIPHER_CTX_new();
	crypto->opening.context = EVP_CIPHER_CTX_new();
	crypto->sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
	crypto->digest = EVP_MD_CTX_new();
	crypto->hmac = hmac_context();
	crypto->siphash = siphash_context();
	crypto->x25519 = EVP_PKEY_CTX_new_from_name(NULL, "X25519", NULL);
	crypto->table = (struct dimp_crypto){
		.user = crypto,
		.random = random_system,
		.x25519 = x25519,
		.x25519_public = x25519_public,
		.sha256 = sha256,
		.hmac_sha256 = hmac_sha256,
		.seal = seal,
		.open = open_sealed,
		.verify = verify,
		.siphash = siphash,
	};
	if (!is_complete(crypto)) {
		openssl_crypto_destroy(crypto);
		return NULL;
	}
	return crypto;
}

struct openssl_crypto *openssl_crypto_create_seeded(uint64_t seed, const char *name)
{
	static const char label[] = "DIMP simulation, not for real keys";
	struct openssl_crypto *crypto = openssl_crypto_create();
	uint8_t number[8];

	if (!crypto)
		return NULL;
	put_u64(number, seed);
	const struct dimp_view parts[] = {
		{(const uint8_t *)label, sizeof label},
		{number, sizeof number},
		{(const uint8_t *)name, strlen(name)},
	};
	if (!sha256(crypto, crypto->seed, (struct dimp_parts){parts, 3})) {
		openssl_crypto_destroy(crypto);
		return NULL;
	}
	crypto->block_used = sizeof crypto->block;
	crypto->table.random = random_seeded;
	return crypto;
}

void openssl_crypto_destroy(struct openssl_crypto *crypto)
{
	if (!crypto)
		return;
	EVP_CIPHER_free(crypto->gcm);
	EVP_CIPHER_CTX_free(crypto->sealing.context);
	EVP_CIPHER_CTX_free(crypto->opening.context);
	EVP_MD_free(crypto->sha256);
	EVP_MD_CTX_free(crypto->digest);
	EVP_MAC_CTX_free(crypto->hmac);
	EVP_MAC_CTX_free(crypto->siphash);
	EVP_PKEY_CTX_free(crypto->x25519);
	OPENSSL_cleanse(crypto, sizeof *crypto);
	free(crypto);
}

const struct dimp_crypto *openssl_crypto_table(const struct openssl_crypto *crypto)
{
	return &crypto->table;
}
