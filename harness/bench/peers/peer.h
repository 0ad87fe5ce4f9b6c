/* SPDX-License-Identifier: MIT */
/*
 * Other codecs, each as its own documentation advises for speed: no memory is asked of the system
 * for a record, the schema is positional, octets stay octets, what is absent takes no room.  All
 * carry what struct dimp_record holds, and check what dimp_record_read() and dimp_record_write()
 * check: sizes, ranges, names, and the rules of the DI type, by the same functions.
 */
#ifndef DIMP_PEER_H
#define DIMP_PEER_H

#include "dimp.h"

struct codec_peer {
	const char *name;
	const char *package; /* Debian's; NULL for our own */
	/* Writes |record|; its size, 0 if it breaks a rule or does not fit. */
	size_t (*encode)(const struct dimp_record *record, uint8_t *octets, size_t capacity);
	/* Reads the first record of |octets|, all members set; its size, 0 if it is wrong. */
	size_t (*decode)(struct dimp_view octets, struct dimp_record *record);
};

extern const struct codec_peer peer_dimp, peer_protobuf_c, peer_nanopb, peer_msgpack, peer_libcbor;

#endif
