/* SPDX-License-Identifier: MIT */
/*
 * A speaker that lies at random: changes messages just before they are sealed, so that they are
 * authentic, mostly well formed, and wrong.  Sizes stay.
 */
#ifndef CRYPTO_GARBLER_H
#define CRYPTO_GARBLER_H

#include "dimp.h"
#include "engine/random_stream.h"

enum garbler_way {
#define GARBLE(NAME, name, text) GARBLER_##NAME,
#include "crypto/garbler_ways.def"
#undef GARBLE
	GARBLER_WAYS
};

/* What each way is, for the description of scenarios. */
extern const char garbler_ways_text[];

enum { GARBLER_KEPT_MAX = 32, GARBLER_MESSAGE_MAX = 320 };

/* A message that was said. */
struct garbler_message {
	size_t size;
	uint8_t octets[GARBLER_MESSAGE_MAX];
};

struct garbler {
	struct random_stream random;
	uint32_t share_ppm; /* of the messages that are changed; 0: none */
	uint8_t ways; /* a bit for each enum garbler_way */
	struct garbler_message kept[GARBLER_KEPT_MAX];
	uint64_t kept_count; /* ever */
	uint64_t changed; /* messages */
};

void garbler_init(struct garbler *garbler, uint64_t seed, const char *name);

/* Changes the messages in |text|, of |size| octets, in place. */
void garbler_change(struct garbler *garbler, uint8_t *text, size_t size);

#endif
