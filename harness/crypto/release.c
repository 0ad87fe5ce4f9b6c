/* SPDX-License-Identifier: MIT */
/*
 * Everything goes on to the inner provider; only what seal() is given is looked at first.  Messages
 * are told from handshake payloads by the additional data, which is a PDU header for them alone.
 */
#include "crypto/release.h"

#include <string.h>

enum {
	PDU_HEADER_SIZE = 16, /* DIMP 4 */
	TLV_HEADER_SIZE = 4,
	MESSAGE_DATA = 0x0014,
	DATA_FIXED_SIZE = 8 + 2 + 4 + 4, /* migration, round, chunk, age (DIMP 7.4) */
	RECORD_TYPE = 0x0200, /* plus the DI type (DIMP 6.3-1) */
	RECORD_VERSION = TLV_HEADER_SIZE + 1
};

static const struct release *of(void *user)
{
	return user;
}

static bool random_octets(void *user, uint8_t *octets, size_t size)
{
	return of(user)->inner->random(of(user)->inner->user, octets, size);
}

static bool x25519(void *user, uint8_t shared[32], const uint8_t secret[32],
	const uint8_t public_key[32])
{
	return of(user)->inner->x25519(of(user)->inner->user, shared, secret, public_key);
}

static bool x25519_public(void *user, uint8_t public_key[32], const uint8_t secret[32])
{
	return of(user)->inner->x25519_public(of(user)->inner->user, public_key, secret);
}

static bool sha256(void *user, uint8_t digest[32], struct dimp_parts parts)
{
	return of(user)->inner->sha256(of(user)->inner->user, digest, parts);
}

static bool hmac_sha256(void *user, uint8_t digest[32], struct dimp_view key,
	struct dimp_parts parts)
{
	return of(user)->inner->hmac_sha256(of(user)->inner->user, digest, key, parts);
}

static bool open_sealed(void *user, uint8_t *plain, const struct dimp_sealing *sealing)
{
	return of(user)->inner->open(of(user)->inner->user, plain, sealing);
}

static bool verify(void *user, const uint8_t public_key[32], struct dimp_view octets,
	const uint8_t signature[64])
{
	return of(user)->inner->verify(of(user)->inner->user, public_key, octets, signature);
}

static bool siphash(void *user, uint64_t *sum, const uint8_t key[16], struct dimp_view octets)
{
	return of(user)->inner->siphash(of(user)->inner->user, sum, key, octets);
}

static unsigned type_of(struct dimp_view item)
{
	return (unsigned)item.octets[0] << 8 | item.octets[1];
}

/* Marks the records of one DATA; |text| is a copy of the octets that |data| is a view of. */
static void mark_records(const struct release *release, struct dimp_view data,
	const uint8_t *original, uint8_t *text)
{
	const size_t before = TLV_HEADER_SIZE + DATA_FIXED_SIZE;
	struct dimp_view rest = {data.octets + before, data.size - before}, record;

	while (dimp_tlv_next(&rest, &record)) {
		const unsigned type = type_of(record) - RECORD_TYPE;
		if (type < DIMP_DI_TYPES && release->versions[type] != 0 &&
			record.size > RECORD_VERSION)
			text[record.octets - original + RECORD_VERSION] =
				(uint8_t)release->versions[type];
	}
}

static bool seal(void *user, uint8_t *sealed, const struct dimp_sealing *sealing)
{
	const struct release *release = of(user);
	struct dimp_sealing marked = *sealing;
	uint8_t text[DIMP_PDU_SIZE_MAX];
	struct dimp_view rest = sealing->text, item;

	if (sealing->additional.size != PDU_HEADER_SIZE || sealing->text.size > sizeof text)
		return release->inner->seal(release->inner->user, sealed, sealing);
	memcpy(text, sealing->text.octets, sealing->text.size);
	while (dimp_tlv_next(&rest, &item)) {
		if (type_of(item) == MESSAGE_DATA && item.size > TLV_HEADER_SIZE + DATA_FIXED_SIZE)
			mark_records(release, item, sealing->text.octets, text);
	}
	marked.text.octets = text;
	const bool is_sealed = release->inner->seal(release->inner->user, sealed, &marked);
	explicit_bzero(text, sizeof text);
	return is_sealed;
}

void release_init(struct release *release, const struct dimp_crypto *inner,
	const uint32_t versions[DIMP_DI_TYPES])
{
	*release = (struct release){
		.table = {.user = release,
			.random = random_octets,
			.x25519 = x25519,
			.x25519_public = x25519_public,
			.sha256 = sha256,
			.hmac_sha256 = hmac_sha256,
			.seal = seal,
			.open = open_sealed,
			.verify = verify,
			.siphash = siphash},
		.inner = inner,
	};
	memcpy(release->versions, versions, sizeof release->versions);
}
