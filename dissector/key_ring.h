/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The keys that open PROTECTED PDUs, from the key log file that a preference names and from a table
 * that the user keeps. A key is named by the index that its receiver chose; an index may come
 * twice.
 */
#ifndef DISSECTOR_KEY_RING_H
#define DISSECTOR_KEY_RING_H

#include <wsutil/wsgcrypt.h>
#include <epan/prefs.h>

#include "wireshark_api.h"

enum { KEY_RING_KEY_SIZE = 32 };

struct key_ring_key {
	guint32 receiver_index;
	guint8 key[KEY_RING_KEY_SIZE];
	gcry_cipher_hd_t cipher; /* NULL until it is first used */
	guint next_place; /* key_ring.c's: where the next key with this index is, 0 for none */
};

/* Adds the preferences "Key log file" and "Keys". */
void key_ring_register(module_t *preferences);

/* Reads the key log anew if it changed; called when a capture is opened or preferences change. */
void key_ring_refresh(void);

/* The key after |previous| (NULL: the first) with this index, or NULL. */
struct key_ring_key *key_ring_find(guint32 receiver_index, const struct key_ring_key *previous);

#endif
