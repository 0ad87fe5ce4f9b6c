/* SPDX-License-Identifier: MIT */
/*
 * The cipher suites of MACsec (IEEE 802.1AE-2018 table 14-1), and what those with extended packet
 * numbers derive from a SAK's identifier.
 */
#ifndef SOURCES_MACSEC_SUITE_H
#define SOURCES_MACSEC_SUITE_H

#include "net/mkpdu.h"

enum { MACSEC_SUITE_SALT_SIZE = 12 };

bool macsec_suite_is_known(uint64_t suite);
bool macsec_suite_is_extended(uint64_t suite);
/* Octets of its SAKs, for a suite that is known. */
size_t macsec_suite_sak_size(uint64_t suite);
/* The salt of an extended suite under |key|. */
struct dimp_octets32 macsec_suite_salt(const struct mkpdu_key *key);

#endif
