/* SPDX-License-Identifier: MIT */
/* Suites are numbered 1 to 4: the second bit of the number less one is for extended numbers, the
 * first for 256 bits. */
#include "sources/macsec_suite.h"

#include <string.h>

static const uint64_t extended_128 = 0x0080c20001000003, extended_256 = 0x0080c20001000004;

bool macsec_suite_is_known(uint64_t suite)
{
	return suite >= MKPDU_GCM_AES_128 && suite <= extended_256;
}

bool macsec_suite_is_extended(uint64_t suite)
{
	return suite == extended_128 || suite == extended_256;
}

size_t macsec_suite_sak_size(uint64_t suite)
{
	return suite == MKPDU_GCM_AES_128 || suite == extended_128 ? 16 : 32;
}

/* The server's MI, its first four octets combined with the halves of the KN, exchanged (10.7.8). */
struct dimp_octets32 macsec_suite_salt(const struct mkpdu_key *key)
{
	struct dimp_octets32 salt = {.size = MACSEC_SUITE_SALT_SIZE};

	memcpy(salt.octets, key->server.octets, MACSEC_SUITE_SALT_SIZE);
	salt.octets[0] ^= (uint8_t)(key->number >> 8);
	salt.octets[1] ^= (uint8_t)key->number;
	salt.octets[2] ^= (uint8_t)(key->number >> 24);
	salt.octets[3] ^= (uint8_t)(key->number >> 16);
	return salt;
}
