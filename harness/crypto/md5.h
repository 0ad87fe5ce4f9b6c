/* SPDX-License-Identifier: MIT */
/*
 * MD5 and HMAC-MD5, because RADIUS and EAP-MD5 are made of them; nothing else may be.  Octets come
 * in parts, as if they stood one behind the other.  Both return false when libcrypto has no MD5.
 */
#ifndef CRYPTO_MD5_H
#define CRYPTO_MD5_H

#include "dimp.h"

enum { MD5_SIZE = 16 };

/* RFC 1321. */
bool md5(const struct dimp_view *parts, size_t count, uint8_t digest[MD5_SIZE]);
/* RFC 2104. */
bool md5_hmac(struct dimp_view key, const struct dimp_view *parts, size_t count,
	uint8_t digest[MD5_SIZE]);

#endif
