/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens what AES-256-GCM sealed (DIMP 5.4-1), with Wireshark's libgcrypt.
 */
#ifndef DISSECTOR_UNSEALING_H
#define DISSECTOR_UNSEALING_H

#include "key_ring.h"

enum { UNSEALING_TAG_SIZE = 16, UNSEALING_HEADER_SIZE = 16 };

/* What is to be opened: additional data, counter of the nonce, and octets with the tag behind. */
struct sealed {
	const guint8 *header;
	gsize header_size;
	guint64 counter;
	const guint8 *octets;
	gsize size; /* with the tag */
};

/* Writes |size| - 16 octets to |plain|; false when the seal is wrong, and |plain| is of no use. */
gboolean unsealing_open(struct key_ring_key *key, const struct sealed *sealed, guint8 *plain);

#endif
