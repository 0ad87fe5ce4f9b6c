/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the user's table of speakers. A row has a public key or a secret one, from which the public
 * one follows.
 */
#include "speaker_ring.h"

#include <string.h>
#include <epan/uat.h>

#include "key_log.h"

struct typed_speaker {
	char *name;
	char *public_key;
	char *secret;
};

static struct typed_speaker *typed_speakers;
static guint typed_count;

UAT_CSTRING_CB_DEF(typed_speakers, name, struct typed_speaker)
UAT_CSTRING_CB_DEF(typed_speakers, public_key, struct typed_speaker)
UAT_CSTRING_CB_DEF(typed_speakers, secret, struct typed_speaker)

static void *copy_callback(void *to, const void *from, size_t size G_GNUC_UNUSED)
{
	const struct typed_speaker *source = from;
	struct typed_speaker *copy = to;

	copy->name = g_strdup(source->name);
	copy->public_key = g_strdup(source->public_key);
	copy->secret = g_strdup(source->secret);
	return copy;
}

static void free_callback(void *row)
{
	struct typed_speaker *typed = row;

	g_free(typed->name);
	g_free(typed->public_key);
	g_free(typed->secret);
}

static gboolean is_empty(const char *text)
{
	return !text || !*text;
}

static gboolean read_key(const char *text, guint8 key[NOISE_KEY_SIZE])
{
	return !is_empty(text) && key_log_read_hex(text, strlen(text), key, NOISE_KEY_SIZE);
}

static wireshark_bool check_callback(void *row, char **error)
{
	const struct typed_speaker *typed = row;
	guint8 key[NOISE_KEY_SIZE];

	*error = NULL;
	if (is_empty(typed->public_key) && is_empty(typed->secret))
		*error = g_strdup("expected a public key or a secret one");
	else if (!is_empty(typed->public_key) && !read_key(typed->public_key, key))
		*error = g_strdup("public key: expected 64 hex digits, as dimp pubkey prints them");
	else if (!is_empty(typed->secret) && !read_key(typed->secret, key))
		*error = g_strdup("secret key: expected 64 hex digits, or nothing");
	return *error == NULL;
}

gboolean speaker_ring_get(guint index, struct speaker_ring_speaker *speaker)
{
	*speaker = (struct speaker_ring_speaker){.name = NULL};
	if (index >= typed_count)
		return FALSE;

	const struct typed_speaker *typed = &typed_speakers[index];

	speaker->name = typed->name ? typed->name : "";
	speaker->has_secret = read_key(typed->secret, speaker->secret);
	if (speaker->has_secret)
		return noise_public_key(speaker->secret, speaker->public_key);
	return read_key(typed->public_key, speaker->public_key);
}

const char *speaker_ring_name(const guint8 public_key[NOISE_KEY_SIZE])
{
	struct speaker_ring_speaker speaker;

	for (guint index = 0; speaker_ring_get(index, &speaker); index++)
		if (memcmp(speaker.public_key, public_key, NOISE_KEY_SIZE) == 0)
			return speaker.name;
	return NULL;
}

void speaker_ring_register(module_t *preferences)
{
	static uat_field_t fields[] = {
		UAT_FLD_CSTRING(typed_speakers, name, "Name", "How the speaker is called"),
		UAT_FLD_CSTRING(typed_speakers, public_key, "Static public key",
			"64 hex digits; may be empty beside a secret key"),
		UAT_FLD_CSTRING(typed_speakers, secret, "Static secret key",
			"64 hex digits; opens INITIATIONs to this speaker. May be empty"),
		UAT_END_FIELDS,
	};
	uat_t *table = uat_new("DIMP speakers", sizeof(struct typed_speaker), "dimp_speakers", TRUE,
		&typed_speakers, &typed_count, UAT_AFFECTS_DISSECTION, NULL, copy_callback,
		check_callback, free_callback, NULL, NULL, fields);

	prefs_register_uat_preference(preferences, "speakers", "Speakers",
		"Names for speakers, and secret keys that open INITIATIONs", table);
}
