/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Speakers that the user knows: names for static public keys, and secret ones, which open the
 * INITIATIONs that are sent to them.
 */
#ifndef DISSECTOR_SPEAKER_RING_H
#define DISSECTOR_SPEAKER_RING_H

#include <epan/prefs.h>

#include "noise_open.h"
#include "wireshark_api.h"

struct speaker_ring_speaker {
	const char *name; /* borrowed until the preferences change */
	guint8 public_key[NOISE_KEY_SIZE];
	gboolean has_secret;
	guint8 secret[NOISE_KEY_SIZE];
};

/* Adds the preference "Speakers". */
void speaker_ring_register(module_t *preferences);

/* The speaker at |index|; false beyond the last. */
gboolean speaker_ring_get(guint index, struct speaker_ring_speaker *speaker);

/* The name of the speaker with this static public key, or NULL. */
const char *speaker_ring_name(const guint8 public_key[NOISE_KEY_SIZE]);

#endif
