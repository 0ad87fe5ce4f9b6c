/* SPDX-License-Identifier: MIT */
/*
 * The keys of an MKA connectivity association: CAK and CKN as configured, and what IEEE
 * 802.1X-2020 9.3.3 derives from them.  The CAK never leaves this struct.
 */
#ifndef SOURCES_MKA_KEYS_H
#define SOURCES_MKA_KEYS_H

#include "net/ethernet.h"
#include "net/mkpdu.h"

enum { MKA_KEY_MAX = 32 };

struct mka_key {
	uint8_t octets[MKA_KEY_MAX];
	size_t size;
};

struct mka_keys {
	struct mka_key cak; /* 16 or 32 octets */
	struct mka_key name; /* CKN, 1 to 32 octets */
	struct mka_key icv_key; /* ICK */
	struct mka_key wrapping_key; /* KEK */
};

/* Derives ICK and KEK of |keys|, whose CAK and CKN are filled in; false when those are impossible.
 */
bool mka_keys_derive(struct mka_keys *keys);

/*
 * Reads a file of two lines, "ckn HEX" and "cak HEX" (in any order; "#" begins a comment), and
 * derives. False with a sentence in |error| when it cannot be read or is not that.
 */
bool mka_keys_read(const char *path, struct mka_keys *keys, char *error, size_t error_size);

void mka_keys_wipe(struct mka_keys *keys);

/* Whether |mkpdu| names this association. */
bool mka_keys_is_named(const struct mka_keys *keys, const struct mkpdu *mkpdu);

/* Whether the check value of |mkpdu|, which came in |frame|, is right. */
bool mka_keys_is_authentic(const struct mka_keys *keys, const struct ethernet_frame *frame,
	const struct mkpdu *mkpdu);

/* Appends the check value to the EAPOL packet mkpdu_write() made in |frame|'s payload; false if
 * not. */
bool mka_keys_seal(const struct mka_keys *keys, const struct ethernet_frame *frame,
	uint8_t icv[MKPDU_ICV_SIZE]);

/* Unwraps a distributed SAK; false when it was not wrapped with this association's key.  Wipe it.
 */
bool mka_keys_unwrap(const struct mka_keys *keys, struct dimp_view wrapped, struct mka_key *sak);

#endif
