/* SPDX-License-Identifier: MIT */
/*
 * same_time [LEAK]: to be run under memcheck, which is told that secrets are not to be looked at.
 * Where a jump or an address depends on one, it reports; with LEAK, one does on purpose.  What
 * comes out at the end may be looked at: that keys differ, not where.
 *
 * libcrypto goes its own way by what octets are, and is not judged: the model's keyed check is
 * worked out first, and then made a secret.
 */
#include <stdio.h>
#include <string.h>
#include <valgrind/memcheck.h>

#include "crypto/openssl_crypto.h"
#include "crypto/same_secret.h"
#include "initiation.h"
#include "wipe.h"

enum { SIZE = 32 };

static struct dimp_crypto crypto;
static const struct dimp_crypto *inner;

/* A hash is a secret: of keys, or one that shows that they are known. */
static bool secret_hmac(void *user, uint8_t digest[32], struct dimp_view key,
	struct dimp_parts parts)
{
	const bool is_done = inner->hmac_sha256(user, digest, key, parts);

	(void)VALGRIND_MAKE_MEM_UNDEFINED(digest, 32);
	return is_done;
}

static void hide(void *octets, size_t size)
{
	(void)VALGRIND_MAKE_MEM_UNDEFINED(octets, size);
}

static bool shown(bool is_so)
{
	(void)VALGRIND_MAKE_MEM_DEFINED(&is_so, sizeof is_so);
	return is_so;
}

/* Whether the same and others are told apart, whichever octet it is. */
static bool compares(void)
{
	uint8_t one[SIZE], other[SIZE];
	bool is_right = true;

	for (size_t changed = 0; changed <= SIZE; changed++) {
		memset(one, 0x5a, SIZE);
		memset(other, 0x5a, SIZE);
		if (changed < SIZE)
			other[changed] ^= 1;
		hide(one, SIZE);
		hide(other, SIZE);
		is_right = shown(same_secret(one, other, SIZE)) == (changed == SIZE) && is_right;
	}
	return is_right;
}

/* The check of an INITIATION that is nobody's. */
static bool judges(void)
{
	uint8_t pdu[INITIATION_SIZE] = {0};
	struct association_context context = {.crypto = &crypto, .static_public = {9}};

	return !shown(initiation_is_for_us(&context, (struct dimp_view){pdu, sizeof pdu}));
}

/* A comparison that ends at the first difference, for memcheck to find. */
static bool leaks(void)
{
	uint8_t one[SIZE] = {0}, other[SIZE] = {1};

	hide(one, SIZE);
	for (size_t each = 0; each < SIZE; each++) {
		if (one[each] != other[each])
			return true;
	}
	return false;
}

int main(int argc, char **argv)
{
	struct openssl_crypto *provider = openssl_crypto_create();

	(void)argv;
	if (!provider)
		return 2;
	inner = openssl_crypto_table(provider);
	crypto = *inner;
	crypto.hmac_sha256 = secret_hmac;
	const bool is_right = compares() && judges() && (argc < 2 || leaks());

	openssl_crypto_destroy(provider);
	printf("%d passed, %d failed\n", is_right, !is_right);
	return is_right ? 0 : 1;
}
