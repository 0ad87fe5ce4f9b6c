/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What was found out about a capture, by key: one map for all kinds of things, emptied when another
 * file is opened. Filled in the first pass over the frames, in their order, and only read later.
 */
#ifndef DISSECTOR_TRACK_KEY_H
#define DISSECTOR_TRACK_KEY_H

#include "wireshark_api.h"

enum track_kind {
	TRACK_SPEAKER,
	TRACK_ASSOCIATION,
	TRACK_HANDSHAKE,
	TRACK_STAMP,
	TRACK_KEY_SET,
	TRACK_PDU,
	TRACK_MESSAGE,
	TRACK_EXCHANGE,
	TRACK_MOVE,
	TRACK_REQUEST,
	TRACK_MIGRATION,
	TRACK_LOOKUP,
	TRACK_SEQUEL,
	TRACK_ANSWER,
	TRACK_SOLICITED,
	TRACK_OFFERED,
	TRACK_ROLE,
	TRACK_REPLIED,
	TRACK_INITIATOR,
	TRACK_COUNT
};

/* Without gaps between its members: it is compared as octets. */
struct track_key {
	guint64 id;
	guint32 kind;
	guint32 first; /* speakers */
	guint32 second;
	guint32 more;
	guint8 digest[24]; /* of octets, when what is looked for is octets; the rest is zero */
};

/* Called once. */
void track_register(void);

/* What was stored under an equal key, or NULL. */
void *track_find(const struct track_key *key);

/* Stores |value|, which lives as long as the file is open, under a copy of the key. */
void track_store(const struct track_key *key, void *value);

/* Puts a digest of octets into the key. */
void track_digest(struct track_key *key, const guint8 *octets, gsize size);

/* The next number, from 1 on, of whatever |of| counts. */
guint32 track_count(enum track_kind of);

/* A number of 1 and up for each address. */
guint32 track_speaker(const address *speaker);

#endif
