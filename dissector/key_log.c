/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Owns the reading of key logs, a line each:
 *
 *     DIMP_KEY <receiver index, 8 hex digits> <key, 64 hex digits>
 *
 * with comments from # to the end. Lines that begin with another word are another reader's.
 */
#include "key_log.h"

#include <string.h>

gboolean key_log_read_hex(const char *text, gsize digits, guint8 *octets, gsize size)
{
	if (digits != size * 2)
		return FALSE;
	for (gsize index = 0; index < size; index++) {
		const int high = g_ascii_xdigit_value(text[2 * index]);
		const int low = g_ascii_xdigit_value(text[2 * index + 1]);

		if (high < 0 || low < 0)
			return FALSE;
		octets[index] = (guint8)(high << 4 | low);
	}
	return TRUE;
}

static enum key_log_line read_words(char **words, guint32 *receiver_index, guint8 key[32])
{
	guint8 index[4];

	if (!words[0] || strcmp(words[0], "DIMP_KEY") != 0)
		return KEY_LOG_NOTHING;
	if (!words[1] || !words[2] || words[3])
		return KEY_LOG_WRONG;
	if (!key_log_read_hex(words[1], strlen(words[1]), index, sizeof index) ||
		!key_log_read_hex(words[2], strlen(words[2]), key, 32))
		return KEY_LOG_WRONG;
	*receiver_index = (guint32)index[0] << 24 | (guint32)index[1] << 16 |
		(guint32)index[2] << 8 | index[3];
	return KEY_LOG_KEY;
}

enum key_log_line key_log_read_line(const char *line, guint32 *receiver_index, guint8 key[32])
{
	char *text = g_strndup(line, strcspn(line, "#"));
	char **all = g_strsplit_set(text, " \t\r\n", -1);
	char *words[5] = {NULL};
	guint count = 0;

	for (char **word = all; *word && count < 4; word++)
		if (**word)
			words[count++] = *word;

	const enum key_log_line result = read_words(words, receiver_index, key);

	g_strfreev(all);
	g_free(text);
	return result;
}
