/* SPDX-License-Identifier: MIT */
/*
 * Key logs: the text file that opens a capture's protected PDUs and MACsec frames.  A line each:
 *
 *     DIMP_KEY <receiver index, 8 hex digits> <key, 64 hex digits>
 *     MACSEC_SAK <SCI, 16 hex digits> <AN, 0-3> <SSCI, 8 hex digits, or -> <salt, 24, or -> <SAK>
 *
 * and comments from # to the end of the line.  Whoever has the file reads the traffic: it is
 * created for its owner alone.
 */
#ifndef OBSERVE_KEYLOG_H
#define OBSERVE_KEYLOG_H

#include "dimp.h"

enum { KEYLOG_SALT_SIZE = 12 };

/* The key of one direction of an association, named by the index its receiver chose. */
struct keylog_key {
	uint32_t receiver_index;
	uint8_t key[DIMP_KEY_SIZE];
};

/* The SAK of a MACsec secure association. */
struct keylog_sak {
	struct dimp_sci sci;
	uint8_t association_number;
	bool is_extended; /* extended packet numbering: ssci and salt are meant */
	uint32_t ssci;
	uint8_t salt[KEYLOG_SALT_SIZE];
	uint8_t size; /* of the SAK: 16 or 32 */
	uint8_t sak[32];
};

struct keylog_writer;

/* A writer for |path|, which keeps what it holds until keylog_writer_close().  NULL with errno. */
struct keylog_writer *keylog_writer_open(const char *path);
/* Add a line; a failure is kept and told by keylog_writer_close(). */
void keylog_writer_add_key(struct keylog_writer *writer, const struct keylog_key *key);
void keylog_writer_add_sak(struct keylog_writer *writer, const struct keylog_sak *sak);
/* The same for what changed in a bridge's DI or a VM's keys: a line when it is a SAK that came. */
void keylog_writer_add_change(struct keylog_writer *writer, const struct dimp_record *change);
/* Adds a comment, on one line and cut after 500 octets. */
void keylog_writer_add_comment(struct keylog_writer *writer, const char *comment);
/* Puts the file in its place and frees |writer|; false with errno when not all was written. */
bool keylog_writer_close(struct keylog_writer *writer);
/* Frees |writer| and forgets the file; NULL is fine. */
void keylog_writer_discard(struct keylog_writer *writer);

/* What a key log holds, in the order of its lines. */
struct keylog {
	struct keylog_key *keys;
	size_t key_count;
	struct keylog_sak *saks;
	size_t sak_count;
};

/*
 * Reads the file at |path| into |keylog|.  False with a sentence in |error| (of |error_size|
 * octets, "FILE:LINE: what is wrong; what was expected") when it cannot be read or a line is wrong;
 * |keylog| is empty then.
 */
bool keylog_read(const char *path, struct keylog *keylog, char *error, size_t error_size);

/* The first key with this index after |previous| (NULL: from the start); NULL when there is none.
 * An index may come twice: it is chosen anew with every association. */
const struct keylog_key *keylog_find(const struct keylog *keylog, uint32_t receiver_index,
	const struct keylog_key *previous);

/* Wipes and frees the keys. */
void keylog_wipe(struct keylog *keylog);

#endif
