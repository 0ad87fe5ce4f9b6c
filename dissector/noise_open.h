/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Opens an INITIATION as its responder would (DIMP 5.2): the Noise handshake's first message, with
 * libgcrypt's X25519, HMAC and GCM. REPLY needs an ephemeral secret, which nobody logs.
 */
#ifndef DISSECTOR_NOISE_OPEN_H
#define DISSECTOR_NOISE_OPEN_H

#include <glib.h>

enum {
	NOISE_KEY_SIZE = 32,
	NOISE_INITIATION_SIZE = 144,
	NOISE_PAYLOAD_SIZE = 16,
	NOISE_CHECK_SIZE = 16
};

/* What an opened INITIATION holds. */
struct noise_initiation {
	guint8 initiator[NOISE_KEY_SIZE]; /* its static public key */
	guint8 payload[NOISE_PAYLOAD_SIZE];
};

/* The public key of a secret one. */
gboolean noise_public_key(const guint8 secret[NOISE_KEY_SIZE], guint8 public_key[NOISE_KEY_SIZE]);

/* Whether the INITIATION's check is that for this responder (DIMP 5.2-4). */
gboolean noise_is_for(const guint8 pdu[NOISE_INITIATION_SIZE],
	const guint8 responder[NOISE_KEY_SIZE]);

/* Opens it with the responder's secret key; false when a seal is wrong. */
gboolean noise_open_initiation(const guint8 pdu[NOISE_INITIATION_SIZE],
	const guint8 secret[NOISE_KEY_SIZE], struct noise_initiation *initiation);

#endif
