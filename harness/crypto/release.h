/* SPDX-License-Identifier: MIT */
/*
 * A bridge of another release, for scenarios of version skew: the provider of its primitives puts
 * other version numbers on the DI records of every DATA just before they are sealed, so that what
 * arrives is authentic and of a version that this library does not have (DIMP 6.3-2, 8.0-3).
 */
#ifndef CRYPTO_RELEASE_H
#define CRYPTO_RELEASE_H

#include "dimp.h"

struct release {
	struct dimp_crypto table; /* to hand to the speaker */
	const struct dimp_crypto *inner; /* borrowed: does the work */
	uint32_t versions[DIMP_DI_TYPES]; /* by DI type; 0: as it is */
};

/* Makes |release| over |inner|.  It must stay where it is while its table is in use. */
void release_init(struct release *release, const struct dimp_crypto *inner,
	const uint32_t versions[DIMP_DI_TYPES]);

#endif
