/* SPDX-License-Identifier: MIT */
/*
 * Everything goes on to the inner provider; only what seal() is given is looked at first.  Messages
 * are told from handshake payloads by the additional data, which is a PDU header for them alone.
 */
#include "crypto/rewriter.h"

#include <string.h>

enum {
	PDU_HEADER_SIZE = 16, /* DIMP 4 */
	TLV_HEADER_SIZE = 4,
	MESSAGE_DATA = 0x0014,
	DATA_FIXED_SIZE = 8 + 2 + 4 + 4, /* migration, round, chunk, age (DIMP 7.4) */
	RECORD_TYPE = 0x0200, /* plus the DI type (DIMP 6.3-1) */
	RECORD_VERSION = TLV_HEADER_SIZE + 1
};

static const struct rewriter *of(void *user)
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

enum how { SET, XOR };

struct lie {
	unsigned tlv;
	size_t offset, octets;
	enum how how;
	uint64_t value;
};

static const struct lie lies[REWRITER_LIES] = {
#define LIE(NAME, name, tlv, offset, octets, how, value, text) {tlv, offset, octets, how, value},
#include "crypto/lies.def"
#undef LIE
};

const char rewriter_lies_text[] = "what it says wrongly, well sealed"
#define LIE(NAME, name, tlv, offset, octets, how, value, text) "; " name ": " text
#include "crypto/lies.def"
#undef LIE
	;

static void tell(const struct lie *lie, uint8_t *item)
{
	for (size_t octet = 0; octet < lie->octets; octet++) {
		const uint8_t value = (uint8_t)(lie->value >> 8 * (lie->octets - 1 - octet));
		uint8_t *at = &item[lie->offset + octet];
		*at = lie->how == SET ? value : *at ^ value;
	}
}

/* Changes one TLV, a message or a record; |item| is where the copy of |original| stands. */
static void rewrite_item(const struct rewriter *rewriter, struct dimp_view original, uint8_t *item)
{
	const unsigned type = type_of(original) - RECORD_TYPE;

	if (type < DIMP_DI_TYPES && rewriter->versions[type] != 0 && original.size > RECORD_VERSION)
		item[RECORD_VERSION] = (uint8_t)rewriter->versions[type];
	for (unsigned each = 0; each < REWRITER_LIES; each++) {
		if ((rewriter->lies >> each & 1) != 0 && lies[each].tlv == type_of(original) &&
			original.size >= lies[each].offset + lies[each].octets)
			tell(&lies[each], item);
	}
}

/* Changes a message and the records in it. */
static void rewrite(const struct rewriter *rewriter, struct dimp_view message, uint8_t *copy)
{
	const size_t before = TLV_HEADER_SIZE + DATA_FIXED_SIZE;
	struct dimp_view rest, record;

	rewrite_item(rewriter, message, copy);
	if (type_of(message) != MESSAGE_DATA || message.size <= before)
		return;
	rest = (struct dimp_view){message.octets + before, message.size - before};
	while (dimp_tlv_next(&rest, &record))
		rewrite_item(rewriter, record, copy + (record.octets - message.octets));
}

static bool seal(void *user, uint8_t *sealed, const struct dimp_sealing *sealing)
{
	const struct rewriter *rewriter = of(user);
	struct dimp_sealing changed = *sealing;
	uint8_t text[DIMP_PDU_SIZE_MAX];
	struct dimp_view rest = sealing->text, message;

	if (sealing->additional.size != PDU_HEADER_SIZE || sealing->text.size > sizeof text)
		return rewriter->inner->seal(rewriter->inner->user, sealed, sealing);
	memcpy(text, sealing->text.octets, sealing->text.size);
	while (dimp_tlv_next(&rest, &message))
		rewrite(rewriter, message, text + (message.octets - sealing->text.octets));
	if (rewriter->garbler)
		garbler_change(rewriter->garbler, text, sealing->text.size);
	changed.text.octets = text;
	const bool is_sealed = rewriter->inner->seal(rewriter->inner->user, sealed, &changed);
	explicit_bzero(text, sizeof text);
	return is_sealed;
}

void rewriter_init(struct rewriter *rewriter, const struct dimp_crypto *inner)
{
	*rewriter = (struct rewriter){
		.table = {.user = rewriter,
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
}
