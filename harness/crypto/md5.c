/* SPDX-License-Identifier: MIT */
/* libcrypto's MD5, a context for each call. */
#include "crypto/md5.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>

bool md5(const struct dimp_view *parts, size_t count, uint8_t digest[MD5_SIZE])
{
	EVP_MD_CTX *const context = EVP_MD_CTX_new();
	bool is_done = context != NULL && EVP_DigestInit_ex(context, EVP_md5(), NULL) == 1;

	for (size_t i = 0; i < count && is_done; i++)
		is_done = EVP_DigestUpdate(context, parts[i].octets, parts[i].size) == 1;
	is_done = is_done && EVP_DigestFinal_ex(context, digest, NULL) == 1;
	EVP_MD_CTX_free(context);
	return is_done;
}

bool md5_hmac(struct dimp_view key, const struct dimp_view *parts, size_t count,
	uint8_t digest[MD5_SIZE])
{
	/* A NULL key would mean to libcrypto that the one before is used again. */
	static const uint8_t no_key[1];
	char name[] = "MD5";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
		OSSL_PARAM_construct_end(),
	};
	EVP_MAC *const algorithm = EVP_MAC_fetch(NULL, "HMAC", NULL);
	EVP_MAC_CTX *const context = algorithm != NULL ? EVP_MAC_CTX_new(algorithm) : NULL;
	size_t size = 0;
	bool is_done = context != NULL &&
		EVP_MAC_init(context, key.size == 0 ? no_key : key.octets, key.size, params) == 1;

	for (size_t i = 0; i < count && is_done; i++)
		is_done = EVP_MAC_update(context, parts[i].octets, parts[i].size) == 1;
	is_done = is_done && EVP_MAC_final(context, digest, &size, MD5_SIZE) == 1;
	EVP_MAC_CTX_free(context);
	EVP_MAC_free(algorithm);
	return is_done && size == MD5_SIZE;
}
