/* SPDX-License-Identifier: MIT */
/*
 * A bridge of another release, or one that says what is wrong, for scenarios: the provider of its
 * primitives changes messages just before they are sealed, so that what arrives is authentic and
 * not what this library would say (DIMP 6.3-2, 9.2-6, 9.2-9).
 */
#ifndef CRYPTO_REWRITER_H
#define CRYPTO_REWRITER_H

#include "crypto/garbler.h"

enum rewriter_lie {
#define LIE(NAME, name, tlv, offset, octets, how, value, text) REWRITER_LIE_##NAME,
#include "crypto/lies.def"
#undef LIE
	REWRITER_LIES
};

/* What each lie is, for the description of scenarios. */
extern const char rewriter_lies_text[];

struct rewriter {
	struct dimp_crypto table; /* to hand to the speaker */
	const struct dimp_crypto *inner; /* borrowed: does the work */
	uint32_t versions[DIMP_DI_TYPES]; /* of DI records, by DI type; 0: as it is */
	uint8_t lies; /* a bit for each */
	struct garbler *garbler; /* what it lies by at random; NULL: nothing; borrowed */
};

/* Makes |rewriter| over |inner|; its versions and lies may be set afterwards.  It must stay where
 * it is while its table is in use. */
void rewriter_init(struct rewriter *rewriter, const struct dimp_crypto *inner);

#endif
