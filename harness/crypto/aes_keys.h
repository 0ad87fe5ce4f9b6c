/* SPDX-License-Identifier: MIT */
/*
 * AES as the harness's MKA and MACsec frames need it: CMAC, key wrap and GCM with keys of 128 or
 * 256 bits. Every function returns false when it could not be done, or when a check failed; outputs
 * are then unspecified. Key sizes are 16 or 32 octets, others are refused.
 */
#ifndef DIMP_AES_KEYS_H
#define DIMP_AES_KEYS_H

#include "dimp.h"

enum { AES_CMAC_SIZE = 16, AES_WRAP_OVERHEAD = 8, AES_GCM_TAG_SIZE = 16, AES_GCM_NONCE_MAX = 128 };

/* A key with the nonce (IV, 1 to 128 octets) and additional data of one GCM operation. */
struct aes_gcm {
	struct dimp_view key;
	struct dimp_view nonce;
	struct dimp_view additional;
};

/* AES-CMAC (RFC 4493, NIST SP 800-38B) of |octets|. */
bool aes_cmac(struct dimp_view key, struct dimp_view octets, uint8_t mac[AES_CMAC_SIZE]);

/* AES key wrap (RFC 3394): |plain|, a multiple of 8 octets from 16 on, becomes 8 octets longer. */
bool aes_key_wrap(struct dimp_view key, struct dimp_view plain, uint8_t *wrapped);

/* The inverse; false also when the integrity check fails. Writes wrapped.size - 8 octets. */
bool aes_key_unwrap(struct dimp_view key, struct dimp_view wrapped, uint8_t *plain);

/* AES-GCM: writes plain.size octets and then the tag of 16. */
bool aes_gcm_seal(const struct aes_gcm *gcm, struct dimp_view plain, uint8_t *sealed);

/* The inverse; |sealed| ends with the tag. Writes sealed.size - 16 octets. */
bool aes_gcm_open(const struct aes_gcm *gcm, struct dimp_view sealed, uint8_t *plain);

#endif
