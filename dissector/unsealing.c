/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the use of libgcrypt's GCM. Noise's nonce is four zero octets and the counter, big-endian.
 */
#include "unsealing.h"

enum { NONCE_SIZE = 12 };

static gboolean make_cipher(struct key_ring_key *key)
{
	if (key->cipher)
		return TRUE;
	if (gcry_cipher_open(&key->cipher, GCRY_CIPHER_AES256, GCRY_CIPHER_MODE_GCM, 0))
		return FALSE;
	if (gcry_cipher_setkey(key->cipher, key->key, sizeof key->key) == 0)
		return TRUE;
	gcry_cipher_close(key->cipher);
	key->cipher = NULL;
	return FALSE;
}

static void write_nonce(guint8 nonce[NONCE_SIZE], guint64 counter)
{
	for (guint index = 0; index < NONCE_SIZE; index++)
		nonce[index] = 0;
	for (guint index = NONCE_SIZE; counter; counter >>= 8)
		nonce[--index] = (guint8)counter;
}

gboolean unsealing_open(struct key_ring_key *key, const struct sealed *sealed, guint8 *plain)
{
	guint8 nonce[NONCE_SIZE];

	if (sealed->size < UNSEALING_TAG_SIZE || !make_cipher(key))
		return FALSE;

	const gsize size = sealed->size - UNSEALING_TAG_SIZE;

	write_nonce(nonce, sealed->counter);
	if (gcry_cipher_reset(key->cipher) || gcry_cipher_setiv(key->cipher, nonce, sizeof nonce) ||
		gcry_cipher_authenticate(key->cipher, sealed->header, sealed->header_size) ||
		gcry_cipher_decrypt(key->cipher, plain, size, sealed->octets, size))
		return FALSE;
	return gcry_cipher_checktag(key->cipher, sealed->octets + size, UNSEALING_TAG_SIZE) == 0;
}
