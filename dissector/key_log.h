/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The text form of keys: lines of a key log, and the hex digits in a line of the user's table.
 */
#ifndef DISSECTOR_KEY_LOG_H
#define DISSECTOR_KEY_LOG_H

#include <glib.h>

/* Reads exactly |size| octets from |digits| hex digits; false when they are not that. */
gboolean key_log_read_hex(const char *text, gsize digits, guint8 *octets, gsize size);

/* What a line of a key log says. */
enum key_log_line { KEY_LOG_NOTHING, KEY_LOG_KEY, KEY_LOG_WRONG };

/*
 * Reads a line: a key's index and its 32 octets; or nothing, being empty, a comment, or about keys
 * of another protocol; or wrong.
 */
enum key_log_line key_log_read_line(const char *line, guint32 *receiver_index, guint8 key[32]);

#endif
