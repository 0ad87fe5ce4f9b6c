/* Each function of the table counts and asks the inner one. */
#include "failing_crypto.h"

static bool may(struct failing_crypto *failing)
{
	failing->calls++;
	return failing->fails_at == 0 || failing->calls < failing->fails_at ||
		failing->calls >= failing->fails_at + failing->fails;
}

static bool draw(void *user, uint8_t *octets, size_t size)
{
	struct failing_crypto *failing = user;

	return may(failing) && failing->inner->random(failing->inner->user, octets, size);
}

static bool x25519(void *user, uint8_t shared[32], const uint8_t secret[32],
	const uint8_t public_key[32])
{
	struct failing_crypto *failing = user;

	failing->x25519s++;
	return may(failing) &&
		failing->inner->x25519(failing->inner->user, shared, secret, public_key);
}

static bool x25519_public(void *user, uint8_t public_key[32], const uint8_t secret[32])
{
	struct failing_crypto *failing = user;

	failing->x25519s++;
	return may(failing) &&
		failing->inner->x25519_public(failing->inner->user, public_key, secret);
}

static bool sha256(void *user, uint8_t digest[32], struct dimp_parts parts)
{
	struct failing_crypto *failing = user;

	return may(failing) && failing->inner->sha256(failing->inner->user, digest, parts);
}

static bool hmac_sha256(void *user, uint8_t digest[32], struct dimp_view key,
	struct dimp_parts parts)
{
	struct failing_crypto *failing = user;

	return may(failing) &&
		failing->inner->hmac_sha256(failing->inner->user, digest, key, parts);
}

static bool seal(void *user, uint8_t *sealed, const struct dimp_sealing *sealing)
{
	struct failing_crypto *failing = user;

	return may(failing) && failing->inner->seal(failing->inner->user, sealed, sealing);
}

static bool open(void *user, uint8_t *plain, const struct dimp_sealing *sealing)
{
	struct failing_crypto *failing = user;

	return may(failing) && failing->inner->open(failing->inner->user, plain, sealing);
}

static bool verify(void *user, const uint8_t public_key[32], struct dimp_view octets,
	const uint8_t signature[64])
{
	struct failing_crypto *failing = user;

	return may(failing) &&
		failing->inner->verify(failing->inner->user, public_key, octets, signature);
}

static bool siphash(void *user, uint64_t *sum, const uint8_t key[16], struct dimp_view octets)
{
	struct failing_crypto *failing = user;

	return may(failing) && failing->inner->siphash(failing->inner->user, sum, key, octets);
}

void failing_crypto_init(struct failing_crypto *failing, const struct dimp_crypto *inner)
{
	*failing = (struct failing_crypto){
		.table = {failing, draw, x25519, x25519_public, sha256, hmac_sha256, seal, open,
			verify, siphash},
		.inner = inner,
	};
}
