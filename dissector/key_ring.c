/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the keys. They are no packet's data: they last until the preferences change or the log file
 * does, and their ciphers are made at first use.
 */
#include "key_ring.h"

#include <errno.h>
#include <string.h>
#include <glib/gstdio.h>
#include <epan/uat.h>
#include <wsutil/report_message.h>

#include "key_log.h"

/* A line of the user's table, as text: what the user typed is what the user sees again. */
struct typed_key {
	char *receiver_index;
	char *key;
	char *comment;
};

static const char *log_path = "";
static struct typed_key *typed_keys;
static guint typed_count;
static GArray *ring; /* of struct key_ring_key */
static GHashTable *first_places; /* by receiver index: one more than where its first key stands */
static char *read_path;
static gint64 read_size;

UAT_CSTRING_CB_DEF(typed_keys, receiver_index, struct typed_key)
UAT_CSTRING_CB_DEF(typed_keys, key, struct typed_key)
UAT_CSTRING_CB_DEF(typed_keys, comment, struct typed_key)

static void *copy_typed_callback(void *to, const void *from, size_t size G_GNUC_UNUSED)
{
	const struct typed_key *source = from;
	struct typed_key *copy = to;

	copy->receiver_index = g_strdup(source->receiver_index);
	copy->key = g_strdup(source->key);
	copy->comment = g_strdup(source->comment);
	return copy;
}

static void free_typed_callback(void *row)
{
	struct typed_key *typed = row;

	g_free(typed->receiver_index);
	g_free(typed->key);
	g_free(typed->comment);
}

static guint32 index_of(const guint8 octets[4])
{
	return (guint32)octets[0] << 24 | (guint32)octets[1] << 16 | (guint32)octets[2] << 8 |
		octets[3];
}

static gboolean read_typed(const struct typed_key *typed, struct key_ring_key *key)
{
	const char *index = typed->receiver_index ? typed->receiver_index : "";
	const char *digits = typed->key ? typed->key : "";
	guint8 octets[4] = {0};

	*key = (struct key_ring_key){0};
	if (!key_log_read_hex(index, strlen(index), octets, sizeof octets))
		return FALSE;
	key->receiver_index = index_of(octets);
	return key_log_read_hex(digits, strlen(digits), key->key, sizeof key->key);
}

static wireshark_bool check_typed_callback(void *row, char **error)
{
	const struct typed_key *typed = row;
	guint8 octets[4];
	const char *index = typed->receiver_index ? typed->receiver_index : "";
	struct key_ring_key key;

	*error = NULL;
	if (!key_log_read_hex(index, strlen(index), octets, sizeof octets))
		*error = g_strdup_printf(
			"receiver index '%s': expected 8 hex digits, as dimp.receiver_index shows",
			index);
	else if (!read_typed(typed, &key))
		*error = g_strdup("key: expected 64 hex digits, the 32 octets of an AES-256 key");
	return *error == NULL;
}

static void wipe_ring(void)
{
	for (guint index = 0; ring && index < ring->len; index++) {
		struct key_ring_key *key = &g_array_index(ring, struct key_ring_key, index);

		gcry_cipher_close(key->cipher);
		for (volatile guint8 *octet = key->key; octet < key->key + sizeof key->key; octet++)
			*octet = 0;
	}
	if (ring)
		g_array_set_size(ring, 0);
}

static void read_line(const char *line, guint number)
{
	struct key_ring_key key = {0};

	switch (key_log_read_line(line, &key.receiver_index, key.key)) {
	case KEY_LOG_NOTHING: break;
	case KEY_LOG_KEY: g_array_append_val(ring, key); break;
	case KEY_LOG_WRONG:
		report_failure("%s:%u: expected DIMP_KEY, 8 hex digits, 64 hex digits", log_path,
			number);
		break;
	}
}

static void read_log(void)
{
	GError *error = NULL;
	char *text = NULL;

	if (!g_file_get_contents(log_path, &text, NULL, &error)) {
		report_failure("DIMP key log: %s", error->message);
		g_error_free(error);
		return;
	}

	char **lines = g_strsplit(text, "\n", -1);

	for (guint number = 0; lines[number]; number++)
		read_line(lines[number], number + 1);
	g_strfreev(lines);
	g_free(text);
}

/* From the last to the first, so that keys of one index are tried in their order. */
static void index_ring(void)
{
	if (!first_places)
		first_places = g_hash_table_new(g_direct_hash, g_direct_equal);
	g_hash_table_remove_all(first_places);
	for (guint place = ring->len; place > 0; place--) {
		struct key_ring_key *key = &g_array_index(ring, struct key_ring_key, place - 1);
		gpointer name = GUINT_TO_POINTER(key->receiver_index);

		key->next_place = GPOINTER_TO_UINT(g_hash_table_lookup(first_places, name));
		g_hash_table_insert(first_places, name, GUINT_TO_POINTER(place));
	}
}

static void read_all(void)
{
	struct key_ring_key key;

	if (!ring)
		ring = g_array_new(FALSE, FALSE, sizeof(struct key_ring_key));
	wipe_ring();
	for (guint index = 0; index < typed_count; index++)
		if (read_typed(&typed_keys[index], &key))
			g_array_append_val(ring, key);
	if (*log_path)
		read_log();
	index_ring();
}

static gint64 size_of_log(void)
{
	GStatBuf status;

	return *log_path && g_stat(log_path, &status) == 0 ? (gint64)status.st_size : -1;
}

void key_ring_refresh(void)
{
	g_free(read_path);
	read_path = g_strdup(log_path);
	read_size = size_of_log();
	read_all();
}

static struct key_ring_key *find_in_ring(guint32 receiver_index,
	const struct key_ring_key *previous)
{
	if (!ring)
		return NULL;

	const guint place = previous ? previous->next_place
				     : GPOINTER_TO_UINT(g_hash_table_lookup(first_places,
					       GUINT_TO_POINTER(receiver_index)));

	return place ? &g_array_index(ring, struct key_ring_key, place - 1) : NULL;
}

struct key_ring_key *key_ring_find(guint32 receiver_index, const struct key_ring_key *previous)
{
	struct key_ring_key *key = find_in_ring(receiver_index, previous);

	/* A log that is still written, as in a live capture, has grown. */
	if (!key && !previous && read_path && size_of_log() != read_size) {
		key_ring_refresh();
		key = find_in_ring(receiver_index, previous);
	}
	return key;
}

void key_ring_register(module_t *preferences)
{
	static uat_field_t fields[] = {
		UAT_FLD_CSTRING(typed_keys, receiver_index, "Receiver index",
			"8 hex digits: dimp.receiver_index of the PDUs that the key opens"),
		UAT_FLD_CSTRING(typed_keys, key, "Key", "64 hex digits"),
		UAT_FLD_CSTRING(typed_keys, comment, "Comment",
			"Whatever helps to tell keys apart"),
		UAT_END_FIELDS,
	};
	uat_t *table = uat_new("DIMP keys", sizeof(struct typed_key), "dimp_keys", TRUE,
		&typed_keys, &typed_count, UAT_AFFECTS_DISSECTION, NULL, copy_typed_callback,
		check_typed_callback, free_typed_callback, key_ring_refresh, NULL, fields);

	prefs_register_filename_preference(preferences, "keylog_file", "Key log file",
		"A file with a line DIMP_KEY, receiver index, key for each direction of each "
		"association, as dimp run --keylog writes it",
		&log_path, FALSE);
	prefs_register_uat_preference(preferences, "keys", "Keys",
		"Keys of PROTECTED PDUs, besides those of the key log file", table);
}
