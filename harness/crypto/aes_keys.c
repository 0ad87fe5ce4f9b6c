/* SPDX-License-Identifier: MIT */
/*
 * AES-CMAC, AES key wrap and AES-GCM over libcrypto, for the harness's MKA and MACsec. Contexts
 * live for one call: frames of key agreement are rare, and no key stays behind.
 */
#include "crypto/aes_keys.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>

enum { KEY_128 = 16, KEY_256 = 32 };

typedef const EVP_CIPHER *cipher_function(void);

static const EVP_CIPHER *cipher_for(struct dimp_view key, cipher_function *for_128,
	cipher_function *for_256)
{
	if (key.size == KEY_128)
		return for_128();
	return key.size == KEY_256 ? for_256() : NULL;
}

bool aes_cmac(struct dimp_view key, struct dimp_view octets, uint8_t mac[AES_CMAC_SIZE])
{
	char cipher[] = "AES-128-CBC";
	if (key.size == KEY_256)
		memcpy(cipher, "AES-256-CBC", sizeof cipher);
	else if (key.size != KEY_128)
		return false;

	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_CIPHER, cipher, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *algorithm = EVP_MAC_fetch(NULL, "CMAC", NULL);
	EVP_MAC_CTX *context = algorithm ? EVP_MAC_CTX_new(algorithm) : NULL;
	size_t size = 0;
	const bool done = context && EVP_MAC_init(context, key.octets, key.size, params) &&
		EVP_MAC_update(context, octets.octets, octets.size) &&
		EVP_MAC_final(context, mac, &size, AES_CMAC_SIZE);

	EVP_MAC_CTX_free(context);
	EVP_MAC_free(algorithm);
	return done && size == AES_CMAC_SIZE;
}

/* As OpenSSL numbers them. */
enum wrapping { UNWRAPPING = 0, WRAPPING = 1 };

/* Fills |result|; false when that is not what comes of |octets|. */
static bool wrap(enum wrapping way, struct dimp_view key, struct dimp_view octets,
	struct dimp_buffer result)
{
	const EVP_CIPHER *cipher = cipher_for(key, EVP_aes_128_wrap, EVP_aes_256_wrap);
	EVP_CIPHER_CTX *context = cipher ? EVP_CIPHER_CTX_new() : NULL;
	int size = 0;
	bool done = false;

	if (context) {
		EVP_CIPHER_CTX_set_flags(context, EVP_CIPHER_CTX_FLAG_WRAP_ALLOW);
		done = EVP_CipherInit_ex2(context, cipher, key.octets, NULL, (int)way, NULL) &&
			EVP_CipherUpdate(context, result.octets, &size, octets.octets,
				(int)octets.size) > 0;
	}
	EVP_CIPHER_CTX_free(context);
	return done && (size_t)size == result.capacity;
}

bool aes_key_wrap(struct dimp_view key, struct dimp_view plain, uint8_t *wrapped)
{
	return plain.size >= 16 && plain.size % 8 == 0 &&
		wrap(WRAPPING, key, plain,
			(struct dimp_buffer){wrapped, plain.size + AES_WRAP_OVERHEAD});
}

bool aes_key_unwrap(struct dimp_view key, struct dimp_view wrapped, uint8_t *plain)
{
	return wrapped.size >= 24 && wrapped.size % 8 == 0 &&
		wrap(UNWRAPPING, key, wrapped,
			(struct dimp_buffer){plain, wrapped.size - AES_WRAP_OVERHEAD});
}

static const EVP_CIPHER *gcm_cipher(const struct aes_gcm *gcm)
{
	if (gcm->nonce.size == 0 || gcm->nonce.size > AES_GCM_NONCE_MAX)
		return NULL;
	return cipher_for(gcm->key, EVP_aes_128_gcm, EVP_aes_256_gcm);
}

static bool encrypt(EVP_CIPHER_CTX *context, const struct aes_gcm *gcm, struct dimp_view plain,
	uint8_t *sealed)
{
	int size = 0;

	return EVP_EncryptInit_ex2(context, gcm_cipher(gcm), NULL, NULL, NULL) &&
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, (int)gcm->nonce.size, NULL) &&
		EVP_EncryptInit_ex2(context, NULL, gcm->key.octets, gcm->nonce.octets, NULL) &&
		(gcm->additional.size == 0 ||
			EVP_EncryptUpdate(context, NULL, &size, gcm->additional.octets,
				(int)gcm->additional.size)) &&
		(plain.size == 0 ||
			EVP_EncryptUpdate(context, sealed, &size, plain.octets, (int)plain.size)) &&
		EVP_EncryptFinal_ex(context, sealed + plain.size, &size) &&
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, AES_GCM_TAG_SIZE,
			sealed + plain.size);
}

bool aes_gcm_seal(const struct aes_gcm *gcm, struct dimp_view plain, uint8_t *sealed)
{
	if (!gcm_cipher(gcm))
		return false;

	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	const bool done = context && encrypt(context, gcm, plain, sealed);
	EVP_CIPHER_CTX_free(context);
	return done;
}

static bool decrypt(EVP_CIPHER_CTX *context, const struct aes_gcm *gcm, struct dimp_view sealed,
	uint8_t *plain)
{
	const size_t plain_size = sealed.size - AES_GCM_TAG_SIZE;
	uint8_t tag[AES_GCM_TAG_SIZE];
	int size = 0;

	memcpy(tag, sealed.octets + plain_size, sizeof tag);
	return EVP_DecryptInit_ex2(context, gcm_cipher(gcm), NULL, NULL, NULL) &&
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_IVLEN, (int)gcm->nonce.size, NULL) &&
		EVP_DecryptInit_ex2(context, NULL, gcm->key.octets, gcm->nonce.octets, NULL) &&
		(gcm->additional.size == 0 ||
			EVP_DecryptUpdate(context, NULL, &size, gcm->additional.octets,
				(int)gcm->additional.size)) &&
		(plain_size == 0 ||
			EVP_DecryptUpdate(context, plain, &size, sealed.octets, (int)plain_size)) &&
		EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, AES_GCM_TAG_SIZE, tag) &&
		EVP_DecryptFinal_ex(context, plain + plain_size, &size) > 0;
}

bool aes_gcm_open(const struct aes_gcm *gcm, struct dimp_view sealed, uint8_t *plain)
{
	if (!gcm_cipher(gcm) || sealed.size < AES_GCM_TAG_SIZE)
		return false;

	EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
	const bool done = context && decrypt(context, gcm, sealed, plain);
	EVP_CIPHER_CTX_free(context);
	return done;
}
