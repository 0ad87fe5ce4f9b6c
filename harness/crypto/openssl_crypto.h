/* SPDX-License-Identifier: MIT */
/*
 * The primitives of struct dimp_crypto over OpenSSL's libcrypto. One provider is used by one thread
 * at a time: it keeps the contexts it has set up and uses them again.
 */
#ifndef DIMP_OPENSSL_CRYPTO_H
#define DIMP_OPENSSL_CRYPTO_H

#include "dimp.h"

struct openssl_crypto;

/* A provider whose randomness is the system's. NULL when libcrypto lacks a primitive. */
struct openssl_crypto *openssl_crypto_create(void);

/*
 * A provider for simulations: the same |seed| and |name| give the same octets for ever, different
 * names give unrelated ones. Never for real keys.
 */
struct openssl_crypto *openssl_crypto_create_seeded(uint64_t seed, const char *name);

/* Wipes and frees; NULL is fine. */
void openssl_crypto_destroy(struct openssl_crypto *crypto);

/* The table to hand to a speaker; it lives as long as the provider. */
const struct dimp_crypto *openssl_crypto_table(const struct openssl_crypto *crypto);

#endif
