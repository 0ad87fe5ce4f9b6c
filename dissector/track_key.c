/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the map. Digests are SHA-1's: here it only tells octets apart that were sent twice, and a
 * forger gains a wrong mark in somebody's capture.
 */
#include "track_key.h"

#include <string.h>
#include <wsutil/wsgcrypt.h>

G_STATIC_ASSERT(sizeof(struct track_key) == 48);

static wmem_map_t *map;

static guint hash_key(gconstpointer key)
{
	return wmem_strong_hash(key, sizeof(struct track_key));
}

static gboolean are_equal(gconstpointer one, gconstpointer other)
{
	return memcmp(one, other, sizeof(struct track_key)) == 0;
}

void track_register(void)
{
	map = wmem_map_new_autoreset(wmem_epan_scope(), wmem_file_scope(), hash_key, are_equal);
}

void *track_find(const struct track_key *key)
{
	return wmem_map_lookup(map, key);
}

void track_store(const struct track_key *key, void *value)
{
	wmem_map_insert(map, wmem_memdup(wmem_file_scope(), key, sizeof *key), value);
}

void track_digest(struct track_key *key, const guint8 *octets, gsize size)
{
	gcry_md_hash_buffer(GCRY_MD_SHA1, key->digest, octets, size);
}

guint32 track_count(enum track_kind of)
{
	const struct track_key key = {.kind = TRACK_COUNT, .more = of};
	const guint32 number = GPOINTER_TO_UINT(track_find(&key)) + 1;

	track_store(&key, GUINT_TO_POINTER(number));
	return number;
}

guint32 track_speaker(const address *speaker)
{
	struct track_key key = {.kind = TRACK_SPEAKER, .more = (guint32)speaker->type};

	/* Addresses fit as they are: this is asked several times for each message. */
	if ((gsize)speaker->len <= sizeof key.digest)
		memcpy(key.digest, speaker->data, (gsize)speaker->len);
	else
		track_digest(&key, speaker->data, (gsize)speaker->len);

	guint32 number = GPOINTER_TO_UINT(track_find(&key));

	if (!number) {
		number = track_count(TRACK_SPEAKER);
		track_store(&key, GUINT_TO_POINTER(number));
	}
	return number;
}
