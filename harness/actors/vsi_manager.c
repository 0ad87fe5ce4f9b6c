/* SPDX-License-Identifier: MIT */
/* Ed25519 by libcrypto; what is signed is the model's dimp_ticket_text(). */
#include "actors/vsi_manager.h"

#include <openssl/evp.h>
#include <string.h>

#include "crypto/openssl_crypto.h"

static bool derive(struct vsi_manager *manager)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, manager->secret,
		DIMP_KEY_SIZE);
	size_t size = DIMP_KEY_SIZE;
	const bool is_made =
		key != NULL && EVP_PKEY_get_raw_public_key(key, manager->public_octets, &size) == 1;

	EVP_PKEY_free(key);
	return is_made;
}

bool vsi_manager_make(struct vsi_manager *manager, uint64_t seed)
{
	struct openssl_crypto *provider = openssl_crypto_create_seeded(seed, "VSI manager");

	if (provider == NULL)
		return false;
	manager->watch = (struct vsi_manager_watch){0};
	const struct dimp_crypto *crypto = openssl_crypto_table(provider);
	const bool is_made =
		crypto->random(crypto->user, manager->secret, DIMP_KEY_SIZE) && derive(manager);

	openssl_crypto_destroy(provider);
	return is_made;
}

bool vsi_manager_make_from(struct vsi_manager *manager, const uint8_t secret[DIMP_KEY_SIZE])
{
	manager->watch = (struct vsi_manager_watch){0};
	memcpy(manager->secret, secret, DIMP_KEY_SIZE);
	return derive(manager);
}

void vsi_manager_wipe(struct vsi_manager *manager)
{
	explicit_bzero(manager, sizeof *manager);
}

bool vsi_manager_sign(const struct vsi_manager *manager, const struct dimp_ticket_terms *terms,
	struct dimp_ticket *ticket)
{
	uint8_t octets[DIMP_TICKET_TEXT_MAX], signature[DIMP_SIGNATURE_SIZE];
	const size_t size = dimp_ticket_text(terms, octets);
	size_t signature_size = sizeof signature;
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, manager->secret,
		DIMP_KEY_SIZE);
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	const bool is_signed = key != NULL && context != NULL &&
		EVP_DigestSignInit(context, NULL, NULL, NULL, key) == 1 &&
		EVP_DigestSign(context, signature, &signature_size, octets, size) == 1;

	EVP_MD_CTX_free(context);
	EVP_PKEY_free(key);
	if (!is_signed)
		return false;
	dimp_ticket_make(terms, signature, ticket);
	if (manager->watch.has_signed)
		manager->watch.has_signed(manager->watch.context, terms, ticket);
	return true;
}
