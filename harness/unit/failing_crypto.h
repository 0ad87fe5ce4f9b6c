/* A provider of cryptography of which a chosen call fails: hardware that is busy, an entropy source
 * that is dry.  It counts what is asked of it. */
#ifndef UNIT_FAILING_CRYPTO_H
#define UNIT_FAILING_CRYPTO_H

#include "dimp.h"

struct failing_crypto {
	struct dimp_crypto table; /* what the model is given */
	const struct dimp_crypto *inner; /* what does it */
	unsigned calls; /* so far */
	unsigned x25519s; /* so far: what costs */
	unsigned fails_at; /* the call, from 1, that fails; 0: none */
	unsigned fails; /* how many from there on */
};

/* Begins to count from 0; none fails. */
void failing_crypto_init(struct failing_crypto *failing, const struct dimp_crypto *inner);

#endif
